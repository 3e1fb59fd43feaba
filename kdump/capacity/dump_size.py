"""The size of one dump, from pages by type where they are known, and from experience where they are not.

Source: facts of this project, "Sizing"; makedumpfile's IMPLEMENTATION (two bitmaps, one descriptor of 24 bytes
per page); Red Hat article 5676371 (of more than 1,500 dumps at level 31 most take less than 10 % of memory).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from kdump.capacity.page_types import MemoryUsage, kept_types, mem_usage
from kdump.capacity.steps import Explained, bytes_text, checked_factor, checked_least, given, step, times
from kdump.units import MIB, human

__all__ = ["CoreCollector", "DumpSize", "MemoryUsage", "estimate_dump", "mem_usage"]

CoreCollector = Literal["makedumpfile", "cp", "cat", "scp"]
"""What writes the dump. All but makedumpfile copy memory as it is."""

SAFETY = 1.5  # on top of the largest sample: it was taken from a host that was still well
MEASURED_MARGIN = 1.25  # on top of a measured compression ratio: the next dump holds other data
UPPER = 1.02  # of memory: headers and notes included, no dump is larger
PAGE_DESCRIPTOR_BYTES = 24
# "Tens of megabytes": the kernel's messages, vmcore-dmesg.txt and the capture kernel's own log.
LOGS_BYTES = 64 * MIB


class DumpSize(Explained):
    """How large a dump may be. All sizes are bytes.

    ``per_dump_bytes`` is the number to plan with: not less than ``floor_bytes``, not more than ``upper_bytes``.
    ``kept_bytes`` are the pages of the largest sample that the level keeps, uncompressed, and
    ``estimate_bytes`` the file they make; both None where there is no sample to tell from.
    """

    memory_bytes: int
    kept_bytes: int | None
    estimate_bytes: int | None
    floor_bytes: int
    upper_bytes: int
    per_dump_bytes: int


class _Filtered(NamedTuple):
    kept_bytes: int
    estimate_bytes: int
    steps: tuple[str, ...]


class _Floor(NamedTuple):
    percent: int
    why: str


def estimate_dump(
    memory_bytes: int,
    samples: Sequence[MemoryUsage] = (),
    *,
    level: int = 31,
    collector: CoreCollector = "makedumpfile",
    measured_ratio: float | None = None,
) -> DumpSize:
    """How large one dump of a host with *memory_bytes* of memory may be.

    * *samples*: pages by type (:func:`mem_usage`), best over a week or more; the one that keeps most counts
    * *level*: makedumpfile's dump level, 0 to 31
    * *measured_ratio*: size of the pages in a real dump of this host by their size in memory, from a drill.
      Without it nothing is taken to be compressed, and at least 10 % of memory are planned for

    Where a sample shows more memory than *memory_bytes*, the sample's counts. Raises :class:`Refusal` for a
    level that does not exist, a ratio that is not above 0, and for memory of less than 1 byte.
    """
    checked_least("memoryBytes", memory_bytes, 1, "bytes", "A host has memory, and its dump depends on it")
    if measured_ratio is not None:
        checked_factor("measuredRatio", measured_ratio, "It is what a drill's dump took, by what it holds")
    kept_types(level)  # refuses a level that does not exist, also where there is no sample to apply it to
    memory = max([memory_bytes, *(sample.total_bytes for sample in samples)])
    upper = times(memory, UPPER)
    filtered = _filtered(memory, samples, level, measured_ratio) if collector == "makedumpfile" and samples else None
    floor_rule = _floor(level, collector, sampled=bool(samples), measured=measured_ratio is not None)
    floor = times(memory, floor_rule.percent / 100)
    if collector != "makedumpfile":
        per_dump, formula = upper, "upper_bytes"
    elif filtered is None:
        per_dump, formula = floor, "floor_bytes"
    else:
        per_dump = min(max(times(filtered.estimate_bytes, SAFETY), floor), upper)
        formula = f"{SAFETY} x estimate_bytes, at least floor_bytes, at most upper_bytes"
    kept = filtered.kept_bytes if filtered else None
    return DumpSize(
        memory_bytes=memory,
        kept_bytes=kept,
        estimate_bytes=filtered.estimate_bytes if filtered else None,
        floor_bytes=floor,
        upper_bytes=upper,
        per_dump_bytes=per_dump,
        explanation=_explanation(memory, kept, per_dump, floor_rule.why, len(samples)),
        steps=(
            given("memory_bytes", bytes_text(memory)),
            *(filtered.steps if filtered else ()),
            step("floor_bytes", f"{floor_rule.percent} % x memory_bytes ({floor_rule.why})", bytes_text(floor)),
            step("upper_bytes", f"{UPPER} x memory_bytes", bytes_text(upper)),
            step("per_dump_bytes", formula, bytes_text(per_dump)),
        ),
    )


def _filtered(memory: int, samples: Sequence[MemoryUsage], level: int, measured_ratio: float | None) -> _Filtered:
    """What makedumpfile would write of the sample that keeps most."""
    largest = max(samples, key=lambda sample: sample.kept_pages(level) * sample.page_size_bytes)
    pages, page_size = largest.kept_pages(level), largest.page_size_bytes
    kept = pages * page_size
    ratio = 1.0 if measured_ratio is None else min(1.0, measured_ratio * MEASURED_MARGIN)
    all_pages = -(-memory // page_size)
    bitmaps = 2 * (-(-all_pages // 8))
    descriptors = PAGE_DESCRIPTOR_BYTES * pages
    estimate = times(kept, ratio) + bitmaps + descriptors + LOGS_BYTES
    types = " + ".join(f"{kind.names[-1]} {largest.pages(kind)}" for kind in kept_types(level))
    return _Filtered(
        kept,
        estimate,
        (
            step("kept_pages", types, f"{pages} pages"),
            step("kept_bytes", f"kept_pages x page size {page_size} bytes", bytes_text(kept)),
            given("compression_ratio", "1 (not measured)")
            if measured_ratio is None
            else step("compression_ratio", f"measured {measured_ratio} x {MEASURED_MARGIN}, at most 1", f"{ratio:g}"),
            step("bitmap_bytes", f"2 x {all_pages} pages / 8", bytes_text(bitmaps)),
            step("descriptor_bytes", f"{PAGE_DESCRIPTOR_BYTES} bytes x kept_pages", bytes_text(descriptors)),
            given("log_bytes", bytes_text(LOGS_BYTES)),
            step(
                "estimate_bytes",
                "kept_bytes x compression_ratio + bitmap_bytes + descriptor_bytes + log_bytes",
                bytes_text(estimate),
            ),
        ),
    )


def _floor(level: int, collector: CoreCollector, *, sampled: bool, measured: bool) -> _Floor:
    """What is planned for whatever the samples say, in percent of memory."""
    if collector != "makedumpfile":
        return _Floor(100, f"{collector} copies all of memory")
    if level == 0:
        return _Floor(100, "level 0 keeps all of memory")
    if not sampled and level != 31:
        return _Floor(100, f"what level {level} keeps is only known from samples")
    if sampled and measured:
        return _Floor(0, "a dump of this host was measured")
    return _Floor(10, "no dump of this host was measured")


def _explanation(memory: int, kept: int | None, per_dump: int, why: str, count: int) -> str:
    text = f"A dump of this host with {human(memory)} of memory is planned with {human(per_dump)}"
    if kept is None:
        return f"{text}: {why}."
    samples = "the one sample" if count == 1 else f"the largest of {count} samples"
    return f"{text}. By {samples} its level keeps {human(kept)} ({kept / memory:.1%} of memory); {why}."
