"""A SAN disk as a host sees it: its paths, what is on it, who uses it; and what it is unfit for, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kdump.units import human
from kdump.volumes import size_problem
from provider.errors import HostError
from provider.host import Host

# Parts of something larger, or shared between hosts: blkid's names. Even a confirmed WWID does not erase these.
_PART_OF = re.compile(
    r"(?i).*_member|crypto_LUKS|LVM1?|swap|swsuspend|btrfs|bcache|drbd|gfs2?|ocfs2?|oracleasm|VMFS.*|stratis"
)
_SHOWN = 6


@dataclass(frozen=True)
class Content:
    """What blkid finds on a device; "" for nothing. ``kind``: the whole disk, or a part(ition) of it."""

    device: str
    kind: str
    filesystem: str
    uuid: str

    def __str__(self) -> str:
        what = self.filesystem or ("a partition" if self.kind == "part" else "nothing")
        return f"{what}{f' with UUID {self.uuid}' if self.uuid else ''} on {self.device}"


@dataclass(frozen=True)
class Use:
    """Who uses a device: it is ``held`` by another one, mounted (``mount``) at a place, or ``swap``.

    Of what holds it, ``device`` is the whole way there: /dev/sdb2/dm-3.
    """

    device: str
    how: str
    what: str

    def __str__(self) -> str:
        said = {"held": f"is held by {self.what}", "swap": "is swapped on"}.get(self.how, f"is mounted at {self.what}")
        return f"{self.device} {said}"


@dataclass(frozen=True)
class Disk:
    """The disk with the wanted WWID. ``device``: what multipath made of its ``paths``; "" where it did not.

    ``others`` are the WWIDs of other disks there; ``size_bytes`` is 0 where it could not be told.
    """

    paths: tuple[str, ...]
    device: str
    size_bytes: int
    contents: tuple[Content, ...]
    uses: tuple[Use, ...]
    others: tuple[str, ...]
    has_multipath: bool

    def filesystem(self, uuid: str) -> Content | None:
        """What has the file system with this UUID, None where nothing has."""
        return next((content for content in self.contents if content.uuid == uuid), None)

    def is_mounted(self, uuid: str, mount_point: str) -> bool:
        """Whether that file system is mounted there."""
        there = any(use.how == "mount" and use.what == mount_point for use in self.uses)
        return there and self.filesystem(uuid) is not None


def values_in(text: str, key: str, number: int) -> list[list[str]]:
    """The values behind a key in what provider/shell/storage.sh answers: those of each line that has as many."""
    rows = [line.split() for line in text.splitlines()]
    return [row[1:] for row in rows if row[:1] == [key] and len(row) == number + 1]


def disk_from(text: str) -> Disk:
    """The disk that q_lun (provider/shell/storage.sh) answers."""
    sizes = [int(size) for (size,) in values_in(text, "size", 1) if size.isdigit()]
    contents = [[("" if word == "-" else word) for word in row] for row in values_in(text, "dev", 4)]
    return Disk(
        paths=tuple(name for (name,) in values_in(text, "path", 1)),
        device=next((device for (device,) in values_in(text, "map", 1)), ""),
        size_bytes=sizes[0] if sizes else 0,
        contents=tuple(Content(*row) for row in contents),
        uses=tuple(dict.fromkeys(Use(*row) for row in values_in(text, "use", 3))),
        others=tuple(wwid for (wwid,) in values_in(text, "other", 1)),
        has_multipath=values_in(text, "tool", 0) != [],
    )


@dataclass(frozen=True)
class Purpose:
    """What a disk is wanted for: a file system of a type with a UUID at a place; ``erase`` if it may be made anew."""

    wwid: str
    mapped: bool
    filesystem: str
    uuid: str
    mount_point: str
    erase: bool


def refuse_unfit(host: Host, disk: Disk, purpose: Purpose, memory_bytes: int) -> None:
    """Raise HostError where the disk must not, or cannot, become what it is wanted for; with what was found."""
    problem = _absent(host, disk, purpose) or _used(host, disk, purpose) or _too_small(host, disk, memory_bytes)
    problem = problem or _holds_other_things(host, disk, purpose)
    if problem is not None:
        raise problem


def _absent(host: Host, disk: Disk, purpose: Purpose) -> HostError | None:
    if not disk.paths and not disk.device:
        seen = f"the SAN disks there are {_some(disk.others)}" if disk.others else "there is no SAN disk at all"
        return host.refuse(
            "wwid",
            f"no disk there has the WWID {purpose.wwid}; {seen}",
            "See whether the LUN is presented to this host, and have its buses scanned anew.",
        )
    if purpose.mapped and not disk.device:
        return host.refuse(
            "wwid",
            f"{purpose.wwid} is there ({_some(disk.paths)}), but multipath has no device for it",
            "Install multipath, start multipathd and take the WWID off its blacklist, until `multipath -ll` shows it.",
        )
    return None


def _used(host: Host, disk: Disk, purpose: Purpose) -> HostError | None:
    own = disk.filesystem(purpose.uuid) is not None
    foreign = [
        use for use in disk.uses if not (own and use.how == "mount" and use.what == purpose.mount_point)
    ]  # fmt: skip
    if not foreign:
        return None
    root = any(use.what == "/" for use in foreign)
    return host.refuse(
        "wwid",
        f"the disk {purpose.wwid} {'has the root file system of this host on it' if root else 'is in use'}: "
        f"{_some([str(use) for use in foreign])}; it holds {_contents(disk)}",
        "Name the WWID of a disk that nothing uses. Nothing was changed.",
    )


def _too_small(host: Host, disk: Disk, memory_bytes: int) -> HostError | None:
    if not disk.size_bytes:
        return host.refuse("wwid", f"blockdev does not tell the size of {purpose_of(disk)}", "See whether it answers.")
    short = size_problem(disk.size_bytes, memory_bytes)
    if short is None:
        return None
    return host.refuse(
        "wwid",
        f"{purpose_of(disk)} has {human(disk.size_bytes)}, needed {short.needed}: {short.why}; it holds "
        f"{_contents(disk)}",
        f"{short.instead}.",
    )


def purpose_of(disk: Disk) -> str:
    """A disk in words: its device, or its paths."""
    return f"the disk {disk.device or _some(disk.paths)}"


def _holds_other_things(host: Host, disk: Disk, purpose: Purpose) -> HostError | None:
    ours = disk.filesystem(purpose.uuid)
    if ours is not None:
        if ours.filesystem == purpose.filesystem:
            return None
        return host.refuse(
            "filesystem",
            f"declared is {purpose.filesystem}, and the disk holds {ours}",
            f"Write filesystem: {ours.filesystem}. What holds dumps already is not erased, whatever is declared; to be "
            "rid of it, wipe it by hand.",
        )
    part_of = [content for content in disk.contents if _PART_OF.fullmatch(content.filesystem)]
    if part_of:
        return host.refuse(
            "wwid",
            f"the disk {purpose.wwid} is part of something else: {_some([str(content) for content in part_of])}",
            "Name another disk; or, if this one really is free, wipe it by hand. It is not erased here.",
        )
    if purpose.erase:
        return None
    return host.refuse(
        "eraseWwid",
        f"the disk {purpose.wwid} has no file system with UUID {purpose.uuid} on it; it holds {_contents(disk)}",
        _what_to_write(disk, purpose),
    )


def _what_to_write(disk: Disk, purpose: Purpose) -> str:
    kept = next((content for content in disk.contents if content.filesystem and content.uuid), None)
    keep = f"To keep what is there, write uuid: {kept.uuid}. " if kept else ""
    return (
        f"{keep}To have the disk erased, which loses all that is on it, write its WWID once more: eraseWwid: "
        f"{purpose.wwid}. Nothing was changed."
    )


def _contents(disk: Disk) -> str:
    found = [str(content) for content in disk.contents if content.filesystem or content.kind == "part"]
    return _some(found) or "nothing that blkid knows"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
