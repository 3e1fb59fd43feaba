"""The fencing of a whole cluster: one resource for each cluster, kept through one of its nodes."""

from __future__ import annotations

from typing import Any

from kdump.fencing.support import Stack
from provider.families import platform_of
from provider.host import Host
from provider.kinds.base import Found, Kind
from provider.kinds.fencing.cman import Cman
from provider.kinds.fencing.pacemaker import Pacemaker
from provider.kinds.fencing.wanted import Wanted, refuse_without_support

_KEEPERS: dict[Stack, Cman | Pacemaker] = {"cman": Cman(), "pcs": Pacemaker(), "crm": Pacemaker()}


class Fencing(Kind[Wanted]):
    """A fence_kdump device before each node's power fencing, or cman's post_fail_delay. Never fences, never stops."""

    token = "kdump:cluster:Fencing"
    wanted = Wanted
    replace_on = frozenset({"stack", "name"})
    remedy = "Something sets it after us, or the node is no member of the cluster that runs."

    def store(self, wanted: Wanted) -> str:
        return "Fencing"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        return await _keeper(wanted).inspect(host, wanted, await platform_of(host))

    async def examine(self, host: Host, wanted: Wanted) -> None:
        platform = await platform_of(host)
        refuse_without_support(wanted, platform)
        await _keeper(wanted).examine(host, wanted, platform)

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await _keeper(wanted).adopt(host, wanted, await platform_of(host))

    async def apply(self, host: Host, wanted: Wanted) -> None:
        await _keeper(wanted).apply(host, wanted, await platform_of(host))

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        return await _keeper(wanted).revert(host, wanted, await platform_of(host))

    def imported(self, fragment: str) -> dict[str, Any]:
        stack, _, name = fragment.partition(":")
        if stack not in _KEEPERS:
            raise ValueError("a cluster's fencing is imported with its stack: ssh://root@node1#pcs (or #crm, #cman)")
        return {"stack": stack, "name": name or "kdump"}


def _keeper(wanted: Wanted) -> Cman | Pacemaker:
    return _KEEPERS[wanted.stack]
