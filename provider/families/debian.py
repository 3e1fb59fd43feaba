"""Debian and Ubuntu: grub with drop-ins, kdump-tools, systemd."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.dialects import grub, kdump_tools
from kdump.errors import Refusal
from kdump.platforms import platform_from_os_release
from kdump.rendering import rendered
from kdump.targets import NfsTarget, SshTarget
from provider.families import packages
from provider.host import Host
from provider.shell.script import FileSeen, call

GRUB_CFG = "/boot/grub/grub.cfg"
SERVICE = "kdump-tools"


@dataclass(frozen=True)
class ConfigurationSeen:
    """The configuration file as it is, and what it says."""

    file: FileSeen
    parsed: kdump_tools.Parsed


@dataclass(frozen=True)
class ServiceSeen:
    """kdump's service and the capture kernel."""

    installed: bool
    enabled: bool
    masked: bool
    loaded: bool
    reserved_bytes: int


class Debian:
    """kdump-tools on Debian 11 and Ubuntu 20.04, and later."""

    package = "kdump-tools"
    configuration_file = kdump_tools.PATH

    # ---- boot arguments

    async def boot_lines(self, host: Host) -> list[str]:
        """The kernel command line of every boot entry. Raises HostError when there is none to be read."""
        config, dropin = await asyncio.gather(host.file(GRUB_CFG), host.file(grub.DROPIN_PATH))
        if not config.exists:
            raise host.refuse(
                "crashkernel",
                f"{GRUB_CFG} is not there, so this host does not boot by GRUB",
                "Only GRUB is supported on this platform; set crashkernel= in your boot loader by hand.",
            )
        lines = [entry.cmdline for entry in grub.entries(config.text)]
        if not lines:
            raise host.refuse(
                "crashkernel", f"{GRUB_CFG} has no boot entry", "Run update-grub there and see what it says."
            )
        ours = grub.parse_dropin(dropin.text) if dropin.exists else None
        if ours is not None:
            # What the next update-grub would write counts as an entry, too.
            crashkernel, arguments = ours
            words = [f"crashkernel={value}" for value in crashkernel.split()]
            lines.append(" ".join([*words, *(f"{k}={v}" if v else k for k, v in arguments.items())]))
        return lines

    async def running(self, host: Host) -> tuple[str, str, int]:
        """The running kernel's command line, its boot id, and the bytes it has reserved."""
        line, boot_id, size = await asyncio.gather(
            host.run("cat", "/proc/cmdline"),
            host.run("cat", "/proc/sys/kernel/random/boot_id"),
            host.run("cat", "/sys/kernel/kexec_crash_size"),
        )
        reserved = size.text.strip()
        return line.text.strip(), boot_id.text.strip(), int(reserved) if reserved.isdigit() else 0

    async def boot_write(self, host: Host, crashkernel: str, arguments: Mapping[str, str]) -> None:
        """Write the drop-in and have GRUB's configuration made anew."""
        body = grub.render_dropin(crashkernel, arguments)
        await host.act(
            call("a_directory", "/etc/default/grub.d", "=", "="),
            call("a_put", grub.DROPIN_PATH, "644", "root:root", "any", body),
            call("a_run", "update-grub", "update-grub"),
        )

    async def boot_revert(self, host: Host) -> list[str]:
        """Take the drop-in away and have GRUB's configuration made anew."""
        return await host.give_up(
            call("a_restore", grub.DROPIN_PATH),
            call("a_run", "update-grub", "update-grub"),
        )

    # ---- configuration

    async def configuration_read(self, host: Host) -> ConfigurationSeen:
        """The file and what it says."""
        seen = await host.file(self.configuration_file)
        return ConfigurationSeen(seen, kdump_tools.parse(seen.text))

    async def configuration_test(self, host: Host) -> str:
        """What `kdump-config test` says, in a word."""
        said = await host.run("kdump-config", "test")
        if said.code == 127:
            return "not yet tested: kdump-tools is not installed"
        return "accepted by kdump-config test" if said.code == 0 else f"refused: {said.text.strip()[-300:]}"

    async def configuration_verdict(self, host: Host, rules: DumpConfiguration) -> None:
        """What this release's tools would refuse or ignore. Raises HostError."""
        release, machine = await asyncio.gather(host.file("/etc/os-release"), host.run("uname", "-m"))
        try:
            rendered(rules, platform_from_os_release(release.text, machine.text.strip()))
        except Refusal as refusal:
            raise host.refuse(refusal.setting, str(refusal), "") from None

    async def configuration_check_target(self, host: Host, rules: DumpConfiguration) -> None:
        """Try the way to the target as the dump will go. Raises HostError and changes nothing when it is closed."""
        target = rules.target
        if isinstance(target, SshTarget):
            tried = await host.try_now(
                "ssh", "-i", target.identity, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
                "-o", "ConnectTimeout=20", f"{target.user}@{target.server}", "mkdir", "-p", target.path,
            )  # fmt: skip
            if tried.code != 0:
                raise host.refuse(
                    "target",
                    f"the host cannot write to {target.user}@{target.server}:{target.path} with {target.identity}: "
                    f"{tried.text.strip()[-400:]}",
                    "Check the collector's address as seen from this host, and that its sshd lets this user in.",
                )
        elif isinstance(target, NfsTarget):
            await packages.install(host, ["nfs-common"])
            tried = await host.try_now_call(call("q_try_nfs", f"{target.server}:{target.export}"))
            if tried.code != 0:
                raise host.refuse(
                    "target",
                    f"the host cannot mount and write {target.server}:{target.export}: {tried.text.strip()[-400:]}",
                    "Check the collector's address as seen from this host, and the client its export is made for.",
                )

    async def configuration_write(self, host: Host, rules: DumpConfiguration, mode: str, owner: str) -> None:
        """Replace the file and have kdump take it up, if it is running."""
        # kdump-config makes the collector's directory on the host as well, each time that it runs.
        local = _with_parents(rules.target.path) if isinstance(rules.target, SshTarget) else []
        await host.act(
            *(call("a_directory", path, "=", "=", "kexec_cmd", "kdump_lock") for path in local),
            call("a_reload_is_due"),
            call("a_put", self.configuration_file, mode, owner, "any", kdump_tools.render(rules)),
            call("a_reload_kdump_tools"),
        )

    async def configuration_revert(self, host: Host) -> list[str]:
        """Put back the file that was there before."""
        left = await packages.remove(host)
        return left + await host.give_up(call("a_restore", self.configuration_file), call("a_reload_kdump_tools"))

    # ---- service

    async def service_read(self, host: Host) -> ServiceSeen:
        """Package, unit and capture kernel as they are."""
        package, unit, loaded, size = await asyncio.gather(
            host.run("dpkg-query", "-W", "-f", "${Status}", self.package),
            host.run("systemctl", "is-enabled", SERVICE),
            host.run("cat", "/sys/kernel/kexec_crash_loaded"),
            host.run("cat", "/sys/kernel/kexec_crash_size"),
        )
        reserved = size.text.strip()
        state = unit.text.strip().splitlines()[-1:] or [""]
        return ServiceSeen(
            installed=package.text.strip() == "install ok installed",
            enabled=state[0] == "enabled",
            masked=state[0] == "masked",
            loaded=loaded.text.strip() == "1",
            reserved_bytes=int(reserved) if reserved.isdigit() else 0,
        )

    async def service_enable(self, host: Host, *, loaded: bool) -> None:
        """Install, have the dump image built, enable, and load when memory is reserved."""
        await self._note_service(host)
        await packages.install(host, [self.package])
        steps = [
            call("a_build_dump_image"),
            call("a_run", "systemctl unmask", "systemctl", "unmask", SERVICE),
            call("a_run", "systemctl enable", "systemctl", "enable", SERVICE),
        ]
        if loaded:
            steps.append(call("a_load_kdump_tools"))
        await host.act(*steps)

    async def service_disable(self, host: Host) -> None:
        """Not started at boot any more, and the capture kernel unloaded."""
        await self._note_service(host)
        if (await self.service_read(host)).installed:
            await host.act(
                call("a_run", "systemctl disable", "systemctl", "disable", "--now", SERVICE),
                call("a_unload_kdump_tools"),
            )

    async def _note_service(self, host: Host) -> None:
        seen = await self.service_read(host)
        state = "masked" if seen.masked else "enabled" if seen.enabled else "disabled"
        await host.act(
            call("a_note", "service", state if seen.installed else "absent"),
            call("a_note", "loaded", str(int(seen.loaded))),
        )

    async def _configuration_is_someone_elses(self, host: Host) -> bool:
        """Whether the file holds neither what we wrote nor what the package brought."""
        file, ours, template = await asyncio.gather(
            host.file(self.configuration_file),
            host.file(f"/var/lib/pulumi-kdump/DumpConfiguration/ours/{self.configuration_file.replace('/', '%')}"),
            host.file("/usr/share/kdump-tools/kdump-tools.conf"),
        )
        return file.exists and file.content not in (ours.content, template.content)

    async def service_revert(self, host: Host) -> list[str]:
        """Back to enabled or disabled, loaded or not, installed or not, as it was."""
        was, was_loaded = await host.note("service"), await host.note("loaded")
        steps = []
        if (await self.service_read(host)).installed and was is not None:
            if was != "enabled":
                steps.append(call("a_run", "systemctl disable", "systemctl", "disable", SERVICE))
            else:
                steps.append(call("a_run", "systemctl enable", "systemctl", "enable", SERVICE))
            if was_loaded == "0" and was != "enabled":
                steps.append(call("a_unload_kdump_tools"))
            if was == "masked":
                steps.append(call("a_run", "systemctl mask", "systemctl", "mask", SERVICE))
        if steps:
            await host.act(*steps)
        left = await packages.remove(host, purge=not await self._configuration_is_someone_elses(host))
        if was == "absent":
            # The package's own crashkernel= is still in GRUB's configuration: its removal does not make it anew.
            await host.act(call("a_run", "update-grub", "update-grub"))
        return left + await host.give_up()


def _with_parents(path: str) -> list[str]:
    """The directory and those above it, from the top."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:number]) for number in range(1, len(parts) + 1)]
