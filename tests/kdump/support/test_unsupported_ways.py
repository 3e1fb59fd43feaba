"""Targets that work and that no vendor stands by, as far as a target itself tells."""

from typing import Any

import pytest

from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.platforms import platform_named
from kdump.support.unsupported_ways import unsupported_ways
from kdump.targets import target_from
from kdump.volumes.recipes import own_way

BTRFS = {"kind": "filesystem", "device": "LABEL=dumps", "filesystem": "btrfs", "path": "/var/crash"}
NFS6 = {"kind": "nfs", "server": "2001:db8::9", "export": "/srv/kdump/web1"}
SSH6 = {"kind": "ssh", "server": "2001:db8::9", "user": "kdump", "path": "/srv/kdump/web1"}


def found(target: dict[str, Any], platform: str) -> list[Refusal]:
    return unsupported_ways(target_from(target), platform_named(platform))


@pytest.mark.parametrize(
    ("target", "platform", "setting", "instead"),
    [
        (BTRFS, "rhel-7.9", "target.filesystem", "Use xfs or ext4"),
        (BTRFS, "rhel-10.0", "target.filesystem", "Use xfs or ext4"),
        (NFS6, "rhel-6.10", "target.server", "IPv4"),
        (SSH6, "rhel-7.9", "target.server", "IPv4"),
        (SSH6, "rhel-8.3", "target.server", "IPv4"),
    ],
)
def test_what_the_vendor_does_not_support_is_told(
    target: dict[str, Any], platform: str, setting: str, instead: str
) -> None:
    (refusal,) = found(target, platform)
    assert refusal.setting == setting
    assert "unsupported" in refusal.needed
    assert instead in refusal.instead


@pytest.mark.parametrize(
    ("target", "platform"),
    [
        ({**BTRFS, "filesystem": "xfs"}, "rhel-9.4"),
        ({**BTRFS, "filesystem": "minix"}, "rhel-5.11"),
        (SSH6, "rhel-8.10"),
        (SSH6, "rhel-10.0"),
        ({**SSH6, "server": "192.0.2.9"}, "rhel-7.9"),
        ({"kind": "local", "path": "/var/crash"}, "rhel-7.9"),
        ({"kind": "raw", "device": "/dev/disk/by-id/x"}, "rhel-7.9"),
        # The tools themselves refuse these, and that is said elsewhere.
        ({"kind": "raw", "device": "/dev/disk/by-id/x"}, "sles-15.7"),
        ({"kind": "virtiofs", "tag": "dumps", "path": "/var/crash"}, "rhel-8.10"),
    ],
)
def test_what_is_supported_unknown_or_refused_is_not(target: dict[str, Any], platform: str) -> None:
    assert found(target, platform) == []


def test_only_the_oldest_releases_take_a_lun_out_of_multipath_by_themselves() -> None:
    taken_out = {generation for generation in Generation if own_way(generation) == "blacklisted"}
    assert taken_out == {Generation.EL5, Generation.EL6_0}
