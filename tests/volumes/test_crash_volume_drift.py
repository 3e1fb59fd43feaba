"""What was changed by hand is named and repaired without erasing; a run that is cut off anywhere is gone on with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed
from tests.volumes.conftest import OTHER, PLACE, VOLUME, WWID, StartSanHost, erased, mounts, volume

pytestmark = pytest.mark.fixture
Spoil = Callable[[ReleaseHost], None]


def by(script: str) -> Spoil:
    """A change by hand."""

    def spoil(host: ReleaseHost) -> None:
        host.run(script)

    return spoil


DRIFTS: dict[str, tuple[str, str, Spoil, str]] = {
    "unmounted": ("rhel-9.4", "mapped", by(f"umount {PLACE}"), "mounted"),
    "fstab line gone": ("rhel-9.4", "mapped", by(f"sed -i '\\,{PLACE},d' /etc/fstab"), "problems"),
    "fstab line edited": ("rhel-9.4", "mapped", by("sed -i 's/nofail/noauto/' /etc/fstab"), "problems"),
    "directory gone": ("rhel-9.4", "mapped", by(f"rm -r {PLACE}/var"), "problems"),
    "blacklist gone": (
        "rhel-6.10", "blacklisted", by(f"sed -i '/{WWID}/d' /etc/multipath.conf"), "problems",
    ),
    "remembered again": (
        "rhel-6.10", "blacklisted", by("sed -i 's/^# pulumi-kdump: //' /etc/multipath/wwids"), "problems",
    ),
    "udev rule gone": (
        "rhel-5.11", "blacklisted", by("rm /etc/udev/rules.d/99-pulumi-kdump.rules"), "problems",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DRIFTS)
def test_a_change_by_hand_is_named_and_repaired(engine: Engine, start_san_host: StartSanHost, case: str) -> None:
    release, way, spoil, name = DRIFTS[case]
    host = start_san_host(release)
    one = engine.resource(VOLUME)
    wanted = volume(host, multipath=way)
    one.up(wanted)
    log = erased(host)
    spoil(host)
    assert set(one.refresh()) == {name}
    assert one.up(wanted) == "update"
    assert one.refresh() == {}
    assert PLACE in mounts(host)
    assert erased(host) == log, "a repair erases nothing"


def test_a_lun_that_is_gone_is_told(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    one = engine.resource(VOLUME)
    wanted = volume(host)
    one.up(wanted)
    log = erased(host)
    host.run(f"umount {PLACE}; sed -i '/{WWID}/d' /fixture/san; /fixture/storage/boot")
    changed = one.refresh()
    assert (changed["present"], changed["formatted"]) == ((True, False), (True, False))
    with pytest.raises(Failed, match="no disk there has the WWID"):
        one.up(wanted)
    assert erased(host) == log


def test_a_dirty_mount_point_in_use_is_left_and_said(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    one = engine.resource(VOLUME)
    one.up(volume(host))
    host.run(f"cd {PLACE} && (sleep 300 >/dev/null 2>&1 &)")
    with pytest.raises(Failed, match=f"cannot unmount {PLACE}"):
        one.destroy()
    assert PLACE in mounts(host)
    assert PLACE in host.read("/etc/fstab")


# Where a run is killed: when this program has done its work, before anyone hears of it.
CUTS = [
    ("rhel-9.4", "mapped", "parted"),
    ("rhel-9.4", "mapped", "mkfs.ext4"),
    ("rhel-9.4", "mapped", "mount.ext4"),
    ("rhel-6.10", "blacklisted", "dracut"),
]
# All that it was started by, up to the sshd that brought the script.
KILLER = """#!/bin/sh
PROGRAM.real "$@"
rm -f PROGRAM
mv PROGRAM.real PROGRAM
pid=$PPID doomed=
while [ "$(cat /proc/$pid/comm)" != sshd ]; do
	doomed="$doomed $pid"
	pid=$(cut -d ' ' -f 4 /proc/$pid/stat)
done
kill -9 $doomed $pid
"""


@pytest.mark.parametrize(("release", "way", "program"), CUTS)
def test_a_run_that_is_killed_in_any_step_is_gone_on_with(
    engine: Engine, start_san_host: StartSanHost, release: str, way: str, program: str
) -> None:
    host = start_san_host(release)
    one = engine.resource(VOLUME)
    wanted = volume(host, multipath=way)
    path = f"/usr/sbin/{program}"
    host.run(f"cp -a {path} {path}.real")
    host.write(f"{path}.kills", KILLER.replace("PROGRAM", path), 0o755)
    host.run(f"mv {path}.kills {path}")
    with pytest.raises(Failed):
        one.up(wanted)
    host.reboot()
    host.run(f"for i in 1 2 3 4 5; do multipath -ll | grep -q {OTHER} && break; sleep 0.3; done")
    before = erased(host)
    made = [line for line in before if line.startswith("mkfs")]
    if one.identifier:
        one.force_update()
    else:
        one.up(wanted)
    assert PLACE in mounts(host)
    assert one.refresh() == {}
    assert (WWID in host.run("multipath -ll")) == (way == "mapped")
    assert len([line for line in erased(host) if line.startswith("mkfs")]) == 1
    if made:
        assert erased(host) == before, "what was made once is not erased again"
