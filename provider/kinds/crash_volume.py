"""A LUN on a SAN, known by its WWID, with the file system that receives the dumps of one host.

Source: kdump/volumes (the recipes of each release), which follow Red Hat's how-to of kdump.
"""

from __future__ import annotations

import asyncio
import posixpath
from typing import Any

from kdump.dialects import fstab
from kdump.errors import Refusal
from kdump.volumes import Recipe, Step, recipe
from provider.families import platform_of
from provider.families.kernel import memory_bytes, running
from provider.host import Host
from provider.kinds.base import Found, Kind
from provider.kinds.crash_volume_disk import Disk, Purpose, disk_from, refuse_unfit
from provider.kinds.crash_volume_steps import (
    FSTAB_BEFORE,
    INITRAMFS_IS_DUE,
    MOUNTED_BEFORE,
    Seen,
    asked,
    calls_of,
    file_problems,
    made,
    undo_calls,
)
from provider.kinds.crash_volume_wanted import Wanted
from provider.kinds.import_words import words_of
from provider.shell.script import Call, call

_FSTAB = "/etc/fstab"
_MOUNTS = "/proc/mounts"


class CrashVolume(Kind[Wanted]):
    """A LUN's file system for dumps, mounted at every boot.

    The LUN is erased only where its WWID is said twice, and never again once the file system is there; taking the
    resource away leaves what is on it.
    """

    token = "kdump:host:CrashVolume"
    wanted = Wanted
    outputs = {
        "device": (str, "The name of the file system's device that no reboot changes."),
        "filesystemUuid": (str, "UUID of the file system, for targets."),
        "sizeBytes": (int, "Size of the LUN in bytes; 0 where it does not answer."),
        "support": (str, "Whether and why the platform's vendor supports this way."),
    }
    replace_on = frozenset({"wwid", "mountPoint", "multipath", "name"})
    remedy = "See `lsblk -f` (blkid), /etc/fstab and `multipath -ll` on the host."

    def store(self, wanted: Wanted) -> str:
        # One for each host: files as the rule for udev are for one disk.
        return "CrashVolume"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        kept, seen = await _look(host, wanted)
        disk, purpose = seen.disk, seen.purpose
        mounts, _ = await asyncio.gather(host.text(_MOUNTS), host.note(FSTAB_BEFORE))
        directory = await host.file(_directory(wanted))
        content = disk.filesystem(purpose.uuid)
        mounted = disk.is_mounted(purpose.uuid, wanted.mount_point)
        outputs = {
            "device": _device(kept),
            "filesystemUuid": purpose.uuid,
            "sizeBytes": disk.size_bytes,
            "support": kept.why,
        }
        if not mounted and wanted.mount_point not in _places(mounts) and not _has_line(seen, wanted):
            return Found(None, outputs)
        problems = file_problems(kept, seen)
        if purpose.mapped and disk.paths and not disk.device:
            problems.append("multipath has no device for the LUN")
        if mounted and directory.kind != "directory":
            problems.append(f"there is no directory {_directory(wanted)}")
        drifted = content is not None and content.filesystem != purpose.filesystem
        inputs = wanted.wire() | {
            "filesystem": content.filesystem if content is not None and drifted else wanted.filesystem,
            "present": bool(disk.paths or disk.device),
            "formatted": content is not None,
            "mounted": mounted,
            "problems": problems,
        }
        return Found(inputs, outputs)

    async def examine(self, host: Host, wanted: Wanted) -> None:
        kept, seen = await _look(host, wanted)
        total, kernel, mounts, noted, inside = await asyncio.gather(
            memory_bytes(host),
            running(host),
            host.text(_MOUNTS),
            host.note(FSTAB_BEFORE),
            host.names(wanted.mount_point),
        )
        refuse_unfit(host, seen.disk, seen.purpose, total + kernel.reserved_bytes)
        file_problems(kept, seen)
        if not seen.disk.is_mounted(seen.purpose.uuid, wanted.mount_point):
            if wanted.mount_point in _places(mounts):
                raise host.refuse(
                    "mountPoint",
                    f"something else is mounted at {wanted.mount_point}",
                    "Name another directory, or unmount what is there.",
                )
            if inside:
                raise host.refuse(
                    "mountPoint",
                    f"{wanted.mount_point} is not empty ({', '.join(sorted(inside)[:3])}), and what is in it would be "
                    "out of reach below the mounted file system",
                    "Move it away, or name another directory.",
                )
        entry = fstab.entry_at(seen.files[_FSTAB].text, wanted.mount_point)
        if entry is not None and noted is None and entry.device not in _own_names(kept, wanted):
            raise host.refuse(
                "mountPoint",
                f"/etc/fstab mounts {entry.device} at {wanted.mount_point} already",
                "Name another directory, or remove that line.",
            )

    async def claim(self, host: Host, wanted: Wanted) -> None:
        _, seen = await _look(host, wanted)
        await host.act(*_notes(seen, wanted))

    async def apply(self, host: Host, wanted: Wanted) -> None:
        kept, seen = await _look(host, wanted)
        if seen.disk.filesystem(seen.purpose.uuid) is not None:
            await host.act(*_notes(seen, wanted), *calls_of(kept.steps, seen))
            return
        await self.examine(host, wanted)
        making = recipe(seen.platform, wanted.volume(erase=True))
        first = next(index for index, step in enumerate(making.steps) if step.erases)
        opening = making.steps[:first]
        # A partition that the kernel does not show yet may well hold the file system.
        await host.act(*_notes(seen, wanted), *calls_of(opening, seen), *calls_of(_shown_anew(making), seen))
        kept, seen = await _look(host, wanted)
        await self.examine(host, wanted)
        there = seen.disk.filesystem(seen.purpose.uuid) is not None
        rest = [step for step in (kept if there else making).steps if step not in opening]
        await host.act(*calls_of(rest, seen))

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        try:
            kept, seen = await _look(host, wanted)
            paths = [made(step.edit.path) for step in kept.steps if step.edit is not None]
            names = [FSTAB_BEFORE, MOUNTED_BEFORE, *paths]
            notes = dict(zip(names, await asyncio.gather(*map(host.note, names)), strict=True))
            steps = undo_calls(kept, seen, notes)
        except Refusal as refusal:
            raise host.refuse(refusal.setting, str(refusal), "") from None
        if seen.disk.is_mounted(seen.purpose.uuid, wanted.mount_point) and notes[MOUNTED_BEFORE] == "no":
            steps.insert(0, call("a_unmount", wanted.mount_point))
        return await host.give_up(*steps)

    def imported(self, fragment: str) -> dict[str, Any]:
        words = words_of(fragment)
        if not 1 <= len(words.names) <= 3:
            raise ValueError("name the LUN: #WWID, or #WWID,/mount/point, or #WWID,/mount/point,UUID")
        return dict(zip(("wwid", "mountPoint", "uuid"), words.names, strict=False)) | words.declared()


