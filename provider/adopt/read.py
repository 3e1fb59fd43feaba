"""What a running host has of kdump, read the way its kinds of state read it. Changes nothing.

Source of the boot arguments: Linux Documentation/admin-guide/kernel-parameters.txt.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.dialects import redhat_sysconfig
from kdump.dialects.sysctl_order import FOLDERS, BootSetting
from kdump.platforms import Platform, Virtualisation
from kdump.targets import LocalTarget, NfsTarget, SshTarget
from provider.families import family_of
from provider.families.base import ConfigurationSeen, ServiceSeen
from provider.families.kernel import memory_bytes, running
from provider.families.rpm import modified
from provider.host import Host
from provider.kinds.dump_identity import DumpIdentity
from provider.kinds.dump_identity import Wanted as Identity
from provider.kinds.sysctls import set_by_files

PANIC_ARGUMENTS = (
    "panic", "oops", "panic_on_warn", "panic_on_taint", "panic_print", "nmi_watchdog", "nowatchdog", "nosoftlockup",
    "softlockup_panic", "hung_task_panic", "watchdog_thresh", "unknown_nmi_panic", "crash_kexec_post_notifiers",
    "sysrq_always_enabled", "fadump",
)  # fmt: skip
"""Boot arguments that have to do with panics and dumps, besides crashkernel."""

# Whose files are a package's, which nobody at the host wrote. Source: sysctl.d(5).
_OF_PACKAGES = FOLDERS[3:]
# What systemd-detect-virt prints. Xen is left out: it does not tell a PV guest from an HVM one.
_VIRTUALISATION: Mapping[str, Virtualisation] = {
    "kvm": "kvm", "qemu": "kvm", "amazon": "kvm", "vmware": "vmware", "microsoft": "hyper-v",
}  # fmt: skip
# The server may be a name, which only the host can look up.
_ROUTE = 'first=$(getent ahosts "$1" | sed -n "1s/ .*//p"); ip route get "${first:-$1}" 2>/dev/null; :'


@dataclass(frozen=True)
class Reading:
    """A host as it is.

    * ``lines``: the command line of every boot entry, the one that boots by default first
    * ``file``: path of the dump configuration; ``configuration`` is what it says
    * ``sysctls``: what the host's own files set at boot; ``running``: what the kernel goes by now
    * ``key_type`` of the key for a target over SSH, "" where there is none
    * ``pinned``: lines of ours in root's known_hosts have the host keys of its server
    * ``source``: the address from which the host reaches the server of its target, "" where it cannot be told
    * ``edited``: a file besides ``file`` that someone has edited since its package brought it, "" for none
    """

    platform: Platform
    virtualisation: Virtualisation
    hostname: str
    memory_bytes: int
    lines: tuple[str, ...]
    file: str
    configuration: ConfigurationSeen
    service: ServiceSeen
    service_name: str
    sysctls: Mapping[str, BootSetting]
    running: Mapping[str, str]
    key_type: str
    pinned: bool
    source: str
    edited: str


async def read(host: Host) -> Reading:
    """Everything of a host. Raises HostError, also for a host on which nothing of kdump is set up."""
    family = await family_of(host)
    blank = DumpConfiguration(target=LocalTarget())
    (lines, seen, service), (kernel, total), (names, on), sysctls, edited = await asyncio.gather(
        asyncio.gather(family.boot.lines(host), family.configuration.read(host, blank), family.tools.read(host)),
        asyncio.gather(running(host), memory_bytes(host)),
        asyncio.gather(host.run("uname", "-n"), host.run("systemd-detect-virt")),
        set_by_files(host),
        _edited(host, family.platform),
    )
    if not seen.file.exists and not any("crashkernel=" in line for line in lines):
        raise host.refuse(
            "",
            f"there is nothing to adopt: no boot entry has crashkernel=, and {family.configuration.file} is not there",
            "Write a new entry; docs/settings.md shows how.",
        )
    own = {name: found for name, found in sysctls.items() if not found.file.startswith(_OF_PACKAGES)}
    (key_type, pinned, source), now = await asyncio.gather(
        _way(host, seen), asyncio.gather(*(host.line(f"/proc/sys/{name.replace('.', '/')}") for name in own))
    )
    return Reading(
        platform=family.platform,
        virtualisation=_VIRTUALISATION.get(on.text.strip(), "none"),
        hostname=names.text.strip(),
        memory_bytes=total + kernel.reserved_bytes if total else 0,
        lines=tuple(lines),
        file=family.configuration.file,
        configuration=seen,
        service=service,
        service_name=family.tools.service,
        sysctls=own,
        running={name: value.strip() for name, value in zip(own, now, strict=True)},
        key_type=key_type,
        pinned=pinned,
        source=source,
        edited=edited,
    )


async def _edited(host: Host, platform: Platform) -> str:
    """Assignments in /etc/sysconfig/kdump of Red Hat stand beside the configuration proper."""
    path = redhat_sysconfig.PATH
    return path if platform.family == "redhat" and await modified(host, path) else ""


async def _way(host: Host, seen: ConfigurationSeen) -> tuple[str, bool, str]:
    """``key_type``, ``pinned`` and ``source`` of `Reading`."""
    target = seen.configuration.target if seen.file.exists and seen.configuration else None
    if isinstance(target, SshTarget):
        wanted = Identity.model_construct(path=target.identity, key_type="rsa", known_hosts={target.server: []})
        found = (await DumpIdentity().inspect(host, wanted)).inputs or {}
        key_type = str(found.get("keyType", "none"))
        return "" if key_type == "none" else key_type, bool(found.get("knownHosts")), ""
    if isinstance(target, NfsTarget):
        route = await host.run("sh", "-c", _ROUTE, "sh", target.server)
        source = re.search(r"\bsrc ([0-9A-Fa-f.:]+)", route.text)
        return "", False, source[1] if source else ""
    return "", False, ""
