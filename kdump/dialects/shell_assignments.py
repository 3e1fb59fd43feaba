"""Files of shell assignments that /bin/sh sources and systemd reads as an EnvironmentFile.

Source: POSIX Shell Command Language 2.2 and 2.9.1, systemd.exec(5) "EnvironmentFile=". The two readers differ
over blanks, quotes and ``$``; what :func:`assignment` writes, both read alike. :func:`read` reads as sh does,
because the tools source the file after systemd has read it, so sh has the last word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.errors import shown

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_ASSIGNED_SOMEWHERE = re.compile(r"(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*)\+?=")

# One piece of a command line of sh, the simple ones only. What matches none of them is not understood.
_PIECE = re.compile(
    r"""(?P<joined>\\\n)
      | \\(?P<escaped>[^\n])
      | '(?P<single>[^']*)'
      | "(?P<double>(?:[^"\\$`]|\\.)*)"
      | (?P<blank>[ \t]+)
      | (?P<end>[\n;])
      | (?P<plain>[^\s'"\\$`&|<>();]+)""",
    re.VERBOSE | re.DOTALL,
)

# After one of these, what follows may run twice, or not at all: nothing behind it can be taken as set.
_UNCERTAIN_FROM = re.compile(
    "if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|[{}!;]|exit|return|exec|break|continue"
)


class Assignments(NamedTuple):
    """What sourcing a file sets, what of it could not be understood (one sentence each), and the keys that
    the latter may set.
    """

    values: dict[str, str]
    lost: list[str]
    uncertain: set[str]


class _Word(NamedTuple):
    text: str
    quoted: bool


def assignment(key: str, value: str) -> str:
    """One line ``KEY="value"`` that sh and systemd read alike.

    *value* is one line of ASCII (raises ValueError otherwise: a mistake of the caller, who checks settings).
    """
    if not (_KEY.fullmatch(key) and value.isascii() and (value.isprintable() or not value)):
        raise ValueError(f"{key}={shown(value)} cannot be written as one line of ASCII")
    # The four characters that a backslash takes the meaning from between double quotes, for both readers.
    return f'{key}="' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def read(text: str) -> Assignments:
    """What sh would have set after sourcing *text*. Never raises.

    Understood: ``KEY=value`` with any quotes, several on a line, ``export``, ``unset``, comments, lines joined
    by a backslash; the last assignment of a key wins. Anything that a shell would have to compute (``$``,
    backquotes, ``~``, commands, conditions) is not: it is told in ``lost``, and the keys that it may set are
    left out of ``values``, also where an earlier line set them.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._values: dict[str, str] = {}
        self._lost: list[str] = []
        self._uncertain: set[str] = set()

    def read(self) -> Assignments:
        while self._at < len(self._text):
            start = self._at
            words = self._statement()
            if words is None or _uncertain(words):
                self._lose(start, self._at)
            else:
                self._take(words, start)
        return Assignments(self._values, self._lost, self._uncertain)

    def _statement(self) -> list[_Word] | None:
        """The words up to the end of the statement; None where it is unclear, and then past the unclear part."""
        words: list[_Word] = []
        word: str | None = None
        quoted = False
        while self._at < len(self._text):
            if word is None and self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
                continue
            piece = _PIECE.match(self._text, self._at)
            if piece is None:
                self._skip_unclear(words)
                return None
            self._at = piece.end()
            kind = piece.lastgroup
            if kind in ("blank", "end"):
                if word is not None:
                    words.append(_Word(word, quoted))
                    word, quoted = None, False
                if kind == "end":
                    # sh takes a semicolon with nothing in front of it for a syntax error.
                    words += [_Word(";", False)] * (piece[0] == ";" and not words)
                    break
            elif kind != "joined":
                if kind == "plain" and _would_expand(word or "", piece[0]):
                    self._skip_unclear(words)
                    return None
                # A quoted name is no assignment's name: only what is quoted behind the "=" does not matter.
                quoted = quoted or (kind != "plain" and "=" not in (word or ""))
                word = (word or "") + _unquoted(kind or "", piece)
        if word is not None:
            words.append(_Word(word, quoted))
        if _uncertain(words):
            self._at = len(self._text)
        return words

    def _skip_unclear(self, words: list[_Word]) -> None:
        """Passes over the rest of the line, and of the file where what begins here may reach beyond the line."""
        line_end = self._text.find("\n", self._at)
        rest = self._text[self._at : line_end if line_end >= 0 else None]
        reaches_on = (
            _uncertain(words)
            or any(rest.count(mark) % 2 for mark in ("'", '"', "`"))
            or any(rest.count(a) != rest.count(b) for a, b in ("()", "{}"))
            or "<<" in rest
            or rest.endswith("\\")
            # A pipe, and && or ||, take the next command for their second one, on whatever line it stands.
            or re.search(r"(?:\||&&)[ \t]*(?:#.*)?\Z", rest) is not None
        )
        self._at = len(self._text) if line_end < 0 or reaches_on else line_end + 1

    def _take(self, words: list[_Word], start: int) -> None:
        first = words[0].text if words and not words[0].quoted else ""
        if first == "unset" and all(_KEY.fullmatch(word.text) for word in words[1:]):
            for word in words[1:]:
                self._values.pop(word.text, None)
                self._uncertain.discard(word.text)
            return
        rest = words[1:] if first == "export" else words
        found = [None if word.quoted else _ASSIGNMENT.fullmatch(word.text) for word in rest]
        for word, match in zip(rest, found, strict=True):
            if match is None and not (first == "export" and _KEY.fullmatch(word.text)):
                self._lose(start, self._at)
                return
        for match in filter(None, found):
            key, value = match[1], match[2]
            if value.isascii() and (value.isprintable() or not value):
                self._values[key] = value
                self._uncertain.discard(key)
            else:
                self._lose(start, self._at)

    def _lose(self, start: int, end: int) -> None:
        raw = self._text[start:end]
        for key in _ASSIGNED_SOMEWHERE.findall(raw):
            self._values.pop(key, None)
            self._uncertain.add(key)
        line = self._text.count("\n", 0, start + len(raw) - len(raw.lstrip())) + 1
        self._lost.append(f"line {line}: {shown(raw.strip())} is more than a plain assignment")


def _uncertain(words: list[_Word]) -> bool:
    return bool(words) and not words[0].quoted and bool(_UNCERTAIN_FROM.fullmatch(words[0].text))


def _would_expand(word: str, plain: str) -> bool:
    """Whether sh replaces a ``~`` in *plain*, unquoted text that follows *word*."""
    return bool(re.search(r"(?:=|:)~", word[-1:] + plain)) or (not word and plain.startswith("~"))


def _unquoted(kind: str, piece: re.Match[str]) -> str:
    if kind == "double":
        # Between double quotes a backslash only counts in front of these; a joined line end disappears.
        return re.sub(r'\\(["\\$`])', r"\1", piece["double"].replace("\\\n", ""))
    return piece[kind]
