"""kdump-tools: the package, its service, the dump image and the capture kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from kdump.dialects import kdump_tools
from provider.families.base import DumpTools, Packages, ServiceSeen
from provider.families.claims import keeps
from provider.families.kernel import running
from provider.families.systemd import Systemd
from provider.host import Host, kept
from provider.shell.script import Call, call

_SYSTEMD = Systemd()
# The note of it: the sum of the configuration that goes with the package.
_LEFTOVER = "leftover-configuration"


@dataclass(frozen=True)
class KdumpTools(DumpTools):
    """kdump-tools on Debian 11 and Ubuntu 20.04, and later."""

    packages: Packages
    package = "kdump-tools"
    service = "kdump-tools"

    async def read(self, host: Host) -> ServiceSeen:
        lacking, state, kernel = await asyncio.gather(
            self.packages.missing(host, [self.package]), _SYSTEMD.enabled(host, self.service), running(host)
        )
        problems = []
        if lacking:
            problems.append(f"the package {self.package} is not installed")
        elif state == "masked":
            problems.append(f"{self.service}.service is masked")
        return ServiceSeen(
            installed=not lacking,
            enabled=state == "enabled",
            loaded=kernel.loaded,
            reserved_bytes=kernel.reserved_bytes,
            problems=problems,
        )

    async def enable(self, host: Host, *, loaded: bool) -> None:
        host.soon(*await self._notes(host))
        await self.packages.install(host, [self.package])
        steps = [call("a_build_dump_image"), *_SYSTEMD.enable(self.service)]
        if loaded:
            steps.append(call("a_load_kdump_tools"))
        await host.act(*steps)

    async def disable(self, host: Host) -> None:
        host.soon(*await self._notes(host))
        steps: list[Call] = []
        if (await self.read(host)).installed:
            steps = [
                call("a_run", "systemctl disable", "systemctl", "disable", "--now", self.service),
                call("a_unload_kdump_tools"),
            ]
        # Without the package there is nothing to do, but the notes are to be written all the same.
        await host.act(*steps)

    async def adopt(self, host: Host) -> None:
        await host.keep(*await self._notes(host))

    async def _notes(self, host: Host) -> list[Call]:
        """What is as it was before us, for whoever reverts."""
        seen, state = await asyncio.gather(self.read(host), _SYSTEMD.enabled(host, self.service))
        return [
            call("a_note", "service", state if seen.installed else "absent"),
            call("a_note", "loaded", str(int(seen.loaded))),
        ]

    async def _configuration_is_someone_elses(self, host: Host) -> bool:
        """Whether the file holds neither what we wrote nor what the package brought.

        That is noted along with the removal: the template goes first, and a removal that broke off has to go on.
        """
        file, ours, template, leftover = await asyncio.gather(
            host.file(kdump_tools.PATH),
            host.file(kept("DumpConfiguration", "ours", kdump_tools.PATH)),
            host.file("/usr/share/kdump-tools/kdump-tools.conf"),
            host.note(_LEFTOVER),
        )
        if not file.exists or file.sum == leftover:
            return False
        if file.content not in (ours.content, template.content):
            return True
        host.soon(call("a_note", _LEFTOVER, file.sum))
        return False

    async def revert(self, host: Host) -> list[str]:
        if not await keeps(host):
            return await host.give_up()
        was, was_loaded = await host.note("service"), await host.note("loaded")
        steps = []
        if (await self.read(host)).installed and was is not None:
            if was != "enabled":
                steps.append(call("a_run", "systemctl disable", "systemctl", "disable", self.service))
            else:
                steps.append(call("a_run", "systemctl enable", "systemctl", "enable", self.service))
            if was_loaded == "0" and was != "enabled":
                steps.append(call("a_unload_kdump_tools"))
            if was == "masked":
                steps += _SYSTEMD.mask(self.service)
        if steps:
            await host.act(*steps)
        left = await self.packages.remove(host, purge=not await self._configuration_is_someone_elses(host))
        if was == "absent":
            # The package's own crashkernel= is still in GRUB's configuration: its removal does not make it anew.
            await host.act(call("a_run", "update-grub", "update-grub"))
        return left + await host.give_up()

    def before_reboot(self) -> Sequence[Call]:
        return (call("a_build_dump_image"),)
