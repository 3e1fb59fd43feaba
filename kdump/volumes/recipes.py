"""The recipes: Red Hat Enterprise Linux 5, 6 with multipath off and on for the disk, 7 and newer, and SUSE.

Source: Red Hat's how-to of kdump (facts of kdump 1.2, "SAN ..."). The public copies have lost its command lines:
steps put together again from the manual pages of each release say so. For SUSE: dracut/module-setup.sh of its kdump.
"""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.units import human
from kdump.volumes import steps
from kdump.volumes.model import Recipe, SanVolume, Step, filesystem_uuid

_SIX = (Generation.EL6_0, Generation.EL6_3)
_DRACUT = (
    Generation.EL7,
    Generation.EL8_0,
    Generation.EL8_1,
    Generation.EL9_0,
    Generation.EL9_2,
    Generation.EL9_7,
    Generation.KDUMP_UTILS,
)
_SUSE = (Generation.SUSE_CALIBRATE, Generation.SUSE_2)
_BLACKLISTED = (Generation.EL5, Generation.EL6_0)
# mkfs.xfs can be told the UUID of the new file system from xfsprogs 4.5 on. Source: xfsprogs of 7.3
_XFS_WITH_UUID = (7, 3)

_REBUILD = "Restart kdump, so that its image is built for the new target."
_DRILL = "Crash the host once by SysRq-C, and look for the dump on the disk: nothing else proves it."


class _FileSystems(NamedTuple):
    generations: tuple[Generation, ...]
    default: str
    known: tuple[str, ...]
    source: str


_FILE_SYSTEMS = (
    _FileSystems((Generation.EL5,), "ext3", ("ext3", "ext4"), "how-to of kdump: ext3, or ext4 on late releases"),
    _FileSystems(_SIX, "ext4", ("ext3", "ext4"), "how-to of kdump: ext4 by its UUID"),
    _FileSystems(_DRACUT, "ext4", ("ext3", "ext4", "xfs"), "kdump.conf(5): ext2 to ext4, xfs"),
    _FileSystems(_SUSE, "ext4", ("ext3", "ext4", "xfs"), "dracut/module-setup.sh of kdump: any that the host mounts"),
)


def recipe(platform: Platform, volume: SanVolume) -> Recipe:
    """What to do on *platform* so that kdump dumps on *volume*, in order.

    Raises :class:`Refusal` for a release without a recipe for that way of using the disk, for a file system it
    cannot have there, and for a kept file system without its UUID.
    """
    generation = generation_of(platform)
    row = next((row for row in _FILE_SYSTEMS if generation in row.generations), None)
    if row is None:
        raise Refusal(
            "target",
            "SAN disk",
            "Red Hat Enterprise Linux 5 or newer, or SUSE",
            "Use a file system that the host mounts, or a collector over the network",
            f"No recipe for a SAN disk is known for {generation}",
        )
    volume = volume.model_copy(update={"multipath": volume.multipath or own_way(generation)})
    fstype = _checked_fstype(platform, volume, row)
    if generation is Generation.EL5:
        return _five(volume, fstype)
    if volume.multipath == "blacklisted":
        if generation not in _SIX:
            raise Refusal(
                "multipath",
                "blacklisted",
                "'mapped'",
                "Write 'mapped'",
                f"On {generation} dracut takes multipath into the capture image by itself",
            )
        return _six_blacklisted(volume, fstype)
    if generation is Generation.EL6_0:
        raise Refusal(
            "multipath",
            "mapped",
            "Red Hat Enterprise Linux 6.3 or newer",
            "Update kexec-tools to 2.0.0-211 or newer and declare release 6.3, or write 'blacklisted'",
            "kexec-tools older than 2.0.0-211 (December 2011) cannot dump on a multipath device",
        )
    found = _mapped(volume, fstype, systemd=generation not in _SIX)
    return _on_suse(found, volume) if generation in _SUSE else found


