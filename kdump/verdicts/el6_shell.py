"""Values that the dump tools of RHEL 5 and 6 give to the shell a second time, with ``eval``.

Source: kdump_chk and the treatment of LABEL= and UUID= in mkdumprd of kexec-tools 2.0.0-310.el6; bash(1).
"""

from __future__ import annotations

import re

_TOKENS = re.compile(
    r"""(?P<blank>[ \t\n]+)|(?P<comment>(?<![^ \t\n])\#.*)|'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"
      |\\(?P<escaped>.)|(?P<plain>[^ \t\n'"\\|&;()<>])""",
    re.VERBOSE | re.DOTALL,
)


def evaluated(text: str) -> list[str] | None:
    """The words that ``eval`` makes of *text*; None where it fails, for a quote without its end.

    None too for an operator of the shell outside of quotes: what would be run then, nobody meant. Expansions
    (``$x``) stay as they are.
    """
    found: list[str] = []
    open_word = False
    at = 0
    while at < len(text):
        token = _TOKENS.match(text, at)
        if token is None:
            return None
        at = token.end()
        kind = str(token.lastgroup)
        if kind == "comment":
            break
        if kind == "blank":
            open_word = False
            continue
        piece = token[kind]
        if kind == "double":
            piece = re.sub(r'\\([$`"\\])', r"\1", piece)
        if open_word:
            found[-1] += piece
        else:
            found.append(piece)
            open_word = True
    return found


def is_run_by_the_shell(text: str) -> bool:
    """Whether *text*, given to ``eval``, would expand a variable or run a command."""
    return re.search(r"[$`]", re.sub("'[^']*'", "", text)) is not None
