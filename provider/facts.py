"""What a host is and has, measured over SSH in one script: the invoke getHostFacts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from kdump import cmdline, readiness
from kdump.advice import HostFacts, advice_for
from kdump.errors import Refusal
from kdump.platforms import Platform
from provider.devices import look
from provider.errors import HostError
from provider.families import family_of, platform_of, ways_of
from provider.families.kernel import memory_bytes, running
from provider.host import Host, machine_id
from provider.kinds.account import host_keys

FACTS: dict[str, tuple[type, str]] = {
    "reachable": (bool, "Whether the host answered."),
    "problem": (str, "Why not everything could be measured; empty when it could."),
    "machineId": (str, "/etc/machine-id."),
    "hostname": (str, "Its own name."),
    "family": (str, "debian, redhat, suse…"),
    "distribution": (str, "ID of /etc/os-release."),
    "release": (str, "VERSION_ID of /etc/os-release."),
    "architecture": (str, "uname -m."),
    "kernel": (str, "uname -r."),
    "memoryBytes": (int, "Memory the kernel sees, with what is reserved for the capture kernel; -1 unknown."),
    "bootId": (str, "Changes with every boot."),
    "configured": (str, "crashkernel= of the boot entry that comes first."),
    "running": (str, "crashkernel= of the running kernel."),
    "reservedBytes": (int, "/sys/kernel/kexec_crash_size; -1 unknown."),
    "loaded": (bool, "The capture kernel is loaded: the host is armed."),
    "rebootRequired": (bool, "What is configured takes a reboot to be reserved."),
    "sshHostKeys": (list, "Public SSH host keys."),
    "space": (dict, "Path -> freeBytes, totalBytes, filesystem, mountPoint."),
    "devices": (
        dict,
        "Device as it was asked for -> found, sizeBytes (-1 unknown), freeBytes (-1 not mounted), mountPoint, "
        "filesystem (as blkid calls it), and use: who uses it or what it holds, empty where nobody and nothing does.",
    ),
    "readiness": (str, "unsupported, unreserved, reserved, armed; unknown when it could not be measured."),
    "reason": (str, "Readiness in plain words."),
    "advice": (list, "What is worth knowing of this host, though nothing is wrong with it."),
}


def _nothing(problem: str) -> dict[str, Any]:
    blank: dict[type, Any] = {str: "", int: -1, bool: False, list: [], dict: {}}
    facts = {name: blank[of] for name, (of, _) in FACTS.items()}
    return facts | {"problem": problem, "readiness": "unknown", "reason": problem}


async def measure(host: Host, paths: Sequence[str], devices: Sequence[str] = ()) -> dict[str, Any]:
    """The facts of a host. Never raises for a fault of the host: it is said in `problem`."""
    try:
        return await _measure(host, paths, devices)
    except HostError as problem:
        return _nothing(str(problem))


async def _measure(host: Host, paths: Sequence[str], devices: Sequence[str]) -> dict[str, Any]:
    (kernel, total, machine), (uname, keys), (modules, framebuffers), space, seen = await asyncio.gather(
        asyncio.gather(running(host), memory_bytes(host), machine_id(host)),
        asyncio.gather(host.run("uname", "-r", "-n"), host_keys(host)),
        asyncio.gather(host.text("/proc/modules"), host.line("/proc/fb")),
        asyncio.gather(*(host.space(path) for path in paths)),
        asyncio.gather(*(look(host, device) for device in devices)),
    )
    hostname, _, version = uname.text.strip().partition(" ")
    memory = total + kernel.reserved_bytes if total else -1
    now = cmdline.crashkernel_of(kernel.cmdline)
    problem, platform, configured, supported = "", None, "", True
    try:
        platform = await platform_of(host)
        # The first entry is the one that boots; recovery entries have fewer arguments by their nature.
        configured = cmdline.crashkernel_of((await (await family_of(host)).boot.lines(host))[0])
    except HostError as unsupported:
        problem, supported = str(unsupported), platform is not None and _supported(platform)
    state = readiness.readiness(supported, configured, now, kernel.reserved_bytes, kernel.loaded, memory)
    return _nothing("") | {
        "reachable": True,
        "problem": problem,
        "machineId": machine,
        "hostname": hostname,
        "family": platform.family if platform else "",
        "distribution": platform.distribution if platform else "",
        "release": platform.release if platform else "",
        "architecture": platform.architecture if platform else "",
        "kernel": version,
        "memoryBytes": memory,
        "bootId": kernel.boot_id,
        "configured": configured,
        "running": now,
        "reservedBytes": kernel.reserved_bytes,
        "loaded": kernel.loaded,
        "rebootRequired": readiness.reboot_required(configured, now, kernel.reserved_bytes),
        "sshHostKeys": keys,
        "space": {
            path: {
                "freeBytes": room.free_bytes,
                "totalBytes": room.total_bytes,
                "filesystem": room.filesystem,
                "mountPoint": room.mount_point,
            }
            for path, room in zip(paths, space, strict=True)
            if room is not None
        },
        "devices": dict(zip(devices, seen, strict=True)),
        "readiness": state.level,
        "reason": problem or state.reason,
        "advice": advice(platform, memory, modules, framebuffers),
    }


def advice(platform: Platform | None, memory_bytes: int, modules: str, framebuffers: str) -> list[str]:
    """What is worth knowing of a host, from its memory and the texts of /proc/modules and /proc/fb ("": not there)."""
    seen = HostFacts(
        memory_bytes=max(memory_bytes, 0),
        drivers=tuple(module.split()[0] for module in modules.splitlines() if module.strip()),
        graphical_console=bool(framebuffers.strip()),
    )
    try:
        return [each.text for each in advice_for(platform, seen)] if platform else []
    except Refusal:  # nothing is known of the platform
        return []


def _supported(platform: Platform) -> bool:
    try:
        ways_of(platform)
    except Refusal:
        return False
    return True
