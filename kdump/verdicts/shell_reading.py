"""How the shell scripts among the dump tools take a file apart: bash's ``read``, ``cut``, unquoted words, awk.

All of it on text that is already in lines. Source: bash(1), POSIX ``cut`` and awk; the scripts that use them
are named where they are predicted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kdump.verdicts.lines import Line

_BLANKS = " \t"

# What sed and grep call space, and blank, in a UTF-8 locale: Unicode's spaces that may be broken at count.
# Source: glibc's locale "i18n_ctype".
_WIDE = "\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000"
SPACE = f"[ \t\n\v\f\r\u2028\u2029{_WIDE}]"
BLANK = f"[ \t{_WIDE}]"
NO_SPACE = f"[^{SPACE[1:]}"


def without_spaces(text: str) -> str:
    """*text* without what sed calls spaces at its beginning and end."""
    return re.sub(f"^{SPACE}+|{SPACE}+\\Z", "", text)


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of *text* with their numbers, from 1. NUL bytes are gone: no shell keeps them."""
    lines = text.replace("\0", "").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return list(enumerate(lines, start=1))


def read_raw(lines: Iterable[tuple[int, str]]) -> Iterator[Line]:
    """What ``while read -r name value`` gets of *lines*; an empty line gives an empty name."""
    for number, line in lines:
        name, value = _split(line)
        yield Line(number, name, value)


def read_escaped(lines: Iterable[tuple[int, str]]) -> Iterator[Line]:
    """What ``while read name value`` (without -r) gets of *lines*.

    A backslash is taken away and makes the next character an ordinary one; at the end of a line it joins the
    next line to it. The number is that of the first of the joined lines. Where there is no next line, the line is
    never seen: ``read`` still waits for its end.
    """
    rest = list(lines)
    while rest:
        number, line = rest.pop(0)
        while _ends_in_an_escape(line) and rest:
            line = line[:-1] + rest.pop(0)[1]
        if _ends_in_an_escape(line):
            return
        name, value = _split_escaped(line)
        yield Line(number, name, value)


def words(text: str) -> list[str]:
    """The words of *text* where it stands unquoted. What looks like a file pattern is taken to match no file."""
    return [word for word in re.split("[ \t\n]+", text) if word]


def echoed(arguments: list[str]) -> str:
    """What bash's ``echo`` prints of *arguments*, its own options in front taken away."""
    while arguments and re.fullmatch("-[neE]+", arguments[0]):
        arguments = arguments[1:]
    return " ".join(arguments)


def cut_from_second(line: str) -> str:
    """``cut -d' ' -f2-``: all behind the first blank; the whole line where there is none (tabs are none)."""
    return line.partition(" ")[2] if " " in line else line


def cut_second(line: str) -> str:
    """``cut -d' ' -f2``: what stands between the first and the second blank; the whole line where there is none."""
    return line.split(" ")[1] if " " in line else line


def awk_second_fields(lines: Iterable[tuple[int, str]], name: str) -> list[Line]:
    """``awk '$1 ~ /^name$/ {print $2}'``: the second field of every line whose first is *name*; "" for none."""
    found = []
    for number, line in lines:
        fields = words(line)
        if fields[:1] == [name]:
            found.append(Line(number, name, fields[1] if len(fields) > 1 else ""))
    return found


def captured(values: Iterable[str]) -> str:
    """``$(…)`` of a command that prints *values*, one a line: line ends at the end are gone."""
    return "\n".join(values).rstrip("\n")


def _split(line: str) -> tuple[str, str]:
    stripped = line.strip(_BLANKS)
    found = re.match("([^ \t]*)[ \t]*(.*)", stripped, re.DOTALL)
    return (found[1], found[2]) if found else ("", "")


def _ends_in_an_escape(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _split_escaped(line: str) -> tuple[str, str]:
    # Pairs of (character, whether a backslash stood before it): an escaped blank separates nothing.
    pieces = [(m[1] or m[0], m[1] is not None) for m in re.finditer(r"\\(.)|[^\\]", line, re.DOTALL)]

    def separates(piece: tuple[str, bool]) -> bool:
        return piece[0] in _BLANKS and not piece[1]

    while pieces and separates(pieces[0]):
        pieces.pop(0)
    while pieces and separates(pieces[-1]):
        pieces.pop()
    end = next((at for at, piece in enumerate(pieces) if separates(piece)), len(pieces))
    value = pieces[end:]
    while value and separates(value[0]):
        value.pop(0)
    # Of a value of several words bash takes off escaped blanks at the end, too.
    while any(map(separates, value)) and value[-1][0] in _BLANKS:
        value.pop()
    return "".join(piece[0] for piece in pieces[:end]), "".join(piece[0] for piece in value)
