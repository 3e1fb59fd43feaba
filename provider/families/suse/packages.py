"""zypper: packages that a state needs are installed when missing, and taken away again only if we brought them.

Source: zypper(8), "EXIT CODES" and "--xmlout"; rpm(8). What is there, and what may go, rpm itself is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from provider.families import rpm
from provider.families.base import Packages
from provider.host import Host
from provider.shell.script import call

_PLAN = ("zypper", "--non-interactive", "--xmlout", "install", "--dry-run", "--no-recommends")


class Zypper(Packages):
    """zypper and rpm of SUSE."""

    async def missing(self, host: Host, wanted: Sequence[str]) -> list[str]:
        there = await rpm.installed(host, wanted)
        return [package for package in wanted if package not in there]

    async def install(self, host: Host, wanted: Sequence[str]) -> None:
        lacking = await self.missing(host, wanted)
        if not lacking:
            return
        plan = await host.try_now(*_PLAN, *lacking)
        if plan.code != 0:
            raise host.refuse(
                "package",
                f"{', '.join(lacking)} is not installed and zypper cannot install it: {_words(plan.text)[-400:]}",
                "Register the host or give it a repository that has it, or install it there by hand.",
            )
        coming = sorted({*lacking, *_coming(plan.text)})
        await host.act(call("a_note", "packages", " ".join(coming)), call("a_suse_install", *lacking))

    async def remove(self, host: Host, *, purge: bool = True) -> list[str]:
        # rpm leaves a configuration that somebody changed; there is nothing of it to purge.
        ours, needed = await rpm.brought(host, 200)
        if not ours or needed:
            return needed
        await host.act(call("a_suse_erase", *ours))
        return []


def _coming(plan: str) -> list[str]:
    """The names of all packages that a plan in zypper's XML installs."""
    parts = re.findall(r"<to-install>(.*?)</to-install>", plan, re.DOTALL)
    solvables = [solvable for part in parts for solvable in re.findall(r"<solvable\s[^>]*>", part)]
    names = [re.search(r'\sname="([^"]+)"', solvable) for solvable in solvables if 'type="package"' in solvable]
    return [name[1] for name in names if name]


def _words(said: str) -> str:
    """What zypper said, without its XML."""
    return " ".join(re.sub(r"<[^>]*>", " ", said).split())
