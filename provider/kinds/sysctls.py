"""Panic triggers as sysctls: what the kernel goes by now, and what the next boot will set.

Source: kdump/triggers/table.py (which sysctls there are), kdump/dialects/sysctl.py (the file they are kept in) and
kdump/dialects/sysctl_order.py (which file wins).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pydantic import Field, field_validator, model_validator

from kdump.dialects import sysctl
from kdump.dialects.sysctl_order import FOLDERS, BootSetting, in_boot_order, settings_at_boot
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.triggers.table import ROWS, exists, fits_architecture
from provider.families import platform_of
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Wire
from provider.kinds.import_words import words_of
from provider.shell.script import Call, FileSeen, call, to_bytes

Made = TypeVar("Made")

_ROWS = {row.sysctl: row for row in ROWS}
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,9}")
_WAS = "was."
_CONF_BEFORE = "conf-before"

# One command for all that may set one of ours at boot: a line for each file, then the lines that could matter.
_PLACES = " ".join([f"{FOLDERS[0]}/*", *(f"{folder}/*.conf" for folder in FOLDERS[1:]), sysctl.CONF])
_FILES = (
    f"for file in {_PLACES}; do\n"
    'if [ -e "$file" ] && [ ! -d "$file" ]; then printf "file %s\\n" "$file"; fi\n'
    "done\n"
    f"grep -aHsE '^[[:space:]]*-?[[:space:]]*(kernel|vm)[./]' {_PLACES} 2>/dev/null\n:"
)


class Wanted(Wire):
    """The sysctls and their values."""

    settings: dict[str, str] = Field(
        description='Sysctls that have to do with panics, dotted name to value: {"kernel.panic_on_oops": "1"}.'
    )
    platform: Platform | None = Field(
        default=None,
        description="Distribution, release, architecture and virtualisation, where they are declared; sysctls that "
        "its kernel does not have are then refused without asking the host.",
    )
    problems: list[str] = Field(
        default_factory=list,
        max_length=0,
        description="Why the next boot would set them otherwise; always empty, filled by drift.",
    )

    @field_validator("settings")
    @classmethod
    def _panic_triggers(cls, values: dict[str, str]) -> dict[str, str]:
        if not values:
            raise Refusal(
                "settings",
                values,
                "one sysctl at least",
                'Write for example {"kernel.panic_on_oops": "1"}, or leave the resource out',
                "Without any there is nothing to keep",
            )
        for name, value in values.items():
            if name not in _ROWS:
                raise Refusal(
                    f"settings.{name}",
                    name,
                    f"one of {', '.join(sorted(_ROWS))}",
                    "Leave it out here, and keep it in a file of your own in /etc/sysctl.d",
                    "Only sysctls that have to do with panics are kept here",
                )
            if not _NUMBER.fullmatch(value):
                raise Refusal(
                    f"settings.{name}",
                    value,
                    "a whole number, as the kernel shows it",
                    f"Write it as 'sysctl -n {name}' does, such as 1",
                    "What is written in another way is never read back the same",
                )
        return values

    @model_validator(mode="after")
    def _known_to_the_platform(self) -> Self:
        for name, value in self.settings.items() if self.platform else ():
            row = _ROWS[name]
            if self.platform and not (exists(row, self.platform) and fits_architecture(row, self.platform)):
                raise Refusal(
                    f"settings.{name}",
                    value,
                    f"a kernel with {name}",
                    row.instead,
                    f"The kernel of {self.platform} is not known to have it",
                )
        return self


@dataclass(frozen=True)
class _Seen:
    """What is there: the file that is ours or holds our block, and the lines of all files that a boot reads."""

    platform: Platform
    path: str
    file: FileSeen
    others: Mapping[str, str]


class Sysctls(Kind[Wanted]):
    """A file for the next boot and the running values; other files that win over ours are told of."""

    token = "kdump:host:Sysctls"
    wanted = Wanted
    outputs = {"file": (str, "Path of the file on the host that sets them at boot.")}
    remedy = "Something sets it after us: take it out of the file that is named, or see what writes it while running."

    def store(self, wanted: Wanted) -> str:
        return "Sysctls"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        seen, running = await asyncio.gather(_look(host), _running(host, wanted.settings))
        names: Iterable[str] = wanted.settings
        if not wanted.settings:
            names = sorted(await set_by_files(host))
            running = await _running(host, names)
        if not names:
            return Found(None, {})
        settings = {name: value for name, value in running.items() if value}
        # What is imported is wanted as it is now.
        kept = {name: wanted.settings.get(name) or value for name, value in settings.items()}
        return Found({"settings": settings, "problems": _at_next_boot(host, seen, kept)}, {"file": seen.path})

    async def examine(self, host: Host, wanted: Wanted) -> None:
        # All that will be asked for afterwards is asked for here: that is one exchange for the lot.
        running, _, _ = await asyncio.gather(_running(host, wanted.settings), _look(host), _kept(host))
        missing = [name for name, value in running.items() if not value]
        if missing:
            raise host.refuse(
                f"settings.{missing[0]}",
                f"the kernel there does not have {', '.join(missing)}",
                "Leave it out for this host: how a kernel was built decides whether it is there.",
            )

    async def apply(self, host: Host, wanted: Wanted) -> None:
        seen, kept = await asyncio.gather(_look(host), _kept(host))
        await host.act(
            *(call("a_sysctl_back", name) for name in kept if name not in wanted.settings),
            *(call("a_sysctl", name, value) for name, value in sorted(wanted.settings.items())),
            *_written(host, seen, wanted.settings),
        )

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        seen, kept, conf = await asyncio.gather(_look(host), _kept(host), host.note(_CONF_BEFORE))
        steps = [call("a_sysctl_back", name) for name in kept]
        if seen.path != sysctl.CONF:
            return await host.give_up(*steps, call("a_restore", seen.path))
        text = _by_the_rules(host, lambda: sysctl.without_settings(seen.file.text))
        if text != seen.file.text:
            gone = not text and conf == "absent"
            steps.append(
                call("a_delete", seen.path, seen.file.sum)
                if gone
                else call("a_edit", seen.path, "=", "=", seen.file.sum, to_bytes(text))
            )
        return await host.give_up(*steps)

    def imported(self, fragment: str) -> dict[str, Any]:
        words = words_of(fragment)
        for name in words.names:
            if name not in _ROWS:
                raise ValueError(f"{name} has nothing to do with panics; name one of {', '.join(sorted(_ROWS))}")
        return {"settings": dict.fromkeys(words.names, ""), **words.declared()}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """As it is; where none are named, what the host's own files set."""
        if not wanted.settings and not await set_by_files(host):
            raise host.refuse("", "no file there sets a sysctl that has to do with panics", NOTHING_TO_IMPORT)
        return wanted


