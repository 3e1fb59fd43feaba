"""From a recipe for a SAN disk (kdump/volumes) to actions on a host: each harmless when repeated, or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdump.dialects import fstab
from kdump.platforms import Platform
from kdump.volumes import Recipe, Step, wwid_command
from kdump.volumes.edits import BlacklistDisk, Edit, ForgetDisk, MountDisk, NameDisk
from provider.kinds.crash_volume_disk import Disk, Purpose
from provider.shell.script import Call, FileSeen, call, to_bytes

INITRAMFS_IS_DUE = "initramfs-due"
FSTAB_BEFORE = "fstab-before"
MOUNTED_BEFORE = "mounted-before"
MADE = "made"
"""Note of a file that was not there before us; its path behind it."""


def asked(platform: Platform) -> str:
    """The command for WWIDs as q_lun takes it: that for a disk called sd."""
    return " ".join(wwid_command(platform, "sd"))


@dataclass(frozen=True)
class Seen:
    """What the steps go by: the disk, and the files that they edit, by path."""

    platform: Platform
    disk: Disk
    purpose: Purpose
    files: Mapping[str, FileSeen]
    initramfs_is_due: bool


def wanted_text(edit: Edit, seen: Seen) -> str | None:
    """The text that an edit makes of its file; None where there is nothing to edit. Raises Refusal."""
    file = seen.files[edit.path]
    if isinstance(edit, BlacklistDisk | ForgetDisk) and not file.exists and not seen.disk.device:
        # Without the file multipath is not in use, and a new one would have it claim every other disk.
        return None
    text = edit.applied_to(file.text)
    return None if file.exists and text == file.text else text


def file_problems(recipe: Recipe, seen: Seen) -> list[str]:
    """A sentence for each file that is not as the recipe has it. Raises Refusal for one that cannot be read."""
    found = []
    for step in recipe.steps:
        if step.edit is not None and wanted_text(step.edit, seen) is not None:
            state = "is not as declared" if seen.files[step.edit.path].exists else "is not there"
            found.append(f"{step.edit.path} {state}: {step.purpose[0].lower()}{step.purpose[1:]}")
    if seen.initramfs_is_due:
        found.append("the initramfs was not built anew since multipath was made to forget the disk")
    return found


def calls_of(steps: Sequence[Step], seen: Seen) -> list[Call]:
    """The actions for steps of a recipe, in their order, without those that have nothing to do."""
    due = seen.initramfs_is_due
    calls: list[Call] = []
    for step in steps:
        if step.edit is not None:
            changes = _edit_calls(step.edit, seen)
            due = due or (bool(changes) and isinstance(step.edit, ForgetDisk))
            calls += changes
        elif _is_called_for(step, seen, due):
            calls += _run_calls(step, seen)
    return calls


def undo_calls(recipe: Recipe, seen: Seen, notes: Mapping[str, str | None]) -> list[Call]:
    """The actions that put files back, and have what reads them read them again. Raises Refusal."""
    calls, reread = list[Call](), list[Call]()
    for step in reversed(recipe.steps):
        edit = step.edit
        if isinstance(edit, NameDisk):
            calls.append(call("a_restore", edit.path))
            reread.append(_quietly("udevcontrol", "reload_rules"))
        elif edit is not None:
            changed = _undo(edit, seen, notes)
            calls += changed
            if changed and isinstance(edit, BlacklistDisk):
                reread.append(_quietly("service", "multipathd", "reload"))
            if isinstance(edit, ForgetDisk) and (changed or seen.initramfs_is_due):
                rebuild = next(one for one in recipe.steps if one.run and one.run[0].endswith("dracut"))
                # First of all: what multipath remembers is part of it.
                reread.insert(0, call("a_step", rebuild.purpose, "", "", *rebuild.run))
        elif step.run and step.run[0].endswith("systemctl"):
            reread.append(call("a_step", step.purpose, "", "", *step.run))
    return [*calls, *reread]


def _undo(edit: Edit, seen: Seen, notes: Mapping[str, str | None]) -> list[Call]:
    file = seen.files[edit.path]
    if not file.exists:
        return []
    before = notes.get(FSTAB_BEFORE)
    if before is None and isinstance(edit, MountDisk):
        # Taken over as it was, and never changed: it was there before us.
        return []
    # A line that was there before us comes back as it was.
    text = edit.undone_in(file.text) if not (isinstance(edit, MountDisk) and before) else before_us(file.text, before)
    if text == file.text:
        return []
    if not text and notes.get(made(edit.path)) is not None:
        return [call("a_delete", edit.path, file.sum)]
    return [call("a_edit", edit.path, "=", "=", file.sum, to_bytes(text))]


def before_us(text: str, line: str) -> str:
    """/etc/fstab with one line as it was before us. Raises Refusal."""
    entries = fstab.parse(line)
    return fstab.with_entry(text, entries[0]) if entries else text


def made(path: str) -> str:
    """The name of the note that a file was made by us."""
    return f"{MADE}{path.replace('/', '%')}"


def _edit_calls(edit: Edit, seen: Seen) -> list[Call]:
    text = wanted_text(edit, seen)
    if text is None:
        return []
    file = seen.files[edit.path]
    mode, owner = ("=", "=") if file.exists else ("644", "root:root")
    if isinstance(edit, NameDisk):
        return [call("a_put", edit.path, "644", "root:root", "any", text)]
    # Whoever comes after a run that broke off has to know of the initramfs before the file looks as it should.
    due = [call("a_note", INITRAMFS_IS_DUE, "yes")] if isinstance(edit, ForgetDisk) else []
    ours = [] if file.exists else [call("a_note", made(edit.path), "yes")]
    return [*due, *ours, call("a_edit", edit.path, mode, owner, file.sum, to_bytes(text))]


def _is_called_for(step: Step, seen: Seen, initramfs_is_due: bool) -> bool:
    match step.run[0].rpartition("/")[2]:
        case "service":
            return bool(seen.disk.device)
        case "multipath":
            return seen.disk.has_multipath or not step.hides
        case "dracut":
            return initramfs_is_due
        case "blockdev":
            # The partitions of a disk in use cannot be read anew, and need not be.
            return not seen.disk.uses
    return True


def _run_calls(step: Step, seen: Seen) -> list[Call]:
    program = step.run[0].rpartition("/")[2]
    if step.erases:
        device = next(word for word in step.run if word.startswith("/dev/"))
        guard = (seen.purpose.wwid, asked(seen.platform), seen.purpose.uuid)
        return [call("a_erase", *guard, step.purpose, device, *step.run)]
    if program == "mount":
        return [call("a_mount", seen.purpose.mount_point)]
    if program == "mkdir" and step.run[-1] == seen.purpose.mount_point:
        return [call("a_directory", seen.purpose.mount_point, "=", "=")]
    done = call("a_step", step.purpose, step.shows, step.hides, *step.run)
    return [done, call("a_drop_note", INITRAMFS_IS_DUE)] if program == "dracut" else [done]


def _quietly(*command: str) -> Call:
    """A command whose failure must not keep a host from being let go of: the file it would read is right already."""
    return call("a_step", "Have the file read again", "", "", "sh", "-c", '"$@"; :', "sh", *command)
