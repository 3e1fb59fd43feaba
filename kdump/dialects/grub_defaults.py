"""/etc/default/grub, which grub2-mkconfig reads: ``GRUB_CMDLINE_LINUX`` (RHEL 7) and
``GRUB_CMDLINE_LINUX_DEFAULT`` (SUSE).

Source: GRUB manual, "Simple configuration handling"; grub2-mkconfig of RHEL and SUSE, which sources the file
with bash (Debian's with dash, where ``+=`` is an error); grubby-bls of EL8 for the order of arguments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kdump.dialects import shell_assignments
from kdump.dialects.boot_edit import broken, checked_text, edited, wanted_words
from kdump.dialects.lines import lines_of, with_lines
from kdump.errors import Refusal

PATH = "/etc/default/grub"

_VARIABLE = re.compile(r"GRUB_CMDLINE_[A-Z0-9_]+")
_ANY_SETTING = re.compile(r"^[ \t]*(?:export[ \t]+)?GRUB_[A-Z0-9_]+=", re.MULTILINE)
# Quoted text and, in group 1, comments. What begins in quotes may reach beyond its line.
_QUOTED_OR_COMMENT = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|((?<![^\s;&|()])\#[^\n]*)""", re.VERBOSE | re.DOTALL)
# Where sh reads a file that is not here, or a text that is computed: anything may be set behind it.
_ELSEWHERE = re.compile(
    r"(?:^|[;&|({!]|\b(?:then|else|elif|if|do|while|until|time|command|builtin)\b)[ \t]*"
    r"(?:[A-Za-z_][A-Za-z0-9_]*=[^\s;&|()]*[ \t]+)*(?:\.|source|eval)(?=[ \t\n]|$)",
    re.MULTILINE,
)
# No statement begins so (";;" ends a case), and a quote that is left over never closes.
_NO_STATEMENT = re.compile(r"^[ \t]*(?:[()&|]|;(?!;))|['\"]", re.MULTILINE)
# What sh takes as it is without quotes, in the value of an assignment.
_PLAIN = re.compile(r"[A-Za-z0-9_.,:=/+@%^-]*")


class _Place(NamedTuple):
    """The one line that sets a variable: up to the value, the value without its quotes, and what follows."""

    number: int
    front: str
    quote: str
    value: str
    rest: str


def values(text: str) -> dict[str, str]:
    """What sourcing the file sets for certain, by variable.

    A variable that is computed ("$(...)"), or set by something else than plain assignments, is missing here,
    and so is one with a tab or with characters beyond ASCII. Never raises.
    """
    return dict(shell_assignments.read(text).values)


def command_line(text: str, variable: str) -> str:
    """The command line in *variable*, "" where the file does not set it.

    Raises :class:`Refusal` where :func:`with_arguments` could not change the variable, because then its value
    is not certain either, and ValueError for a *variable* that is no ``GRUB_CMDLINE_...``.
    """
    place = _place(text, variable)
    return place.value if place else ""


def with_arguments(
    text: str, variable: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()
) -> str:
    """*text* with exactly these arguments in *variable*; all other bytes stay, quotes included.

    *crashkernel*, *arguments* and *remove* as :func:`kdump.dialects.boot_edit.wanted_words` takes them. New
    values come to the end, as grubby puts them there; double quotes are set round a value only where it had
    none and now needs them. Where the file does not set the variable, one line is put at its end.

    It takes effect with the next run of grub2-mkconfig. Raises :class:`Refusal` for an argument that
    ``wanted_words`` refuses, and for a file whose effect is not certain: the variable is set twice, with
    ``+=``, by a command, over several lines or in a condition, its quotes are mixed or do not close, its name
    stands anywhere else (``read``, ``unset``, ``readonly``), another file is sourced behind it, the file is
    no shell at all, or no setting of GRUB is in it. ValueError: *variable* is no ``GRUB_CMDLINE_...``.
    """
    words = wanted_words(crashkernel, arguments, remove)
    place = _place(text, variable)
    where = f"{PATH} line {place.number + 1}" if place else f"{PATH} {variable}"
    old = place.value if place else ""
    new = edited(old, words, where)
    if new == old:
        return text
    if place is None:
        changed = with_lines(text, [f'{variable}="{new}"'])
    else:
        lines = lines_of(text)
        quote = place.quote or ("" if _PLAIN.fullmatch(new) else '"')
        lines[place.number] = place.front + quote + _escaped(new, quote) + quote + place.rest
        changed = "".join(lines)
    if values(changed).get(variable) != new:
        raise broken(
            where,
            old,
            f"a plain assignment of {variable}",
            "What is written there would not be what a shell reads from it",
        )
    return changed


