"""What every node of a cluster has so that its dump is waited for: the agent and its sender, and an open port."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import Field

from kdump.errors import Refusal
from kdump.fencing.support import PORT, Stack, fence_support
from provider.families import family_of
from provider.families.base import Family
from provider.host import Host
from provider.kinds.base import Found, Kind, Wire
from provider.shell.script import Call, call


class Wanted(Wire):
    """Package and port of one node."""

    stack: Stack = Field(description="Who keeps the cluster's configuration; says which package has the agent.")
    port: int = Field(default=PORT, ge=1, le=65535, description="UDP port on which a node hears that another dumps.")
    installed: bool = Field(default=True, description="The package with fence_kdump and its sender is installed.")
    open: bool = Field(
        default=True,
        description="It is open in firewalld's default zone, now and after a reboot; true where no firewalld runs.",
    )


class FenceNode(Kind[Wanted]):
    """Installed and opened; taken away and closed again unless they were there before."""

    token = "kdump:cluster:FenceNode"
    wanted = Wanted

    def store(self, wanted: Wanted) -> str:
        return "FenceNode"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        missing, (running, now, lasting) = await asyncio.gather(
            family.packages.missing(host, [_package(host, family, wanted)]), _firewall(host, wanted.port)
        )
        warnings = () if running is not None else (_no_firewalld(wanted.port),)
        is_open = not running or (now and lasting)
        if missing and not (now or lasting):
            return Found(None, {}, warnings)
        return Found({**wanted.wire(), "installed": not missing, "open": is_open}, {}, warnings)

    async def examine(self, host: Host, wanted: Wanted) -> None:
        _package(host, await family_of(host), wanted)

    async def claim(self, host: Host, wanted: Wanted) -> None:
        running, now, lasting = await _firewall(host, wanted.port)
        await host.claim()
        await host.act(*([_note(wanted.port, now, lasting)] if running else []))

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        await host.claim()
        await family.packages.install(host, [_package(host, family, wanted)])
        running, now, lasting = await _firewall(host, wanted.port)
        if not running:
            return
        port = f"{wanted.port}/udp"
        steps = [_note(wanted.port, now, lasting)]
        if not lasting:
            steps.append(call("a_run", "firewall-cmd", "firewall-cmd", "--permanent", f"--add-port={port}"))
        if not now:
            # Not by a reload: that would close what others have opened for now only.
            steps.append(call("a_run", "firewall-cmd", "firewall-cmd", f"--add-port={port}"))
        await host.act(*steps)
        await self._close_former(host, wanted.port)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        left = await self._close_former(host, None)
        left += await family.packages.remove(host)
        return left + await host.give_up()

    async def _close_former(self, host: Host, keep: int | None) -> list[str]:
        """Close the ports that we opened, all but one to keep; as they were before is what was noted.

        Returns those that could not be closed, in words.
        """
        left: list[str] = []
        names = [name for name in await host.names(host.kept("notes", "")) if name.startswith("port=")]
        for name in names:
            port = int(name.removeprefix("port="))
            before = (await host.note(name) or "").split()
            if port == keep or len(before) != 2:
                continue
            running, now, lasting = await _firewall(host, port)
            if not running:
                left += await _close_offline(host, port) if before[1] == "closed" else []
                continue
            steps = []
            if lasting and before[1] == "closed":
                command = ("firewall-cmd", "--permanent", f"--remove-port={port}/udp")
                steps.append(call("a_run", "firewall-cmd", *command))
            if now and before[0] == "closed":
                steps.append(call("a_run", "firewall-cmd", "firewall-cmd", f"--remove-port={port}/udp"))
            await host.act(*steps)
        return left

    def imported(self, fragment: str) -> dict[str, Any]:
        return {"stack": fragment or "pcs"}


def _package(host: Host, family: Family, wanted: Wanted) -> str:
    try:
        return fence_support(family.platform, wanted.stack).package
    except Refusal as refusal:
        raise host.refuse(refusal.setting, str(refusal), "") from None


async def _firewall(host: Host, port: int) -> tuple[bool | None, bool, bool]:
    """Whether firewalld runs (None: there is none), and whether the port is open now and after a reboot."""
    state, now, lasting = await asyncio.gather(
        host.run("firewall-cmd", "--state"),
        host.run("firewall-cmd", f"--query-port={port}/udp"),
        host.run("firewall-cmd", "--permanent", f"--query-port={port}/udp"),
    )
    # 126 and 127: the shell found no such command, or one that is none.
    running = None if state.code in (126, 127) else state.code == 0
    return running, bool(running) and now.code == 0, bool(running) and lasting.code == 0


async def _close_offline(host: Host, port: int) -> list[str]:
    """Close a port in the configuration of a firewalld that does not run; in words, why that could not be.

    Source: firewall-offline-cmd(1); without a zone it means the default one, as firewall-cmd does.
    """
    asked = await host.run("firewall-offline-cmd", f"--query-port={port}/udp")
    if asked.code == 0:
        await host.act(call("a_run", "firewall-offline-cmd", "firewall-offline-cmd", f"--remove-port={port}/udp"))
    if asked.code in (0, 1):
        return []
    return [
        f"UDP port {port} stays open in firewalld's configuration: firewalld does not run, and firewall-offline-cmd "
        f"is of no help; once firewalld runs, close it with `firewall-cmd --permanent --remove-port={port}/udp` and "
        "`firewall-cmd --reload`"
    ]


def _note(port: int, now: bool, lasting: bool) -> Call:
    """An action: note whether the port was open, now and after a reboot, if that is not noted yet."""
    return call("a_note", f"port={port}", f"{_word(now)} {_word(lasting)}")


def _word(is_open: bool) -> str:
    return "open" if is_open else "closed"


def _no_firewalld(port: int) -> str:
    return f"there is no firewalld here: open UDP port {port} for the other nodes in whatever firewall there is"
