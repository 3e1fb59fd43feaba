"""/etc/sysconfig/kdump of SUSE, which is ours as a whole while we keep it.

Source: openSUSE kdump, branches SLE-15-SP4 (kdumptool) and SLE-15-SP7, and 2.1.9 (kdump-read-config.sh, mkdumprd,
dracut/module-setup.sh): what the file says, the collector's host key and the key pair go into the capture kernel's
initrd, so a change takes effect only when that is built anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.crashkernel import pinning
from kdump.dialects import suse_sysconfig
from kdump.dialects.suse_sysconfig_options import REWRITTEN, release_of
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, SshTarget
from provider.families.base import ConfigurationFiles, ConfigurationSeen, Packages
from provider.families.targets import try_nfs, try_ssh
from provider.host import Host
from provider.shell.script import call

_READERS = {True: ("bash", "-c", ". /usr/lib/kdump/kdump-read-config.sh"), False: ("kdumptool", "dump_config")}


@dataclass(frozen=True)
class SuseSysconfig(ConfigurationFiles):
    """The configuration of SUSE's kdump."""

    platform: Platform
    packages: Packages
    file = suse_sysconfig.PATH
    mode = "600"

    async def read(self, host: Host, wanted: DumpConfiguration) -> ConfigurationSeen:
        seen = await host.file(self.file)
        configuration, options, lost = suse_sysconfig.parse(seen.text)
        lost = list(lost)
        for key, value in self._pins.items():
            if key in wanted.options:
                continue
            if seen.exists and options.get(key) != value:
                lost.append(f"{key} is not {value!r}: kdump would write its own crashkernel into the boot loader")
            options = {name: found for name, found in options.items() if name != key}
        if configuration is not None:
            configuration = configuration.model_copy(update={"options": options})
        return ConfigurationSeen(seen, configuration, options, lost)

    async def test(self, host: Host) -> str:
        said = await host.run(*_READERS[release_of(self.platform) >= REWRITTEN])
        if said.code == 127 or "No such file" in said.text:
            return "not yet tested: kdump is not installed"
        # Since 15 SP6 its reader ends well whatever it thinks of a value, and says so.
        complaint = said.text.strip() if said.code != 0 or release_of(self.platform) >= REWRITTEN else ""
        return f"refused: {complaint[-300:]}" if complaint or said.code != 0 else "accepted by kdump's own reader"

    async def check_target(self, host: Host, wanted: DumpConfiguration) -> None:
        target = wanted.target
        if isinstance(target, SshTarget):
            await self._check_ssh(host, wanted, target)
        elif isinstance(target, NfsTarget):
            await self.packages.install(host, ["nfs-client"])
            await try_nfs(host, target)

    async def write(self, host: Host, wanted: DumpConfiguration, mode: str, owner: str) -> None:
        text = suse_sysconfig.render(self._with_pins(wanted), self.platform)
        # mkdumprd makes a local directory by itself, each time that it runs.
        local = _with_parents(wanted.target.path) if isinstance(wanted.target, LocalTarget) else []
        await host.act(
            *(call("a_directory", path, "=", "=") for path in local),
            call("a_reload_is_due"),
            call("a_put", self.file, mode, owner, "any", text),
            call("a_suse_reload"),
        )

    async def revert(self, host: Host) -> list[str]:
        left = await self.packages.remove(host)
        return left + await host.give_up(call("a_restore", self.file), call("a_suse_reload"))

    @property
    def _pins(self) -> dict[str, str]:
        """What has to stand in the file for the boot arguments to stay as they are; nothing up to 15 SP7."""
        pin = pinning(self.platform)
        return dict(pin.settings) if pin is not None and pin.file == self.file else {}

    def _with_pins(self, wanted: DumpConfiguration) -> DumpConfiguration:
        return wanted.model_copy(update={"options": {**self._pins, **wanted.options}})

    async def _check_ssh(self, host: Host, wanted: DumpConfiguration, target: SshTarget) -> None:
        known, _ = await asyncio.gather(host.run("ssh-keygen", "-F", target.server), try_ssh(host, target))
        if "KDUMP_HOST_KEY" not in wanted.options and (known.code != 0 or not known.text.strip()):
            raise host.refuse(
                "target",
                f"root's known_hosts has no key of {target.server}, so kdump cannot take one into the capture kernel: "
                f"{known.text.strip()[-200:]}",
                "Put the collector's host key there (`DumpIdentity` does so), under the very name that the target has.",
            )
        if f"sftp://{target.user}@" not in suse_sysconfig.render(self._with_pins(wanted), self.platform):
            return
        tried = await host.try_now(
            "sftp", "-b", "-", "-i", target.identity, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", "ConnectTimeout=20", f"{target.user}@{target.server}",
        )  # fmt: skip
        if tried.code != 0:
            raise host.refuse(
                "target",
                f"kdump of {self.platform} sends a dump by sftp, which {target.user}@{target.server} does not take "
                f"from {target.identity}: {tried.text.strip()[-400:]}",
                "Use an nfs target: a collector's restricted key takes no sftp, which cannot be kept to a directory.",
            )


def _with_parents(path: str) -> list[str]:
    """The directory and those above it, from the top."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:number]) for number in range(1, len(parts) + 1)]
