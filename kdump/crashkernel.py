"""The kernel's ``crashkernel=`` argument: its grammar, and how much memory a value really sets aside.

Source: Linux Documentation/admin-guide/kdump/kdump.rst and kernel-parameters.txt, kernel/crash_reserve.c.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.units import GIB, MIB, human

_SETTING = "crashkernel"
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50, "E": 60}
_SIZE = re.compile(r"(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)([KMGTPEkmgtpe]?)")

# The kernel rounds memory up to this before it looks for a range: firmware keeps some for itself, and a
# "4G" machine would otherwise fall below a range that begins at 4G.
_ROUNDING = 128 * MIB
# What ",high" alone sets aside below 4 GiB on x86_64 (arm64: 128 MiB), when it lands above 4 GiB at all.
_DEFAULT_LOW = 256 * MIB
_BELOW_4G = 4 * GIB

# The least that a capture kernel has been seen to start with, by the host's memory: Debian's own default of
# 128M, and for big machines the baseline of EL8 (64G-1T:256M, 1T-:512M).
_MINIMUM_FROM = ((1024 * GIB, 512 * MIB), (64 * GIB, 256 * MIB), (0, 128 * MIB))


class Range(BaseModel):
    """``start-end:size``, bytes: *size* is set aside on machines with ``start <= memory < end``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int | None
    size: int


class Crashkernel(BaseModel):
    """One understood ``crashkernel`` setting; all sizes in bytes.

    Either ``size`` or ``ranges`` (both may have an ``offset``), or ``high`` with perhaps ``low``.
    ``text`` is the setting as written, values separated by one blank.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    size: int | None = None
    ranges: tuple[Range, ...] = ()
    offset: int | None = None
    high: int | None = None
    low: int | None = None

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
        raise _refused(
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
    raise _refused(
        value,
        "one value, or one with ',high' and one with ',low'",
        "Keep one value, or write a pair such as '512M,high 128M,low'",
        "Of several values of a kind the kernel uses the last, and it ignores ',high' and ',low' beside "
        "a plain value and ',low' without ',high'",
    )


def reserved_bytes(value: str, memory_bytes: int) -> int:
    """How many bytes a kernel sets aside for *value* on a machine with *memory_bytes* of memory.

    As the kernel does it: the last plain value counts, ``,high`` only where there is none; 0 where the range
    for this memory is missing, where a value is malformed or not smaller than memory, and for ``auto``.
    Never raises, so that it also serves for what a host was found to have. *memory_bytes* is physical memory
    as in /proc/iomem's "System RAM"; MemTotal is somewhat less, which the kernel's rounding up to 128 MiB
    mostly makes good. With ``,high`` and at least 4 GiB the low part is counted, 256 MiB where none is given
    (x86_64). What was really set aside is /sys/kernel/kexec_crash_size.
    """
    plain, high, low = _last_of_each_kind(value)
    memory = -(-memory_bytes // _ROUNDING) * _ROUNDING
    if plain is not None:
        return _reserved_by_plain(plain, memory)
    if high is None:
        return 0
    size = _suffixed_bytes(high)
    if not size or size >= memory:
        return 0
    if memory < _BELOW_4G:
        return size
    return size + (_DEFAULT_LOW if low is None else _suffixed_bytes(low))


def minimum_problem(value: str, memory_bytes: int) -> Refusal | None:
    """Why *value* is not enough on a machine with *memory_bytes* of memory, or None if it may do.

    "May do" is no promise: drivers, encrypted disks and many processors need more, which only a drill tells.
    Raises :class:`Refusal` where :func:`parse` does.
    """
    understood = parse(value)
    memory = human(memory_bytes)
    least = next(size for start, size in _MINIMUM_FROM if memory_bytes >= start)
    advice = f"Write '{max(least, 256 * MIB) // MIB}M' or more"
    reserved = reserved_bytes(value, memory_bytes)
    if reserved == 0 and understood.ranges and not _matching(understood, memory_bytes):
        return _refused(
            value,
            f"a range that includes {memory}",
            advice,
            f"The host has {memory} of memory, for which no range of this value sets anything aside",
        )
    if reserved == 0:
        return _refused(
            value,
            f"less than the {memory} of memory the host has",
            "Write a smaller size, or give the host more memory",
            "The kernel ignores a reservation that is not smaller than memory",
        )
    main = understood.high if understood.high is not None else reserved
    if main < least:
        return _refused(
            value,
            f"at least {human(least)} on a host with {memory} of memory",
            advice,
            f"In the {human(main)} that this value sets aside, the capture kernel runs out of memory",
        )
    return None


def _parse_one(text: str) -> Crashkernel:
    if text == "auto":
        raise _refused(
            text,
            "a size",
            "Write '256M', or ranges such as '2G-64G:256M,64G-:512M'",
            "Only kernels of Red Hat Enterprise Linux 6 to 8 know 'auto'; others silently set nothing aside",
        )
    understood = _understood(text)
    if understood is None:
        raise _refused(
            text,
            "SIZE[@OFFSET], START-[END]:SIZE[,...][@OFFSET], SIZE,high or SIZE,low, sizes such as 256M or 1G",
            "Write '256M'",
            "The kernel ignores a value it does not understand, and nothing would be set aside",
        )
    if understood.size == 0 or understood.high == 0 or any(r.size == 0 for r in understood.ranges):
        raise _refused(
            text,
            "a size above 0",
            "Write '256M', or leave crashkernel out where nothing shall be set aside",
            "A capture kernel needs memory",
        )
    return understood


def _understood(text: str) -> Crashkernel | None:
    """One value by the kernel's grammar, None where the kernel would call it malformed."""
    head, comma, suffix = text.rpartition(",")
    if comma and suffix in ("high", "low"):
        size = _bytes(head)
        return None if size is None else Crashkernel.model_validate({"text": text, suffix: size})
    body, at, offset_text = text.partition("@")
    offset = _bytes(offset_text) if at else None
    if at and offset is None:
        return None
    if ":" not in body:
        size = _bytes(body)
        return None if size is None else Crashkernel(text=text, size=size, offset=offset)
    ranges = [_range(piece) for piece in body.split(",")]
    known = tuple(r for r in ranges if r is not None)
    return Crashkernel(text=text, ranges=known, offset=offset) if len(known) == len(ranges) else None


