"""Reading what is asked about, and printing what is answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ACCEPTED, REFUSED, MISUSE = 0, 1, 2
_LARGEST = 16 << 20


class Misuse(Exception):
    """The command was asked for something that it cannot do; str() says what to do instead."""


def texts_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each of *names* with the text of the file, "-" for standard input. Bytes that are no UTF-8 are kept.

    Raises :class:`Misuse` for what cannot be read, or is no text.
    """
    if names.count("-") > 1:
        raise Misuse("Standard input can be read only once. Name '-' once, and files for the rest.")
    return [(name, _text_of(name)) for name in names]


def print_json(answers: Sequence[dict[str, Any]]) -> None:
    """Print *answers*, one for each thing asked, as a JSON list."""
    print(json.dumps(answers, indent=2))


def printable(text: str) -> str:
    """*text* for a terminal: control characters other than line ends and tabs are shown, not sent."""
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)


def say(text: str) -> None:
    """Print one line of an answer; see :func:`printable`."""
    print(printable(text))


def complain(text: str) -> None:
    """Print one line to standard error; see :func:`printable`."""
    print(printable(text), file=sys.stderr)


def _text_of(name: str) -> str:
    try:
        data = _standard_input() if name == "-" else _some_bytes(Path(name))
    except OSError as problem:
        raise Misuse(f"{name} cannot be read: {problem.strerror}. Name a file, or - for standard input.") from None
    if len(data) > _LARGEST:
        raise Misuse(f"{name} is larger than 16 MiB. Name a configuration file.")
    if b"\0" in data:
        raise Misuse(f"{name} is no text: it holds NUL bytes. Name a configuration file, saved as UTF-8.")
    return data.decode(errors="surrogateescape")


def _standard_input() -> bytes:
    # Where the command was started without one, there is no object either.
    if sys.stdin is None:
        raise Misuse("Standard input is closed. Name a file.")
    return sys.stdin.buffer.read(_LARGEST + 1)


def _some_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST + 1)
