"""The blacklist of /etc/multipath.conf: which disks multipath shall leave alone.

Source: multipath.conf(5) and libmultipath's parser (0.4.7 to 0.9): one keyword a line; ``name {`` opens and
``}`` on a line of its own closes a section; ``#`` and ``!`` begin a comment; double quotes hold a value together.
``devnode_blacklist`` is the old name of ``blacklist`` (Red Hat Enterprise Linux 4 and 5). Old parsers forget an
earlier blacklist when they meet a second one, so an entry goes into the last.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.dialects.endings import appended, without_span
from kdump.dialects.lines import lines_of
from kdump.errors import Refusal

_SECTIONS = ("blacklist", "devnode_blacklist")
_EXCEPTIONS = "blacklist_exceptions"
_MARK = "# pulumi-kdump"
_SECTION_MARK = "# Section added by pulumi-kdump"
_WWID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{3,126}")
_TOKEN = re.compile(r'\s+|[#!].*|"(?P<quoted>(?:[^"]|"")*)"|(?P<brace>[{}])|(?P<plain>[^\s"#!{}]+)|(?P<open>")')


class _Word(NamedTuple):
    text: str
    brace: bool
    """Whether it is a brace that opens or closes a section: one between quotes does not."""


class _Entry(NamedTuple):
    section: str
    keyword: str
    value: str
    line: int


class _Section(NamedTuple):
    name: str
    start: int
    """The line that opens it."""
    end: int
    """The line that closes it."""


class _File(NamedTuple):
    entries: list[_Entry]
    sections: list[_Section]


def checked_wwid(value: str, setting: str = "wwid") -> str:
    """*value* if it is a World Wide Identifier as scsi_id prints it, such as "3600508b400105e210000900000490000".

    Raises :class:`Refusal` for anything with a blank, a quote or a character that has a meaning in a rule.
    """
    if _WWID.fullmatch(value):
        return value
    raise Refusal(
        setting,
        value,
        "a WWID: 4 to 127 letters, digits and . _ : + -",
        "Write what scsi_id prints for the disk, such as '3600508b400105e210000900000490000'",
        "The WWID is the one name of a disk that no reboot changes, and it is written into several files",
    )


def wwids_of(text: str) -> tuple[str, ...]:
    """The WWIDs (and patterns of WWIDs) that *text* blacklists, in its order. Raises :class:`Refusal` for a
    file that multipath could not read: braces or quotes that do not match."""
    return _values(text, "wwid")


def devnodes_of(text: str) -> tuple[str, ...]:
    """The patterns of device names that *text* blacklists, in its order. Raises as :func:`wwids_of` does."""
    return _values(text, "devnode")


def with_blacklisted(text: str, wwid: str) -> str:
    """*text* in which *wwid* is blacklisted: by a line in its last blacklist, or by a section at its end.

    Unchanged where it already is. Raises :class:`Refusal` for what is no WWID, for a file that multipath could
    not read, and where ``blacklist_exceptions`` takes the WWID out of every blacklist again.
    """
    checked_wwid(wwid)
    file = _read(text)
    if any(e.section == _EXCEPTIONS and e.keyword == "wwid" and e.value == wwid for e in file.entries):
        raise Refusal(
            "wwid",
            wwid,
            f"a WWID that is not in the section {_EXCEPTIONS}",
            f"Remove it from {_EXCEPTIONS} in /etc/multipath.conf",
            "What is an exception is never blacklisted, whatever the blacklist says",
        )
    if wwid in wwids_of(text):
        return text
    blacklists = [section for section in file.sections if section.name in _SECTIONS]
    if not blacklists:
        return appended(text, [_SECTION_MARK, "blacklist {", f"\t{_MARK}", f"\twwid {wwid}", "}"])
    lines = lines_of(text)
    lines.insert(blacklists[-1].end, f"\t{_MARK}\n\twwid {wwid}\n")
    return "".join(lines)


def without_blacklisted(text: str, wwid: str) -> str:
    """*text* without our line for *wwid*; lines of other people stay. A section of ours goes when it is empty.

    Raises as :func:`with_blacklisted` does, exceptions aside.
    """
    checked_wwid(wwid)
    lines = lines_of(text)
    for entry in reversed(_read(text).entries):
        ours = entry.line > 0 and lines[entry.line - 1].strip() == _MARK
        if ours and entry.section in _SECTIONS and (entry.keyword, entry.value) == ("wwid", wwid):
            text = without_span(text, entry.line - 1, entry.line + 1)
    return _without_empty_section(text)


def _without_empty_section(text: str) -> str:
    lines = lines_of(text)
    for section in reversed(_read(text).sections):
        ours = section.start > 0 and lines[section.start - 1].strip() == _SECTION_MARK
        if ours and section.end == section.start + 1:
            text = without_span(text, section.start - 1, section.end + 1)
    return text


def _values(text: str, keyword: str) -> tuple[str, ...]:
    return tuple(e.value for e in _read(text).entries if e.section in _SECTIONS and e.keyword == keyword)


def _read(text: str) -> _File:
    file = _File([], [])
    open_sections: list[tuple[str, int]] = []
    for number, line in enumerate(lines_of(text)):
        words = _words(line, number)
        braces = [word.text for word in words if word.brace]
        if braces == ["}"] and len(words) == 1:
            if not open_sections:
                raise _broken(number, line, "a section that it closes", "Remove the line")
            name, start = open_sections.pop()
            if not open_sections:
                file.sections.append(_Section(name, start, number))
        elif braces == ["{"] and len(words) == 2 and words[1].brace:
            open_sections.append((words[0].text, number))
        elif braces:
            raise _broken(number, line, "'name {' or '}' by itself", "Begin a new line behind each brace")
        elif len(open_sections) == 1 and len(words) > 1:
            file.entries.append(_Entry(open_sections[0][0], words[0].text, words[1].text, number))
    if open_sections:
        name, start = open_sections[-1]
        raise _broken(start, name, f"a '}}' that closes the section {name}", "Add it where the section ends")
    return file


def _words(line: str, number: int) -> list[_Word]:
    words: list[_Word] = []
    for found in _TOKEN.finditer(line.rstrip("\n")):
        if found["open"]:
            raise _broken(number, line, "a second double quote on the line", "Add it where the value ends")
        if found["quoted"] is not None:
            # A doubled quote inside of quotes is one quote.
            words.append(_Word(found["quoted"].replace('""', '"'), brace=False))
        elif found["brace"]:
            words.append(_Word(found["brace"], brace=True))
        elif found["plain"]:
            words.append(_Word(found["plain"], brace=False))
    return words


def _broken(number: int, line: str, needed: str, instead: str) -> Refusal:
    return Refusal(
        f"/etc/multipath.conf line {number + 1}",
        line.strip(),
        needed,
        instead,
        "multipath would read something else into the file than whoever wrote it meant",
    )
