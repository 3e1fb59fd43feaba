"""Fleet hosts on a SAN: two LUNs, one of them by two paths; nothing of this machine's own disks is touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fleet.conftest import StartReleaseHost, fleet_tree, start_release_host
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import engine, nothing_remembered, stack_of_things, start_engine

__all__ = ["engine", "fleet_tree", "nothing_remembered", "stack_of_things", "start_engine", "start_release_host"]

VOLUME = "kdump:host:CrashVolume"
WWID = "3600508b400105e210000900000490000"
OTHER = "3600508b400105e210000900000490001"
PLACE = "/var/crash-san"
# The hosts have 8 GiB of memory.
SAN = f"{WWID} sdb 16384 active\n{WWID} sdc 16384 active\n{OTHER} sdd 16384 active\n"
MULTIPATH_CONF = 'defaults {\n\tuser_friendly_names yes\n}\nblacklist {\n\tdevnode "^hd"\n}\n'
FSTAB = "# the host's own\nproc /proc proc defaults 0 0"


def volume(host: ReleaseHost, **more: Any) -> dict[str, Any]:
    """The LUN with its WWID said twice."""
    wanted = {"wwid": WWID, "mountPoint": PLACE, "eraseWwid": WWID, **more}
    return {"connection": host.connection(), **wanted}


def erased(host: ReleaseHost) -> list[str]:
    """What was erased on the SAN, a line each."""
    log = host.path("/fixture/erased")
    return log.read_text().splitlines() if log.exists() else []


def mounts(host: ReleaseHost) -> str:
    """What is mounted where the LUN belongs."""
    return host.run(f"grep -F ' {PLACE} ' /proc/mounts", check=False)


def on_the_lun(host: ReleaseHost, **files: str) -> None:
    """Have something on the LUN: a partition table, and a file system (fstype, uuid)."""
    host.run(f"mkdir -p /fixture/disks/{WWID}")
    for name, text in {"label": "gpt", "part1": "", **files}.items():
        host.write(f"/fixture/disks/{WWID}/{name}", text + "\n")
    host.run("/fixture/storage/boot")


StartSanHost = Callable[..., ReleaseHost]


@pytest.fixture
def start_san_host(start_release_host: StartReleaseHost) -> StartSanHost:
    """Starts a host of a release with a SAN."""

    def start(release: str = "rhel-9.4", san: str = SAN) -> ReleaseHost:
        host = start_release_host(release)
        host.write("/fixture/san", san)
        host.write("/etc/multipath.conf", MULTIPATH_CONF)
        host.write("/etc/fstab", FSTAB)
        if release == "rhel-5.11":
            # There on every host with udev 095.
            host.run("mkdir -p /etc/udev/rules.d")
        host.run("/fixture/storage/boot")
        return host

    return start
