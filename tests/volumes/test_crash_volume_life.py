"""A LUN becomes the file system for dumps on each release, stays so, is repaired, and is let go of unharmed."""

from __future__ import annotations

import pytest

from kdump.volumes import made_uuid
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine
from tests.provider.fixture.host import changes
from tests.volumes.conftest import OTHER, PLACE, VOLUME, WWID, StartSanHost, erased, mounts, volume

pytestmark = pytest.mark.fixture
WAYS = [
    ("rhel-5.11", "blacklisted", "ext3"),
    ("rhel-6.10", "blacklisted", "ext4"),
    ("rhel-6.10", "mapped", "ext4"),
    ("rhel-9.4", "mapped", "xfs"),
]
MADE = [f"mklabel {WWID}", f"mkpart {WWID}"]
_OWN = ("var/lib/rpm", "var/lib/dnf", "var/cache", "var/log", "var/tmp", "boot/initramfs")


def seen(host: ReleaseHost, *, times: bool = False) -> dict[str, str]:
    """The files of the host that are not its tools' own books."""
    return {path: line for path, line in host.listing(times=times).items() if not path.startswith(_OWN)}


@pytest.mark.parametrize(("release", "way", "filesystem"), WAYS)
def test_a_lun_comes_stays_and_goes(
    engine: Engine, start_san_host: StartSanHost, release: str, way: str, filesystem: str
) -> None:
    host = start_san_host(release)
    before = seen(host)
    one = engine.resource(VOLUME)
    wanted = volume(host, multipath=way, filesystem=filesystem)
    assert one.up(wanted) == "create"
    assert erased(host) == [*MADE, f"mkfs {WWID} {filesystem}"]
    assert PLACE in mounts(host)
    assert host.path(f"{PLACE}/var/crash").is_dir()
    assert one.outputs["filesystemUuid"] == made_uuid(WWID)
    assert one.outputs["sizeBytes"] == 16384 << 20
    assert host.read(f"/fixture/disks/{WWID}/uuid").strip() == made_uuid(WWID)
    assert (WWID in host.run("multipath -ll")) == (way == "mapped")
    assert OTHER in host.run("multipath -ll")
    made = seen(host, times=True)
    assert one.up(wanted) == "same"
    assert one.refresh() == {}
    one.force_update()
    assert changes(made, seen(host, times=True)) == {}
    host.write(f"{PLACE}/var/crash/vmcore", "a dump")
    log = erased(host)
    host.run("umount " + PLACE)
    host.run("mount " + PLACE)
    one.destroy()
    assert mounts(host) == ""
    assert changes(before, seen(host)) == {}
    assert not host.path("/var/lib/pulumi-kdump").exists()
    assert (WWID in host.run("multipath -ll")) is True
    assert erased(host) == log, "taking it away erases nothing"
    # Once more: what is there is ours, and its dumps with it.
    one.up(wanted)
    assert erased(host) == log
    assert PLACE in mounts(host)


@pytest.mark.parametrize(("release", "way", "filesystem"), WAYS)
def test_the_next_boot_mounts_it(
    engine: Engine, start_san_host: StartSanHost, release: str, way: str, filesystem: str
) -> None:
    host = start_san_host(release)
    one = engine.resource(VOLUME)
    one.up(volume(host, multipath=way, filesystem=filesystem))
    host.reboot()
    host.run(f"for i in 1 2 3 4 5 6 7 8 9 10; do grep -q {PLACE} /proc/mounts && break; sleep 0.3; done")
    engine.resource("kdump:host:Sysctls", "other").up(
        {"connection": host.connection(), "settings": {"kernel.panic_on_oops": "1"}}
    )
    # The fixture's file systems are empty each time that they are mounted.
    assert one.refresh() == {"problems": ([], [f"there is no directory {PLACE}/var/crash"])}
    one.up(volume(host, multipath=way, filesystem=filesystem))
    assert one.refresh() == {}
    assert len(erased(host)) == 3
    assert (WWID in host.run("multipath -ll")) == (way == "mapped")


def test_the_dump_configuration_takes_the_file_system_by_its_uuid(engine: Engine, start_san_host: StartSanHost) -> None:
    # Later releases compare the type of what is mounted, which is a tmpfs on fixture hosts.
    host = start_san_host("rhel-6.10")
    engine.resource(VOLUME).up(volume(host))
    target = {"kind": "filesystem", "device": f"UUID={made_uuid(WWID)}", "filesystem": "ext4", "path": "/var/crash"}
    written = engine.resource("kdump:host:DumpConfiguration", "written")
    written.up({"connection": host.connection(), "target": target})
    assert f"ext4 UUID={made_uuid(WWID)}" in host.read("/etc/kdump.conf")
    assert written.refresh() == {}