def _place(text: str, variable: str) -> _Place | None:
    """Where *text* sets *variable*, None if nowhere. Raises :class:`Refusal` where that is not certain."""
    if not _VARIABLE.fullmatch(variable):
        raise ValueError(f"{variable} holds no command line")
    if not _ANY_SETTING.search(checked_text(text, PATH)):
        raise broken(
            PATH,
            text[:80],
            "a file with GRUB's settings, such as GRUB_TIMEOUT=5",
            "It is no file that grub2-mkconfig would read",
            "Find out where this system keeps GRUB's settings",
        )
    found = shell_assignments.read(text)
    code = lines_of(_without_comments(text))
    _check_statements(text)
    assigned = re.compile(rf"(?<![A-Za-z0-9_${{]){variable}(?:\[[^\]]*\])?\+?=")
    lines = lines_of(text)
    numbers = [number for number, line in enumerate(code) if assigned.search(line)]
    _check_mentions(variable, lines, code, numbers)
    if not numbers and variable not in found.uncertain:
        return None
    if len(numbers) > 1:
        raise broken(
            f"{PATH} line {numbers[1] + 1}",
            lines[numbers[1]].strip(),
            f"one assignment of {variable}",
            f"Line {numbers[0] + 1} sets it as well, and other tools change or read only one of the lines",
            f"Keep one line {variable}=... with all arguments",
        )
    place = _parsed(numbers[0], lines[numbers[0]], variable) if numbers else None
    if place is None or variable in found.uncertain or found.values.get(variable) != place.value:
        raise broken(
            f"{PATH} line {numbers[0] + 1}" if numbers else f"{PATH} {variable}",
            lines[numbers[0]].strip() if numbers else "",
            f'one line {variable}="..." and nothing else on it, without $, backquotes, += and joined lines, '
            "above any condition",
            "What a shell makes of anything else cannot be told from the file",
            "Write the value out by hand",
        )
    elsewhere = _ELSEWHERE.search(_bare(text), sum(map(len, lines[: numbers[0] + 1])))
    if elsewhere:
        raise _broken_at(
            lines,
            text.count("\n", 0, elsewhere.end()),
            f"nothing sourced or computed behind the line {variable}=...",
            "It may set the variable anew, and what is written here would not count",
            "Move the line up, or keep the arguments in one file",
        )
    return place


def _check_statements(text: str) -> None:
    found = _NO_STATEMENT.search(_bare(text))
    if found:
        raise _broken_at(
            lines_of(text),
            text.count("\n", 0, found.end()),
            "a statement of the shell",
            "No statement begins with ( ) & | or ; here, every quote closes, and what the shell stops at may undo the "
            "whole file",
            "Correct it by hand first",
        )


def _check_mentions(variable: str, lines: Sequence[str], code: Sequence[str], assigned_in: Sequence[int]) -> None:
    """Raise :class:`Refusal` where the variable's name stands outside its assignments, but for reading it."""
    named = re.compile(rf"(?<![A-Za-z0-9_$]){variable}(?![A-Za-z0-9_])")
    for number, line in enumerate(code):
        if number not in assigned_in and named.search(line.replace(f"${{{variable}}}", "")):
            raise _broken_at(
                lines,
                number,
                f'one line {variable}="..." and the name {variable} nowhere else',
                "A command that is given the name may change the variable, or forbid to change it",
                "Write the value out by hand",
            )


def _broken_at(lines: Sequence[str], number: int, needed: str, why: str, instead: str) -> Refusal:
    return broken(f"{PATH} line {number + 1}", lines[number].strip(), needed, why, instead)


def _without_comments(text: str) -> str:
    return _QUOTED_OR_COMMENT.sub(lambda found: "" if found[1] is not None else found[0], text)


def _bare(text: str) -> str:
    """*text* with comments and joined line ends blank, and what is quoted unrecognisable; all else keeps its place."""
    return _QUOTED_OR_COMMENT.sub(
        lambda found: (" " if found[1] is not None or found[0] == "\\\n" else "_") * len(found[0]), text
    )


def _parsed(number: int, line: str, variable: str) -> _Place | None:
    match = re.fullmatch(
        rf"([ \t]*(?:export[ \t]+)?{variable}=)"
        r"""(?:"((?:[^"\\$`]|\\.)*)"|'([^']*)'|([^\s'"#;&|<>()$`\\~]*))"""
        r"((?:[ \t]+(?:#.*)?)?\n?)",
        line,
    )
    if match is None:
        return None
    front, double, single, plain, rest = match.groups()
    if single is not None:
        return _Place(number, front, "'", single, rest)
    if plain is not None:
        return _Place(number, front, "", plain, rest)
    value = re.sub(r'\\(["\\$`])', r"\1", double)
    # Only what is written the way it would be written again can be kept byte for byte.
    return _Place(number, front, '"', value, rest) if _escaped(value, '"') == double else None


def _escaped(value: str, quote: str) -> str:
    return re.sub(r'(["\\$`])', r"\\\1", value) if quote == '"' else value
