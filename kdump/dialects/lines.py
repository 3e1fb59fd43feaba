"""Files of lines of which only some are ours: taking out and adding lines, and touching no other byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def lines_of(text: str) -> list[str]:
    """The lines of *text* with their line ends. Only a newline ends a line, whatever else Unicode has."""
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])


def without_lines(text: str, is_ours: Callable[[str], bool]) -> str:
    """*text* without the lines that *is_ours* picks."""
    return "".join(line for line in lines_of(text) if not is_ours(line))


def with_lines(text: str, lines: Iterable[str]) -> str:
    """*text* with *lines* (without line ends) at its end; a last line without a line end gets one first."""
    gap = "\n" if text and not text.endswith("\n") else ""
    added = "".join(f"{line}\n" for line in lines)
    return text + gap + added if added else text


def replaced_lines(text: str, is_ours: Callable[[str], bool], lines: list[str]) -> str:
    """*text* in which *lines* stand for those that *is_ours* picks; unchanged where they already do.

    They stand where the first of the old ones stood, or at the end.
    """
    old = lines_of(text)
    if [line.rstrip("\n") for line in old if is_ours(line)] == lines:
        return text
    first = next((index for index, line in enumerate(old) if is_ours(line)), len(old))
    before = "".join(old[:first])
    after = without_lines("".join(old[first:]), is_ours)
    return with_lines(before, lines) + after
