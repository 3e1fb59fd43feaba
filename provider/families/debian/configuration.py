"""/etc/default/kdump-tools, which is ours as a whole while we keep it."""

from __future__ import annotations

from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.dialects import kdump_tools
from kdump.targets import NfsTarget, SshTarget
from provider.families.base import ConfigurationFiles, ConfigurationSeen, Packages
from provider.families.claims import keeps
from provider.families.directories import directories
from provider.families.targets import try_nfs, try_ssh
from provider.host import Host
from provider.shell.script import call


@dataclass(frozen=True)
class KdumpToolsFile(ConfigurationFiles):
    """The configuration of kdump-tools."""

    packages: Packages
    file = kdump_tools.PATH

    async def read(self, host: Host, wanted: DumpConfiguration) -> ConfigurationSeen:
        seen = await host.file(self.file)
        return ConfigurationSeen(seen, *kdump_tools.parse(seen.text))

    async def test(self, host: Host) -> str:
        said = await host.run("kdump-config", "test")
        if said.code == 127:
            return "not yet tested: kdump-tools is not installed"
        return "accepted by kdump-config test" if said.code == 0 else f"refused: {said.text.strip()[-300:]}"

    async def check_target(self, host: Host, wanted: DumpConfiguration) -> None:
        target = wanted.target
        if isinstance(target, SshTarget):
            await try_ssh(host, target)
        elif isinstance(target, NfsTarget):
            await self.packages.install(host, ["nfs-common"])
            await try_nfs(host, target)

    async def write(self, host: Host, wanted: DumpConfiguration, mode: str, owner: str) -> None:
        # kdump-config makes the collector's directory on the host as well, each time that it runs.
        target = wanted.target
        await host.act(
            *(directories(target.path, "kexec_cmd", "kdump_lock") if isinstance(target, SshTarget) else ()),
            call("a_reload_is_due"),
            call("a_put", self.file, mode, owner, "any", kdump_tools.render(wanted)),
            call("a_reload_kdump_tools"),
        )

    async def revert(self, host: Host) -> list[str]:
        left = await self.packages.remove(host) if await keeps(host) else []
        return left + await host.give_up(call("a_restore", self.file), call("a_reload_kdump_tools", "anyway"))
