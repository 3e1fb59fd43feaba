"""apt: packages that a state needs are installed when missing, and taken away again only if we brought them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from provider.families.base import Packages
from provider.host import Host
from provider.shell.script import call

_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1", "apt-get", "-y", "-q")
_KEEP = ("-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Options::=--force-confdef")
_WAIT = ("-o", "DPkg::Lock::Timeout=300")


class Apt(Packages):
    """apt-get and dpkg of Debian and Ubuntu."""

    async def missing(self, host: Host, wanted: Sequence[str]) -> list[str]:
        said = await asyncio.gather(*(_status(host, package) for package in wanted))
        # "hold ok installed" of a package that is not to be updated is as good.
        return [package for package, status in zip(wanted, said, strict=True) if not status.endswith(" ok installed")]

    async def install(self, host: Host, wanted: Sequence[str]) -> None:
        lacking = await self.missing(host, wanted)
        if not lacking:
            return
        plan = await host.try_now(*_APT, "-s", "--no-install-recommends", "install", *lacking)
        if plan.code != 0:
            # A host's lists may simply be old or empty.
            await host.act(call("a_run", "apt-get update", *_APT, *_WAIT, "update"))
            plan = await host.try_now(*_APT, "-s", "--no-install-recommends", "install", *lacking)
        if plan.code != 0:
            raise host.refuse(
                "package",
                f"{', '.join(lacking)} is not installed and apt cannot install it: {plan.text.strip()[-400:]}",
                "Give the host a package source that has it, or install it there by hand.",
            )
        # Removed before but not purged: its configuration was there before us, and a purge would take it.
        said = await asyncio.gather(*(_status(host, package) for package in lacking))
        purge = not any("config-files" in status for status in said)
        coming = re.findall(r"^Inst (\S+)", plan.text, re.MULTILINE)
        await host.act(
            call("a_note", "packages", " ".join(sorted(coming))),
            call("a_note", "packages-go-by", "purge" if purge else "remove"),
            call("a_run", "apt-get install", *_APT, *_WAIT, *_KEEP, "--no-install-recommends", "install", *lacking),
        )

    async def remove(self, host: Host, *, purge: bool = True) -> list[str]:
        verb = await host.note("packages-go-by") or "purge" if purge else "remove"
        noted = (await host.note("packages") or "").split()
        said = await asyncio.gather(*(_status(host, package) for package in noted))
        # A purge that broke off may have left a configuration behind, or a package half removed.
        gone = ("not-installed", "config-files") if verb == "remove" else ("not-installed",)
        ours = [
            package
            for package, status in zip(noted, said, strict=True)
            if not status.startswith("dpkg-query:") and not status.endswith(gone)
        ]
        if not ours:
            return []
        plan = await host.try_now(*_APT, "-s", verb, *ours)
        going = set(re.findall(r"^(?:Purg|Remv) (\S+)", plan.text, re.MULTILINE))
        if plan.code != 0 or not going <= set(ours):
            others = ", ".join(sorted(going - set(ours))) or plan.text.strip()[-200:]
            return [f"the packages {', '.join(ours)} stay, since others need them now ({others})"]
        await host.act(call("a_run", f"apt-get {verb}", *_APT, *_WAIT, verb, *ours))
        return []


async def _status(host: Host, package: str) -> str:
    return (await host.run("dpkg-query", "-W", "-f", "${Status}", package)).text.strip()
