"""What a host is and has, measured over SSH in one script: the invoke getHostFacts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from kdump import cmdline, readiness
from kdump.advice import HostFacts, advice_for
from kdump.errors import Refusal
from kdump.platforms import Platform, require_supported
from provider.errors import HostError
from provider.families import family_of, platform_of
from provider.host import Host
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
    "readiness": (str, "unsupported, unreserved, reserved, armed; unknown when it could not be measured."),
    "reason": (str, "Readiness in plain words."),
    "advice": (list, "What is worth knowing of this host, though nothing is wrong with it."),
}


def _nothing(problem: str) -> dict[str, Any]:
    blank: dict[type, Any] = {str: "", int: -1, bool: False, list: [], dict: {}}
    facts = {name: blank[of] for name, (of, _) in FACTS.items()}
    return facts | {"problem": problem, "readiness": "unknown", "reason": problem}


async def measure(host: Host, paths: Sequence[str]) -> dict[str, Any]:
    """The facts of a host. Never raises for a fault of the host: it is said in `problem`."""
    try:
        return await _measure(host, paths)
    except HostError as problem:
        return _nothing(str(problem))


async def _measure(host: Host, paths: Sequence[str]) -> dict[str, Any]:
    reads = (
        "/etc/machine-id",
        "/proc/meminfo",
        "/proc/cmdline",
        "/proc/sys/kernel/random/boot_id",
        "/sys/kernel/kexec_crash_size",
        "/sys/kernel/kexec_crash_loaded",
        "/proc/fb",
        "/proc/modules",
    )
    texts, uname, hostname, keys, spaces = await asyncio.gather(
        asyncio.gather(*(host.run("cat", name) for name in reads)),
        host.run("uname", "-r"),
        host.run("uname", "-n"),
        host_keys(host),
        asyncio.gather(*(host.space(path) for path in paths)),
    )
    machine, meminfo, line, boot_id, size, loaded, framebuffer, modules = texts
    total = re.search(r"^MemTotal:\s+(\d+) kB", meminfo.text, re.MULTILINE)
    reserved = int(size.text) if size.text.strip().isdigit() else 0
    memory = int(total[1]) * 1024 + reserved if total else -1
    running = cmdline.crashkernel_of(line.text.strip())
    problem, platform, configured, supported = "", None, "", True
    try:
        platform = await platform_of(host)
        # The first entry is the one that boots; recovery entries have fewer arguments by their nature.
        configured = cmdline.crashkernel_of((await (await family_of(host)).boot.lines(host))[0])
    except HostError as unsupported:
        problem, supported = str(unsupported), platform is not None and _supported(platform)
    is_loaded = loaded.text.strip() == "1"
    state = readiness.readiness(supported, configured, running, reserved, is_loaded, memory)
    return _nothing("") | {
        "reachable": True,
        "problem": problem,
        "machineId": machine.text.strip(),
        "hostname": hostname.text.strip(),
        "family": platform.family if platform else "",
        "distribution": platform.distribution if platform else "",
        "release": platform.release if platform else "",
        "architecture": platform.architecture if platform else "",
        "kernel": uname.text.strip(),
        "memoryBytes": memory,
        "bootId": boot_id.text.strip(),
        "configured": configured,
        "running": running,
        "reservedBytes": reserved,
        "loaded": is_loaded,
        "rebootRequired": readiness.reboot_required(configured, running, reserved),
        "sshHostKeys": keys,
        "space": {
            path: {
                "freeBytes": space.free_bytes,
                "totalBytes": space.total_bytes,
                "filesystem": space.filesystem,
                "mountPoint": space.mount_point,
            }
            for path, space in zip(paths, spaces, strict=True)
            if space is not None
        },
        "readiness": state.level,
        "reason": problem or state.reason,
        "advice": advice(platform, memory, *(each.text if each.code == 0 else "" for each in (modules, framebuffer))),
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
        require_supported(platform)
    except Refusal:
        return False
    return True
