"""SUSE's kdump: the package, its services, the capture kernel's initrd and the capture kernel.

Source: openSUSE kdump, init/kdump.service, kdump-early.service and load.sh of SLE-15-SP4, SP7 and 2.1.9: kdump-early
loads what is there as soon as the host boots, kdump builds the initrd anew where it is old, and loads again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kdump.dialects import suse_sysconfig
from provider.families.base import DumpTools, Packages, ServiceSeen
from provider.families.claims import keeps
from provider.families.kernel import Running, running
from provider.families.systemd import Systemd
from provider.host import Host
from provider.shell.script import Call, call

_SYSTEMD = Systemd()
_EARLY = "kdump-early"
# What is enabled or disabled along with kdump.service ("Also="); kdump-commandline came with 16.
_UNITS = ("kdump", _EARLY, "kdump-notify", "kdump-commandline")
_IMAGE = "/var/lib/kdump/initrd"
_IMAGES_BEFORE = "/boot/initrd-*-kdump"
# One question for dates and sizes of all: the configuration's, and those of the initrds of all releases.
DATES = (
    "find", suse_sysconfig.PATH, _IMAGE, "/boot", "-maxdepth", "1", "-type", "f",
    "(", "-path", suse_sysconfig.PATH, "-o", "-path", _IMAGE, "-o", "-path", _IMAGES_BEFORE, ")",
    "-printf", "%T@ %s %p\n",
)  # fmt: skip
# The note of it: what the package leaves behind of its own when it is removed.
_LEFTOVER = "leftover-configuration"
# Where fillup has the package's own configuration, before and since 15.
_TEMPLATES = ("/usr/share/fillup-templates/sysconfig.kdump", "/var/adm/fillup-templates/sysconfig.kdump")


@dataclass(frozen=True)
class SuseKdump(DumpTools):
    """kdump of SUSE Linux Enterprise 12 and newer."""

    packages: Packages
    package = "kdump"
    service = "kdump"

    async def read(self, host: Host) -> ServiceSeen:
        lacking, state, early, active, dates, kernel = await asyncio.gather(
            self.packages.missing(host, [self.package]),
            _SYSTEMD.enabled(host, self.service),
            _SYSTEMD.enabled(host, _EARLY),
            host.run("systemctl", "is-active", self.service),
            host.run(*DATES),
            running(host),
        )
        enabled = state == "enabled"
        if lacking:
            problems = [f"the package {self.package} is not installed"]
        else:
            problems = [
                *_unit_problems(state, early),
                *(_activity_problems(active.text.strip(), kernel) if enabled else ()),
                *(_image_problems(dates.text) if enabled else ()),
            ]
        return ServiceSeen(
            installed=not lacking,
            enabled=enabled,
            loaded=kernel.loaded,
            reserved_bytes=kernel.reserved_bytes,
            problems=problems,
        )

    async def enable(self, host: Host, *, loaded: bool) -> None:
        host.soon(*await self._notes(host))
        await self.packages.install(host, [self.package])
        states = await _states(host)
        steps: list[Call] = []
        for unit in (self.service, _EARLY):
            # Not once more where it is: that would enable the others, too.
            if states[unit] not in ("enabled", "absent"):
                steps += _SYSTEMD.enable(unit)
        steps.append(call("a_suse_image"))
        if loaded:
            steps.append(call("a_suse_load"))
        await host.act(*steps)

    async def disable(self, host: Host) -> None:
        host.soon(*await self._notes(host))
        states = await _states(host)
        steps: list[Call] = []
        if (await self.read(host)).installed:
            steps += [step for unit in (self.service, _EARLY) if states[unit] == "enabled" for step in _disable(unit)]
            steps.append(call("a_suse_unload"))
        # Without the package there is nothing to do, but the notes are to be written all the same.
        await host.act(*steps)

    async def adopt(self, host: Host) -> None:
        await host.keep(*await self._notes(host))

    async def _notes(self, host: Host) -> list[Call]:
        """What is as it was before us, for whoever reverts."""
        seen, states, dates = await asyncio.gather(self.read(host), _states(host), host.run(*DATES))
        there = _written(dates.text).keys()
        return [
            *(call("a_note", f"unit-{unit}", state) for unit, state in states.items()),
            call("a_note", "loaded", str(int(seen.loaded))),
            call("a_note", "configuration", "there" if suse_sysconfig.PATH in there else "absent"),
            call("a_note", "image", "there" if there - {suse_sysconfig.PATH} else "absent"),
        ]

    async def revert(self, host: Host) -> list[str]:
        if not await keeps(host):
            return await host.give_up()
        noted = await asyncio.gather(*(host.note(f"unit-{unit}") for unit in _UNITS))
        loaded, configuration, image = await asyncio.gather(*map(host.note, ("loaded", "configuration", "image")))
        was = {unit: state for unit, state in zip(_UNITS, noted, strict=True) if state is not None}
        steps: list[Call] = []
        if (await self.read(host)).installed and was:
            if loaded == "0" and was[self.service] != "enabled":
                steps.append(call("a_suse_unload"))
            steps += _as_they_were(was, await _states(host))
            if image == "absent":
                steps.append(call("a_suse_forget"))
        if steps:
            await host.act(*steps)
        if configuration == "absent":
            await self._note_a_leftover(host)
        left = await self.packages.remove(host)
        file, leftover, gone = await asyncio.gather(
            host.file(suse_sysconfig.PATH), host.note(_LEFTOVER), self.packages.missing(host, [self.package])
        )
        if gone and file.exists and file.sum == leftover:
            await host.act(call("a_delete", suse_sysconfig.PATH, file.sum))
        return left + await host.give_up()

    async def _note_a_leftover(self, host: Host) -> None:
        """Note the sum of the configuration that the package brought, along with its removal.

        To rpm it is no file of the package and stays; by the template, which goes, nobody could tell it afterwards.
        """
        file, *templates = await asyncio.gather(host.file(suse_sysconfig.PATH), *map(host.file, _TEMPLATES))
        if file.exists and file.content in [template.content for template in templates if template.exists]:
            host.soon(call("a_note", _LEFTOVER, file.sum))

    def before_reboot(self) -> Sequence[Call]:
        return (call("a_suse_image"),)


async def _states(host: Host) -> dict[str, str]:
    """Each unit and what systemd says of it."""
    said = await asyncio.gather(*(_SYSTEMD.enabled(host, unit) for unit in _UNITS))
    return dict(zip(_UNITS, said, strict=True))


def _as_they_were(was: Mapping[str, str], now: Mapping[str, str]) -> list[Call]:
    """The units as they were: kdump first, as what is done to it is done to those that it names."""
    # Where the package was not there, it goes; if others have come to need it, its service is off.
    wanted = {unit: "disabled" if state == "absent" else state for unit, state in was.items() if now[unit] != "absent"}
    if all(now[unit] == state for unit, state in wanted.items()):
        return []
    steps: list[Call] = []
    for unit, state in wanted.items():
        steps += _SYSTEMD.enable(unit) if state == "enabled" else _disable(unit)
        if state == "masked":
            steps += _SYSTEMD.mask(unit)
    return steps


def _disable(unit: str) -> Sequence[Call]:
    return (*_SYSTEMD.unmask(unit), *_SYSTEMD.disable(unit))


def _unit_problems(state: str, early: str) -> list[str]:
    masked = [f"{unit}.service is masked" for unit, its in (("kdump", state), (_EARLY, early)) if its == "masked"]
    if state == "enabled" and early == "disabled":
        return [f"{_EARLY}.service is disabled: a crash early in the boot would leave no dump"]
    return masked


def _activity_problems(active: str, kernel: Running) -> list[str]:
    """What the service's state says; while no memory is reserved it cannot be but failed."""
    if not kernel.reserved_bytes:
        return []
    if active == "failed":
        return ["kdump.service has failed: `journalctl -u kdump` says why"]
    if active == "inactive" and kernel.loaded:
        return ["kdump.service is stopped, though a capture kernel is loaded: it may be one with older settings"]
    return []


class _Written(NamedTuple):
    """When a file was written last: seconds since 1970, and the digits behind the point; its size in bytes."""

    seconds: int
    fraction: str
    size: int


def _image_problems(text: str) -> list[str]:
    files = _written(text)
    configured = files.pop(suse_sysconfig.PATH, None)
    if not files:
        return ["the capture kernel's initrd is missing"]
    newest = max(files, key=lambda path: files[path])
    if not files[newest].size:
        return [f"the capture kernel's initrd {newest} is empty"]
    if configured is not None and files[newest][:2] <= configured[:2]:
        return [f"the capture kernel's initrd {newest} is older than {suse_sysconfig.PATH}"]
    return []


def _written(text: str) -> dict[str, _Written]:
    """What the find of DATES said: paths and when they were written."""
    found = re.findall(r"^(\d+)(?:\.(\d*))? (\d+) (/\S+)$", text, re.MULTILINE)
    return {path: _Written(int(seconds), fraction, int(size)) for seconds, fraction, size, path in found}
