"""Whose state it is that a host keeps. Source: `a_claim` and `a_guard` of provider/shell/library.sh."""

from __future__ import annotations

from provider.host import Host


async def is_someone_elses(host: Host) -> bool:
    """Whether only other stacks keep this state by now.

    Then nothing of it is ours to put back, and an action would be refused for a claim: `Host.give_up` says who has it.
    """
    claims = await host.names(host.kept("claims", ""))
    return bool(claims) and host.stack not in claims
