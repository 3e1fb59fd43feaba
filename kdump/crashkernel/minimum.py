"""The least that a capture kernel has been seen to start with; below it a value is refused."""

from __future__ import annotations

from typing import NamedTuple

from kdump.crashkernel.auto import auto_bytes
from kdump.crashkernel.defaults import USUAL, Hardware
from kdump.crashkernel.grammar import Crashkernel, parse, read, refused
from kdump.crashkernel.reservation import range_covers, reserved_bytes
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.kernels import machine_of
from kdump.platforms import Platform
from kdump.units import GIB, KIB, MIB, human

# By the host's memory: Debian's own default of 128M, and for big machines the baseline of EL8
# (64G-1T:256M, 1T-:512M).
_MINIMUM_FROM = ((1024 * GIB, 512 * MIB), (64 * GIB, 256 * MIB), (0, 128 * MIB))


class _Least(NamedTuple):
    generations: tuple[Generation, ...]
    machines: tuple[str, ...]
    size: int
    source: str


_EVER_TESTED = 64 * MIB

_EL5_AND_6 = (Generation.EL5, Generation.EL6_0, Generation.EL6_3)

# These releases' own numbers hold whatever memory the host has.
_OLD = (
    _Least(_EL5_AND_6, ("x86_64", "i386"), 64 * MIB, "Red Hat's how-to of kdump: tested with 64M at least"),
    _Least(_EL5_AND_6, ("ppc64", "ia64"), 256 * MIB, "firstboot_kdump.py of kexec-tools 2.0.0-310.el6"),
    _Least(_EL5_AND_6, ("s390x",), 128 * MIB, "firstboot_kdump.py of kexec-tools 2.0.0-310.el6"),
)
# Pages of 64 KiB: 128M often fails on POWER (firstboot_kdump.py of kexec-tools 2.0.0-310.el6). That 64-bit Arm needs
# as much with them is UNCONFIRMED: its tools recommend far more.
_LEAST_WITH_64K_PAGES = 256 * MIB


def minimum_bytes(platform: Platform, memory_bytes: int, hardware: Hardware = USUAL) -> int:
    """The least reservation (bytes) that may do on *platform* with *memory_bytes* of memory.

    64M on Red Hat Enterprise Linux 5 and 6 (x86), 256M on POWER and ia64, and on 64-bit Arm where *hardware* has
    pages of 64 KiB; else by memory, as :func:`minimum_problem`, but never more than what 'auto' sets aside where
    a release has it. "May do" is no promise: see :func:`kdump.crashkernel.for_host` for what to write. Raises
    :class:`Refusal` where :func:`kdump.generations.generation_of` does.
    """
    generation, machine = generation_of(platform), machine_of(platform)
    for row in _OLD:
        if generation in row.generations and machine in row.machines:
            return row.size
    least = _least_for(memory_bytes)
    if machine in ("ppc64", "ppc64le") or (machine == "aarch64" and hardware.page_size == 64 * KIB):
        least = max(least, _LEAST_WITH_64K_PAGES)
    # What the release's own kernel sets aside by itself was meant to do.
    return min(least, auto_bytes(platform, memory_bytes) or least)


def minimum_problem(value: str, memory_bytes: int) -> Refusal | None:
    """Why *value* is not enough on a machine with *memory_bytes* of memory, or None if it may do.

    "May do" is no promise: drivers, encrypted disks and many processors need more, which only a drill tells.
    Raises :class:`Refusal` where :func:`parse` does.
    """
    understood = parse(value)
    least = _least_for(memory_bytes)
    instead = f"Write '{max(least, 256 * MIB) // MIB}M' or more"
    return shortage(
        understood,
        memory_bytes,
        reserved_bytes(value, memory_bytes),
        least,
        range_covers(understood, memory_bytes),
        instead,
    )


def shortage(
    understood: Crashkernel, memory_bytes: int, reserved: int, least: int, covered: bool, instead: str
) -> Refusal | None:
    """Why *reserved*, which is what *understood* sets aside of *memory_bytes*, is not the *least* that may do.

    All in bytes; *covered*: whether a range of it includes that memory; *instead*: what to write, as a sentence
    without its full stop. None where it may do. Never raises.
    """
    value, memory = understood.text, human(memory_bytes)
    if reserved == 0 and understood.word == "auto":
        return refused(value, "a size", instead, f"With {memory} of memory 'auto' sets nothing aside")
    if reserved == 0 and understood.ranges and not covered:
        return refused(
            value,
            f"a range that includes {memory}",
            instead,
            f"The kernel sees {memory} of memory, for which no range of this value sets anything aside: firmware "
            "keeps some of the memory that a host was sold with",
        )
    if reserved == 0:
        return refused(
            value,
            f"less than the {memory} of memory the host has",
            instead,
            "The kernel ignores a reservation that is not smaller than memory",
        )
    main = understood.high if understood.high is not None else reserved
    if main < least:
        return refused(
            value,
            f"at least {human(least)} on a host with {memory} of memory",
            instead,
            f"In the {human(main)} that this value sets aside, the capture kernel runs out of memory",
        )
    return None


def _least_for(memory_bytes: int) -> int:
    return next(size for start, size in _MINIMUM_FROM if memory_bytes >= start)


def least_problem(value: str) -> Refusal | None:
    """Why a size in *value* is too little for every host, whatever its memory; None where none is.

    64M is the least that was ever tested (Red Hat's how-to of kdump). Raises :class:`Refusal` where
    :func:`kdump.crashkernel.read` does.
    """
    understood = read(value)
    sizes = [understood.size, understood.high, *(each.size for each in understood.ranges)]
    if all(size is None or size >= _EVER_TESTED for size in sizes):
        return None
    return refused(
        value,
        f"at least {human(_EVER_TESTED)}",
        "Write a size such as '256M', with its unit",
        "The capture kernel starts with no less on any host",
    )
