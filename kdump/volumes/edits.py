"""The file edits that a recipe for a SAN disk is made of: each knows its file, how to apply and how to undo it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.dialects import fstab, multipath_conf, multipath_wwids, udev_rules


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BlacklistDisk(_Edit):
    """Multipath shall leave the disk ``wwid`` alone."""

    kind: Literal["blacklist disk"] = "blacklist disk"
    path: Literal["/etc/multipath.conf"] = "/etc/multipath.conf"
    wwid: str

    def applied_to(self, text: str) -> str:
        """*text* of the file with the edit; the same text if it is there. Raises as the dialect does."""
        return multipath_conf.with_blacklisted(text, self.wwid)

    def undone_in(self, text: str) -> str:
        """*text* of the file without the edit. Raises as the dialect does."""
        return multipath_conf.without_blacklisted(text, self.wwid)


class ForgetDisk(_Edit):
    """Multipath shall no longer remember that it once claimed the disk ``wwid``."""

    kind: Literal["forget disk"] = "forget disk"
    path: Literal["/etc/multipath/wwids"] = "/etc/multipath/wwids"
    wwid: str

    def applied_to(self, text: str) -> str:
        """*text* of the file with the edit; the same text if it is there. Raises as the dialect does."""
        return multipath_wwids.with_commented(text, self.wwid)

    def undone_in(self, text: str) -> str:
        """*text* of the file without the edit. Raises as the dialect does."""
        return multipath_wwids.without_commented(text, self.wwid)


class NameDisk(_Edit):
    """udev shall name the partitions of ``disk``. The file is ours as a whole; empty text means: no file."""

    kind: Literal["name disk"] = "name disk"
    path: Literal["/etc/udev/rules.d/99-pulumi-kdump.rules"] = "/etc/udev/rules.d/99-pulumi-kdump.rules"
    disk: udev_rules.NamedDisk

    def applied_to(self, text: str) -> str:
        """The file as it shall be, whatever *text* is."""
        return udev_rules.render(self.disk)

    def undone_in(self, text: str) -> str:
        """No text: the file goes."""
        return ""


class MountDisk(_Edit):
    """The host shall mount ``entry``."""

    kind: Literal["mount disk"] = "mount disk"
    path: Literal["/etc/fstab"] = "/etc/fstab"
    entry: fstab.Entry

    def applied_to(self, text: str) -> str:
        """*text* of the file with the edit; the same text if it is there. Raises as the dialect does."""
        return fstab.with_entry(text, self.entry)

    def undone_in(self, text: str) -> str:
        """*text* of the file without a line for the mount point. Raises as the dialect does."""
        return fstab.without_entry(text, self.entry.mount_point)


Edit = BlacklistDisk | ForgetDisk | NameDisk | MountDisk
