"""XML files that people write by hand: reading where each element stands, and changing bytes only there.

The usual libraries write a file anew and lose comments, quotes and line ends. expat tells the offset of every
tag, so an edit is a few bytes put between all the others. Source: XML 1.0; pyexpat's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from kdump.errors import Refusal

_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = re.compile(rb"<[^\s/>]+")


@dataclass
class Element:
    """An element and where it stands, as offsets of bytes: its tag from ``start`` to ``open_end``, the end tag from
    ``close_start`` to ``end``. An empty tag (``<a/>``) has no end tag: ``close_start`` is None.
    """

    name: str
    attributes: dict[str, str]
    start: int
    open_end: int
    close_start: int | None = None
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of that name, in order."""
        return [child for child in self.children if child.name == name]


class Edit(NamedTuple):
    """``new`` instead of the bytes from ``start`` to ``end``."""

    start: int
    end: int
    new: bytes


def read_xml(text: str, setting: str) -> tuple[bytes, Element]:
    """The bytes of *text* and its root element; raises :class:`Refusal` (of *setting*) for what is no plain XML.

    A document type is refused whatever it says: through it a file can name others, or grow without end when it
    is read. No other file is ever opened.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise _refused(setting, text, "text in UTF-8", str(error)) from None
    roots: list[Element] = []
    open_elements: list[Element] = []
    # The encoding that is named in the file is that of the bytes on the host; these are ours.
    parser = expat.ParserCreate("utf-8")

    def started(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        end = _match(_TAG, data, start).end()
        element = Element(name, attributes, start, end, end=end)
        (open_elements[-1].children if open_elements else roots).append(element)
        open_elements.append(element)

    def ended(_name: str) -> None:
        element = open_elements.pop()
        if not data.endswith(b"/>", element.start, element.open_end):
            element.close_start = parser.CurrentByteIndex
            element.end = _match(_TAG, data, element.close_start).end()

    def doctype(*_parts: object) -> None:
        raise _refused(setting, text, "XML without a document type", "It has a <!DOCTYPE>, which can name other files")

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _refused(setting, text, "XML that is complete and correct", str(error)) from None
    return data, roots[0]


def applied(data: bytes, edits: Iterable[Edit]) -> str:
    """*data* with *edits*, none of which overlap, as text."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        data = data[: edit.start] + edit.new + data[edit.end :]
    return data.decode()


def attribute_edit(data: bytes, element: Element, name: str, value: str) -> Edit:
    """The edit that gives *element* the attribute *name* with *value*, in its old quotes where it is there."""
    end = element.start + len(_match(_NAME, data, element.start)[0])
    for found in _ATTRIBUTE.finditer(data, element.start, element.open_end):
        if found[1].decode() == name:
            quote = found[2][:1].decode()
            return Edit(found.start(2) + 1, found.end(2) - 1, escape(value, {quote: "&quot;"}).encode())
        end = found.end()
    return Edit(end, end, f" {name}={quoteattr(value)}".encode())


def child_edit(data: bytes, parent: Element, lines: Sequence[tuple[int, str]], *, first: bool) -> Edit:
    """The edit that gives *parent* a child, before all others or after them.

    *lines* are the child's markup as (depth, text). It is indented like its neighbours; where those are not on
    lines of their own, all goes onto one line.
    """
    outer = _indentation(data, parent.start)
    if parent.children:
        neighbour = parent.children[0 if first else -1]
        indentation = _indentation(data, neighbour.start)
        block = _block(data, lines, indentation, outer)
        gap = b"" if indentation is None else _line_end(data) + indentation
        return (
            Edit(neighbour.start, neighbour.start, block + gap)
            if first
            else Edit(neighbour.end, neighbour.end, gap + block)
        )
    indentation = None if outer is None else outer + _unit(b"", outer)
    block = _block(data, lines, indentation, outer)
    gap = b"" if indentation is None else _line_end(data) + indentation
    if parent.close_start is not None:
        # What stands before the end tag, mostly its line end and indentation, stays there.
        return Edit(parent.open_end, parent.open_end, gap + block)
    back = b"" if outer is None else _line_end(data) + outer
    closed = f"</{parent.name}>".encode()
    return Edit(parent.open_end - 2, parent.open_end, b">" + gap + block + back + closed)


def moved_edits(data: bytes, element: Element, before: Element) -> list[Edit]:
    """The edits that move *element*, as it is written, in front of *before*."""
    start = element.start
    while start and data[start - 1 : start].isspace():
        start -= 1
    gap = data[start : element.start]
    return [
        Edit(before.start, before.start, data[element.start : element.end] + gap),
        Edit(start, element.end, b""),
    ]


def _indentation(data: bytes, at: int) -> bytes | None:
    """The blanks in front of *at* on its line; None if anything else is there."""
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    return None if line.strip() else line


def _block(data: bytes, lines: Sequence[tuple[int, str]], indentation: bytes | None, outer: bytes | None) -> bytes:
    if indentation is None:
        return "".join(text for _, text in lines).encode()
    unit = _unit(indentation, outer or b"")
    between = _line_end(data) + indentation
    return between.join(unit * depth + text.encode() for depth, text in lines)


def _unit(indentation: bytes, outer: bytes) -> bytes:
    """One step of indentation, as *indentation* is in from *outer*; else a tab where the file has them."""
    step = indentation[len(outer) :] if indentation.startswith(outer) else b""
    return step or (b"\t" if b"\t" in outer else b"  ")


def _line_end(data: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in data else b"\n"


def _match(pattern: re.Pattern[bytes], data: bytes, at: int) -> re.Match[bytes]:
    found = pattern.match(data, at)
    if found is None:  # expat has read a tag there
        raise AssertionError(f"no tag at byte {at}")
    return found


def _refused(setting: str, text: str, needed: str, why: str) -> Refusal:
    return Refusal(setting, text, needed, "Correct the file by hand before anything changes it", why)