def own_way(generation: Generation) -> str:
    """How a release uses a SAN disk where nothing is said: "mapped", or "blacklisted" where it knows no multipath.

    Source: facts of kdump 1.2, "SAN ..."; kexec-tools changelog 2.0.0-211.
    """
    return "blacklisted" if generation in _BLACKLISTED else "mapped"


def size_problem(size_bytes: int, memory_bytes: int) -> Refusal | None:
    """Why a disk of *size_bytes* is too small for a host with *memory_bytes* of memory, None if it is not.

    The one bound that is certain is more space than memory: a dump that filters nothing holds all of it.
    Source: Red Hat's how-to of kdump, free space rule.
    """
    if size_bytes > memory_bytes:
        return None
    return Refusal(
        "target.size",
        human(size_bytes),
        f"more than {human(memory_bytes)}, the host's memory",
        "Use a larger disk",
        "A dump that cannot be filtered is as large as memory, and the file system needs some space itself",
    )


def wwid_command(platform: Platform, disk: str) -> tuple[str, ...]:
    """The command that prints the WWID of *disk*, a kernel name such as "sdb", on *platform*.

    Raises :class:`Refusal` for what is no such name. Source: scsi_id(8) of each release; reconstructed for 5.
    """
    if not (disk.isascii() and disk.isalpha() and disk.islower()):
        raise Refusal("disk", disk, "a kernel's name of a disk", "Write a name such as 'sdb'", "It names /dev/sdb")
    generation = generation_of(platform)
    if generation in (Generation.NETDUMP, Generation.EL5):
        return ("/sbin/scsi_id", "-g", "-u", "-s", f"/block/{disk}")
    program = "/sbin/scsi_id" if generation in _SIX else "/usr/lib/udev/scsi_id"
    return (program, "--whitelisted", f"--device=/dev/{disk}")


def _checked_fstype(platform: Platform, volume: SanVolume, row: _FileSystems) -> str:
    fstype = volume.fstype or row.default
    if fstype not in row.known:
        raise Refusal(
            "fstype",
            fstype,
            "one of " + ", ".join(row.known),
            f"Write {row.default!r}",
            f"kdump of {generation_of(platform)} is not known to dump on a SAN disk with {fstype}",
        )
    if fstype == "xfs" and platform.base == "rhel" and platform.version < _XFS_WITH_UUID:
        raise Refusal(
            "fstype",
            fstype,
            "ext4 before release 7.3",
            "Write 'ext4'",
            "mkfs.xfs of this release cannot give a new file system a chosen UUID",
        )
    return fstype


def _five(volume: SanVolume, fstype: str) -> Recipe:
    if volume.multipath == "mapped":
        raise Refusal(
            "multipath",
            "mapped",
            "'blacklisted'",
            "Write 'blacklisted'",
            "kdump of Red Hat Enterprise Linux 5 cannot dump on a multipath device",
        )
    disk = f"/dev/disk/by-id/scsi-{volume.wwid}"
    device = steps.named_disk(volume).partition(1)
    # Release 5 finds the file system by the name of its partition: of one that is kept, the UUID need not be known.
    uuid = filesystem_uuid(volume) if volume.erase or volume.uuid else None
    parts = (
        steps.identify_by_udevinfo(disk, volume),
        *steps.blacklist(volume),
        *steps.partition(disk, volume),
        *steps.name_partition(disk, volume),
        *steps.make_filesystem(device, fstype, volume, uuid=None),
        *(steps.give_uuid(device, volume, uuid) if uuid else ()),
        *((steps.check_uuid(device, uuid),) if uuid else ()),
        *steps.mount(device, fstype, volume, options=("defaults",)),
    )
    ext4 = ("ext4 needs the package e4fsprogs, and only late releases of 5 can dump on it.",)
    return Recipe(
        steps=parts,
        supported=True,
        why="Red Hat's how-to gives this way for release 5 and says it was verified there",
        target=f"{fstype} {device}",
        path=volume.path,
        afterwards=(_REBUILD, _DRILL),
        advice=ext4 if fstype == "ext4" else (),
        source="Red Hat's how-to of kdump, SAN on Red Hat Enterprise Linux 5",
    )