def _range(text: str) -> Range | None:
    span, _, size_text = text.partition(":")
    start_text, dash, end_text = span.partition("-")
    start, end, size = _bytes(start_text), _bytes(end_text) if end_text else None, _bytes(size_text)
    if start is None or size is None or not dash or (end_text and (end is None or end <= start)):
        return None
    return Range(start=start, end=end, size=size)


def _bytes(text: str) -> int | None:
    """A number with the kernel's unit letters, in bytes. Octal (a leading 0) is nobody's intention: None."""
    found = _SIZE.fullmatch(text)
    return int(found[1], 0) << _UNITS[found[2].upper()] if found else None


def _last_of_each_kind(value: str) -> tuple[str | None, str | None, str | None]:
    plain = high = low = None
    for text in value.split():
        if text.endswith(",high"):
            high = text
        elif text.endswith(",low"):
            low = text
        else:
            plain = text
    return plain, high, low


def _suffixed_bytes(text: str) -> int:
    understood = _understood(text)
    return (understood.high or understood.low or 0) if understood else 0


def _reserved_by_plain(text: str, memory: int) -> int:
    understood = _understood(text)
    if understood is None:
        return 0
    if understood.size is not None:
        return understood.size if understood.size < memory else 0
    for candidate in understood.ranges:
        # The kernel gives up at the first size that is not smaller than memory, even of another range.
        if candidate.size >= memory:
            return 0
        if _includes(candidate, memory):
            return candidate.size
    return 0


def _includes(candidate: Range, memory: int) -> bool:
    return candidate.start <= memory and (candidate.end is None or memory < candidate.end)


def _matching(understood: Crashkernel, memory_bytes: int) -> bool:
    memory = -(-memory_bytes // _ROUNDING) * _ROUNDING
    return any(_includes(candidate, memory) for candidate in understood.ranges)


def _refused(found: str, needed: str, instead: str, why: str) -> Refusal:
    return Refusal(_SETTING, found, needed, instead, why)
