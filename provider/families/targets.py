"""Trying the way to a target before a configuration that needs it is written."""

from __future__ import annotations

from kdump.targets import NfsTarget, SshTarget
from provider.host import Host
from provider.shell.script import call


async def try_ssh(host: Host, target: SshTarget) -> None:
    """Log in to the collector with the host's own key, as the dump will, and make its directory there.

    Raises HostError when it is refused. Source: what kdump's own tools of all families try first.
    """
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


async def try_nfs(host: Host, target: NfsTarget) -> None:
    """Mount the export, write to it and unmount it. Raises HostError when it is refused."""
    tried = await host.try_now_call(call("q_try_nfs", f"{target.server}:{target.export}"))
    if tried.code != 0:
        raise host.refuse(
            "target",
            f"the host cannot mount and write {target.server}:{target.export}: {tried.text.strip()[-400:]}",
            "Check the collector's address as seen from this host, and the client its export is made for.",
        )
