"""The grammar of ``crashkernel=``: text to numbers and back, without asking which platform understands it.

Source: Linux Documentation/admin-guide/kdump/kdump.rst and kernel-parameters.txt, kernel/crash_reserve.c;
Xen xen/common/kexec.c (parse_crashkernel) for the limit; Red Hat's kexec-kdump-howto for ``auto``.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal

SETTING = "crashkernel"

_LETTERS = "KMGTPE"
_UNITS = {"": 0, **{letter: 10 * (place + 1) for place, letter in enumerate(_LETTERS)}}
# The kernel counts in 64 bits, which 20 digits, or 16 hexadecimal ones, fill.
_SIZE = re.compile(r"(0[xX][0-9a-fA-F]{1,16}|[1-9][0-9]{0,19}|0)([KMGTPEkmgtpe]?)")
_LARGEST = (1 << 64) - 1

XEN_LIMIT = r",below=[0-9A-Za-z]+"
"""Xen's limit as every boot loader's file takes it: of "<", GRUB 2 wants it escaped and legacy GRUB does not."""

_XEN = re.compile(rf"(?P<body>[^<\\]+?)(?:\\?<(?P<limit>[0-9A-Za-z]+)|(?P<below>{XEN_LIMIT}))")


class Range(BaseModel):
    """``start-end:size``, bytes: *size* is set aside on machines with ``start <= memory < end``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int | None
    size: int


class Crashkernel(BaseModel):
    """One understood ``crashkernel`` setting; all sizes in bytes.

    Either ``size`` or ``ranges`` (both may have an ``offset``), or ``high`` with perhaps ``low``. Only from
    :func:`read`: ``cma`` beside those, ``xen_below`` (the hypervisor's limit) with ``size`` or ``ranges``, or
    a ``word`` alone. ``text`` is the setting as written, values separated by one blank.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    size: int | None = None
    ranges: tuple[Range, ...] = ()
    offset: int | None = None
    high: int | None = None
    low: int | None = None
    cma: int | None = None
    xen_below: int | None = None
    word: Literal["auto", "no"] | None = None

    def __str__(self) -> str:
        return self.text


def parse(value: str) -> Crashkernel:
    """The setting *value* understood: one or more ``crashkernel=`` values, separated by blanks.

    Accepts what the kernel accepts: ``256M``, ``128M@16M``, ``1G-4G:192M,4G-:256M``, ``512M,high 128M,low``.
    Raises :class:`Refusal` for anything else, for combinations of which the kernel silently uses only a
    part, for values that set nothing aside, and for ``auto``, which only Red Hat's older kernels know.
    """
    texts = value.split(" ") if value.isascii() and value.isprintable() else []
    if not texts or "" in texts:
        raise refused(
            value,
            "values separated by one blank, such as '256M' or '512M,high 128M,low'",
            "Write '256M'",
            "The kernel takes a value as far as the next blank",
        )
    parts = [_parse_one(text) for text in texts]
    if len(parts) == 1 and parts[0].low is None:
        return parts[0]
    high = [part.high for part in parts if part.high is not None]
    low = [part.low for part in parts if part.low is not None]
    if len(parts) == 2 and len(high) == len(low) == 1:
        return Crashkernel(text=value, high=high[0], low=low[0])
    raise refused(
        value,
        "one value, or one with ',high' and one with ',low'",
        "Keep one value, or write a pair such as '512M,high 128M,low'",
        "Of several values of a kind the kernel uses the last, and it ignores ',high' and ',low' beside "
        "a plain value and ',low' without ',high'",
    )


def read(value: str) -> Crashkernel:
    """*value* understood as any kernel or hypervisor may: all of :func:`parse`, and what only some platforms know.

    Beyond :func:`parse`: ``auto`` and ``no``; ``256M 64M,cma``; ``256M,below=4G`` (also ``256M<4G``, and
    ``256M\\<4G`` as GRUB 2 needs that); ranges with ``<4G``. Raises :class:`Refusal` for everything else. Which
    platform understands the result, :mod:`kdump.crashkernel.knowledge` tells.
    """
    if value == "auto" or value == "no":
        return Crashkernel(text=value, word="auto" if value == "auto" else "no")
    limited = _XEN.fullmatch(value)
    if limited:
        return _with_xen_limit(value, limited["body"], limited["limit"], limited["below"])
    texts = value.split(" ")
    cma = [text for text in texts if text.endswith(",cma")]
    if not cma:
        return parse(value)
    rest = " ".join(text for text in texts if not text.endswith(",cma"))
    size = bytes_in(cma[0].removesuffix(",cma"))
    if len(cma) > 1 or not rest or not size:
        raise refused(
            value,
            "one size above 0 with ',cma' beside a plain reservation, such as '256M 128M,cma'",
            "Write '256M 128M,cma'",
            "Memory of the CMA kind only adds to a plain reservation, which holds the capture kernel and its image",
        )
    return parse(rest).model_copy(update={"text": value, "cma": size})


def written(understood: Crashkernel) -> str:
    """The numbers of *understood* as text, each size with the largest unit that leaves it whole.

    ``read(written(x))`` has the same numbers as *x*; *x*'s own text may have spelled them otherwise.
    """
    if understood.word:
        return understood.word
    words: list[str] = []
    if understood.high is not None:
        words.append(f"{size_text(understood.high)},high")
        if understood.low is not None:
            words.append(f"{size_text(understood.low)},low")
    else:
        pieces = [
            f"{size_text(r.start)}-{'' if r.end is None else size_text(r.end)}:{size_text(r.size)}"
            for r in understood.ranges
        ]
        body = ",".join(pieces) if pieces else size_text(understood.size or 0)
        offset = "" if understood.offset is None else f"@{size_text(understood.offset)}"
        # Behind ranges Xen takes ",below=" for one range more, and loses the limit.
        sign = "<" if understood.ranges else ",below="
        limit = "" if understood.xen_below is None else f"{sign}{size_text(understood.xen_below)}"
        words.append(body + offset + limit)
    if understood.cma is not None:
        words.append(f"{size_text(understood.cma)},cma")
    return " ".join(words)


def size_text(size_bytes: int) -> str:
    """*size_bytes* as the argument spells it: ``256M``, ``1G``, ``1040M``; bytes where no unit leaves it whole."""
    size, place = size_bytes, 0
    while size and size % 1024 == 0 and place < len(_LETTERS):
        size, place = size // 1024, place + 1
    return f"{size}{('', *_LETTERS)[place]}"


def bytes_in(text: str) -> int | None:
    """A number with the kernel's unit letters, in bytes; None for anything else, and for more than 64 bits hold.

    Octal (a leading 0) is nobody's intention: None as well.
    """
    found = _SIZE.fullmatch(text)
    size = int(found[1], 0) << _UNITS[found[2].upper()] if found else None
    return None if size is None or size > _LARGEST else size


def one_value(text: str) -> Crashkernel | None:
    """One value by the kernel's grammar, None where the kernel would call it malformed."""
    head, comma, suffix = text.rpartition(",")
    if comma and suffix in ("high", "low"):
        size = bytes_in(head)
        return None if size is None else Crashkernel.model_validate({"text": text, suffix: size})
    body, at, offset_text = text.partition("@")
    offset = bytes_in(offset_text) if at else None
    if at and offset is None:
        return None
    if ":" not in body:
        size = bytes_in(body)
        return None if size is None else Crashkernel(text=text, size=size, offset=offset)
    ranges = [_range(piece) for piece in body.split(",")]
    known = tuple(r for r in ranges if r is not None)
    return Crashkernel(text=text, ranges=known, offset=offset) if len(known) == len(ranges) else None


