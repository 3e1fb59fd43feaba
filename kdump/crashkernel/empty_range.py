"""Values of ``crashkernel`` whose ranges leave a host out: nothing is set aside, and no kernel says a word about it."""

from __future__ import annotations

from kdump.crashkernel.check import check
from kdump.crashkernel.grammar import parse, read
from kdump.crashkernel.minimum import minimum_problem
from kdump.crashkernel.reservation import reserved_bytes, reserved_on
from kdump.errors import Refusal
from kdump.platforms import Platform


def empty_range_problem(value: str, memory_bytes: int, platform: Platform | None = None) -> Refusal | None:
    """Why the ranges of *value* set nothing aside on a host with *memory_bytes* of memory, or None if they do.

    None also for a value without ranges, and for one that is refused whatever the memory: :func:`check` says that.
    Without a *platform* the rules of the current kernel on x86_64 hold. Raises :class:`Refusal` where
    :func:`kdump.generations.generation_of` does.
    """
    try:
        if not read(value).ranges:
            return None
        if platform is None:
            parse(value)
    except Refusal:
        return None
    if platform is None:
        return None if reserved_bytes(value, memory_bytes) else minimum_problem(value, memory_bytes)
    if check(value, platform) or reserved_on(value, platform, memory_bytes):
        return None
    return next(iter(check(value, platform, memory_bytes)), None)


def needs_platform(value: str) -> bool:
    """Whether only a platform's rules tell what *value* means: ``auto``, ``no``, ``,cma`` and Xen's limits.

    Raises :class:`Refusal` where :func:`kdump.crashkernel.read` does.
    """
    read(value)
    try:
        parse(value)
    except Refusal:
        return True
    return False
