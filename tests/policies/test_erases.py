"""The rule erases: nothing that is in use, or holds anything, is written over or formatted."""

from typing import Any

import pytest

from policies.erases import ERASES
from tests.policies.judging import TODAY, dump_target, judged, judged_by_sdk, unknown, without

DEVICE = "/dev/disk/by-id/scsi-3600508b400105e21"
RAW = {"kind": "raw", "device": DEVICE}
SPACE = {"memoryBytes": 1.0, "freeBytes": 2.0}


def raw(use: Any = "", **changes: Any) -> dict[str, Any]:
    space = SPACE if use is None else {**SPACE, "use": use}
    return dump_target(RAW, target=f"raw {DEVICE}", **{"space": space, **changes})


def volume(use: Any = "", **changes: Any) -> dict[str, Any]:
    inputs = {
        "host": "db1",
        "wwid": "3600508b4",
        "mountPoint": "/var/crashsan",
        "mayBeErased": True,
        "use": use,
        **changes,
    }
    return {name: value for name, value in inputs.items() if value is not None}


@pytest.mark.parametrize("inputs", [raw(), volume(), volume(mayBeErased=False, use="has an ext4 file system")])
def test_a_device_that_holds_nothing_may_be_lost(inputs: dict[str, Any]) -> None:
    assert judged(ERASES, inputs) == []


@pytest.mark.parametrize("use", ["mounted on /data", "has an ext4 file system", "part of LVM volume group vg0"])
def test_a_raw_target_in_use_is_named_with_what_uses_it(use: str) -> None:
    (said,) = judged(ERASES, raw(use))
    assert said.startswith(f"host web1, target raw {DEVICE}: found it not free ({use}), needed a device that nobody")
    assert "Name another device" in said


@pytest.mark.parametrize("use", ["mounted on /data", "has a partition, has an ext4 file system", "mounted on /var"])
def test_a_lun_in_use_is_named_with_what_uses_it(use: str) -> None:
    (said,) = judged(ERASES, volume(use))
    assert said.startswith(f"host db1, SAN LUN 3600508b4: found it not free ({use}), needed a device that nobody uses")
    assert "mount it on /var/crashsan" in said


def test_a_lun_that_is_mounted_where_dumps_go_is_never_erased() -> None:
    assert judged(ERASES, volume("mounted on /var/crashsan, has a partition")) == []


def test_other_targets_overwrite_nothing() -> None:
    assert judged(ERASES, dump_target()) == []
    filesystem = {"kind": "filesystem", "device": "LABEL=dumps", "filesystem": "ext4", "path": "/"}
    assert judged(ERASES, dump_target(filesystem, space={"use": "mounted on /data"})) == []


def test_a_host_that_does_not_dump_overwrites_nothing_but_its_lun_is_formatted_all_the_same() -> None:
    assert judged(ERASES, raw("swap", enabled=False)) == []
    assert len(judged(ERASES, volume("swap", enabled=False))) == 1


@pytest.mark.parametrize("inputs", [raw(None), volume(None)])
def test_where_nobody_looked_it_is_a_violation(inputs: dict[str, Any]) -> None:
    (said,) = judged(ERASES, inputs)
    assert "found nothing known of what is on it now" in said
    assert "Let the preview look (facts: measured), or write an exemption from erases" in said


def test_the_reason_why_nobody_could_look_is_passed_on() -> None:
    (said,) = judged(ERASES, raw(space={"problem": "web1 refused the login"}))
    assert "(web1 refused the login)" in said


def test_an_exemption_says_that_it_may_be_lost() -> None:
    excused = {"exemptions": [{"rule": "erases", "until": TODAY.isoformat(), "reason": "old test disk, agreed"}]}
    assert judged(ERASES, volume("has an ext4 file system", **excused)) == []
    assert judged(ERASES, raw(None, **excused)) == []


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        unknown(raw(), "destination"),
        without(raw(), "destination"),
        unknown(raw(), "space"),
        raw(space=unknown({"use": ""}, "use")),
        raw("swap", **unknown({"enabled": False}, "enabled")),
        unknown(volume(), "use"),
        unknown(volume(), "mayBeErased", "use"),
        unknown(volume("mounted on /var/crashsan"), "mountPoint"),
    ],
)
def test_what_is_not_known_is_a_violation(inputs: dict[str, Any]) -> None:
    assert len(judged_by_sdk(ERASES, inputs)) == 1
