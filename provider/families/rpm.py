"""rpm, which Red Hat and SUSE share, with yum and dnf in front of it.

Packages that a state needs are installed when missing, and taken away again only if we brought them.
Source: rpm(8) of 4.4 (RHEL 5) to 4.19, yum(8), dnf(8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kdump.platforms import Platform
from provider.families.base import Packages
from provider.host import Host
from provider.shell.script import call

NAMES = ("rpm", "-q", "--qf", "%{NAME}\\n")
"""The question which of some packages, whose names follow, are installed."""
# rpm's own words for a data base that it cannot read; "is not installed" is an answer, and no error.
_BROKEN = ("rpmdb:", "db3", "db4", "db5", "Packages database", "Packages index", "cannot open", "DB_", "sqlite")


async def installed(host: Host, names: Sequence[str]) -> frozenset[str]:
    """Those of *names* that are installed. Raises HostError where rpm's data base cannot be read."""
    said = await host.run(*NAMES, *names)
    if said.code == 127:
        raise host.refuse("package", f"there is no rpm on it: {said.text.strip()}", "Check what this host really is.")
    wrong = [line for line in said.text.splitlines() if "error:" in line or line.startswith("rpmdb:")]
    if any(word in line for line in wrong for word in _BROKEN):
        raise host.refuse(
            "package",
            f"its rpm data base cannot be read: {'; '.join(wrong)[-400:]}",
            "Mend it there (`rpm --rebuilddb`), then run again.",
        )
    return frozenset(line.strip() for line in said.text.splitlines()) & frozenset(names)


async def modified(host: Host, path: str) -> bool:
    """Whether rpm says that the content of *path*, a file of a package, is another one than the package's."""
    said = await host.run("rpm", "-Vf", "--nodeps", path)
    return any(words[-1:] == [path] and "5" in words[0] for words in map(str.split, said.text.splitlines()))


async def noted_packages(host: Host) -> list[str]:
    """The packages that came with what was installed for this state; noted until the state's store goes."""
    return (await host.note("packages") or "").split()


async def brought(host: Host, quoted: int) -> tuple[list[str], list[str]]:
    """The packages that came for this state and are still there; and in words, if so, that others need them now.

    Of rpm's own words at most `quoted` characters are told.
    """
    noted = await noted_packages(host)
    there = await installed(host, noted) if noted else frozenset()
    ours = [package for package in noted if package in there]
    if not ours:
        return [], []
    # rpm removes just what it is told to, or says who needs it; yum would take those along.
    plan = await host.try_now("rpm", "-e", "--test", *ours)
    if plan.code == 0:
        return ours, []
    return ours, [f"the packages {', '.join(ours)} stay, since others need them now ({plan.text.strip()[-quoted:]})"]


@dataclass(frozen=True)
class Yum(Packages):
    """yum or dnf. ``command`` is the program; ``keeping`` are the options by which it removes nothing unasked."""

    command: str
    keeping: tuple[str, ...] = ()

    async def missing(self, host: Host, wanted: Sequence[str]) -> list[str]:
        there = await installed(host, wanted)
        return [package for package in wanted if package not in there]

    async def install(self, host: Host, wanted: Sequence[str]) -> None:
        lacking = await self.missing(host, wanted)
        if not lacking:
            return
        await host.act(
            call(
                "a_rpm_install", f"{' '.join(lacking)} is not installed, and {self.command} install",
                self.command, "-y", "install", *lacking,
            )
        )  # fmt: skip
        # yum of RHEL 5 and 6 is content when there was nothing that it could do.
        if lacking := await self.missing(host, wanted):
            raise host.refuse(
                "package",
                f"{', '.join(lacking)} is not installed, and {self.command} did not find it",
                "Give the host a package source that has it, or install it there by hand.",
            )

    async def remove(self, host: Host, *, purge: bool = True) -> list[str]:
        ours, needed = await brought(host, 300)
        if not ours or needed:
            return needed
        done = await host.act(
            call("a_rpm_remove", f"{self.command} remove", self.command, "-y", *self.keeping, "remove", *ours)
        )
        return done.left()


def packages_of(platform: Platform) -> Yum:
    """yum up to 7, dnf from 8 on and on Fedora."""
    if platform.base == "rhel" and platform.version < (8, 0):
        return Yum("yum")
    # dnf takes along what was installed for a package that goes, also where people have come to rely on it.
    return Yum("dnf", ("--setopt=clean_requirements_on_remove=False",))
