"""What disks hold and who uses them, for those who want to know before anything is written: getHostFacts' `devices`."""

from __future__ import annotations

import re
from typing import Any

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.targets import checked_device
from kdump.volumes.model import checked_identity
from provider.host import Host
from provider.kinds.crash_volume_disk import Content, Disk, Use, disk_from, values_in
from provider.kinds.crash_volume_steps import asked
from provider.shell.script import Garbled, call

SAN = "wwid:"
"""What stands before the WWID of a SAN LUN, where others are named as targets name them."""

# A platform for each way to ask for WWIDs: what a host runs is known only once it has answered.
_WWID_COMMANDS = tuple(asked(platform_named(name)) for name in ("rhel-9.4", "rhel-6.10", "rhel-5.11"))
_NAMED = re.compile(r"(UUID|LABEL)=[^\x00-\x1f\x7f]+")

# What blkid and wipefs call what is no file system.
_TABLES = frozenset({"dos", "gpt", "PMBR", "bsd", "dasd", "mac", "minix-table", "sgi", "sun", "unixware"})
_HOLDINGS = {
    "swap": "holds swap space",
    "swsuspend": "holds a suspended system",
    "crypto_LUKS": "encrypted (LUKS)",
    "linux_raid_member": "md member",
    "mpath_member": "a path of a multipath device",
    "LVM1_member": "an LVM physical volume",
    "LVM2_member": "an LVM physical volume",
    "lvm1pv": "an LVM physical volume",
    "lvm2pv": "an LVM physical volume",
    "DM_snapshot_cow": "holds a snapshot",
}


def checked_name(name: str) -> str:
    """The name of a device as targets write it, or ``wwid:`` and the WWID of a LUN. Raises Refusal for others."""
    try:
        if name.startswith(SAN):
            checked_identity(name.removeprefix(SAN))
        elif not _NAMED.fullmatch(name):
            checked_device(name)
    except Refusal as refusal:
        raise Refusal(
            "devices",
            name,
            "UUID=, LABEL=, a block device below /dev, or wwid: and the WWID of a SAN LUN",
            "Write it as the target does, such as /dev/disk/by-id/…, or as wwid:3600…",
            refusal.why,
        ) from None
    return name


async def look(host: Host, name: str) -> dict[str, Any]:
    """What is known of a device, as `fact` has it. Nothing is changed on the host. Raises HostError."""
    commands = _WWID_COMMANDS if name.startswith(SAN) else ()
    answers = await host.asking.one(call("q_device_use", name, *commands))
    try:
        said = answers.output(0).text
    except Garbled as garbled:
        raise host.refuse("", f"its answer on {name} makes no sense: {garbled}", "Run again.") from None
    return fact(said, lun=name.startswith(SAN))


def fact(text: str, *, lun: bool) -> dict[str, Any]:
    """What q_device_use (provider/shell/storage.sh) answers, in the words of the facts.

    A `lun` is seen with its partitions: its file system is on one of them. Any other device is itself only, and what is
    on its partitions counts as a use of it.
    """
    disk = disk_from(text)
    own = [content for content in disk.contents if lun or content.kind == "disk"]
    nodes = {content.device for content in own}
    places = [use.what for use in disk.uses if use.how == "mount" and use.device in nodes]
    free = {place: int(left) * 1024 for place, left in values_in(text, "space", 2) if left.isdigit()}
    mounted = {use.device for use in disk.uses if use.how == "mount"}
    filesystems = sorted((one for one in own if one.filesystem), key=lambda one: one.device not in mounted)
    return {
        "found": bool(disk.paths or disk.device),
        "sizeBytes": disk.size_bytes or -1,
        "freeBytes": free.get(places[0], -1) if places else -1,
        "mountPoint": _plain(places[0]) if places else "",
        "filesystem": filesystems[0].filesystem if filesystems else "",
        "use": ", ".join(_uses(disk, text)),
    }


def _uses(disk: Disk, text: str) -> list[str]:
    """Who uses a disk, or else what it holds, a few words each."""
    mapped = {what: (name, uuid) for what, name, uuid in values_in(text, "dm", 3)}
    told = [_use(use, mapped) for use in disk.uses]
    parts = [content for content in disk.contents if content.kind == "part"]
    if parts:
        told.append("has a partition" if len(parts) == 1 else f"has {len(parts)} partitions")
    idle = [content for content in disk.contents if not any(_is_of(use, content) for use in disk.uses)]
    told += [_holding(content.filesystem) for content in idle if content.filesystem]
    told += [_mark(kind) for _, kind in values_in(text, "mark", 2) if not (parts and kind in _TABLES)]
    if values_in(text, "blind", 0):
        told.append("what it holds cannot be told, as blkid is missing there")
    return list(dict.fromkeys(told))


def _is_of(use: Use, content: Content) -> bool:
    return f"{use.device}/".startswith(f"{content.device}/")


def _use(use: Use, mapped: dict[str, tuple[str, str]]) -> str:
    if use.how == "mount":
        return f"mounted on {_plain(use.what)}"
    if use.how == "swap":
        return "swap"
    if use.what.startswith("md"):
        return f"part of the RAID device {use.what}"
    if not use.what.startswith("dm-"):
        return f"held by {use.what}"
    name, uuid = mapped.get(use.what, (use.what, ""))
    match uuid.partition("-")[0]:
        case "LVM":
            # A hyphen that belongs to a name is written twice.
            group = re.split(r"(?<!-)-(?!-)", name)[0].replace("--", "-")
            return f"part of LVM volume group {group}"
        case "mpath":
            return f"a path of the multipath device {name}"
        case "CRYPT":
            return f"open as the encrypted device {name}"
        case kind if kind.startswith("part"):
            return f"has the partition {name}"
    return f"open by device-mapper ({name})"


def _holding(kind: str) -> str:
    if kind in _HOLDINGS:
        return _HOLDINGS[kind]
    if kind.lower().endswith("_member"):
        return f"part of something larger ({kind})"
    return f"has {'an' if kind[0] in 'aeiox' else 'a'} {kind} file system"


def _mark(kind: str) -> str:
    return f"has a {kind} partition table" if kind in _TABLES else _holding(kind)


def _plain(place: str) -> str:
    """A mount point as /proc/mounts writes it, which has blanks and the like as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)
