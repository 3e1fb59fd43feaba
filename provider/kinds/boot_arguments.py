"""`crashkernel=` and other boot arguments, on every boot entry of a host."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from kdump import cmdline, crashkernel, readiness
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.units import human
from provider.families import family_of
from provider.families.kernel import memory_bytes, running
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Wire
from provider.kinds.import_words import words_of


class Wanted(Wire):
    """The boot arguments that every entry must hold."""

    crashkernel: str = Field(
        description='Value of crashkernel=, several separated by a blank ("512M,high 128M,low"); empty: none at all.'
    )
    arguments: dict[str, str] = Field(
        default_factory=dict, description='Other arguments, name to value; "" for a flag without a value.'
    )

    platform: Platform | None = Field(
        default=None,
        description="Distribution, release, architecture and virtualisation, where they are declared; they decide "
        "which crashkernel is understood.",
    )

    @model_validator(mode="after")
    def _understood(self) -> Self:
        if not self.crashkernel:
            return self
        if self.platform is None:
            crashkernel.parse(self.crashkernel)
        elif refused := crashkernel.check(self.crashkernel, self.platform):
            raise refused[0]
        return self

    @field_validator("arguments")
    @classmethod
    def _carried_safely(cls, values: dict[str, str]) -> dict[str, str]:
        for name, value in values.items():
            if _NOT_OURS.fullmatch(name):
                raise Refusal(
                    f"arguments.{name}",
                    name,
                    "an argument that has to do with panics and dumps",
                    "Set it in the boot loader's own configuration",
                    "It decides what the host boots, runs or mounts, and a mistake would leave it unbootable",
                )
            try:
                cmdline.check_argument(name, value)
            except Refusal as refusal:
                raise Refusal(
                    f"arguments.{name}", refusal.found, refusal.needed, refusal.instead, refusal.why
                ) from None
        return values


_NOT_OURS = re.compile(r"(rd)?init|root(flags|fstype|delay)?|ro|rw|systemd\..*|rd\..*|crashkernel|BOOT_IMAGE|initrd")


def reboot_is_due(running: str, reserved_bytes: int, wanted: str, arguments: Mapping[str, str]) -> bool:
    """Whether the running kernel's command line lacks what the boot entries hold."""
    if readiness.reboot_required(wanted, cmdline.crashkernel_of(running), reserved_bytes):
        return True
    now = cmdline.arguments_of(running, list(arguments))
    return any(now[name] != value for name, value in arguments.items())


class BootArguments(Kind[Wanted]):
    """Written through the boot loader's own tools, then read back from every entry."""

    token = "kdump:host:BootArguments"
    wanted = Wanted
    outputs = {
        "rebootToken": (str, "Boot id of the boot during which a reboot became necessary; empty: never since."),
    }

    # Nothing but the boot loader reads its files before the next boot.
    confined = True
    renewed_by = {"rebootToken": frozenset({"crashkernel", "arguments"})}
    remedy = "Something sets it after us: look at what else writes the boot loader's configuration there."

    def store(self, wanted: Wanted) -> str:
        return "BootArguments"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        entries, kernel = await asyncio.gather(family.boot.lines(host), running(host))
        names = list(wanted.arguments)
        found_crashkernel, found_arguments = wanted.crashkernel, dict(wanted.arguments)
        for line in entries:
            value = cmdline.crashkernel_of(line)
            if value != wanted.crashkernel:
                found_crashkernel = value
            for name, found in cmdline.arguments_of(line, names).items():
                if found is None:
                    found_arguments.pop(name, None)
                elif found != wanted.arguments[name]:
                    found_arguments[name] = found
        required = reboot_is_due(kernel.cmdline, kernel.reserved_bytes, found_crashkernel, found_arguments)
        # Of what is wanted, too: a second change during the same boot is a need of its own.
        wish = hashlib.sha256(repr((found_crashkernel, sorted(found_arguments.items()))).encode()).hexdigest()[:8]
        return Found(
            {**wanted.wire(), "crashkernel": found_crashkernel, "arguments": found_arguments},
            {"rebootToken": f"{kernel.boot_id} {wish}" if required else ""},
        )

    async def examine(self, host: Host, wanted: Wanted) -> None:
        memory = await memory_bytes(host)
        size = crashkernel.reserved_bytes(wanted.crashkernel, memory) if wanted.crashkernel and memory else 0
        if size > memory // 2:
            raise host.refuse(
                "crashkernel",
                f"{wanted.crashkernel} sets aside {human(size)} of {human(memory)}",
                "Set aside half of the memory at most: the host has to live on what is left.",
            )

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await (await family_of(host)).boot.adopt(host)

    def drops(self, wanted: Wanted, olds: Mapping[str, Any]) -> bool:
        return not set(olds.get("arguments") or {}) <= set(wanted.arguments)

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        await family.boot.write(host, wanted.crashkernel, wanted.arguments)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        return await family.boot.revert(host)

    def imported(self, fragment: str) -> dict[str, Any]:
        words = words_of(fragment)
        return Wanted(crashkernel="", arguments=dict.fromkeys(words.names, ""), platform=words.platform).wire()

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """What the entries hold; that one of them lacks it shows, as it does in any look.

        Entries with different values have no one value to import: that is refused, in words.
        """
        lines = await (await family_of(host)).boot.lines(host)
        names = list(wanted.arguments)
        on_lines = [{"crashkernel": cmdline.crashkernel_of(line) or None, **cmdline.arguments_of(line, names)}
                    for line in lines]  # fmt: skip
        found: dict[str, str] = {}
        for name in ("crashkernel", *names):
            values = {value: None for on_line in on_lines if (value := on_line[name]) is not None}
            if len(values) > 1:
                raise host.refuse(
                    "", f"its boot entries differ: {name} is {' on one, '.join(values)} on another", NOTHING_TO_IMPORT
                )
            for value in values:
                found[name] = value
        if not found:
            named = " or ".join(["crashkernel=", *names])
            raise host.refuse("", f"no boot entry there has {named}", NOTHING_TO_IMPORT)
        value = found.pop("crashkernel", "")
        return wanted.model_copy(update={"crashkernel": value, "arguments": found})
