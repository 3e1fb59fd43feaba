"""What getHostFacts says of devices: by every name they have, who uses them, what they hold; and nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from provider.devices import fact
from provider.shell.script import Answers, Call
from provider.ssh import Session
from tests.fleet.host import ReleaseHost
from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine
from tests.volumes.conftest import OTHER, VOLUME, WWID, StartSanHost, erased, mounts, on_the_lun, volume

pytestmark = pytest.mark.fixture
UUID = "0a1b2c3d-0000-4000-8000-00000000abcd"
EXT4 = {"fstype": "ext4", "uuid": UUID}
LUN = f"wwid:{WWID}"
FREE = {
    "found": True, "sizeBytes": 16384 << 20, "freeBytes": -1, "mountPoint": "", "filesystem": "", "use": "",
}  # fmt: skip
ABSENT = {**FREE, "found": False, "sizeBytes": -1}


def files(host: ReleaseHost) -> dict[str, str]:
    """All files of the host, with their times; rpm's books are touched by whoever reads them."""
    return {path: line for path, line in host.listing(times=True).items() if not path.startswith("var/lib/rpm")}


def devices(engine: Engine, host: ReleaseHost, *names: str) -> dict[str, Any]:
    """The facts of devices; asking for them changes nothing."""
    before = files(host)
    facts = engine.facts(host.connection(), devices=names)
    assert facts["reachable"], facts["problem"]
    assert files(host) == before
    assert erased(host) == []
    assert not host.path("/run/blkid").exists()
    found: dict[str, Any] = facts["devices"]
    assert set(found) == set(names)
    return found


@pytest.mark.parametrize("release", ["rhel-5.11", "rhel-6.10", "rhel-9.4"])
def test_a_lun_that_nobody_uses_is_free_by_each_of_its_names(
    engine: Engine, start_san_host: StartSanHost, release: str
) -> None:
    host = start_san_host(release)
    absent = ("wwid:3600508b400105e21000090000049ffff", "/dev/disk/by-id/none", f"UUID={UUID}", "LABEL=none")
    found = devices(engine, host, LUN, f"wwid:{OTHER}", f"/dev/disk/by-id/scsi-{WWID}", *absent)
    assert [found[name] for name in absent] == [ABSENT] * 4
    assert [found[name] for name in found if name not in absent] == [FREE] * 3


@pytest.mark.parametrize("release", ["rhel-5.11", "rhel-6.10", "rhel-9.4"])
def test_a_mounted_file_system_is_told_with_its_room(
    engine: Engine, start_san_host: StartSanHost, release: str
) -> None:
    host = start_san_host(release)
    on_the_lun(host, **EXT4)
    assert devices(engine, host, LUN)[LUN] == {
        **FREE, "filesystem": "ext4", "use": "has a partition, has an ext4 file system",
    }  # fmt: skip
    host.run(f"mkdir -p '/my data' && mount -t ext4 /dev/disk/by-uuid/{UUID} '/my data'")
    found = devices(engine, host, LUN, f"UUID={UUID}")
    free = int(host.run("df -Pk '/my data' | awk 'NR == 2 { print $4 }'")) * 1024
    mounted = {"found": True, "freeBytes": free, "mountPoint": "/my data", "filesystem": "ext4"}
    assert found[LUN] == {**FREE, **mounted, "use": "mounted on /my data, has a partition"}
    assert {**found[f"UUID={UUID}"], "sizeBytes": 0} == {**mounted, "sizeBytes": 0, "use": "mounted on /my data"}


def holds(fstype: str) -> Callable[[ReleaseHost], None]:
    return lambda host: on_the_lun(host, fstype=fstype, uuid=UUID)


def held(by: str, name: str = "", uuid: str = "") -> Callable[[ReleaseHost], None]:
    def prepare(host: ReleaseHost) -> None:
        on_the_lun(host, fstype="LVM2_member", uuid=UUID)
        host.run(f"mkdir -p /sys/class/block/dm-100/holders/{by} /sys/class/block/{by}")
        if name:
            host.write(f"/sys/block/{by}/dm/name", f"{name}\n")
            host.write(f"/sys/block/{by}/dm/uuid", f"{uuid}\n")

    return prepare


def holding_the_root(host: ReleaseHost) -> None:
    held("dm-7", "my--vg-my--root", "LVM-x")(host)
    number = int(host.run("stat -c %d /"))
    host.write("/sys/class/block/dm-7/dev", f"{os.major(number)}:{os.minor(number)}\n")


USED: dict[str, tuple[Callable[[ReleaseHost], None], str]] = {
    "LVM with the root on it": (holding_the_root, "part of LVM volume group my-vg, mounted on /, has a partition"),
    "encrypted": (held("dm-8", "vault", "CRYPT-LUKS2-x"), "open as the encrypted device vault, has a partition"),
    "some map": (held("dm-9"), "open by device-mapper (dm-9), has a partition"),
    "md": (held("md127"), "part of the RAID device md127, has a partition"),
    "of a volume group": (holds("LVM2_member"), "has a partition, an LVM physical volume"),
    "of an array": (holds("linux_raid_member"), "has a partition, md member"),
    "swap": (holds("swap"), "has a partition, holds swap space"),
}


@pytest.mark.parametrize("case", USED)
def test_who_uses_it_is_said_in_words(engine: Engine, start_san_host: StartSanHost, case: str) -> None:
    prepare, words = USED[case]
    host = start_san_host()
    prepare(host)
    found = devices(engine, host, LUN)[LUN]
    assert (found["use"], found["mountPoint"], found["freeBytes"]) == (words, "", -1)


