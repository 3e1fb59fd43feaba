"""The rule refused-by-release: what the release's own tools refuse never gets as far as a host."""

from typing import Any

import pytest

from policies.refused_target import REFUSED_TARGET
from tests.policies.judging import dump_target, judged, judged_by_sdk, nfs, runs, unknown, without

RAW = {"kind": "raw", "device": "/dev/disk/by-id/scsi-3600508b400105e21"}


@pytest.mark.parametrize("platform", [("rhel", "6.10"), ("rhel", "9.4"), ("sles", "15.5"), ("debian", "12")])
def test_a_local_dump_is_accepted_everywhere(platform: tuple[str, str]) -> None:
    assert judged(REFUSED_TARGET, dump_target(runs=runs(*platform))) == []


@pytest.mark.parametrize(
    ("inputs", "setting", "found"),
    [
        (dump_target(compression="zstd", runs=runs("rhel", "8.4")), "compression", "'zstd'"),
        (dump_target(RAW, runs=runs("debian", "12")), "target.raw", "'raw'"),
        (dump_target(finalAction="poweroff", runs=runs("rhel", "7.9")), "finalAction", "'poweroff'"),
        (dump_target({"kind": "virtiofs", "tag": "dumps", "path": "/"}, runs=runs("rhel", "8.6")), "target", ""),
        (nfs("4.1", runs=runs("rhel", "6.9")), "target.nfs.version", "'4.1'"),
    ],
)
def test_the_release_refuses_and_the_message_says_setting_value_and_what_to_write(
    inputs: dict[str, Any], setting: str, found: str
) -> None:
    (said,) = judged(REFUSED_TARGET, inputs)
    assert said.startswith(f"host web1, {setting}")
    assert f"found {found}" in said
    assert ", needed " in said


def test_options_are_judged_too() -> None:
    (said,) = judged(REFUSED_TARGET, dump_target(options={"blacklist": "qla2xxx"}))
    assert "options.blacklist" in said


def test_with_what_the_message_says_it_passes() -> None:
    (said,) = judged(REFUSED_TARGET, dump_target(compression="zstd", runs=runs("rhel", "8.4")))
    assert "Write 'lzo'." in said
    assert judged(REFUSED_TARGET, dump_target(compression="lzo", runs=runs("rhel", "8.4"))) == []


def test_nfs_4_before_6_3_is_left_to_the_rule_for_that_and_the_rest_is_judged() -> None:
    assert judged(REFUSED_TARGET, nfs("4", runs=runs("rhel", "6.2"))) == []
    (said,) = judged(REFUSED_TARGET, nfs("4", runs=runs("rhel", "6.2"), finalAction="poweroff"))
    assert "finalAction" in said


def test_a_host_that_does_not_dump_is_judged_as_far_as_it_is_known() -> None:
    """Its configuration is written all the same."""
    assert judged(REFUSED_TARGET, dump_target(enabled=False, runs=None)) == []
    assert len(judged(REFUSED_TARGET, dump_target(enabled=False, compression="zstd", runs=runs("rhel", "8.4")))) == 1


def test_a_release_of_which_nothing_is_known_is_refused() -> None:
    (said,) = judged(REFUSED_TARGET, dump_target(runs=runs("rhel", "4.9")))
    assert "netdump" in said


@pytest.mark.parametrize(
    "inputs",
    [
        dump_target(runs=None),
        dump_target(runs={}),
        dump_target(runs={"family": "redhat", "distribution": "rhel"}),
        unknown(dump_target(), "runs"),
        dump_target(runs=unknown(runs("rhel", "9.4"), "release")),
    ],
)
def test_a_platform_that_is_not_known_is_a_violation(inputs: dict[str, Any]) -> None:
    (said,) = judged_by_sdk(REFUSED_TARGET, inputs)
    assert said.startswith("host web1: found a platform that is not known")
    assert "Declare hosts.web1.platform" in said


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({}, "platform"),
        (unknown(dump_target(), "destination"), "hosts.web1.target"),
        (without(dump_target(), "destination"), "hosts.web1.target"),
        (unknown(dump_target(), "dumpLevel"), "hosts.web1.dumpLevel"),
        (without(dump_target(), "options"), "hosts.web1.options"),
        (unknown(dump_target(failureAction="reboot"), "failureAction"), "hosts.web1.failureAction"),
        (dump_target(options=unknown({"a": "b"}, "a")), "hosts.web1.options"),
    ],
)
def test_any_other_value_that_is_not_known_is_a_violation_too(inputs: dict[str, Any], named: str) -> None:
    (said,) = judged_by_sdk(REFUSED_TARGET, inputs)
    assert named in said
