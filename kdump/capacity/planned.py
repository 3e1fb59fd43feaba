"""How large a dump is planned to be: as its host's memory, or by what the host's last real dump took.

Source: facts of this project, "Sizing": memory is the only bound that is certain.
"""

from __future__ import annotations

from typing import Literal

from kdump.capacity.real_dump import size_from_real_dump
from kdump.capacity.steps import times

Basis = Literal["memory", "measured dumps"]
"""What dumps are planned by; with "measured dumps" a host that never dumped still counts with its memory."""


def planned_bytes(memory_bytes: int, dumped_bytes: int | None = None, *, basis: Basis, margin: float = 1.0) -> int:
    """How large (bytes) the dump of a host with *memory_bytes* of memory is planned to be.

    *dumped_bytes* is what its last real dump took, None where there was none; *margin* multiplies memory. Raises
    :class:`kdump.errors.Refusal` for sizes below 1.
    """
    if basis == "measured dumps" and dumped_bytes is not None:
        return size_from_real_dump(memory_bytes, dumped_bytes).per_dump_bytes
    return times(memory_bytes, margin)


def basis_of(dumped: list[int | None]) -> Basis:
    """By what a plan for several hosts can go, from what the last real dump of each took: all of them, or memory."""
    return "measured dumps" if dumped and all(size is not None for size in dumped) else "memory"
