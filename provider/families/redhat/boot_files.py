"""The files that hold kernel command lines on Red Hat's releases: what each says, and how it is changed in place.

Source: kdump.dialects, which names its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kdump import cmdline
from kdump.dialects import bls, grub, grub_conf, grub_defaults

DEFAULT_VARIABLE = "GRUB_CMDLINE_LINUX"
_VARIABLE = re.compile(r"^(GRUB_\w+=|kernelopts=)")


@dataclass(frozen=True)
class Goal:
    """What a command line shall hold: exactly these values, and nothing of the names in ``remove``."""

    crashkernel: str
    arguments: Mapping[str, str]
    remove: tuple[str, ...] = ()

    def met(self, line: str) -> bool:
        """Whether *line* is so already."""
        found = cmdline.arguments_of(line, [*self.arguments, *self.remove])
        return cmdline.crashkernel_of(line) == self.crashkernel and all(
            value == self.arguments.get(name) for name, value in found.items()
        )


def goal_of(values: Mapping[str, str | None]) -> Goal:
    """The goal that every name of *values* has its value again; None: that it is not there."""
    return Goal(
        values.get("crashkernel") or "",
        {name: value for name, value in values.items() if value is not None and name != "crashkernel"},
        tuple(name for name, value in values.items() if value is None and name != "crashkernel"),
    )


@dataclass(frozen=True)
class Form:
    """How one kind of file is read, and how it is ``edited``; None: only by the platform's own tool."""

    lines: Callable[[str], list[str]]
    edited: Callable[[str, str, Mapping[str, str], Sequence[str]], str] | None


def _grub_conf_lines(text: str) -> list[str]:
    """The line of each entry; of Xen's entries crashkernel from the hypervisor's line and all else from Linux's."""
    found = []
    for entry, linux in zip(grub_conf.entries(text), grub_conf.linux_entries(text), strict=True):
        if entry == linux:
            found.append(entry.cmdline)
        else:
            reserved = [f"crashkernel={value}" for value in cmdline.crashkernel_of(entry.cmdline).split()]
            others = [word for word in cmdline.split(linux.cmdline) if not word.startswith("crashkernel=")]
            found.append(cmdline.join([*reserved, *others]))
    return found


def _edited_defaults(text: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str]) -> str:
    return grub_defaults.with_arguments(text, DEFAULT_VARIABLE, crashkernel, arguments, remove)


def kernelopts(grubenv: str) -> list[str]:
    """The command line that RHEL 8 gives to all entries; none where the block has no such variable."""
    found = bls.environment(grubenv).get("kernelopts")
    return [] if found is None else [found]


GRUB_CONF = Form(_grub_conf_lines, grub_conf.with_arguments)
GRUB_CFG = Form(lambda text: [entry.cmdline for entry in grub.entries(text)], None)
ENTRY = Form(lambda text: [entry.cmdline for entry in bls.entries(text)], bls.with_arguments)
GRUBENV = Form(kernelopts, bls.with_kernelopts)
CMDLINE = Form(lambda text: [" ".join(text.split())], bls.with_cmdline)
DEFAULTS = Form(lambda text: [grub_defaults.command_line(text, DEFAULT_VARIABLE)], _edited_defaults)


@dataclass(frozen=True)
class BootFile:
    """A file, what it says, and its command ``lines`` as the boot loader puts them together."""

    path: str
    form: Form
    text: str
    lines: tuple[str, ...]


def form_of(path: str) -> Form:
    """The form of a file by its path, for those that are known by nothing else any more."""
    if path.startswith(f"{bls.ENTRIES_DIRECTORY}/"):
        return ENTRY
    name = path.rpartition("/")[2]
    forms = {"grub.conf": GRUB_CONF, "grub.cfg": GRUB_CFG, "grubenv": GRUBENV, "cmdline": CMDLINE, "grub": DEFAULTS}
    return forms[name]


def same_but_for(one: str, other: str, names: Iterable[str], moved: Iterable[str] = ()) -> bool:
    """Whether two texts of a boot file differ in nothing but arguments of *names*, in blanks and in quotes.

    Arguments named in *moved* must be the same, but may stand elsewhere on their line.
    """
    ours, anywhere = frozenset(names), frozenset(moved)
    return _bare(one, ours, anywhere) == _bare(other, ours, anywhere)


def _bare(text: str, names: frozenset[str], moved: frozenset[str]) -> list[list[str]]:
    lines = []
    for line in text.splitlines():
        words = _VARIABLE.sub(r"\1 ", re.sub(r"[\"']", " ", line.strip())).split()
        kept = [word for word in words if word.partition("=")[0] not in names | moved]
        kept += sorted(word for word in words if word.partition("=")[0] in moved - names)
        # A line that held nothing but ours, and a variable that has nothing left, may not have been there before.
        if kept and kept != [f"{DEFAULT_VARIABLE}="]:
            lines.append(kept)
    return lines
