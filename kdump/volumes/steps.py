"""The steps that the recipes for SAN disks share. No argument goes through a shell.

Source: manual pages of parted, partprobe, kpartx, multipath, mke2fs, mkfs.xfs, blkid, udevadm (udevinfo,
udevcontrol, udevsettle on release 5) and dracut, of the release that the recipe is for.
"""

from __future__ import annotations

import posixpath

from kdump.dialects.fstab import Entry
from kdump.dialects.udev_rules import NamedDisk
from kdump.volumes.edits import BlacklistDisk, ForgetDisk, MountDisk, NameDisk
from kdump.volumes.model import SanVolume, Step


def named_disk(volume: SanVolume) -> NamedDisk:
    """The name that udev shall give *volume* on release 5."""
    return NamedDisk(wwid=volume.wwid, name=volume.name)


def identify_by_udevinfo(disk: str, volume: SanVolume) -> Step:
    """On release 5: stop unless *disk* has the WWID of *volume*."""
    return Step(
        purpose="Make sure that the disk is the one with this WWID",
        run=("/usr/bin/udevinfo", "--query=env", f"--name={disk}"),
        shows=f"ID_SERIAL={volume.wwid}",
        reconstructed=True,
    )


def identify_by_udevadm(disk: str, volume: SanVolume) -> Step:
    """From release 6 on: stop unless *disk* has the WWID of *volume*."""
    return Step(
        purpose="Make sure that the disk is the one with this WWID",
        run=("/sbin/udevadm", "info", "--query=property", f"--name={disk}"),
        shows=f"ID_SERIAL={volume.wwid}",
        reconstructed=True,
    )


def identify_by_multipath(volume: SanVolume) -> Step:
    """Stop unless multipath has a device for *volume*."""
    return Step(
        purpose="Make sure that multipath has a device for this WWID",
        run=("/sbin/multipath", "-ll", volume.wwid),
        shows=volume.wwid,
    )


def blacklist(volume: SanVolume) -> tuple[Step, ...]:
    """Take *volume* out of multipath, and make sure that it is out."""
    return (
        Step(purpose="Make multipath leave the disk alone", edit=BlacklistDisk(wwid=volume.wwid)),
        Step(purpose="Make multipathd read its configuration", run=("/sbin/service", "multipathd", "reload")),
        Step(
            purpose="Make sure that multipath has let go of the disk",
            run=("/sbin/multipath", "-ll"),
            hides=volume.wwid,
        ),
    )


def forget(volume: SanVolume) -> tuple[Step, ...]:
    """On release 6: keep the initramfs from claiming *volume* for multipath at the next boot."""
    return (
        Step(purpose="Make multipath forget that it once claimed the disk", edit=ForgetDisk(wwid=volume.wwid)),
        Step(
            purpose="Build the initramfs anew, with what multipath shall know at boot",
            run=("/sbin/dracut", "-f", "--add", "multipath", "--include", "/etc/multipath", "/etc/multipath"),
            reconstructed=True,
        ),
    )


def partition(disk: str, volume: SanVolume) -> tuple[Step, ...]:
    """One partition over all of *disk*; nothing where *volume* is not to be erased."""
    if not volume.erase:
        return ()
    return (
        Step(
            purpose="Write a new, empty partition table; what was on the disk is lost",
            run=("/sbin/parted", "-s", disk, "mklabel", "gpt"),
            erases=True,
            reconstructed=True,
        ),
        Step(
            purpose="Make one partition of the whole disk",
            run=("/sbin/parted", "-s", disk, "mkpart", "primary", "1MiB", "100%"),
            erases=True,
            reconstructed=True,
        ),
        Step(purpose="Make the kernel read the partition table", run=("/sbin/partprobe", disk)),
    )


def map_partitions(disk: str) -> Step:
    """Make device mapper show the partitions of the multipath device *disk*."""
    return Step(purpose="Make the partition of the multipath device appear", run=("/sbin/kpartx", "-a", disk))


def settle() -> tuple[Step, ...]:
    """From release 6 on: wait until udev has made all names."""
    return (Step(purpose="Wait until the names in /dev are there", run=("/sbin/udevadm", "settle")),)


def name_partition(disk: str, volume: SanVolume) -> tuple[Step, ...]:
    """On release 5: a name for the partition that no reboot changes."""
    return (
        Step(
            purpose="Give the partition a name that follows from the WWID",
            edit=NameDisk(disk=named_disk(volume)),
            reconstructed=True,
        ),
        Step(purpose="Make udev read its rules", run=("/sbin/udevcontrol", "reload_rules"), reconstructed=True),
        # Partitions that are read anew are announced to udev again: those of this disk, and no others.
        Step(
            purpose="Let udev see this disk's partitions again, and no other device's",
            run=("/sbin/blockdev", "--rereadpt", disk),
            reconstructed=True,
        ),
        Step(purpose="Wait until the name in /dev is there", run=("/sbin/udevsettle",), reconstructed=True),
    )


def make_filesystem(device: str, fstype: str, volume: SanVolume, uuid: str | None) -> tuple[Step, ...]:
    """A new file system on *device*, with *uuid* if one is given; nothing where nothing is to be erased."""
    if not volume.erase:
        return ()
    if fstype == "xfs":
        arguments = ("-f", *(("-m", f"uuid={uuid}") if uuid else ()))
    else:
        arguments = ("-q", *(("-U", uuid) if uuid else ()))
    return (
        Step(
            purpose=f"Make an empty {fstype} file system; what was on the partition is lost",
            run=(f"/sbin/mkfs.{fstype}", *arguments, device),
            erases=True,
        ),
    )


def give_uuid(device: str, volume: SanVolume, uuid: str) -> tuple[Step, ...]:
    """On release 5, whose mkfs cannot: give the new file system on *device* its *uuid*; nothing where it is kept."""
    if not volume.erase:
        return ()
    return (
        Step(
            purpose="Give the new file system the UUID by which it is known again",
            run=("/sbin/tune2fs", "-U", uuid, device),
            reconstructed=True,
        ),
    )


def check_uuid(device: str, uuid: str) -> Step:
    """Stop unless the file system on *device* has *uuid*."""
    return Step(
        purpose="Make sure that the file system has the UUID by which it will be mounted",
        run=("/sbin/blkid", "-o", "value", "-s", "UUID", device),
        shows=uuid,
    )


def mount(
    device: str, fstype: str, volume: SanVolume, options: tuple[str, ...], systemd: bool = False
) -> tuple[Step, ...]:
    """Mount *device* now and at every boot, and make the directory for dumps in it."""
    # No check at boot: a disk that is missing or dirty must not keep the host from starting.
    entry = Entry(device=device, mount_point=volume.mount_point, fstype=fstype, options=options)
    reload = (Step(purpose="Make systemd read /etc/fstab", run=("/bin/systemctl", "daemon-reload")),) if systemd else ()
    directory = posixpath.join(volume.mount_point, volume.path.lstrip("/"))
    return (
        Step(purpose="Make the directory to mount on", run=("/bin/mkdir", "-p", volume.mount_point)),
        Step(purpose="Mount the file system at every boot", edit=MountDisk(entry=entry)),
        *reload,
        Step(purpose="Mount it now, and see that /etc/fstab is right", run=("/bin/mount", "-a")),
        Step(
            purpose="Make sure that it is mounted",
            run=("/bin/grep", "-F", f" {volume.mount_point} ", "/proc/mounts"),
            shows=volume.mount_point,
        ),
        Step(purpose="Make the directory that receives the dumps", run=("/bin/mkdir", "-p", directory)),
    )
