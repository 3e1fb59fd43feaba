"""Boot arguments of Debian and Ubuntu: a drop-in that update-grub reads last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from kdump.dialects import grub
from provider.families.base import BootLoader
from provider.host import Host
from provider.shell.script import call

GRUB_CFG = "/boot/grub/grub.cfg"


class GrubDropin(BootLoader):
    """GRUB 2 with /etc/default/grub.d."""

    async def lines(self, host: Host) -> list[str]:
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

    async def adopt(self, host: Host) -> None:
        await host.keep(call("a_keep", grub.DROPIN_PATH))

    async def write(self, host: Host, crashkernel: str, arguments: Mapping[str, str]) -> None:
        body = grub.render_dropin(crashkernel, arguments)
        await host.act(
            call("a_directory", "/etc/default/grub.d", "=", "="),
            call("a_put", grub.DROPIN_PATH, "644", "root:root", "any", body),
            call("a_run", "update-grub", "update-grub"),
        )

    async def revert(self, host: Host) -> list[str]:
        return await host.give_up(
            call("a_restore", grub.DROPIN_PATH),
            call("a_run", "update-grub", "update-grub"),
        )
