"""/etc/sysconfig/kdump of Red Hat Enterprise Linux and Fedora: changing single keys in it, and reading it.

Source: the scripts named in :mod:`kdump.dialects.redhat_sysconfig_keys`, which source the file. Its lines come with
the package and change with it, so the file is edited in place: what is not ours stays as the package wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kdump.dialects.redhat_sysconfig_keys import BUILT_IN, KEYS, check, ignored
from kdump.dialects.shell_assignments import Assignments, assignment, read
from kdump.errors import Refusal, shown
from kdump.generations import Generation
from kdump.platforms import Platform

__all__ = [
    "KEYS",
    "PATH",
    "MemoryDebugging",
    "Parsed",
    "check",
    "ignored",
    "memory_debugging",
    "parse",
    "values",
    "with_values",
    "with_words",
    "without",
]

PATH = "/etc/sysconfig/kdump"

# The value of an assignment as a shell takes it: up to the first blank or end outside of quotes.
_VALUE = r"""(?:\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|[^\s'"\\;&|<>()$`#]|(?<=[^\s;])\#)*"""


class Parsed(NamedTuple):
    """What a file says: the ``values`` that the scripts would have, and a sentence for each thing that is ``lost``
    when only these values are carried on.
    """

    values: dict[str, str]
    lost: list[str]


class MemoryDebugging(NamedTuple):
    """Where the capture kernel is told to report its use of memory: ``key`` of ``file`` holds ``value``.

    In :data:`PATH` the value is one word among others: see :func:`with_words`.
    """

    file: str
    key: str
    value: str


def parse(text: str, platform: Platform | None = None) -> Parsed:
    """What */etc/sysconfig/kdump* says, hand-edited files included. Never raises without *platform*.

    With a *platform*, keys that its scripts ignore are among what is lost: a file of Red Hat Enterprise Linux 5 or
    6 can be held against a newer release. Raises :class:`Refusal` for a platform without this file.
    """
    found = read(text)
    lost = list(found.lost)
    held: dict[str, str] = {}
    for key, value in found.values.items():
        reason = ignored(key, platform) if platform else "" if key in KEYS else "No release's scripts read this key"
        if value and reason:
            lost.append(f"{key}={shown(value)} is ignored: {reason}")
        elif key in KEYS:
            held[key] = value
    return Parsed(held, lost)


def values(text: str) -> dict[str, str]:
    """The keys of *text* that some release's scripts read, with the values they would have. Never raises."""
    return parse(text).values


def with_values(text: str, wanted: Mapping[str, str]) -> str:
    """*text* in which every key of *wanted* has its value, and every other byte is as it was.

    A key that has its value already is not touched. Otherwise its last assignment is changed where it stands, and
    its comment stays; so do earlier assignments, which had no effect. A key without one, or with one that shares
    its line with other things, gets a line at the end.
    Raises :class:`Refusal` where only a shell could tell what the key's value is, and then nothing is changed.
    """
    for key, value in wanted.items():
        text = _with_value(text, key, value)
    return text


def without(text: str, keys: Iterable[str]) -> str:
    """*text* without the lines that assign *keys*, so that the scripts take what they have built in.

    Raises :class:`Refusal` as :func:`with_values` does.
    """
    for key in keys:
        before = _understood(text, key)
        wanted = {name: value for name, value in before.values.items() if name != key}
        changed = _assignments(key).sub("", text)
        if not _reads(changed, wanted, before):
            raise _refusal(key, before.values.get(key, ""))
        text = changed
    return text


def with_words(text: str, key: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> str:
    """*text* with words added to, and removed from, the value of *key*; the other words keep their order.

    A word of *remove* without "=" removes all words of that name (``nr_cpus`` removes ``nr_cpus=1``). A word of
    *add* that is there already is not added again. Raises :class:`Refusal` as :func:`with_values` does.
    """
    added, removed = list(dict.fromkeys(add)), set(remove)
    held = _understood(text, key).values.get(key, BUILT_IN.get(key, "")).split()
    kept = [word for word in held if word in added or not {word, word.partition("=")[0]} & removed]
    words = kept + [word for word in added if word not in kept]
    return text if words == held else with_values(text, {key: " ".join(words)})


def memory_debugging(level: int, generation: Generation) -> MemoryDebugging:
    """How *generation* is told to report the capture kernel's use of memory: *level* 0 (not at all) to 3 (all).

    Raises :class:`Refusal` for another level, or a generation that cannot. Source: kdump.conf(5) of 2.0.0-310.el6
    ("debug_mem_level") and of 2.0.15-33.el7 and newer ("rd.memdebug").
    """
    if not 0 <= level <= 3:
        raise Refusal(
            "memoryDebugging",
            level,
            "a number from 0 to 3",
            "Write 0 for no reports, and 3 for all of them",
            "The capture kernel's scripts know no other level",
        )
    if generation is Generation.EL6_3:
        return MemoryDebugging("/etc/kdump.conf", "debug_mem_level", str(level))
    if generation.has_kdumpctl:
        return MemoryDebugging(PATH, "KDUMP_COMMANDLINE_APPEND", f"rd.memdebug={level}")
    raise Refusal(
        "memoryDebugging",
        level,
        "no level on this release",
        "Leave it out",
        f"The capture kernel of {generation} cannot report its use of memory",
    )


def _with_value(text: str, key: str, value: str) -> str:
    before = _understood(text, key)
    if before.values.get(key) == value:
        return text
    try:
        line = assignment(key, value)
    except ValueError:
        raise Refusal(
            f"options.{key}",
            value,
            "one line of ASCII characters",
            "Leave line ends, control characters and letters beyond ASCII out",
            "The file is read by a shell, line by line",
        ) from None
    candidates = [text + ("\n" if text and not text.endswith("\n") else "") + line + "\n"]
    for place in _assignments(key).finditer(text):
        start, end = place.span("value")
        candidates.insert(0, text[:start] + line.partition("=")[2] + text[end:])
    wanted = {**before.values, key: value}
    for changed in candidates:
        if _reads(changed, wanted, before):
            return changed
    raise _refusal(key, value)


def _assignments(key: str) -> re.Pattern[str]:
    """Finds lines (with their line ends) that do nothing but assign *key*, perhaps with a comment behind."""
    start = rf"^[ \t]*(?:export[ \t]+)?{re.escape(key)}="
    return re.compile(rf"{start}(?P<value>{_VALUE})[ \t]*;?(?:[ \t]+\#[^\n]*|[ \t]*)(?:\n|\Z)", re.MULTILINE)


def _understood(text: str, key: str) -> Assignments:
    found = read(text)
    if key in found.uncertain:
        told = [sentence for sentence in found.lost if key in sentence] or found.lost
        raise _refusal(key, told[0])
    return found


def _reads(changed: str, wanted: dict[str, str], before: Assignments) -> bool:
    """Whether *changed* sets exactly what is *wanted*, and what was not understood *before* is the same as then.

    That is how a line in the middle of something longer is found out: then the longer thing reads differently.
    """
    after = read(changed)
    return (after.values, _plain(after.lost), after.uncertain) == (wanted, _plain(before.lost), before.uncertain)


def _plain(lost: list[str]) -> list[str]:
    """What is lost, without the numbers of the lines, which change when a line goes."""
    return [sentence.partition(": ")[2] for sentence in lost]


def _refusal(key: str, found: str) -> Refusal:
    return Refusal(
        f"{PATH}: {key}",
        found,
        f'plain lines such as {key}="..."',
        f"Write {key} on one line of its own, without conditions, variables or commands",
        "Only a shell could tell what the file sets, and a guess could break it",
    )
