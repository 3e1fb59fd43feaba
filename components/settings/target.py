"""Where a host's dump goes, as written in the stack file: exactly one kind of target."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from components.settings.base import Settings
from kdump.dialects.udev_rules import checked_name
from kdump.errors import Refusal, refusals_in
from kdump.targets import (
    DEFAULT_PATH,
    Directory,
    Filesystem,
    FilesystemTarget,
    NfsVersion,
    VirtiofsTarget,
    checked_device,
    passing_name_problem,
    target_from,
)
from kdump.volumes import SanVolume, made_uuid
from kdump.volumes.model import checked_identity, checked_mount_point, checked_uuid


def _local_path(path: str) -> str:
    target_from({"kind": "local", "path": path})
    return path


class LocalTargetSettings(Settings):
    """A directory on the host's own disk. Lost with the host; the simplest thing that works."""

    path: Annotated[str, AfterValidator(_local_path), Field(description="Directory that dumps are written below.")] = (
        "/var/crash"
    )


class NfsTargetSettings(Settings):
    """A directory of a collector, exported over NFS to this one host."""

    collector: Annotated[str, Field(description="Name of the collector, as under `collectors`.")]
    directory: Annotated[
        Directory | None,
        Field(description="Exported directory; default: the collector's `directory`, then the host's name."),
    ] = None
    version: Annotated[
        NfsVersion | None,
        Field(description="Protocol version, in quotes; default: what the capture kernel takes by itself."),
    ] = None


class SshTargetSettings(Settings):
    """A directory of a collector, written over SSH with a key that can do nothing else there."""

    collector: Annotated[str, Field(description="Name of the collector, as under `collectors`.")]


def _a_lasting_device(device: str) -> str:
    problem = passing_name_problem(checked_device(device))
    if problem is not None:
        raise problem
    return device


class FilesystemTargetSettings(Settings):
    """A filesystem of the host that the capture kernel mounts by itself (Red Hat family)."""

    device: Annotated[str, Field(description="`UUID=`, `LABEL=` or a device below /dev.")]
    filesystem: Annotated[Filesystem, Field(description="Its type.")]
    path: Annotated[str, Field(description="Directory inside the filesystem.")] = DEFAULT_PATH

    @model_validator(mode="after")
    def _as_the_rules_have_it(self) -> Self:
        FilesystemTarget(device=self.device, filesystem=self.filesystem, path=self.path)
        return self


class RawTargetSettings(Settings):
    """A device without a filesystem; the dump is written over whatever it holds (Red Hat family)."""

    device: Annotated[
        str,
        AfterValidator(_a_lasting_device),
        Field(description="A device below /dev that keeps its name over reboots. **Its content is lost.**"),
    ]
    overwrite: Annotated[
        str, Field(description="The same device once more, to say that what it holds may be lost in a crash.")
    ]

    @model_validator(mode="after")
    def _said_twice(self) -> Self:
        if self.overwrite != self.device:
            raise Refusal(
                "raw.overwrite",
                self.overwrite,
                "the same device as in `device`",
                f"Write overwrite: {self.device}, if nothing on it is needed any more",
                "The dump is written over whatever the device holds, so it has to be named twice",
            )
        return self


class VirtiofsTargetSettings(Settings):
    """A directory that the hypervisor shares with this virtual machine (Red Hat from 9.2)."""

    tag: Annotated[str, Field(description="The tag that the virtual machine's definition gives the directory.")]
    path: Annotated[str, Field(description="Directory inside it.")] = DEFAULT_PATH

    @model_validator(mode="after")
    def _as_the_rules_have_it(self) -> Self:
        VirtiofsTarget(tag=self.tag, path=self.path)
        return self


