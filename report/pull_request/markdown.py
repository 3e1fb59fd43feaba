"""Markdown of GitHub and GitLab, safe from what hosts and settings say.

What comes from elsewhere goes through `plain` or `code`: no markup, HTML, mention or reference is made of it. An
address that begins with http:// stays one that can be followed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 800
"""Characters of a text from elsewhere; of a longer one the middle is left out."""
LONGEST_VALUE = 80

_MARKUP = re.compile(r"([\\`*_\[\]<>|&~$])")
_REFERENCE = re.compile(r"(?<!\w)@(?=\w)|(?<=@)(?=@)|[#!$%^&~](?=[\w\"])")
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
"""As in postgres://user:password@db.example.com, which an error may repeat."""
_NOTHING = "\u200b"
"""A space of no width: behind an @ or # it keeps them from naming people and issues."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """A text without line breaks; of one that is too long the middle is left out.

    What was found stands at the beginning of a message, and what to do about it at its end.
    """
    words = " ".join(_visible(text).split())
    head = longest // 3
    return words if len(words) <= longest else f"{words[:head].rstrip()} … {words[head + 3 - longest :].lstrip()}"


def _visible(text: str) -> str:
    """A text without control characters, what changes the direction of writing, and passwords in addresses."""
    shown = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in text)
    return _PASSWORD.sub(r"\1***@", shown)


def plain(text: str, longest: int = LONGEST) -> str:
    """A text that is shown as it is, also in a cell of a table."""
    escaped = _MARKUP.sub(r"\\\1", one_line(text, longest))
    return _REFERENCE.sub(lambda found: found[0] + _NOTHING, escaped)


def code(text: str, longest: int = LONGEST_VALUE) -> str:
    """A value in the type of code, also in a cell of a table."""
    value = one_line(text, longest)
    if not value or "\\" in value or "|" in value:
        # In a table the two mean something even in code.
        return plain(value, longest)
    # A fence of more backticks than the value has in a row; one at its ends would be taken for the fence.
    most = max((len(run) for run in re.findall(r"`+", value)), default=0)
    fence, gap = "`" * (most + 1), " " if value.startswith("`") or value.endswith("`") else ""
    return f"{fence}{gap}{value}{gap}{fence}"


def block(lines: Iterable[str]) -> list[str]:
    """Lines as they are, in the type of code."""
    shown = [_visible(line)[:LONGEST] for line in lines]
    most = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(most + 1, 3)
    return [f"{fence}text", *shown, fence]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; its cells are Markdown already."""
    return [
        f"| {' | '.join(headings)} |",
        f"|{'---|' * len(headings)}",
        *(f"| {' | '.join(cells)} |" for cells in rows),
    ]


def names(all_of_them: Iterable[str], most: int = 5) -> str:
    """Some names, and how many more there are."""
    listed = list(all_of_them)
    told = ", ".join(plain(name, LONGEST_VALUE) for name in listed[:most])
    return told if len(listed) <= most else f"{told} and {len(listed) - most} more"


def counted(number: int, word: str, plural: str = "") -> str:
    """1 host, 2 hosts, 2 policies."""
    return f"{number} {word}" if number == 1 else f"{number} {plural or word + 's'}"
