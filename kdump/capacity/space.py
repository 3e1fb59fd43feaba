"""Whether dumps will fit: the one rule that is certain, free space against the memory of hosts.

Source: Red Hat's how-to of kdump ("free space larger than physical memory"), which all of its tools repeat.
Filtered and compressed dumps usually take less than a tenth; only a drill tells what a host's really take.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from kdump.capacity.steps import Explained
from kdump.errors import Refusal
from kdump.units import human


class SpaceVerdict(BaseModel):
    """Whether there is space: ``ok``, how many bytes are needed and free, and a sentence that says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ok: bool
    needed_bytes: int
    free_bytes: int
    explanation: str


class Need(Explained):
    """How much space a place for dumps needs: ``needed_bytes``, those of dumps that are kept there included."""

    needed_bytes: int

    def against(self, available_bytes: int) -> SpaceVerdict:
        """Whether *available_bytes* are more than is needed: free space plus what dumps already take there."""
        return verdict(f"the dumps may need {human(self.needed_bytes)}", self.needed_bytes, available_bytes)


def free_space(memory_bytes: int, free_bytes: int, margin: float = 1.0) -> SpaceVerdict:
    """Whether one dump of a host with *memory_bytes* of memory fits into *free_bytes* in the worst case.

    It does if *free_bytes* is more than memory times *margin*. Raises :class:`Refusal` for a margin that is not
    a number above 0.
    """
    needed = _needed(memory_bytes, margin)
    what = f"a dump of {human(memory_bytes)} of memory may need {human(needed)}"
    return verdict(what, needed, free_bytes)


def shared_space(memories: Mapping[str, int], free_bytes: int, margin: float = 1.0) -> SpaceVerdict:
    """Whether one dump of each of several hosts fits into the same *free_bytes* in the worst case.

    *memories* are bytes by the name of the host. Every host's own check sees the same free space; only their
    sum tells whether all may crash (a rollout, a power failure). Raises as :func:`free_space` does.
    """
    needed = sum(_needed(memory, margin) for memory in memories.values())
    if len(memories) == 1:
        return free_space(next(iter(memories.values())), free_bytes, margin)
    if not memories:
        return SpaceVerdict(
            ok=True, needed_bytes=0, free_bytes=free_bytes, explanation="No host dumps there, so nothing is needed."
        )
    largest = max(memories, key=lambda name: (memories[name], name))
    what = (
        f"one dump of each of {len(memories)} hosts may need {human(needed)} "
        f"(the largest, {largest}, has {human(memories[largest])} of memory)"
    )
    return verdict(what, needed, free_bytes)


def verdict(what: str, needed: int, free: int) -> SpaceVerdict:
    """The verdict on *free* bytes where more than *needed* bytes have to be; *what* needs them, as a sentence."""
    ok = free > needed
    rest = "is enough" if ok else f"is not more than that: {human(needed - free)} are missing"
    if not ok and needed == free:
        rest = "is not more than that"
    return SpaceVerdict(
        ok=ok,
        needed_bytes=needed,
        free_bytes=free,
        explanation=f"{what[0].upper()}{what[1:]}; {human(free)} free {rest}.",
    )


def _needed(memory_bytes: int, margin: float) -> int:
    if not (math.isfinite(margin) and margin > 0):
        raise Refusal(
            "margin",
            margin,
            "a number above 0",
            "Write 1.0",
            "It is what memory is multiplied by to get the space that is needed",
        )
    return math.ceil(memory_bytes * margin)
