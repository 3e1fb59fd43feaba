"""Boot arguments of Red Hat's releases: written by the platform's own grubby, and read back from every entry.

grubby-bls (8 and later) takes all words of a name off and puts ours on; grubby of 5 to 7 puts each new word in place
of one old one, and takes one word off for each that it is told. None of them reaches all that the next kernel gets
its arguments from: what it leaves is set in the files themselves.

Source: grubby 8.40 (updateActualImage), grubby-bls of EL8 and EL9 (update_bls_fragment).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdump import cmdline
from kdump.platforms import Platform
from provider.families.base import BootLoader
from provider.families.claims import keeps
from provider.families.redhat import boot_read
from provider.families.redhat.boot_files import BootFile, Goal, goal_of
from provider.families.redhat.boot_revert import plan
from provider.host import Host
from provider.shell.script import Call, call, to_bytes

_FILES = "boot-files"
_VALUE = "value-of-"
_DROPPED = "dropped-"
_ABSENT = "-"


@dataclass(frozen=True)
class Grubby(BootLoader):
    """GRUB of any release since 5, and zipl from 8 on."""

    platform: Platform

    async def lines(self, host: Host) -> list[str]:
        return [line for file in (await boot_read.read(host, self.platform)).files for line in file.lines]

    async def adopt(self, host: Host) -> None:
        _, steps = await self._notes(host, await boot_read.read(host, self.platform), [])
        await host.keep(*steps)

    async def write(self, host: Host, crashkernel: str, arguments: Mapping[str, str]) -> None:
        boot = await boot_read.read(host, self.platform)
        before = await self._noted_values(host)
        # An argument that is no longer declared goes back to what it was.
        dropped = {name: value for name, value in before.items() if name not in ("crashkernel", *arguments)}
        given_back = goal_of(dropped)
        goal = Goal(crashkernel, {**given_back.arguments, **arguments}, given_back.remove)
        kept, notes = await self._notes(host, boot, list(arguments))
        left = call("a_left", *kept)
        host.soon(*notes)
        if any(not goal.met(line) for file in boot.entries for line in file.lines):
            # What grubby is sure to leave is set first: then one exchange is all it takes.
            beyond = await _edits(host, boot.next_kernel, goal) if not self._has_bls else []
            await host.act(*beyond, *self._grubby(boot, goal), left, *self._zipl())
            boot = await boot_read.read(host, self.platform)
            edits = await _edits(host, boot.files, goal)
            if not edits and not dropped:
                return
        else:
            edits = await _edits(host, boot.files, goal)
        await host.act(
            *edits,
            left,
            *self._zipl(),
            *(call("a_note", f"{_DROPPED}{name}", "") for name in dropped),
            *(call("a_forget_note", f"{_VALUE}{name}") for name in dropped),
        )

    async def _notes(self, host: Host, boot: boot_read.Boot, names: Sequence[str]) -> tuple[list[str], list[Call]]:
        """Actions that keep the files as they were before us, and the values of *names*; with the files' paths.

        Files that came later hold our values from the start, so they are never among them.
        """
        line = boot.entries[0].lines[0]
        found = cmdline.arguments_of(line, names)
        values = {"crashkernel": cmdline.crashkernel_of(line) or None, **found}
        paths = [*(file.path for file in boot.files), *boot.absent]
        if self._has_bls:
            # grubby writes them, whether or not they count for anything.
            paths += [path for path in ("/etc/kernel/cmdline", "/boot/grub2/grubenv") if path not in paths]
        noted = await host.note(_FILES)
        kept = paths if noted is None else noted.split("\n")
        steps = [
            # Noted once they are kept: whoever comes after a run that broke off keeps them again.
            *([call("a_keep_all", *kept)] if noted is None else []),
            call("a_note", _FILES, "\n".join(paths)),
            *(call("a_note", f"{_VALUE}{name}", _ABSENT if value is None else f"={value}")
              for name, value in values.items()),
            # grubby makes the folder with the file in it, and only we know that neither was there.
            *([call("a_directory", "/etc/kernel", "=", "=")] if self._has_bls else []),
        ]  # fmt: skip
        return kept, steps

    async def _noted_values(self, host: Host) -> dict[str, str | None]:
        names = await _noted(host, _VALUE)
        noted = await asyncio.gather(*(host.note(f"{_VALUE}{name}") for name in names))
        return {
            name: text.removeprefix("=") if text != _ABSENT else None
            for name, text in zip(names, noted, strict=True)
            if text is not None
        }

    @property
    def _has_bls(self) -> bool:
        return not (self.platform.base == "rhel" and self.platform.version < (8, 0))

    def _grubby(self, boot: boot_read.Boot, goal: Goal) -> list[Call]:
        """The calls of grubby that set *goal* on all entries."""
        words = [f"crashkernel={value}" for value in goal.crashkernel.split()]
        words += [f"{name}={value}" if value else name for name, value in goal.arguments.items()]
        remove = [*goal.remove, *([] if goal.crashkernel else ["crashkernel"])]
        steps = []
        if not self._has_bls and (doubled := _too_many(boot, goal)):
            steps.append(call("a_run", "grubby", "grubby", "--update-kernel=ALL", f"--remove-args={' '.join(doubled)}"))
        command = ["grubby", "--update-kernel=ALL"]
        command += [f"--args={' '.join(words)}"] if words else []
        command += [f"--remove-args={' '.join(remove)}"] if remove else []
        return [*steps, call("a_run", "grubby", *command)] if len(command) > 2 else steps

    def _zipl(self) -> list[Call]:
        return [call("a_run", "zipl", "zipl")] if self.platform.architecture == "s390x" else []

    async def revert(self, host: Host) -> list[str]:
        ours, noted = await asyncio.gather(keeps(host), host.note(_FILES))
        if not ours or noted is None:
            return await host.give_up()
        values = await self._noted_values(host)
        boot = await boot_read.read(host, self.platform)
        decided = await plan(host, noted.split("\n"), boot, values, await _noted(host, _DROPPED))
        await host.act(*decided)
        after = await boot_read.read(host, self.platform)
        goal = goal_of(values)
        regenerated = [file for file in after.entries if file.form.edited is None]
        if any(not goal.met(line) for file in regenerated for line in file.lines):
            # grub.cfg of 7, made anew since, or with a kernel that came since.
            await host.act(*self._grubby(after, goal))
        await host.act(*self._zipl())
        return await host.give_up()


async def _noted(host: Host, prefix: str) -> list[str]:
    """The arguments of which something is noted."""
    notes = await host.names(host.kept("notes", ""))
    return [note.removeprefix(prefix) for note in notes if note.startswith(prefix)]


async def _edits(host: Host, files: Sequence[BootFile], goal: Goal) -> list[Call]:
    """What grubby left to do, file by file."""
    steps = []
    for file in files:
        if file.form.edited is not None and not all(map(goal.met, file.lines)):
            now = await host.file(file.path)
            text = file.form.edited(now.text, goal.crashkernel, goal.arguments, goal.remove)
            if text != now.text:
                steps.append(call("a_put", file.path, "=", "=", now.sum, to_bytes(text)))
    return steps


def _too_many(boot: boot_read.Boot, goal: Goal) -> list[str]:
    """Names, each as often as some entry has it, of which an entry has more or fewer words than it shall have."""
    wanted = {"crashkernel": len(goal.crashkernel.split())}
    found: list[str] = []
    for name in ("crashkernel", *goal.arguments, *goal.remove):
        counts = [
            sum(word.partition("=")[0] == name for word in cmdline.split(line))
            for file in boot.entries
            for line in file.lines
        ]
        if max(counts) > 1 and set(counts) != {wanted.get(name, 1)}:
            found += [name] * max(counts)
    return found
