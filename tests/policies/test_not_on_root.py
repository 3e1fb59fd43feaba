"""The rule not-on-root: a dump does not fill the root file system."""

from typing import Any

import pytest
from pulumi_policy import EnforcementLevel

from policies.not_on_root import NOT_ON_ROOT
from tests.policies.judging import dump_target, judged, judged_by_sdk, nfs, unknown, without

ON_ROOT = {"mountPoint": "/"}
FILESYSTEM = {"kind": "filesystem", "device": "LABEL=dumps", "filesystem": "ext4", "path": "/var/crash"}


def test_it_is_an_advice_until_an_environment_says_otherwise() -> None:
    assert NOT_ON_ROOT.level is EnforcementLevel.ADVISORY


@pytest.mark.parametrize(
    "inputs",
    [
        dump_target(),
        dump_target(space={"notYetMounted": "/var/crashsan"}),
        dump_target(FILESYSTEM, space={}),
        nfs(space=ON_ROOT),
        dump_target(space=ON_ROOT, enabled=False),
    ],
)
def test_a_file_system_of_its_own_and_other_machines_are_fine(inputs: dict[str, Any]) -> None:
    assert judged(NOT_ON_ROOT, inputs) == []


@pytest.mark.parametrize("inputs", [dump_target(space=ON_ROOT), dump_target(FILESYSTEM, space=ON_ROOT)])
def test_the_root_file_system_is_not(inputs: dict[str, Any]) -> None:
    (said,) = judged(NOT_ON_ROOT, inputs)
    assert "found it on the root file system (/), needed a file system of its own." in said
    assert "Mount a disk or volume there" in said


def test_the_reason_why_nobody_knows_is_passed_on() -> None:
    (said,) = judged(NOT_ON_ROOT, dump_target(space={"problem": "web1 refused the login"}))
    assert "(web1 refused the login)" in said


@pytest.mark.parametrize(
    ("inputs", "declare"),
    [
        ({}, "hosts.<host>.target"),
        (unknown(dump_target(), "destination"), "hosts.web1.target"),
        (without(dump_target(), "space"), "hosts.web1.space: {mountPoint: /var/crash}"),
        (unknown(dump_target(), "space"), "hosts.web1.space: {mountPoint: /var/crash}"),
        (dump_target(space=unknown(ON_ROOT, "mountPoint")), "hosts.web1.space: {mountPoint: /var/crash}"),
        (dump_target(space=ON_ROOT, **unknown({"enabled": False}, "enabled")), "Mount a disk"),
    ],
)
def test_what_is_not_known_is_a_violation_that_says_what_to_declare(inputs: dict[str, Any], declare: str) -> None:
    (said,) = judged_by_sdk(NOT_ON_ROOT, inputs)
    assert declare in said
