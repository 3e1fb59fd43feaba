"""Lines of our own at the end of somebody else's file, put there and taken away without touching a byte.

:mod:`kdump.dialects.lines` ends a last line that has no line end; here such a file keeps its ending, so that
taking our lines away gives back exactly what was there.
"""

from __future__ import annotations

from collections.abc import Sequence

from kdump.dialects.lines import lines_of


def appended(text: str, lines: Sequence[str]) -> str:
    """*text* with *lines* (without line ends) at its end; a missing line end at the end stays missing."""
    if text and not text.endswith("\n"):
        return "\n".join([text, *lines])
    return text + "".join(f"{line}\n" for line in lines)


def without_span(text: str, start: int, end: int) -> str:
    """*text* without its lines *start* to *end* (counted from 0, *end* not included): undoes :func:`appended`."""
    old = lines_of(text)
    kept = "".join(old[:start]) + "".join(old[end:])
    unended = end >= len(old) and start < end and not text.endswith("\n")
    return kept.removesuffix("\n") if unended else kept


def replaced_span(text: str, start: int, end: int, lines: Sequence[str]) -> str:
    """*text* in which *lines* (without line ends) stand for its lines *start* to *end*, *end* not included."""
    old = lines_of(text)
    last = "" if end >= len(old) and not text.endswith("\n") else "\n"
    return "".join(old[:start]) + "\n".join(lines) + last + "".join(old[end:])
