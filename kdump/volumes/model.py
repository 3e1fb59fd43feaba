"""A SAN disk that shall receive dumps, and the steps that make it do so, as data.

Nothing here runs anything: a step is one argument list for one program, or one edit of one file.
"""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from kdump.dialects.multipath_conf import checked_wwid
from kdump.dialects.udev_rules import checked_name
from kdump.errors import Refusal
from kdump.targets import Directory, checked_directory
from kdump.volumes.edits import Edit

_NAMESPACE = uuid.UUID("5b1c1e0e-6f0d-5c0b-9d7e-6b64756d7073")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Names that the kernel or multipath give in the order in which disks are found. Source: devices.txt, multipath(8)
_PASSING = re.compile(r"(/dev/.*|(sd|hd|vd|xvd|dasd)[a-z]+[0-9]*|dm-[0-9]+|nvme[0-9]+n[0-9]+(p[0-9]+)?|mpath[a-z0-9]+)")


def checked_identity(value: str) -> str:
    """*value* if it is a WWID; raises :class:`Refusal` for anything else, a device's name among it."""
    if not _PASSING.fullmatch(value):
        return checked_wwid(value)
    raise Refusal(
        "wwid",
        value,
        "a WWID",
        "Write what scsi_id prints for the disk, such as '3600508b400105e210000900000490000'",
        "Such names are given in the order in which disks are found: after a reboot it may be another disk",
    )


def checked_uuid(value: str) -> str:
    """*value* in lower case if it is a UUID as blkid prints it; raises :class:`Refusal` else."""
    lower = value.lower()
    if _UUID.fullmatch(lower):
        return lower
    raise Refusal(
        "uuid",
        value,
        "the UUID of a file system, as blkid prints it",
        "Leave it out where the disk shall be erased; else copy it from blkid",
        "Host and capture kernel find the file system by it",
    )


def checked_mount_point(value: str) -> str:
    """*value* if a file system can be mounted there; raises :class:`Refusal` else."""
    return checked_directory(value, "mountPoint")


class SanVolume(BaseModel):
    """One disk on a SAN for the dumps of one host.

    * ``wwid``: the disk, as scsi_id prints it
    * ``multipath``: "mapped" dumps on the multipath device, "blacklisted" takes the disk out of multipath; None for
      what the release can do: the first, but for Red Hat Enterprise Linux 5 to 6.2
    * ``fstype``: the file system, None for the release's own choice
    * ``mount_point``: where the host mounts it; ``path``: the directory for dumps inside of it
    * ``name``: the beginning of the device's name where one has to be made (release 5): /dev/crashsan1
    * ``erase``: make a new partition table and file system; all that is on the disk is lost
    * ``erase_confirmed_wwid``: the WWID once more, without which nothing is erased
    * ``uuid``: of a file system that is kept; of a new one, None lets it follow from the WWID
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wwid: Annotated[str, AfterValidator(checked_identity)]
    multipath: Literal["mapped", "blacklisted"] | None = None
    fstype: Literal["ext3", "ext4", "xfs"] | None = None
    mount_point: Annotated[str, AfterValidator(checked_mount_point)] = "/var/crashsan"
    path: Directory = "/var/crash"
    name: Annotated[str, AfterValidator(checked_name)] = "crashsan"
    erase: bool = False
    erase_confirmed_wwid: Annotated[str, Field(validate_default=True)] = ""
    uuid: Annotated[str, AfterValidator(checked_uuid)] | None = None

    @field_validator("erase_confirmed_wwid")
    @classmethod
    def _confirms_what_is_erased(cls, value: str, info: ValidationInfo) -> str:
        # A field that was refused itself is missing here; its own refusal is enough.
        wwid = info.data.get("wwid", value)
        if info.data.get("erase") and value != wwid:
            raise Refusal(
                "eraseConfirmedWwid",
                value,
                f"the WWID of the disk that shall be erased, {wwid!r}",
                f"Write {wwid!r} once more, after a look at what is on that disk",
                "All data on the disk is lost, and on a SAN it may be another host's",
            )
        return value


def made_uuid(wwid: str) -> str:
    """The UUID of the file system that is made on the disk *wwid*: it follows from that, and is always the same."""
    return str(uuid.uuid5(_NAMESPACE, wwid))


def filesystem_uuid(volume: SanVolume) -> str:
    """The UUID of the file system on *volume*: the declared one, else one that follows from the WWID.

    Raises :class:`Refusal` where the file system is kept and its UUID is not declared.
    """
    if volume.uuid is not None:
        return volume.uuid
    if volume.erase:
        return made_uuid(volume.wwid)
    raise Refusal(
        "uuid",
        None,
        "the UUID of the file system that is on the disk",
        "Copy it from what blkid prints for the partition",
        "The disk is not to be erased, and its file system is found by its UUID",
    )


class Step(BaseModel):
    """One thing to do on the host: ``run`` one program with these arguments, or ``edit`` one file.

    * ``purpose``: what it is for, in words
    * ``erases``: whether data on the disk is lost
    * ``shows``, ``hides``: what the program's output must and must not hold ("" for nothing); with another
      output the steps behind it must not be run
    * ``reconstructed``: the vendor's text for it is lost, and this is what it must have been
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    run: tuple[str, ...] = ()
    edit: Annotated[Edit, Field(discriminator="kind")] | None = None
    erases: bool = False
    shows: str = ""
    hides: str = ""
    reconstructed: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Step:
        if bool(self.run) == (self.edit is not None):
            raise ValueError("a step runs one program or edits one file")
        return self


class Recipe(BaseModel):
    """How a SAN disk becomes the dump target of one platform.

    ``supported``: whether the vendor supports it there, ``why`` in words. ``target`` is the line of
    /etc/kdump.conf ("ext3 /dev/crashsan1"), ``path`` goes beside it. ``afterwards``: what is left to do once
    the steps are done, ``advice``: what to know. ``source``: where the recipe comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Step, ...]
    supported: bool
    why: str
    target: str
    path: str
    afterwards: tuple[str, ...]
    advice: tuple[str, ...]
    source: str
