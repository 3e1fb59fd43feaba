"""SysV init of RHEL 5 and 6: chkconfig and service."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from provider.families.base import Services
from provider.host import Host
from provider.shell.script import Call, call

INITTAB = "/etc/inittab"


def boot_levels(inittab: str) -> frozenset[str]:
    """The run levels that a host may boot into: the default one, or where none is set those of a server, 3 and 5.

    Source: inittab(5), "initdefault".
    """
    default = re.search(r"^\s*[^#:\s]*:([0-6]):initdefault:", inittab, re.MULTILINE)
    return frozenset(default[1] if default else "35")


def levels_on(name: str, listing: str) -> frozenset[str]:
    """The run levels in which ``chkconfig --list`` has *name* on."""
    lines = re.findall(rf"^{re.escape(name)}\s.*$", listing, re.MULTILINE)
    return frozenset(level for line in lines for level in re.findall(r"\b([0-6]):on\b", line))


class SysV(Services):
    """Services as scripts in /etc/init.d. Source: chkconfig(8), service(8)."""

    async def enabled(self, host: Host, name: str) -> str:
        said, inittab = await asyncio.gather(host.run("chkconfig", "--list", name), host.text(INITTAB))
        if boot_levels(inittab) <= levels_on(name, said.text):
            return "enabled"
        # A script that was never added to any run level is there all the same.
        there = said.code == 0 or "not referenced in any runlevel" in said.text
        return "disabled" if there else "absent"

    async def levels(self, host: Host, name: str) -> str:
        """The run levels it is started in, "345"; "" for none."""
        said = await host.run("chkconfig", "--list", name)
        return "".join(sorted(levels_on(name, said.text)))

    def set_levels(self, name: str, levels: str) -> Sequence[Call]:
        """Actions: start it in these run levels and in no others."""
        others = "".join(level for level in "0123456" if level not in levels)
        steps = [call("a_run", "chkconfig off", "chkconfig", "--level", others, name, "off")]
        return [
            *steps,
            *([call("a_run", "chkconfig on", "chkconfig", "--level", levels, name, "on")] if levels else []),
        ]

    async def active(self, host: Host, name: str) -> bool:
        return (await host.run("service", name, "status")).code == 0

    def enable(self, name: str) -> Sequence[Call]:
        return (
            call("a_run", "chkconfig --add", "chkconfig", "--add", name),
            call("a_run", "chkconfig on", "chkconfig", name, "on"),
        )

    def disable(self, name: str) -> Sequence[Call]:
        return (call("a_run", "chkconfig off", "chkconfig", name, "off"),)

    def start(self, name: str) -> Sequence[Call]:
        return (call("a_run", "service start", "service", name, "start"),)

    def stop(self, name: str) -> Sequence[Call]:
        return (call("a_run", "service stop", "service", name, "stop"),)
