"""SUSE's ``kdumptool calibrate``: what it would say, from the numbers it reads on a host.

Source: kdumptool/calibrate.cc of openSUSE kdump 2.1.9 and of the branches SLE-15-SP4 to SP7. All in KiB, and
with its integer arithmetic, so that the results are equal to the MiB.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.kernels import machine_of
from kdump.platforms import Platform

_MIB = 1024
_GIB4_BYTES = 1 << 32
_LOW = (64 + 8) * _MIB
_BOUNCE_BUFFERS = 64 * _MIB
_LARGEST_BITMAP = 32 * _MIB
_DIRTY_PERCENT = 20
_METADATA_PER_DIRTY_MIB = 64
_HASHES_PER_MIB = 232 * 8
_FRAMEBUFFER = 768 * 4
_PLACEMENT = 16 << 20


class Constants(BaseModel):
    """/usr/lib/kdump/calibrate.conf, measured by SUSE for each kernel; KiB, but the last two, which are bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kernel_base: int
    kernel_init: int
    init_net: int
    init_cached: int
    init_cached_net: int
    percpu: int
    user_base: int
    user_net: int
    pagesize: int = 4096
    sizeof_page: int = 64


class SuseHost(BaseModel):
    """What calibrate reads on a host.

    ``ram``: the "System RAM" ranges of /proc/iomem (first and last address, bytes); ``cpus``: KDUMP_CPUS, or
    all processors where that is 0 (and always on POWER); ``framebuffers_bytes``: None where there is none to
    read; ``luks_kib``: the memory of the target's keyslots; ``acpi_slabs_kib``; ``network``: the target is
    remote; ``filters``: makedumpfile writes the dump.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ram: tuple[tuple[int, int], ...]
    cpus: int
    framebuffers_bytes: int | None = None
    luks_kib: int = 0
    acpi_slabs_kib: int = 0
    network: bool = False
    filters: bool = True


class Calibrated(BaseModel):
    """Low and High of ``kdumptool calibrate`` (MiB), and how many LUN paths the host has or will have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low_mib: int
    high_mib: int
    luns: int = 0

    @property
    def total_mib(self) -> int:
        """The size to write (MiB): High (or Low where there is no High), and half a MiB for each LUN path.

        Multipath maps are not counted. Low, of a pair, is apart. Source: SUSE's tuning guide, crashkernel size.
        """
        return (self.high_mib or self.low_mib) + -(-self.luns // 2)


class _Margin(NamedTuple):
    """What is added above the calculation, by release."""

    since: tuple[int, int]
    percent: int
    additional: int
    luks_apart: bool
    dump_threads: bool


_MARGINS = (
    _Margin((0, 0), 20, 8 * _MIB, luks_apart=False, dump_threads=False),
    _Margin((15, 5), 30, 64 * _MIB, luks_apart=False, dump_threads=False),
    _Margin((15, 7), 30, 64 * _MIB, luks_apart=True, dump_threads=True),
)


def calibrate(host: SuseHost, constants: Constants, platform: Platform) -> Calibrated:
    """What ``kdumptool calibrate`` of *platform* (SUSE) says for *host*: Low and High, in MiB.

    Low is 0 on x86_64 where the reservation fits below 4 GiB at the top of memory; other architectures have
    no High. Never raises.
    """
    machine = machine_of(platform)
    margin = _MARGINS[-1] if platform.base == "opensuse-tumbleweed" else _margin_of(platform.version)
    memory = -(-sum(last - first + 1 for first, last in host.ram) // 1024)
    at_boot = constants.kernel_base + constants.kernel_init + constants.init_cached
    if host.network:
        at_boot += constants.init_net + constants.init_cached_net
    required = max(_at_run_time(host, constants, memory, machine, margin), at_boot)
    apart = host.luks_kib if margin.luks_apart else 0
    required = (required - apart) * (100 + margin.percent) // 100 + margin.additional + apart
    if machine != "x86_64":
        return Calibrated(low_mib=_mib(required), high_mib=0)
    base = _highest_place(host, required * 1024)
    # Where there is no place the tool's sum wraps around, and adds nothing.
    if (base + required * 1024) % (1 << 64) >= _GIB4_BYTES:
        required += _BOUNCE_BUFFERS
    if base < _GIB4_BYTES:
        return Calibrated(low_mib=0, high_mib=_mib(required))
    return Calibrated(low_mib=_mib(_LOW), high_mib=_mib(max(required - _LOW, at_boot)))


def _at_run_time(host: SuseHost, constants: Constants, memory: int, machine: str, margin: _Margin) -> int:
    required = constants.kernel_base + constants.init_cached
    if host.framebuffers_bytes is None:
        required += 0 if machine == "s390x" else 2 * _FRAMEBUFFER
    else:
        # Twice: the console has one of its own, and many drivers keep theirs in memory.
        required += 2 * host.framebuffers_bytes // 1024
    required += host.luks_kib + host.acpi_slabs_kib
    percpu = constants.percpu
    if margin.dump_threads:
        # makedumpfile's threads: stacks, buffers of three pages, and the compressors' work memory.
        percpu += 100 + 3 * constants.pagesize // 1024 + 128 + 5
    required += percpu * host.cpus + constants.user_base + (constants.user_net if host.network else 0)
    if host.filters:
        # Two bitmaps with a bit for every page, and 96 bytes for each section of 128 MiB.
        required += min(-(-(memory // constants.pagesize) // 4), _LARGEST_BITMAP)
        required += 96 * -(-memory // (1 << 27))
    whole = 100 * _MIB
    required = required * whole // (whole - _DIRTY_PERCENT * _MIB - _DIRTY_PERCENT * _METADATA_PER_DIRTY_MIB)
    required = required * 1024 * _MIB // (1024 * _MIB - _HASHES_PER_MIB)
    before = required
    required = required * constants.pagesize // (constants.pagesize - constants.sizeof_page)
    pages = (required - before) // constants.sizeof_page
    if machine == "s390x":
        pages = ((pages - 1) | ((1 << 6) - 1)) + 1
    return before + pages * constants.sizeof_page


def _highest_place(host: SuseHost, size: int) -> int:
    """The highest aligned address with *size* bytes of memory behind it; beyond all memory where there is none."""
    for first, last in sorted(host.ram, reverse=True):
        base = last + 1 - size
        base -= base % _PLACEMENT
        if base >= max(first, 0):
            return base
    return (1 << 64) - 1


def _margin_of(version: tuple[int, int]) -> _Margin:
    return max((row for row in _MARGINS if row.since <= version), key=lambda row: row.since)


def _mib(kib: int) -> int:
    return -(-kib // 1024)
