"""The rule nfs4-before-6.3."""

from typing import Any

import pytest

from policies.nfs_version import NFS_VERSION
from tests.policies.judging import dump_target, judged, judged_by_sdk, nfs, runs, unknown, without


@pytest.mark.parametrize("release", ["5.11", "6.0", "6.2"])
@pytest.mark.parametrize("version", ["4", "4.0", "4.2"])
def test_nfs_4_on_a_host_before_6_3_is_refused(release: str, version: str) -> None:
    (said,) = judged(NFS_VERSION, nfs(version, runs=runs("centos", release)))
    assert said.startswith(f"host web1, target.nfs.version: found '{version}', needed no version, or a host of release")
    assert "Leave the version out, and let the collector export the directory for version 3." in said
    assert "version 4 came with 6.3" in said


@pytest.mark.parametrize(
    "inputs",
    [
        nfs("4", runs=runs("rhel", "6.3")),
        nfs("4.2", runs=runs("rhel", "9.4")),
        nfs("4.2", runs=runs("sles", "15.5")),
        nfs(None, runs=runs("rhel", "6.0")),
        nfs("3", runs=runs("rhel", "6.0")),
        nfs(None, runs=None),
        nfs("4", runs=None, enabled=False),
        dump_target(runs=runs("rhel", "6.0")),
        dump_target(runs=None),
    ],
)
def test_everything_else_is_fine(inputs: dict[str, Any]) -> None:
    assert judged(NFS_VERSION, inputs) == []


@pytest.mark.parametrize(
    ("inputs", "declare"),
    [
        ({}, "hosts.<host>.target"),
        (nfs("4", runs={}), "hosts.web1.platform"),
        (unknown(nfs("4"), "runs"), "hosts.web1.platform"),
        (unknown(nfs("4"), "destination"), "hosts.web1.target"),
        (without(nfs("4"), "destination"), "hosts.web1.target"),
        (dump_target(unknown({"kind": "nfs", "version": "4"}, "version")), "hosts.web1.target"),
    ],
)
def test_what_is_not_known_is_a_violation_that_says_what_to_declare(inputs: dict[str, Any], declare: str) -> None:
    (said,) = judged_by_sdk(NFS_VERSION, inputs)
    assert declare in said
