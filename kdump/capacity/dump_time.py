"""How long a dump takes: memory is looked through once, then what is kept goes through the narrowest place.

Source: facts of this project, "Sizing"; kdump.sh of kdump-utils 1.0.61 (several threads only where the
collector's line has neither -F nor -E, so a dump over SSH is always compressed by one).
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from kdump.capacity.steps import Explained, bytes_text, checked_factor, checked_least, given, step
from kdump.errors import Refusal
from kdump.units import human

Transport = Literal["local", "nfs", "ssh"]


class DumpTime(Explained):
    """How long a dump takes: ``seconds`` in all, ``scan_seconds`` and ``write_seconds`` of it (each rounded up).

    ``bottleneck`` is what the dump goes through most slowly, at ``bottleneck_bytes_per_second``.
    """

    seconds: int
    scan_seconds: int
    write_seconds: int
    bottleneck: str
    bottleneck_bytes_per_second: float


def estimate_time(
    memory_bytes: int,
    per_dump_bytes: int,
    *,
    transport: Transport,
    scan_bytes_per_second: float,
    compress_bytes_per_second: float,
    disk_bytes_per_second: float,
    host_link_bytes_per_second: float | None = None,
    collector_link_bytes_per_second: float | None = None,
    threads: int = 1,
    simultaneous: int = 1,
) -> DumpTime:
    """How long the dump of a host with *memory_bytes* of memory takes until it is written.

    * *per_dump_bytes*: its size, from :func:`kdump.capacity.dump_size.estimate_dump`
    * *transport*: "local" uses no network; over "nfs" and "ssh" both links must be given
    * rates in bytes per second: looking through memory, one thread of compression (counted in what it writes),
      the disk that the dump is written to, the host's link, the collector's link
    * *threads*: of makedumpfile; not used over "ssh", where it always has one
    * *simultaneous*: how many hosts dump to the same collector at once and share its link and disk

    Raises :class:`Refusal` for rates that are not above 0, missing links, and counts below 1.
    """
    checked_least("memoryBytes", memory_bytes, 1, "bytes", "All of memory is looked through")
    checked_least("perDumpBytes", per_dump_bytes, 0, "bytes", "It is the size of the dump")
    checked_least("threads", threads, 1, "threads", "makedumpfile has at least one")
    checked_least("simultaneous", simultaneous, 1, "hosts", "The host itself is one of them")
    if transport not in get_args(Transport):
        raise Refusal("transport", transport, "'local', 'nfs' or 'ssh'", "Write one of them", "Nothing else is known")
    used_threads = 1 if transport == "ssh" else threads
    sharing = 1 if transport == "local" else simultaneous
    rates = {
        "compression": _rate("compressBytesPerSecond", compress_bytes_per_second) * used_threads,
        "disk": _rate("diskBytesPerSecond", disk_bytes_per_second) / sharing,
    }
    if transport != "local":
        rates["host link"] = _rate("hostLinkBytesPerSecond", host_link_bytes_per_second)
        rates["collector link"] = _rate("collectorLinkBytesPerSecond", collector_link_bytes_per_second) / sharing
    scan_rate = _rate("scanBytesPerSecond", scan_bytes_per_second)
    bottleneck = min(rates, key=lambda name: rates[name])
    slowest = rates[bottleneck]
    scan, write = math.ceil(memory_bytes / scan_rate), math.ceil(per_dump_bytes / slowest)
    shared = " for one of the hosts" if sharing > 1 and bottleneck in ("disk", "collector link") else ""
    return DumpTime(
        seconds=scan + write,
        scan_seconds=scan,
        write_seconds=write,
        bottleneck=bottleneck,
        bottleneck_bytes_per_second=slowest,
        explanation=(
            f"The dump takes {scan + write} seconds: {scan} to look through {human(memory_bytes)} of memory, and "
            f"{write} to write {human(per_dump_bytes)} at {human(math.floor(slowest))} a second, the rate of the "
            f"slowest part ({bottleneck}{shared})."
        ),
        steps=(
            given("memory_bytes", bytes_text(memory_bytes)),
            given("per_dump_bytes", bytes_text(per_dump_bytes)),
            given("threads", f"{used_threads}{' (over ssh never more)' if used_threads < threads else ''}"),
            given("simultaneous", f"{sharing} hosts"),
            step("scan_seconds", f"memory_bytes / {scan_rate:g} bytes per second", f"{scan} seconds"),
            *(given(f"{name.replace(' ', '_')}_bytes_per_second", f"{rate:g}") for name, rate in rates.items()),
            step("write_seconds", f"per_dump_bytes / {slowest:g} ({bottleneck}, the slowest)", f"{write} seconds"),
            step("seconds", "scan_seconds + write_seconds", f"{scan + write} seconds"),
        ),
    )


def _rate(setting: str, value: float | None) -> float:
    why = "The dump goes through it, and what it gives decides how long that takes"
    if value is None:
        raise Refusal(setting, value, "a number of bytes per second", "Give what it measures, or its nominal rate", why)
    return checked_factor(setting, value, why)
