"""grep's basic regular expressions, as the tools use them on names that were never meant as patterns.

Source: POSIX basic regular expressions, and GNU grep's additions to them.
"""

from __future__ import annotations

import re

_PLAIN_IN_BASIC = "+?|(){}"


def grep_finds(pattern: str, text: str) -> bool:
    """Whether ``grep PATTERN`` finds *pattern* somewhere in *text*, one line.

    A pattern that grep would call invalid, or take for an option, finds nothing; behind "-e" it is one again.
    """
    if pattern in ("--help", "--version", "-V"):
        # grep answers the question, and its status says that all went well.
        return True
    if pattern.startswith("-e") and len(pattern) > 2:
        pattern = pattern[2:]
    elif pattern.startswith("-"):
        return False
    translated = _translated(pattern)
    if translated is None:
        return False
    try:
        return re.search(translated, text) is not None
    except re.error:
        return False


def _translated(pattern: str) -> str | None:
    """*pattern* in Python's syntax; None where grep would refuse it."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        starts = not out or out[-1] in ("(", "|")
        if char == "\\":
            if at + 1 == len(pattern):
                return None
            following = pattern[at + 1]
            # GNU: a backslash gives these their meaning, and takes it from the others.
            out.append(following if following in _PLAIN_IN_BASIC else re.escape(following))
            at += 2
        elif char == "[":
            end = pattern.find("]", at + 2 + (pattern[at + 1 : at + 2] == "^"))
            if end < 0:
                return None
            out.append("[" + pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[") + "]")
            at = end + 1
        else:
            if char in _PLAIN_IN_BASIC or (char == "*" and starts) or (char == "^" and not starts):
                out.append("\\" + char)
            elif char == "$" and at + 1 < len(pattern):
                out.append("\\$")
            else:
                out.append(char if char in ".*^$" else re.escape(char))
            at += 1
    return "".join(out)
