"""Reading ``makedumpfile --mem-usage /proc/kcore``: how much of memory is what, and what a dump level keeps.

Source: makedumpfile 1.5.6 to 1.7 (print_mem_usage, makedumpfile(8) "--mem-usage" and "-d"). Until 2014-11 its
names for cache pages were CACHE and CACHE_PRIVATE; before 1.5.7 it printed neither page size nor total.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from kdump.errors import Refusal


class PageType(NamedTuple):
    """One kind of page: its field in :class:`MemoryUsage`, makedumpfile's names for it, and the bits of a dump
    level any of which leaves it out (none: it is always kept).
    """

    field: str
    names: tuple[str, ...]
    left_out_by: int


# Source: makedumpfile(8), the table of "-d". Level 4 leaves out cache pages with and without the private flag.
PAGE_TYPES = (
    PageType("zero_pages", ("ZERO",), 1),
    PageType("cache_pages", ("CACHE", "NON_PRI_CACHE"), 2 | 4),
    PageType("cache_private_pages", ("CACHE_PRIVATE", "PRI_CACHE"), 4),
    PageType("user_pages", ("USER",), 8),
    PageType("free_pages", ("FREE",), 16),
    PageType("kernel_pages", ("KERN_DATA",), 0),
)

_ROW = re.compile(r"\s*([A-Z_]+)\s+(\d+)\s+(?:yes|no)\b")
_PAGE_SIZE = re.compile(r"\s*page size:\s*(\d+)\s*")
_TOTAL = re.compile(r"\s*Total pages on system:\s*(\d+)\s*")
_FIELDS = {name: kind.field for kind in PAGE_TYPES for name in kind.names}


class MemoryUsage(BaseModel):
    """The pages of a running host by type, at one moment; ``total_pages`` may hold a few that no type has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_size_bytes: int = Field(gt=0)
    total_pages: int = Field(gt=0)
    zero_pages: int = Field(ge=0)
    cache_pages: int = Field(ge=0)
    cache_private_pages: int = Field(ge=0)
    user_pages: int = Field(ge=0)
    free_pages: int = Field(ge=0)
    kernel_pages: int = Field(ge=0)

    @property
    def total_bytes(self) -> int:
        """All of memory, in bytes."""
        return self.total_pages * self.page_size_bytes

    def pages(self, kind: PageType) -> int:
        """How many pages there are of *kind*."""
        return int(getattr(self, kind.field))

    def kept_pages(self, level: int) -> int:
        """How many pages a dump of *level* keeps: those of all types that no bit of it leaves out."""
        return sum(self.pages(kind) for kind in kept_types(level))


def kept_types(level: int) -> tuple[PageType, ...]:
    """The types that dump level *level* (0 to 31) keeps; at 31 only the kernel's data.

    Raises :class:`Refusal` for another level. Source: makedumpfile(8), "-d".
    """
    if not 0 <= level <= 31:
        raise Refusal(
            "dumpLevel",
            level,
            "a number from 0 to 31",
            "Write 31 to leave out all that can be left out",
            "makedumpfile adds it up from 1 zero, 2 cache, 4 private cache, 8 user and 16 free pages",
        )
    return tuple(kind for kind in PAGE_TYPES if not kind.left_out_by & level)


def mem_usage(text: str, page_size_bytes: int | None = None) -> MemoryUsage:
    """What one run of ``makedumpfile --mem-usage /proc/kcore`` printed.

    Lines around the table (progress, the warning that a kernel is newer than makedumpfile knows) are passed over.
    *page_size_bytes* is for makedumpfile before 1.5.7, which prints neither page size nor total: it says what
    ``getconf PAGESIZE`` gives on the host. Where the text has a page size, that counts. Raises :class:`Refusal`
    where a type or the page size is missing or there twice (output that was cut off, or two runs in one text),
    and where the types are more pages than the total.
    """
    found: dict[str, list[int]] = {}
    for line in text.splitlines():
        row = _ROW.match(line)
        if row and row[1] in _FIELDS:
            found.setdefault(_FIELDS[row[1]], []).append(int(row[2]))
        for field, pattern in (("page_size_bytes", _PAGE_SIZE), ("total_pages", _TOTAL)):
            if number := pattern.fullmatch(line):
                found.setdefault(field, []).append(int(number[1]))
    for kind in PAGE_TYPES:
        if len(found.get(kind.field, ())) != 1:
            raise _refused(text, f"one line for {' or '.join(kind.names)}")
    counted = sum(found[kind.field][0] for kind in PAGE_TYPES)
    found.setdefault("total_pages", [counted])
    if page_size_bytes is not None:
        found.setdefault("page_size_bytes", [page_size_bytes])
    for field, shown_as in (("page_size_bytes", "the page size"), ("total_pages", "the total")):
        if len(found.get(field, ())) != 1 or found[field][0] <= 0:
            raise _refused(text, f"one line for {shown_as}, with a number above 0")
    numbers = {field: values[0] for field, values in found.items()}
    if counted > numbers["total_pages"]:
        raise _refused(text, "a total that is not less than the types together")
    return MemoryUsage.model_validate(numbers)


def _refused(text: str, needed: str) -> Refusal:
    return Refusal(
        "memUsage",
        text,
        needed,
        "Run 'makedumpfile --mem-usage /proc/kcore' as root once more, and give its whole output",
        "Without all of its lines nobody could tell which pages a dump keeps",
    )
