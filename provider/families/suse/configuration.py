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
from kdump.dialects.suse_sysconfig_options import REWRITTEN, ignored, release_of
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, SshTarget
from provider.families.base import ConfigurationFiles, ConfigurationSeen, Packages
from provider.families.claims import keeps
from provider.families.directories import directories
from provider.families.targets import try_nfs, try_ssh
from provider.host import Host
from provider.shell.script import call

READERS = {True: ("bash", "-c", ". /usr/lib/kdump/kdump-read-config.sh"), False: ("kdumptool", "dump_config")}
# What a key means that is not set: define_opt.h up to 15 SP5, kdump-read-config.sh since. The package's own file
# spells most of these out.
_DEFAULTS = {
    "KDUMP_AUTO_RESIZE": "false",
    "KDUMP_CRASHKERNEL": "auto",
    "KDUMP_FADUMP": "false",
    "KDUMP_FADUMP_SHELL": "false",
    "KDUMP_FREE_DISK_SIZE": "64",
    "KDUMP_KEEP_OLD_DUMPS": "0",
    "KDUMP_NETCONFIG": "auto",
    "KDUMP_NET_TIMEOUT": "30",
    "KDUMP_VERBOSE": "0",
}


@dataclass(frozen=True)
class SuseSysconfig(ConfigurationFiles):
    """The configuration of SUSE's kdump."""

    platform: Platform
    packages: Packages
    file = suse_sysconfig.PATH
    mode = "600"

    async def read(self, host: Host, wanted: DumpConfiguration) -> ConfigurationSeen:
        seen = await host.file(self.file)
        configuration, found, lost = suse_sysconfig.parse(seen.text)
        pins = {key: value for key, value in self._pins.items() if key not in wanted.options}
        unpinned = [key for key, value in pins.items() if seen.exists and found.get(key) != value]
        options = {
            key: value
            for key, value in found.items()
            if key in wanted.options or not (key in pins or self._means_nothing(key, value))
        }
        if configuration is not None:
            # "reboot" is what the release does unasked, and an update of the package spells that out in the file.
            unasked = {
                action: None
                for action in ("failure_action", "final_action")
                if getattr(wanted, action) is None and getattr(configuration, action) == "reboot"
            }
            configuration = configuration.model_copy(update={"options": options, **unasked})
        undone = "kdump would write a crashkernel of its own into the boot loader"
        sentences = [*lost, *(f"{key} is not {pins[key]!r}: {undone}" for key in unpinned)]
        return ConfigurationSeen(seen, configuration, options, sentences)

    async def test(self, host: Host) -> str:
        said = await host.run(*READERS[release_of(self.platform) >= REWRITTEN])
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
        await host.act(
            *(directories(wanted.target.path) if isinstance(wanted.target, LocalTarget) else ()),
            call("a_reload_is_due"),
            call("a_put", self.file, mode, owner, "any", text),
            call("a_suse_reload"),
        )

    async def revert(self, host: Host) -> list[str]:
        left = await self.packages.remove(host) if await keeps(host) else []
        return left + await host.give_up(call("a_restore", self.file), call("a_suse_reload"))

    @property
    def _pins(self) -> dict[str, str]:
        """What has to stand in the file for the boot arguments to stay as they are; nothing up to 15 SP7."""
        pin = pinning(self.platform)
        return dict(pin.settings) if pin is not None and pin.file == self.file else {}

    def _means_nothing(self, key: str, value: str) -> bool:
        """Whether the release does with *key* at *value* what it does without."""
        cpus = "32" if release_of(self.platform) >= REWRITTEN else "1"
        return value == {**_DEFAULTS, "KDUMP_CPUS": cpus}.get(key) or bool(ignored(key, self.platform))

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