async def _look(host: Host, wanted: Wanted) -> tuple[Recipe, Seen]:
    """The recipe for the file system as it is kept, and what there is of it. Raises HostError."""
    platform = await platform_of(host)
    try:
        kept = recipe(platform, wanted.volume(erase=False))
    except Refusal as refusal:
        raise host.refuse(refusal.setting, str(refusal), "") from None
    paths = [_FSTAB, *(step.edit.path for step in kept.steps if step.edit is not None and step.edit.path != _FSTAB)]
    question = call("q_lun", wanted.wwid, asked(platform))
    host.asked.add(question)
    answers, due, files = await asyncio.gather(
        host.asking.one(question), host.note(INITRAMFS_IS_DUE), asyncio.gather(*map(host.file, paths))
    )
    disk: Disk = disk_from(answers.output(0).text)
    mapped = not any(step.edit is not None and step.edit.kind == "blacklist disk" for step in kept.steps)
    purpose = Purpose(
        wwid=wanted.wwid,
        mapped=mapped,
        filesystem=_entry(kept).fstype,
        uuid=wanted.filesystem_uuid,
        mount_point=wanted.mount_point,
        erase=bool(wanted.erase_wwid) and wanted.erase_wwid == wanted.wwid,
    )
    return kept, Seen(platform, disk, purpose, dict(zip(paths, files, strict=True)), due is not None)


def _shown_anew(making: Recipe) -> list[Step]:
    """The steps that have the kernel show the partitions of the disk; they read, and write nothing."""
    programs = ("partprobe", "kpartx", "udevadm", "udevsettle")
    return [
        step for step in making.steps if step.run[:1] and step.run[0].rpartition("/")[2] in programs and not step.shows
    ]


def _notes(seen: Seen, wanted: Wanted) -> list[Call]:
    """What a revert has to know; each is kept the first time."""
    entry = fstab.entry_at(seen.files[_FSTAB].text, wanted.mount_point)
    mounted = seen.disk.is_mounted(seen.purpose.uuid, wanted.mount_point)
    return [
        call("a_note", FSTAB_BEFORE, fstab.render(entry) if entry else ""),
        call("a_note", MOUNTED_BEFORE, "yes" if mounted else "no"),
    ]


def _device(kept: Recipe) -> str:
    """The lasting name of the file system's device."""
    return next(step.run[-1] for step in kept.steps if step.run and step.run[0].endswith("blkid"))


def _own_names(kept: Recipe, wanted: Wanted) -> tuple[str, ...]:
    return (_entry(kept).device, f"UUID={wanted.filesystem_uuid}", _device(kept))


def _entry(kept: Recipe) -> fstab.Entry:
    """The line of /etc/fstab that a recipe has."""
    return next(step.edit.entry for step in kept.steps if step.edit is not None and step.edit.kind == "mount disk")


def _has_line(seen: Seen, wanted: Wanted) -> bool:
    return fstab.entry_at(seen.files[_FSTAB].text, wanted.mount_point) is not None


def _directory(wanted: Wanted) -> str:
    return posixpath.join(wanted.mount_point, wanted.path.lstrip("/"))


def _places(mounts: str) -> set[str]:
    """The mount points in /proc/mounts."""
    return {words[1] for words in map(str.split, mounts.splitlines()) if len(words) > 1}
