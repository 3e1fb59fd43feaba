"""The size of the next dump, from that of a real one: the best estimate there is.

Source: Red Hat's how-to of kdump ("crash it once and look at the size"), the only way on release 5 and 6, whose
makedumpfile shows no pages by type; margins as in :mod:`kdump.capacity.dump_size`.
"""

from __future__ import annotations

from kdump.capacity.dump_size import MEASURED_MARGIN, SAFETY, UPPER, DumpSize
from kdump.capacity.steps import bytes_text, checked_least, given, step, times
from kdump.units import human


def size_from_real_dump(memory_bytes: int, dump_bytes: int) -> DumpSize:
    """How large the next dump of a host with *memory_bytes* of memory may be, if one took *dump_bytes*.

    It holds for the same level, compression and use of the host. Raises :class:`kdump.errors.Refusal` for less than
    1 byte of either.
    """
    checked_least("memoryBytes", memory_bytes, 1, "bytes", "A host has memory, and its dump depends on it")
    checked_least("dumpBytes", dump_bytes, 1, "bytes", "A dump that is empty tells nothing of the next one")
    estimate = times(dump_bytes, MEASURED_MARGIN)
    upper = times(memory_bytes, UPPER)
    per_dump = min(times(estimate, SAFETY), max(upper, dump_bytes))
    return DumpSize(
        memory_bytes=memory_bytes,
        kept_bytes=None,
        estimate_bytes=estimate,
        floor_bytes=0,
        upper_bytes=upper,
        per_dump_bytes=per_dump,
        explanation=f"A dump of this host with {human(memory_bytes)} of memory is planned with {human(per_dump)}: "
        f"a real one took {human(dump_bytes)}.",
        steps=(
            given("memory_bytes", bytes_text(memory_bytes)),
            given("dump_bytes", bytes_text(dump_bytes)),
            step("estimate_bytes", f"dump_bytes x {MEASURED_MARGIN}", bytes_text(estimate)),
            step("upper_bytes", f"{UPPER} x memory_bytes", bytes_text(upper)),
            step(
                "per_dump_bytes", f"{SAFETY} x estimate_bytes, at most upper_bytes or dump_bytes", bytes_text(per_dump)
            ),
        ),
    )