def test_a_whole_disk_is_used_by_what_is_on_its_partitions(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    host.write("/etc/multipath.conf", f"blacklist {{\n\twwid {WWID}\n}}\n")
    host.run("multipath -r")
    on_the_lun(host, **EXT4)
    host.run("multipath -r")
    disk = f"/dev/disk/by-id/scsi-{WWID}"
    host.write("/sys/block/sdb/sdb1/dev", "240:17\n")
    assert devices(engine, host, disk)[disk] == {**FREE, "use": "has a partition, has an ext4 file system"}
    host.run("mkdir -p /data && mount -t ext4 /dev/sdb1 /data")
    found = devices(engine, host, disk, f"{disk}-part1")
    assert found[disk] == {**FREE, "use": "mounted on /data, has a partition"}
    assert found[f"{disk}-part1"]["use"] == "mounted on /data"
    # A partition below a disk that something took as a whole is no free partition.
    host.run("umount /data && mkdir -p /sys/block/sdb/holders/md5")
    words = devices(engine, host, f"{disk}-part1")[f"{disk}-part1"]["use"]
    assert words == "part of the RAID device md5, has an ext4 file system"


def test_a_host_without_blkid_does_not_pass_for_one_with_a_free_disk(
    engine: Engine, start_san_host: StartSanHost
) -> None:
    host = start_san_host()
    host.run("rm $(command -v blkid)")
    found = devices(engine, host, LUN, "/dev/disk/by-id/none")
    assert found[LUN] == {**FREE, "use": "what it holds cannot be told, as blkid is missing there"}
    assert found["/dev/disk/by-id/none"] == ABSENT


def test_our_own_volume_is_known_by_its_mount_point(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    engine.resource(VOLUME).up(volume(host))
    assert mounts(host)
    found = engine.facts(host.connection(), devices=[LUN])["devices"][LUN]
    assert (found["mountPoint"], found["filesystem"]) == ("/var/crash-san", "ext4")
    assert found["freeBytes"] > 0


def test_devices_are_asked_for_in_the_one_exchange(
    engine: Engine, start_san_host: StartSanHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = start_san_host()
    exchanges, ask = list[int](), Session.ask

    async def asking(self: Session, calls: Sequence[Call]) -> Answers:
        exchanges.append(len(calls))
        return await ask(self, calls)

    monkeypatch.setattr(Session, "ask", asking)
    monkeypatch.setattr("provider.host.REMEMBER_SECONDS", 300)
    assert devices(engine, host, LUN, f"wwid:{OTHER}")[LUN] == FREE
    assert len(exchanges) == 1


@pytest.mark.parametrize("name", ["sdb", "/etc/passwd", "wwid:sdb", "wwid:-ll a", "UUID=", "PARTUUID=1", "/dev/../etc"])
def test_what_names_no_device_is_refused(engine: Engine, name: str) -> None:
    args = {"connection": {"host": "127.0.0.1"}, "devices": [name]}
    _, failures = engine.invoke("kdump:index:getHostFacts", args)
    assert_clear(failures["devices"], "UUID=, LABEL=", "wwid:", "/dev/disk/by-id/")


NODE = "path sdb\nsize 1073741824\n"
SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("", {"found": False, "sizeBytes": -1, "use": ""}),
    "a size that is not told": (
        "path sdb\nsize \ndev /dev/sdb disk - -\n", {"found": True, "sizeBytes": -1, "use": ""},
    ),
    "an empty partition table": (
        f"{NODE}dev /dev/sdb disk - -\nmark /dev/sdb gpt\nmark /dev/sdb PMBR\n",
        {"use": "has a gpt partition table, has a PMBR partition table", "filesystem": ""},
    ),
    "two things at once": (
        f"{NODE}dev /dev/sdb disk - -\nmark /dev/sdb LVM2_member\nmark /dev/sdb ext4\n",
        {"use": "an LVM physical volume, has an ext4 file system", "filesystem": ""},
    ),
    "swapped on": (f"{NODE}dev /dev/sdb disk swap x\nuse /dev/sdb swap swap\n", {"use": "swap", "filesystem": "swap"}),
    "mounted twice": (
        f"{NODE}dev /dev/sdb disk xfs x\nuse /dev/sdb mount /a\\040b\nuse /dev/sdb mount /c\n"
        "space /a\\040b 12\nspace /c 12\n",
        {"use": "mounted on /a b, mounted on /c", "mountPoint": "/a b", "freeBytes": 12 << 10},
    ),
    "mounted, and df has no answer": (
        f"{NODE}dev /dev/sdb disk xfs x\nuse /dev/sdb mount /a\n", {"mountPoint": "/a", "freeBytes": -1},
    ),
    "a member of some array": (
        f"{NODE}dev /dev/sdb disk isw_raid_member -\n", {"use": "part of something larger (isw_raid_member)"},
    ),
    "a path": (
        f"{NODE}dev /dev/sdb disk - -\nuse /dev/sdb held dm-0\ndm dm-0 mpatha mpath-3600\n",
        {"use": "a path of the multipath device mpatha"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_what_a_host_says_is_put_in_words(case: str) -> None:
    text, expected = SAID[case]
    found = fact(text, lun=False)
    assert {name: found[name] for name in expected} == expected
