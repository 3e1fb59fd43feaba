"""Whether what is about to be put back is this stack's to put back."""

from __future__ import annotations

from provider.host import Host


async def keeps(host: Host) -> bool:
    """Whether this stack keeps the state on *host*.

    Where it does not, another one does, or a destroy that broke off has begun to let go of the store: nothing is to be
    put back then, and `Host.give_up` says who keeps it, or finishes what was begun.
    """
    return host.stack in await host.names(host.kept("claims", ""))
