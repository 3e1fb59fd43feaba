"""Which kernel each release began with: what its ``crashkernel=`` and its sysctls understand follows from it.

Source: the release notes of each distribution. What Red Hat carried back into an older kernel is told where it matters.
Oracle's own kernel (UEK) is not counted: it is newer.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.platforms import Platform

Kernel = tuple[int, int, int]
UNKNOWN: Kernel = (0, 0, 0)


class _Row(NamedTuple):
    base: str
    since: tuple[int, int]
    kernel: Kernel


# The oldest kernel that each release shipped: a host may run a newer one, never an older one.
_ROWS = (
    _Row("rhel", (3, 0), (2, 4, 21)),
    _Row("rhel", (4, 0), (2, 6, 9)),
    _Row("rhel", (5, 0), (2, 6, 18)),
    _Row("rhel", (6, 0), (2, 6, 32)),
    _Row("rhel", (7, 0), (3, 10, 0)),
    _Row("rhel", (8, 0), (4, 18, 0)),
    _Row("rhel", (9, 0), (5, 14, 0)),
    _Row("rhel", (10, 0), (6, 12, 0)),
    _Row("fedora", (41, 0), (6, 11, 0)),
    _Row("fedora", (42, 0), (6, 14, 0)),
    _Row("fedora", (43, 0), (6, 17, 0)),
    _Row("sles", (12, 0), (3, 12, 0)),
    _Row("sles", (12, 2), (4, 4, 0)),
    _Row("sles", (12, 4), (4, 12, 0)),
    _Row("sles", (15, 0), (4, 12, 0)),
    _Row("sles", (15, 2), (5, 3, 0)),
    _Row("sles", (15, 4), (5, 14, 0)),
    _Row("sles", (15, 6), (6, 4, 0)),
    _Row("sles", (16, 0), (6, 12, 0)),
    # Both roll: whoever has not updated since late 2025 is out of every support anyway.
    _Row("opensuse-tumbleweed", (0, 0), (6, 17, 0)),
    _Row("debian", (0, 0), (6, 17, 0)),
    _Row("debian", (11, 0), (5, 10, 0)),
    _Row("debian", (12, 0), (6, 1, 0)),
    _Row("debian", (13, 0), (6, 12, 0)),
    _Row("ubuntu", (20, 4), (5, 4, 0)),
    _Row("ubuntu", (22, 4), (5, 15, 0)),
    _Row("ubuntu", (22, 10), (5, 19, 0)),
    _Row("ubuntu", (23, 4), (6, 2, 0)),
    _Row("ubuntu", (24, 4), (6, 8, 0)),
    _Row("ubuntu", (24, 10), (6, 11, 0)),
    _Row("ubuntu", (25, 4), (6, 14, 0)),
    _Row("ubuntu", (25, 10), (6, 17, 0)),
)


def kernel_of(platform: Platform) -> Kernel:
    """The upstream version of the kernel that *platform*'s release began with: (2, 6, 18) on release 5.

    :data:`UNKNOWN`, older than every other, where it is not known: nothing is claimed of it then. Never raises.
    """
    rows = [row for row in _ROWS if row.base == platform.base and row.since <= platform.version]
    return max(rows, key=lambda row: row.since).kernel if rows else UNKNOWN


def named(kernel: Kernel) -> str:
    """*kernel* as ``uname -r`` begins: "2.6.18", "3.10"."""
    major, minor, patch = kernel
    return f"{major}.{minor}.{patch}" if (major, minor) < (3, 0) else f"{major}.{minor}"


def machine_of(platform: Platform) -> str:
    """The architecture that tables name: ``i386`` for every 32-bit x86, else as it is."""
    return "i386" if platform.architecture in ("i386", "i486", "i586", "i686") else platform.architecture
