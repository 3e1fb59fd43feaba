"""What a LUN is refused for, what is said of it, and that nothing is ever erased unasked."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from provider.kinds.crash_volume_wanted import Wanted
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed
from tests.volumes.conftest import (
    OTHER,
    PLACE,
    SAN,
    VOLUME,
    WWID,
    StartSanHost,
    erased,
    mounts,
    on_the_lun,
    volume,
)

pytestmark = pytest.mark.fixture
UUID = "0a1b2c3d-0000-4000-8000-00000000abcd"
DATA = {"fstype": "ext4", "uuid": UUID}


def holds(**files: str) -> Callable[[ReleaseHost], None]:
    return lambda host: on_the_lun(host, **files)


def held(by: str) -> Callable[[ReleaseHost], None]:
    def prepare(host: ReleaseHost) -> None:
        on_the_lun(host)
        host.run(f"mkdir -p /sys/class/block/dm-100/holders/{by} /sys/class/block/{by}")

    return prepare


def holding_the_root(host: ReleaseHost) -> None:
    held("dm-7")(host)
    number = int(host.run("stat -c %d /"))
    host.write("/sys/class/block/dm-7/dev", f"{os.major(number)}:{os.minor(number)}\n")


def mounted(host: ReleaseHost) -> None:
    on_the_lun(host, **DATA)
    host.run("mkdir -p /data && mount -t ext4 /dev/mapper/mpatha1 /data")


def swapped_on(host: ReleaseHost) -> None:
    on_the_lun(host, fstype="swap", uuid=UUID)


def nothing(host: ReleaseHost) -> None:
    """The LUN is empty."""


REFUSED: dict[str, tuple[Callable[[ReleaseHost], None], dict[str, Any], list[str]]] = {
    "empty, not confirmed": (nothing, {"eraseWwid": ""}, ["nothing that blkid knows", f"eraseWwid: {WWID}"]),
    "data, not confirmed": (holds(**DATA), {"eraseWwid": ""}, ["eraseWwid", f"ext4 with UUID {UUID}", f"uuid: {UUID}"]),
    "a partition, not confirmed": (holds(), {"eraseWwid": ""}, ["eraseWwid", "a partition on /dev/dm-"]),
    "mounted": (mounted, {}, ["wwid", "is in use", "is mounted at /data", f"ext4 with UUID {UUID}"]),
    "LVM": (holds(fstype="LVM2_member", uuid=UUID), {}, ["wwid", "part of something else", "LVM2_member"]),
    "md": (holds(fstype="linux_raid_member", uuid=UUID), {}, ["wwid", "linux_raid_member"]),
    "swap": (swapped_on, {}, ["wwid", "swap", "is not erased here"]),
    "held": (held("md127"), {}, ["wwid", "is in use", "is held by md127"]),
    "the root": (holding_the_root, {}, ["wwid", "has the root file system of this host on it", "is mounted at /"]),
    "another LUN of the host": (nothing, {"wwid": OTHER[:-1] + "9", "eraseWwid": OTHER[:-1] + "9"}, [
        "wwid", "no disk there has the WWID", WWID, OTHER,
    ]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_and_nothing_is_touched(engine: Engine, start_san_host: StartSanHost, case: str) -> None:
    prepare, settings, said = REFUSED[case]
    host = start_san_host()
    prepare(host)
    before = host.listing()
    log, lun = erased(host), host.run("cat /fixture/disks/*/*", check=False)
    one = engine.resource(VOLUME)
    one.preview(volume(host, **settings))
    with pytest.raises(Failed) as refused:
        one.up(volume(host, **settings))
    for words in said:
        assert words in refused.value.message
    assert refused.value.initialised is None, "nothing was done, so nothing is kept in state"
    assert erased(host) == log == []
    assert host.run("cat /fixture/disks/*/*", check=False) == lun
    assert host.listing() == before
    assert mounts(host) == ""


def test_a_lun_that_is_not_larger_than_memory_is_refused(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host(san=SAN.replace(" 16384 ", " 4096 "))
    with pytest.raises(Failed, match=r"has 4 GiB, needed more than 8 GiB"):
        engine.resource(VOLUME).up(volume(host))
    assert erased(host) == []


def test_a_lun_that_multipath_does_not_map_is_refused(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    host.write("/etc/multipath.conf", f"blacklist {{\n\twwid {WWID}\n}}\n")
    host.run("multipath -r")
    with pytest.raises(Failed, match="multipath has no device for it"):
        engine.resource(VOLUME).up(volume(host))
    assert erased(host) == []


def test_a_place_that_is_taken_is_refused(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    host.write(f"{PLACE}/old-dump", "x")
    with pytest.raises(Failed, match="is not empty"):
        engine.resource(VOLUME).up(volume(host))
    host.run(f"mount -t tmpfs none {PLACE}")
    with pytest.raises(Failed, match="something else is mounted"):
        engine.resource(VOLUME).up(volume(host))
    host.run(f"umount {PLACE}; rm -r {PLACE}")
    host.write("/etc/fstab", f"/dev/vg/lv {PLACE} xfs defaults 0 0\n")
    with pytest.raises(Failed, match="/etc/fstab mounts /dev/vg/lv"):
        engine.resource(VOLUME).up(volume(host))
    assert erased(host) == []


def test_a_file_system_that_is_there_is_kept_by_its_uuid(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    on_the_lun(host, **DATA)
    one = engine.resource(VOLUME)
    one.up(volume(host, uuid=UUID, eraseWwid=""))
    assert PLACE in mounts(host)
    one.force_update()
    one.destroy()
    # Said twice, it is ours all the same, and stays.
    one.up(volume(host, uuid=UUID))
    assert erased(host) == []


def test_another_type_than_the_one_that_is_there_is_not_made(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    one = engine.resource(VOLUME)
    one.up(volume(host))
    log = erased(host)
    with pytest.raises(Failed, match="Write filesystem: ext4"):
        one.up(volume(host, filesystem="xfs"))
    assert erased(host) == log
    assert PLACE in mounts(host)


def test_data_is_erased_only_where_the_wwid_is_said_twice(engine: Engine, start_san_host: StartSanHost) -> None:
    host = start_san_host()
    on_the_lun(host, **DATA)
    engine.resource(VOLUME).up(volume(host))
    assert [line.split()[0] for line in erased(host)] == ["mklabel", "mkpart", "mkfs"]
    assert not any(OTHER in line for line in erased(host))


@pytest.mark.parametrize("name", ["/dev/sdb", "sdaa", "dm-3", "mpatha"])
def test_a_device_name_is_no_identity(name: str) -> None:
    with pytest.raises(ValueError, match="another disk"):
        Wanted.model_validate({"wwid": name, "eraseWwid": name})


def test_an_import_takes_a_mounted_lun_over_and_leaves_its_line_when_it_goes(
    engine: Engine, start_san_host: StartSanHost
) -> None:
    host = start_san_host()
    on_the_lun(host, **DATA)
    line = f"UUID={UUID} {PLACE} ext4 defaults,nofail 0 0\n"
    host.write("/etc/fstab", line)
    host.run(f"mkdir -p {PLACE} && mount {PLACE} && mkdir -p {PLACE}/var/crash")
    one = engine.resource(VOLUME)
    where = host.connection()
    keys = "".join(f"&hostKeys={key.replace(' ', '%20').replace('+', '%2B')}" for key in where["hostKeys"])
    one.adopt(
        f"ssh://root@{host.address}?identityFile={where['identityFile']}&sshConfig=/dev/null{keys}"
        f"#{WWID},{PLACE},{UUID}"
    )
    assert one.refresh() == {}
    assert one.inputs["mounted"] is True
    one.force_update()
    one.destroy()
    assert host.read("/etc/fstab") == line
    assert PLACE in mounts(host), "it was mounted before us"
    assert erased(host) == []
