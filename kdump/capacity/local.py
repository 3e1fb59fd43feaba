"""How much space a host needs that dumps to its own disk.

Source: facts of this project, "Sizing"; kdump-config of Debian's kdump-tools 1:1.8 (where makedumpfile fails,
it copies /proc/vmcore as it is); KDUMP_FREE_DISK_SIZE of openSUSE's kdump (64 MB stay free).
"""

from __future__ import annotations

from kdump.capacity.dump_size import DumpSize
from kdump.capacity.space import Need
from kdump.capacity.steps import bytes_text, checked_least, given, step
from kdump.generations import Generation
from kdump.units import MIB, human

FILESYSTEM_RESERVE_BYTES = 64 * MIB

# Source: kdump-config. The tools of Red Hat and SUSE give up instead; whoever runs "cp" there says so as collector.
_COPIES_UNFILTERED = frozenset({Generation.KDUMP_TOOLS})


class LocalNeed(Need):
    """``needed_bytes`` of the filesystem: ``kept_bytes`` of older dumps, and ``newest_bytes`` for the next one."""

    kept_bytes: int
    newest_bytes: int


def copies_unfiltered(generation: Generation) -> bool:
    """Whether *generation*'s tools write an unfiltered copy of memory when makedumpfile fails (local targets)."""
    return generation in _COPIES_UNFILTERED


def local_need(
    dump: DumpSize,
    *,
    keep: int = 1,
    unfiltered_fallback: bool = False,
    reserve_bytes: int = FILESYSTEM_RESERVE_BYTES,
) -> LocalNeed:
    """How much space a host's own filesystem needs for its dumps.

    * *keep*: how many older dumps stay while the next is written (Debian: KDUMP_NUM_DUMPS; SUSE:
      KDUMP_KEEP_OLD_DUMPS, whose 0 does not mean 0 but all; Red Hat's tools remove none, so what is kept is
      what people leave there)
    * *unfiltered_fallback*: the next dump may be an unfiltered copy (:func:`copies_unfiltered`)
    * *reserve_bytes*: stays free for the filesystem itself

    Raises :class:`Refusal` for negative numbers.
    """
    checked_least("keep", keep, 0, "dumps", "It counts the dumps that stay while the next one is written")
    checked_least("reserveBytes", reserve_bytes, 0, "bytes", "It is the space that dumps leave free")
    kept = keep * dump.per_dump_bytes
    newest = max(dump.per_dump_bytes, dump.memory_bytes) if unfiltered_fallback else dump.per_dump_bytes
    needed = kept + newest + reserve_bytes
    newest_formula = "the larger of per_dump_bytes and memory_bytes" if unfiltered_fallback else "per_dump_bytes"
    why = (
        f"the next may be an unfiltered copy of {human(newest)}, which is what its tools write when filtering fails"
        if unfiltered_fallback
        else f"the next may have {human(newest)}"
    )
    return LocalNeed(
        needed_bytes=needed,
        kept_bytes=kept,
        newest_bytes=newest,
        explanation=(
            f"The host needs {human(needed)} for its own dumps: {keep} kept at {human(dump.per_dump_bytes)} each, "
            f"{why}, and {human(reserve_bytes)} stay free."
        ),
        steps=(
            *dump.steps,
            given("keep", f"{keep} dumps"),
            step("kept_bytes", "keep x per_dump_bytes", bytes_text(kept)),
            step("newest_bytes", newest_formula, bytes_text(newest)),
            given("reserve_bytes", bytes_text(reserve_bytes)),
            step("needed_bytes", "kept_bytes + newest_bytes + reserve_bytes", bytes_text(needed)),
        ),
    )