async def set_by_files(host: Host) -> dict[str, BootSetting]:
    """The panic triggers that the next boot will set, by name, each with the file that has the last word.

    Raises HostError.
    """
    seen = await _look(host)
    found = settings_at_boot(seen.others, seen.platform)
    return {name: setting for name, setting in sorted(found.items()) if name in _ROWS}


async def _running(host: Host, names: Iterable[str]) -> dict[str, str]:
    """What the kernel goes by now; "" for what it does not know."""
    wanted = list(names)
    values = await asyncio.gather(*(host.line(f"/proc/sys/{name.replace('.', '/')}") for name in wanted))
    return {name: value.strip() for name, value in zip(wanted, values, strict=True)}


async def _kept(host: Host) -> list[str]:
    """The sysctls whose values from before us are kept on the host."""
    notes = await host.names(host.kept("notes", ""))
    return sorted(name.removeprefix(_WAS) for name in notes if name.removeprefix(_WAS) in _ROWS)


async def _look(host: Host) -> _Seen:
    # Both files are asked for before it is known which it is: that is one exchange instead of two.
    platform, files, dropin, conf = await asyncio.gather(
        platform_of(host), host.run("sh", "-c", _FILES), host.file(sysctl.DROP_IN), host.file(sysctl.CONF)
    )
    path = _by_the_rules(host, lambda: sysctl.file_for(platform))
    file = conf if path == sysctl.CONF else dropin
    if file.kind not in ("file", "absent"):
        raise host.refuse("settings", f"{path} is a {file.kind}, not a file", "Remove it by hand.")
    return _Seen(platform, path, file, _lines_by_file(files.text))


