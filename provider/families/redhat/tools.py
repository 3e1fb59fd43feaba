"""kdump of Red Hat's releases: the package, its service, the capture image and the capture kernel."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from kdump.dialects import kdump_conf, redhat_sysconfig
from provider.families.base import DumpTools, Services, ServiceSeen
from provider.families.claims import keeps
from provider.families.kernel import running
from provider.families.rpm import Yum
from provider.families.systemd import Systemd
from provider.families.sysv import SysV
from provider.host import Host
from provider.shell.script import Call, FileSeen, call

IMAGES = ("find", "/boot", "/var/lib/kdump", "-maxdepth", "1", "-name", "init*kdump.img", "-printf", "%T@ %s %p\\n")
"""Lists the capture images: seconds since 1970, bytes and path of each, one a line."""


@dataclass(frozen=True)
class Kdump(DumpTools):
    """kdump on any release since 5. ``manager``: what starts it, as provider/shell/redhat.sh calls it."""

    packages: Yum
    services: Services
    manager: str
    package: str
    service = "kdump"

    async def read(self, host: Host) -> ServiceSeen:
        lacking, state, kernel, image, active = await asyncio.gather(
            self.packages.missing(host, [self.package]),
            self.services.enabled(host, self.service),
            running(host),
            self._image_problems(host),
            self._active(host),
        )
        problems: list[str] = []
        if lacking:
            problems.append(f"the package {self.package} is not installed")
        elif state == "masked":
            problems.append(f"{self.service}.service is masked")
        elif state == "enabled" and kernel.reserved_bytes:
            # Without memory set aside there is nothing that could be armed, and a reboot that is due.
            problems += await self._troubles(host, active, kernel.loaded)
            problems += image if kernel.loaded else []
        return ServiceSeen(
            installed=not lacking,
            enabled=state == "enabled",
            loaded=kernel.loaded,
            reserved_bytes=kernel.reserved_bytes,
            problems=problems,
        )

    async def _active(self, host: Host) -> str:
        """How the unit stands; of a SysV service the capture kernel tells more than its status."""
        return (await host.run("systemctl", "is-active", self.service)).text.strip() if self.manager != "sysv" else ""

    async def _troubles(self, host: Host, active: str, loaded: bool) -> list[str]:
        if active == "failed":
            journal = await host.run("journalctl", "-u", "kdump.service", "-n", "5", "-o", "cat", "--no-pager")
            return [f"{self.service}.service failed: {' '.join(journal.text.split())[-400:]}"]
        if active == "inactive" and loaded:
            return [f"{self.service}.service is stopped; what is loaded was loaded by hand"]
        return []

    async def _image_problems(self, host: Host) -> list[str]:
        found, names, config, sysconfig = await asyncio.gather(
            host.run(*IMAGES),
            host.run("uname", "-r", "-n"),
            host.file(kdump_conf.PATH),
            host.file(redhat_sysconfig.PATH),
        )
        version = names.text.strip().partition(" ")[2]
        of_kernel = redhat_sysconfig.values(sysconfig.text).get("KDUMP_KERNELVER") or version
        return image_problems(found.text, of_kernel, {kdump_conf.PATH: config, redhat_sysconfig.PATH: sysconfig})

    async def enable(self, host: Host, *, loaded: bool) -> None:
        host.soon(*await self._notes(host))
        await self.packages.install(host, [self.package])
        # What is enabled already may be so in run levels of its own choice.
        enabled = await self.services.enabled(host, self.service) == "enabled"
        steps = [] if enabled else [*self.services.enable(self.service)]
        if loaded:
            steps.append(call("a_load_kdump", self.manager))
        elif (await self.read(host)).loaded:
            steps.append(call("a_unload_kdump", self.manager))
        # Where there was nothing to do, it is kept and noted all the same.
        await host.act(*steps)

    async def disable(self, host: Host) -> None:
        host.soon(*await self._notes(host))
        steps: list[Call] = []
        if (await self.read(host)).installed:
            steps = [*self.services.disable(self.service), call("a_unload_kdump", self.manager)]
        await host.act(*steps)

    async def adopt(self, host: Host) -> None:
        await host.keep(*await self._notes(host))

    async def _notes(self, host: Host) -> list[Call]:
        """What is as it was before us, for whoever reverts."""
        seen, state = await asyncio.gather(self.read(host), self.services.enabled(host, self.service))
        levels = []
        if isinstance(self.services, SysV):
            levels = [call("a_note", "levels", await self.services.levels(host, self.service))]
        return [
            *levels,
            call("a_note", "service", state if seen.installed else "absent"),
            call("a_note", "loaded", str(int(seen.loaded))),
            call("a_note_images"),
        ]

    async def revert(self, host: Host) -> list[str]:
        ours, was, was_loaded = await asyncio.gather(keeps(host), host.note("service"), host.note("loaded"))
        if not ours or was is None:
            return await host.give_up()
        steps: list[Call] = []
        if (await self.read(host)).installed:
            if isinstance(self.services, SysV):
                steps += self.services.set_levels(self.service, await host.note("levels") or "")
            else:
                steps += self.services.enable(self.service) if was == "enabled" else self.services.disable(self.service)
            if was_loaded == "1":
                # What keeps it from starting may be what is to go next: that is told, and no failure.
                steps.append(call("a_load_kdump", self.manager, "anyway"))
            else:
                steps.append(call("a_unload_kdump", self.manager))
            if was == "masked":
                steps += Systemd().mask(self.service)
        if was_loaded != "1":
            steps.append(call("a_drop_images"))
        left = (await host.act(*steps)).left()
        return left + await self.packages.remove(host) + await host.give_up()


def image_problems(found: str, kernel: str, files: dict[str, FileSeen]) -> list[str]:
    """What is wrong with the capture image of *kernel*; *found*: what IMAGES lists."""
    images = re.findall(r"^(\d+)\S* (\d+) (/\S+)$", found, re.MULTILINE)
    # A kernel for debugging is captured by the plain one of its version, where there is one.
    of_kernel = [
        (int(seconds), int(size), path)
        for seconds, size, path in images
        if any(path.endswith(f"-{name}kdump.img") for name in {kernel, re.sub(r"\+debug$", "", kernel)})
    ]
    if not of_kernel:
        return [f"there is no capture image for kernel {kernel}"]
    seconds, size, path = max(of_kernel)
    if size == 0:
        return [f"the capture image {path} is empty"]
    newer = [name for name, file in files.items() if file.exists and file.changed > seconds]
    return [f"the capture image {path} is older than {' and '.join(newer)}"] if newer else []