def _six_blacklisted(volume: SanVolume, fstype: str) -> Recipe:
    disk = f"/dev/disk/by-id/scsi-{volume.wwid}"
    device = f"{disk}-part1"
    uuid = filesystem_uuid(volume)
    parts = (
        steps.identify_by_udevadm(disk, volume),
        *steps.blacklist(volume),
        *steps.forget(volume),
        *steps.partition(disk, volume),
        *steps.settle(),
        *steps.make_filesystem(device, fstype, volume, uuid),
        steps.check_uuid(device, uuid),
        *steps.mount(f"UUID={uuid}", fstype, volume, options=("defaults", "nofail")),
    )
    return Recipe(
        steps=parts,
        supported=False,
        why=(
            "An unsupported workaround: Red Hat supports dumps on the multipath device itself (write "
            "'mapped'), with kexec-tools 2.0.0-211 or newer, that is from release 6.3 on"
        ),
        target=f"{fstype} UUID={uuid}",
        path=volume.path,
        afterwards=(_REBUILD, "Switch kdump on at boot: chkconfig kdump on.", _DRILL),
        advice=("The disk has one path only from now on: if that path fails, neither mount nor dump works.",),
        source="Red Hat's how-to of kdump, SAN on Red Hat Enterprise Linux 6 with multipath blacklisted",
    )


def _mapped(volume: SanVolume, fstype: str, systemd: bool) -> Recipe:
    disk = f"/dev/disk/by-id/dm-uuid-mpath-{volume.wwid}"
    device = f"/dev/disk/by-id/dm-uuid-part1-mpath-{volume.wwid}"
    uuid = filesystem_uuid(volume)
    mapped_partition: tuple[Step, ...] = (steps.map_partitions(disk),) if volume.erase else ()
    parts = (
        steps.identify_by_multipath(volume),
        *steps.partition(disk, volume),
        *mapped_partition,
        *steps.settle(),
        *steps.make_filesystem(device, fstype, volume, uuid),
        steps.check_uuid(device, uuid),
        *steps.mount(f"UUID={uuid}", fstype, volume, options=("defaults", "nofail"), systemd=systemd),
    )
    enable = "systemctl enable kdump" if systemd else "chkconfig kdump on"
    memory = (
        "The capture kernel sets up every path of every disk that it sees: on a host with many of them it may "
        "run out of memory. Reserve more with crashkernel than the default, and prove it by a drill."
    )
    return Recipe(
        steps=parts,
        supported=True,
        why=(
            "dracut takes the multipath configuration into the capture image by itself"
            if systemd
            else "kexec-tools dumps on multipath devices from 2.0.0-211 on"
        ),
        target=f"{fstype} UUID={uuid}",
        path=volume.path,
        afterwards=(_REBUILD, f"Switch kdump on at boot: {enable}.", _DRILL),
        advice=(memory,) if systemd else (),
        source=(
            "dracut's multipath module; dracut pull request 78"
            if systemd
            else "Red Hat's how-to of kdump, SAN on Red Hat Enterprise Linux 6; kexec-tools 2.0.0-211"
        ),
    )


def _on_suse(found: Recipe, volume: SanVolume) -> Recipe:
    directory = posixpath.join(volume.mount_point, volume.path.lstrip("/"))
    return found.model_copy(
        update={
            "why": "kdump takes the mounted target, and the multipath configuration for it, into its initrd",
            "target": f"file://{directory}",
            "path": directory,
            "source": "openSUSE kdump, dracut/module-setup.sh of branches SLE-15-SP4 and SLE-15-SP7",
        }
    )