class SanTargetSettings(Settings):
    """A LUN of a SAN, known by its WWID, that only this host uses (Red Hat family; SUSE where it is declared)."""

    wwid: Annotated[
        str,
        AfterValidator(checked_identity),
        Field(description="WWID of the LUN, as `scsi_id` prints it; never a name such as /dev/sdb."),
    ]
    filesystem: Annotated[
        Literal["ext3", "ext4", "xfs"] | None,
        Field(description="Its file system: ext3, ext4 or xfs; default: ext3 on Red Hat 5, else ext4."),
    ] = None
    mount_point: Annotated[str, AfterValidator(checked_mount_point), Field(description="Where the host mounts it.")] = (
        "/var/crashsan"
    )
    path: Annotated[Directory, Field(description="Directory for dumps inside the file system.")] = DEFAULT_PATH
    multipath: Annotated[
        Literal["mapped", "blacklisted"] | None,
        Field(
            description="`mapped`: on the multipath device; `blacklisted`: taken out of multipath (Red Hat 5 and 6); "
            "default: what the release can do."
        ),
    ] = None
    name: Annotated[
        str, AfterValidator(checked_name), Field(description="What Red Hat 5 calls its partitions: /dev/crashsan1.")
    ] = "crashsan"
    uuid: Annotated[
        Annotated[str, AfterValidator(checked_uuid)] | None,
        Field(description="UUID of a file system that is on it and kept; default: it follows from the WWID."),
    ] = None
    erase_wwid: Annotated[
        str,
        Field(
            description="The WWID once more: only then is the LUN partitioned and formatted, and only where the file "
            "system is not on it already. **What is on it is lost.**"
        ),
    ] = ""

    @model_validator(mode="after")
    def _said_twice(self) -> Self:
        try:
            self.volume()
        except ValidationError as wrong:
            first = refusals_in(wrong)[0]
            # All else was judged where it is written.
            raise Refusal("san.eraseWwid", first.found, first.needed, first.instead, first.why) from None
        return self

    def volume(self) -> SanVolume:
        """The LUN in the terms of the rules. Raises ValidationError."""
        return SanVolume.model_validate(
            {
                "wwid": self.wwid,
                "multipath": self.multipath,
                "fstype": self.filesystem,
                "mount_point": self.mount_point,
                "path": self.path,
                "name": self.name,
                "erase": bool(self.erase_wwid),
                "erase_confirmed_wwid": self.erase_wwid,
                # What is made once is found again by it, also when the WWID is no longer said twice.
                "uuid": self.uuid or made_uuid(self.wwid),
            }
        )


OwnTargetSettings = LocalTargetSettings | FilesystemTargetSettings | RawTargetSettings | VirtiofsTargetSettings
KINDS = ("local", "filesystem", "raw", "san", "virtiofs", "nfs", "ssh")


class TargetSettings(Settings):
    """Where the dump goes: exactly one of these."""

    local: Annotated[
        LocalTargetSettings | None, Field(description="On the host's own disk; `{}` takes the default path.")
    ] = None
    filesystem: Annotated[
        FilesystemTargetSettings | None,
        Field(description="On a filesystem of its own, which only the capture kernel needs to mount."),
    ] = None
    raw: Annotated[RawTargetSettings | None, Field(description="On a device without a filesystem.")] = None
    san: Annotated[
        SanTargetSettings | None,
        Field(
            description="On a LUN of a SAN, which is partitioned, formatted and mounted here where that is asked for."
        ),
    ] = None
    virtiofs: Annotated[
        VirtiofsTargetSettings | None, Field(description="On the hypervisor, through a shared directory.")
    ] = None
    nfs: Annotated[NfsTargetSettings | None, Field(description="Over NFS to a collector.")] = None
    ssh: Annotated[SshTargetSettings | None, Field(description="Over SSH to a collector.")] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise Refusal(
                "target",
                " and ".join(given) or "nothing",
                f"exactly one of {', '.join(KINDS[:-1])} and {KINDS[-1]}",
                "Write for example ssh: {collector: vault}",
                "A crashed host writes its dump to one place",
            )
        return self
