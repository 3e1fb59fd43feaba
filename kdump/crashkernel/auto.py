"""What ``crashkernel=auto`` sets aside: only the kernels of Red Hat Enterprise Linux 6 to 8 know it."""

from __future__ import annotations

from typing import NamedTuple

from kdump.crashkernel.grammar import Range, parse
from kdump.crashkernel.knowledge import Form, rounding_of, understands
from kdump.generations import Generation, generation_of
from kdump.kernels import machine_of
from kdump.platforms import Platform
from kdump.units import GIB, MIB

POWER = "2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G"
"""What POWER has needed since release 7, whoever writes it there: the kernel's ``auto``, or the tools."""


class Auto(NamedTuple):
    """*base* bytes, and *per_tib* more for each TiB, from *threshold* bytes of memory on; or by *ranges*."""

    generations: tuple[Generation, ...]
    machines: tuple[str, ...]
    source: str
    threshold: int = 0
    base: int = 0
    per_tib: int = 0
    ranges: str = ""
    since: tuple[int, int] = (0, 0)
    """Holds from this release on; the first row that holds decides."""


_EL6 = (Generation.EL6_0, Generation.EL6_3)
_EL8 = (Generation.EL8_0, Generation.EL8_1)

# What 6 adds by memory is UNCONFIRMED: counted is the least, the sizes that Red Hat's kdump tests write there.
TABLE = (
    Auto((Generation.EL6_0,), ("x86_64", "i386"), "howto of 2.0.0-145.el6: none below 4 GB", 4 * GIB, 128 * MIB),
    Auto((Generation.EL6_3,), ("x86_64", "i386"), "deployment guide of 6, kdump", 2 * GIB, 128 * MIB),
    Auto(_EL6, ("ppc64",), "deployment guide of 6, kdump: pages of 64 KiB", 8 * GIB, 256 * MIB),
    Auto(_EL6, ("s390x",), "deployment guide of 6, kdump", 4 * GIB, 128 * MIB),
    Auto((Generation.EL7,), ("x86_64",), "kernel administration guide of 7", 2 * GIB, 161 * MIB, 64 * MIB),
    Auto((Generation.EL7,), ("s390x",), "kernel administration guide of 7", 4 * GIB, 161 * MIB, 64 * MIB),
    Auto((Generation.EL7,), ("aarch64",), "kernel administration guide of 7", 2 * GIB, 512 * MIB),
    Auto((Generation.EL7,), ("ppc64", "ppc64le"), "kernel administration guide of 7", ranges=POWER),
    Auto(
        _EL8,
        ("x86_64", "s390x"),
        "kernel guide of 8, its later editions",
        ranges="1G-4G:192M,4G-64G:256M,64G-:512M",
        since=(8, 10),
    ),
    Auto(_EL8, ("aarch64",), "kernel guide of 8, its later editions", ranges="2G-:480M", since=(8, 10)),
    Auto(
        _EL8,
        ("x86_64", "s390x"),
        "kdump-lib.sh of kexec-tools 2.0.26-8.el8",
        ranges="1G-4G:160M,4G-64G:192M,64G-1T:256M,1T-:512M",
    ),
    Auto(_EL8, ("aarch64",), "kdump-lib.sh of kexec-tools 2.0.26-8.el8", ranges="2G-:448M"),
    Auto(_EL8, ("ppc64le",), "kdump-lib.sh of kexec-tools 2.0.26-8.el8", ranges=POWER),
)


def auto_row(platform: Platform) -> Auto | None:
    """The row of :data:`TABLE` for *platform*'s release, None where that has none.

    What a release's ``auto`` sets aside is also the size to write where the word itself is not understood, as on
    a Xen host. Raises :class:`kdump.errors.Refusal` where ``generation_of`` does.
    """
    generation, machine = generation_of(platform), machine_of(platform)
    return next(
        (
            row
            for row in TABLE
            if generation in row.generations and machine in row.machines and platform.version >= row.since
        ),
        None,
    )


def auto_bytes(platform: Platform, memory_bytes: int) -> int:
    """How many bytes ``auto`` sets aside on *platform* with *memory_bytes* of System RAM.

    0 below the threshold, and where the kernel does not know ``auto``. On 6 this is the least: its formula
    was never published. Raises :class:`kdump.errors.Refusal` where ``generation_of`` does.
    """
    row = auto_row(platform)
    if row is None or not understands(Form.AUTO, platform):
        return 0
    rounding = rounding_of(platform, Form.AUTO)
    memory = -(-memory_bytes // rounding) * rounding
    if row.ranges:
        return next((r.size for r in parse(row.ranges).ranges if holds(r, memory)), 0)
    # 64 MiB for each TiB: two bits for every page of 4 KiB.
    return row.base + row.per_tib * memory // (1024 * GIB) if memory >= row.threshold else 0


def holds(candidate: Range, memory_bytes: int) -> bool:
    """Whether a machine with *memory_bytes*, already rounded as its kernel rounds, is in the range *candidate*."""
    return candidate.start <= memory_bytes and (candidate.end is None or memory_bytes < candidate.end)