def _lines_by_file(text: str) -> dict[str, str]:
    """Path of each file that is there -> those of its lines that could be about one of ours."""
    lines = text.splitlines()
    found: dict[str, str] = {line.removeprefix("file "): "" for line in lines if line.startswith("file /")}
    # A name may go on where another one ends.
    longest_first = sorted(found, key=len, reverse=True)
    for line in lines:
        path = next((path for path in longest_first if line.startswith(f"{path}:")), None)
        if path is not None:
            found[path] += line.removeprefix(f"{path}:") + "\n"
    return found


def _at_next_boot(host: Host, seen: _Seen, settings: Mapping[str, str]) -> list[str]:
    """What keeps the next boot from setting just this, a sentence each."""
    wanted = dict(sorted(settings.items()))
    in_conf = seen.path == sysctl.CONF
    ours = _by_the_rules(
        host, lambda: sysctl.with_settings(seen.file.text, wanted) if in_conf else sysctl.render(wanted)
    )
    files = {**seen.others, seen.path: ours}
    if seen.path not in in_boot_order(files, seen.platform):
        return [f"{seen.path} is not read by a boot of {seen.platform}"]
    problems = _in_conf(seen.file.text, settings) if in_conf else _in_dropin(seen, settings, ours)
    for name, winner in sorted(settings_at_boot(files, seen.platform).items()):
        if name in settings and winner.file != seen.path and winner.value != settings[name]:
            problems.append(f"{winner.file} sets {name} to {winner.value} and wins: it is read after {seen.path}")
    return problems


def _in_dropin(seen: _Seen, settings: Mapping[str, str], ours: str) -> list[str]:
    path, file = seen.path, seen.file
    if not file.exists:
        return [f"{path} is not there"]
    problems = _differences(path, sysctl.parse(file.text), settings)
    if not problems and file.text != ours:
        problems.append(f"{path} holds other lines than ours")
    if (file.mode, file.owner, file.group) != ("644", "root", "root"):
        problems.append(f"{path} has mode {file.mode} and belongs to {file.owner}:{file.group}")
    return problems


def _in_conf(text: str, settings: Mapping[str, str]) -> list[str]:
    block = sysctl.block_settings(text)
    if not block:
        return [f"{sysctl.CONF} does not hold our block"]
    whole = sysctl.parse(text)
    later = {name: whole[name] for name in block if name in settings and whole[name] != block[name]}
    return [
        *_differences(sysctl.CONF, block, settings),
        *(f"{sysctl.CONF} sets {name} to {value} below our block, and wins" for name, value in later.items()),
    ]


def _differences(path: str, found: Mapping[str, str], settings: Mapping[str, str]) -> list[str]:
    wrong = [f"{path} sets {name} to {found[name]}" for name in found if found[name] != settings.get(name)]
    lacking = [f"{path} does not set {name}" for name in sorted(settings) if name not in found]
    return sorted(wrong) + lacking


def _written(host: Host, seen: _Seen, settings: Mapping[str, str]) -> Sequence[Call]:
    """Actions: the file as it must be, unless it is."""
    file, wanted = seen.file, dict(sorted(settings.items()))
    if seen.path == sysctl.CONF:
        text = _by_the_rules(host, lambda: sysctl.with_settings(file.text, wanted))
        mode, owner = ("=", "=") if file.exists else ("644", "root:root")
        edit = call("a_edit", seen.path, mode, owner, file.sum, to_bytes(text))
        return [call("a_note", _CONF_BEFORE, file.kind), *([edit] if text != file.text else [])]
    text = sysctl.render(wanted)
    if not _in_dropin(seen, wanted, text):
        return []
    return [
        call("a_directory", FOLDERS[0], "=", "="),
        call("a_put", seen.path, "644", "root:root", "any", text),
    ]


def _by_the_rules(host: Host, rule: Callable[[], Made]) -> Made:
    """What a rule makes of a file that was found; what it refuses is a fault of the host."""
    try:
        return rule()
    except Refusal as refusal:
        raise host.refuse(refusal.setting, str(refusal), "") from None