def refused(found: str, needed: str, instead: str, why: str) -> Refusal:
    """A refusal of the setting ``crashkernel``."""
    return Refusal(SETTING, found, needed, instead, why)


def _parse_one(text: str) -> Crashkernel:
    if text == "auto":
        raise refused(
            text,
            "a size",
            "Write '256M', or ranges such as '2G-64G:256M,64G-:512M'",
            "Only kernels of Red Hat Enterprise Linux 6 to 8 know 'auto'; others silently set nothing aside",
        )
    understood = one_value(text)
    if understood is None:
        raise refused(
            text,
            "SIZE[@OFFSET], START-[END]:SIZE[,...][@OFFSET], SIZE,high or SIZE,low, sizes such as 256M or 1G",
            "Write '256M'",
            "The kernel ignores a value it does not understand, and nothing would be set aside",
        )
    if understood.size == 0 or understood.high == 0 or any(r.size == 0 for r in understood.ranges):
        raise refused(
            text,
            "a size above 0",
            "Write '256M', or leave crashkernel out where nothing shall be set aside",
            "A capture kernel needs memory",
        )
    return understood


def _with_xen_limit(value: str, body: str, limit_text: str | None, below: str | None) -> Crashkernel:
    understood = parse(body)
    limit = bytes_in(limit_text or (below or "").removeprefix(",below="))
    if not limit or understood.high is not None or understood.offset is not None:
        raise refused(
            value,
            "a size, then one limit, such as '256M,below=4G'",
            "Write '256M,below=4G'",
            "The Xen hypervisor takes either an offset or a limit, and knows no ',high' and ',low'",
        )
    if below and understood.ranges:
        raise refused(
            value,
            "a size in front of ',below='",
            "Write a size, such as '256M,below=4G'",
            "Behind ranges the Xen hypervisor takes ',below=' for one range more, and loses the limit",
        )
    return understood.model_copy(update={"text": value, "xen_below": limit})


def _range(text: str) -> Range | None:
    span, _, size_part = text.partition(":")
    start_text, dash, end_text = span.partition("-")
    start, end, size = bytes_in(start_text), bytes_in(end_text) if end_text else None, bytes_in(size_part)
    if start is None or size is None or not dash or (end_text and (end is None or end <= start)):
        return None
    return Range(start=start, end=end, size=size)
