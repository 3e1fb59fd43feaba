"""What the running kernel says of itself and of its capture kernel, the same on all platforms."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from provider.host import Host


@dataclass(frozen=True)
class Running:
    """The running kernel. ``boot_id`` changes with every boot; ``reserved_bytes`` is 0 where nothing is set aside."""

    cmdline: str
    boot_id: str
    reserved_bytes: int
    loaded: bool


async def running(host: Host) -> Running:
    """Its command line, what it has set aside, and whether the capture kernel is loaded. Source: kernel ABI docs."""
    line, boot_id, size, loaded = await asyncio.gather(
        host.line("/proc/cmdline"),
        host.line("/proc/sys/kernel/random/boot_id"),
        host.line("/sys/kernel/kexec_crash_size"),
        host.line("/sys/kernel/kexec_crash_loaded"),
    )
    # The kernel of RHEL 5 has no file for the size.
    reserved = int(size) if size.strip().isdigit() else reserved_in(await host.text("/proc/iomem"))
    return Running(line.strip(), boot_id.strip(), reserved, loaded.strip() == "1")


def reserved_in(iomem: str) -> int:
    """Bytes that /proc/iomem has as "Crash kernel": RHEL 5 says it nowhere else. 0 where none are."""
    ranges = re.findall(r"^\s*([0-9a-f]+)-([0-9a-f]+) : Crash kernel", iomem, re.MULTILINE)
    return sum(int(last, 16) - int(first, 16) + 1 for first, last in ranges)


async def memory_bytes(host: Host) -> int:
    """Memory the kernel has, in bytes, without what is set aside for the capture kernel; 0 where it does not say."""
    total = re.match(r"MemTotal:\s+(\d+) kB", await host.line("/proc/meminfo"))
    return int(total[1]) * 1024 if total else 0
