"""What is wanted of a LUN that receives dumps: the properties of kdump:host:CrashVolume."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from kdump.errors import Refusal, refusals_in
from kdump.platforms import Platform
from kdump.volumes import SanVolume, made_uuid, recipe
from provider.kinds.base import Wire


class Wanted(Wire):
    """The disk, its file system and where that is mounted."""

    wwid: str = Field(description="WWID of the LUN, as scsi_id prints it; never a name such as /dev/sdb.")
    filesystem: Literal["ext3", "ext4", "xfs"] | None = Field(
        default=None, description="Its file system; left out: the release's own choice (ext3 on 5, ext4 else)."
    )
    mount_point: str = Field(default="/var/crashsan", description="Where the host mounts it.")
    path: str = Field(default="/var/crash", description="Directory for dumps inside of it.")
    multipath: Literal["mapped", "blacklisted"] | None = Field(
        default=None,
        description='"mapped" uses the multipath device, "blacklisted" takes the LUN out of multipath (Red Hat 5, 6); '
        "left out: what the release can do.",
    )
    name: str = Field(default="crashsan", description="What udev calls its partitions on release 5: /dev/crashsan1.")
    uuid: str | None = Field(
        default=None,
        description="UUID of a file system that is there and kept; left out: one that follows from the WWID.",
    )
    erase_wwid: str = Field(
        default="",
        description="The WWID once more: only then is the LUN partitioned and formatted, and only where the file "
        "system is not on it already. **All that is on the LUN is lost.**",
    )
    platform: Platform | None = Field(
        default=None,
        description="Distribution, release, architecture and virtualisation, where they are declared; what cannot be "
        "on that platform is then told without asking the host.",
    )
    present: bool = Field(default=True, description="The LUN is there.")
    formatted: bool = Field(default=True, description="It holds the file system.")
    mounted: bool = Field(default=True, description="That is mounted at mountPoint.")
    problems: list[str] = Field(
        default_factory=list,
        max_length=0,
        description="What else is not as it should be; always empty, filled by drift.",
    )

    @model_validator(mode="after")
    def _as_the_rules_have_it(self) -> Self:
        try:
            volume = self.volume(erase=bool(self.erase_wwid))
        except ValidationError as wrong:
            first = refusals_in(wrong)[0]
            named = {"fstype": "filesystem", "eraseConfirmedWwid": "eraseWwid"}.get(first.setting, first.setting)
            raise Refusal(named, first.found, first.needed, first.instead, first.why) from None
        if self.platform is not None:
            recipe(self.platform, volume)
        return self

    @property
    def filesystem_uuid(self) -> str:
        """The UUID of the file system: the declared one, else the one that follows from the WWID."""
        return self.uuid or made_uuid(self.wwid)

    def volume(self, *, erase: bool) -> SanVolume:
        """The same in the terms of the rules; with ``erase``, as it is made, else as it is kept."""
        return SanVolume.model_validate(
            {
                "wwid": self.wwid,
                "multipath": self.multipath,
                "fstype": self.filesystem,
                "mount_point": self.mount_point,
                "path": self.path,
                "name": self.name,
                "uuid": self.uuid or made_uuid(self.wwid),
                "erase": erase,
                "erase_confirmed_wwid": self.erase_wwid if erase else "",
            }
        )
