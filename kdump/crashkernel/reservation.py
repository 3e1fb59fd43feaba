"""How much memory a ``crashkernel`` value really sets aside, counted as the kernel counts.

Source: Linux kernel/crash_reserve.c (before 6.8 kernel/crash_core.c), and arch/{x86,arm64,powerpc,s390}.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.crashkernel.auto import auto_bytes, holds
from kdump.crashkernel.grammar import Crashkernel, one_value, read
from kdump.crashkernel.knowledge import (
    Form,
    alignment_of,
    default_low_of,
    rounding_of,
    understands,
)
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.units import GIB, MIB

_BELOW_4G = 4 * GIB


class _Kernel(NamedTuple):
    """What one kernel does with the argument; sizes in bytes."""

    # Firmware keeps some memory for itself, and a "4G" machine would otherwise fall below a range from 4G on.
    rounding: int = 128 * MIB
    high: bool = True
    # What ",high" alone sets aside below 4 GiB, when it lands above 4 GiB at all.
    default_low: int = 256 * MIB
    cma: bool = False
    ranges: bool = True
    without_offset: bool = True
    alignment: int = 1


_CURRENT_X86_64 = _Kernel()


def reserved_bytes(value: str, memory_bytes: int) -> int:
    """How many bytes a kernel sets aside for *value* on a machine with *memory_bytes* of memory.

    As the kernel does it: the last plain value counts, ``,high`` only where there is none; 0 where the range
    for this memory is missing, where a value is malformed or not smaller than memory, and for ``auto``.
    Never raises, so that it also serves for what a host was found to have. *memory_bytes* is physical memory
    as in /proc/iomem's "System RAM"; MemTotal is somewhat less, which the kernel's rounding up to 128 MiB
    mostly makes good. With ``,high`` and at least 4 GiB the low part is counted, 256 MiB where none is given
    (x86_64). What was really set aside is /sys/kernel/kexec_crash_size.
    """
    return _reserved(value.split(), memory_bytes, _CURRENT_X86_64)


def reserved_on(value: str, platform: Platform, memory_bytes: int) -> int:
    """How many bytes *platform*'s kernel (or its Xen hypervisor) sets aside for *value*.

    *memory_bytes* is /proc/iomem's "System RAM". As :func:`reserved_bytes`, with the platform's own rules:
    whether memory is rounded up before ranges are compared, which forms are understood at all (what is not
    counts as nothing), what ``auto`` means, what ``,high`` adds, and to what a size is rounded up (s390x:
    1 MiB). Memory of the CMA kind is not counted: the system keeps using it. Raises :class:`Refusal` only
    where :func:`kdump.generations.generation_of` does.
    """
    if value == "auto":
        return _aligned(auto_bytes(platform, memory_bytes), alignment_of(platform))
    kernel = _Kernel(
        rounding=rounding_of(platform),
        high=understands(Form.HIGH, platform),
        default_low=default_low_of(platform),
        cma=understands(Form.CMA, platform),
        ranges=understands(Form.RANGES, platform),
        without_offset=understands(Form.SIZE, platform),
        alignment=alignment_of(platform),
    )
    limited = _limited_by_xen(value)
    if limited is not None:
        body = limited.model_copy(update={"xen_below": None})
        return _of_plain(body, memory_bytes, kernel) if understands(Form.XEN, platform) else 0
    return _reserved(value.split(), memory_bytes, kernel)


def range_covers(understood: Crashkernel, memory_bytes: int, rounding: int = _CURRENT_X86_64.rounding) -> bool:
    """Whether any range of *understood* includes *memory_bytes*, rounded up to *rounding* bytes first."""
    memory = _aligned(memory_bytes, rounding)
    return any(holds(candidate, memory) for candidate in understood.ranges)


def _reserved(texts: list[str], memory_bytes: int, kernel: _Kernel) -> int:
    plain, high, low = _last_of_each_kind(texts, kernel.cma)
    if plain is not None:
        understood = one_value(plain)
        return 0 if understood is None else _of_plain(understood, memory_bytes, kernel)
    if high is None or not kernel.high:
        return 0
    memory = _aligned(memory_bytes, kernel.rounding)
    size = _aligned(_suffixed_bytes(high), kernel.alignment)
    if not size or size >= memory:
        return 0
    if memory < _BELOW_4G:
        return size
    return size + (kernel.default_low if low is None else _suffixed_bytes(low))


def _of_plain(understood: Crashkernel, memory_bytes: int, kernel: _Kernel) -> int:
    memory = _aligned(memory_bytes, kernel.rounding)
    if understood.offset is None and not kernel.without_offset:
        return 0
    if understood.size is not None:
        return _aligned(understood.size, kernel.alignment) if understood.size < memory else 0
    if not kernel.ranges:
        return 0
    for candidate in understood.ranges:
        # The kernel gives up at the first size that is not smaller than memory, even of another range.
        if candidate.size >= memory:
            return 0
        if holds(candidate, memory):
            return _aligned(candidate.size, kernel.alignment)
    return 0


def _last_of_each_kind(texts: list[str], cma_known: bool) -> tuple[str | None, str | None, str | None]:
    plain = high = low = None
    for text in texts:
        if text.endswith(",high"):
            high = text
        elif text.endswith(",low"):
            low = text
        # A kernel that does not know ",cma" takes it for a plain value, and a malformed one.
        elif not (cma_known and text.endswith(",cma")):
            plain = text
    return plain, high, low


def _limited_by_xen(value: str) -> Crashkernel | None:
    try:
        understood = read(value)
    except Refusal:
        return None
    return understood if understood.xen_below is not None else None


def _suffixed_bytes(text: str) -> int:
    understood = one_value(text)
    return (understood.high or understood.low or 0) if understood else 0


def _aligned(size: int, multiple: int) -> int:
    return -(-size // multiple) * multiple
