"""`crashkernel=` and other boot arguments, on every boot entry of a host."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from kdump import cmdline, crashkernel, readiness
from kdump.errors import Refusal
from provider.families import family_of
from provider.host import Host
from provider.kinds.base import Found, Kind, Wire


class Wanted(Wire):
    """The boot arguments that every entry must hold."""

    crashkernel: str = Field(
        description='Value of crashkernel=, several separated by a blank ("512M,high 128M,low"); empty: none at all.'
    )
    arguments: dict[str, str] = Field(
        default_factory=dict, description='Other arguments, name to value; "" for a flag without a value.'
    )

    @field_validator("crashkernel")
    @classmethod
    def _known_grammar(cls, value: str) -> str:
        if value:
            crashkernel.parse(value)
        return value

    @field_validator("arguments")
    @classmethod
    def _carried_safely(cls, values: dict[str, str]) -> dict[str, str]:
        for name, value in values.items():
            try:
                cmdline.check_argument(name, value)
            except Refusal as refusal:
                raise Refusal(
                    f"arguments.{name}", refusal.found, refusal.needed, refusal.instead, refusal.why
                ) from None
        return values


class BootArguments(Kind[Wanted]):
    """Written through the boot loader's own tools, then read back from every entry."""

    token = "kdump:host:BootArguments"
    wanted = Wanted
    outputs = {
        "rebootToken": (str, "Boot id of the boot during which a reboot became necessary; empty: never since."),
    }

    renewed_by = {"rebootToken": frozenset({"crashkernel", "arguments"})}
    remedy = "Something sets it after us: look for files in /etc/default/grub.d that sort behind zz-pulumi-kdump.cfg."

    def store(self, wanted: Wanted) -> str:
        return "BootArguments"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        entries = await family.boot_lines(host)
        running, boot_id, size = await family.running(host)
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
        required = readiness.reboot_required(found_crashkernel, cmdline.crashkernel_of(running), size) or any(
            cmdline.arguments_of(running, [name])[name] != value for name, value in found_arguments.items()
        )
        return Found(
            {"crashkernel": found_crashkernel, "arguments": found_arguments},
            {"rebootToken": boot_id if required else ""},
        )

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        await family.boot_write(host, wanted.crashkernel, wanted.arguments)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        return await family.boot_revert(host)

    def imported(self, fragment: str) -> dict[str, Any]:
        return {"crashkernel": ""}
