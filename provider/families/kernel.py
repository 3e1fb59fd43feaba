"""What the running kernel says of itself and of its capture kernel, the same on all platforms."""

from __future__ import annotations

import asyncio
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
        host.run("cat", "/proc/cmdline"),
        host.run("cat", "/proc/sys/kernel/random/boot_id"),
        host.run("cat", "/sys/kernel/kexec_crash_size"),
        host.run("cat", "/sys/kernel/kexec_crash_loaded"),
    )
    reserved = size.text.strip()
    return Running(
        line.text.strip(), boot_id.text.strip(), int(reserved) if reserved.isdigit() else 0, loaded.text.strip() == "1"
    )
