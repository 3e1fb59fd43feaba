"""Trying a target as kdump's own tools on Red Hat's releases do, before a configuration that needs it is written."""

from __future__ import annotations

from kdump.platforms import Platform
from kdump.targets import AnyTarget, FilesystemTarget, NfsTarget, RawTarget, SshTarget
from provider.families.base import Packages
from provider.families.targets import try_nfs, try_ssh
from provider.host import Host
from provider.shell.script import call

# mkdumprd compares the type with the real one from 8 on; older releases mount by the type that is written.
_MEMBERS = ("LVM2_member", "linux_raid_member", "crypto_LUKS", "mpath_member", "swap")


async def check_target(host: Host, platform: Platform, packages: Packages, target: AnyTarget) -> None:
    """Try the way to *target*. Raises HostError and changes nothing when it is closed.

    Source: mkdumprd of 2.0.0-145.el6 to kdump-utils 1.0.61 (check_user_configured_target, verify_core_collector).
    """
    if isinstance(target, SshTarget):
        await try_ssh(host, target)
    elif isinstance(target, NfsTarget):
        await packages.install(host, ["nfs-utils"])
        await try_nfs(host, target)
    elif isinstance(target, FilesystemTarget | RawTarget):
        await _check_device(host, target)


async def _check_device(host: Host, target: FilesystemTarget | RawTarget) -> None:
    said = await host.try_now_call(call("q_device", target.device))
    if said.code != 0:
        raise host.refuse(
            "target.device", said.text.strip(), "See what `blkid` lists on the host, and write one of these."
        )
    device, kind, use = said.text.split()
    if isinstance(target, RawTarget):
        if use != "-":
            raise host.refuse(
                "target.device",
                f"{device} is in use ({use}), and a dump overwrites it from its first byte on",
                "Name a partition that nothing uses.",
            )
        if kind in _MEMBERS:
            raise host.refuse(
                "target.device",
                f"{device} holds a {kind}, which a dump would overwrite",
                "Name a partition that nothing uses, or wipe it by hand if it really is free.",
            )
    elif kind != target.filesystem:
        found = "no filesystem that blkid knows" if kind == "-" else f"a {kind}"
        raise host.refuse(
            "target.filesystem",
            f"declared is {target.filesystem}, and {device} holds {found}",
            "Write what is there, or make the filesystem first; nothing is made or erased here.",
        )
