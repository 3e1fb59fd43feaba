"""Where a host's vmcore goes and how it is made: the configuration file of the platform's kdump."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from kdump.configuration import DumpConfiguration as Rules
from kdump.configuration import FailureAction, FinalAction
from kdump.crashkernel import pinning
from kdump.errors import Refusal, refusals_in
from kdump.platforms import Platform
from kdump.rendering import rendered
from kdump.targets import Target
from provider.families import family_of, platform_of
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Wire, shaped
from provider.kinds.import_words import words_of


class Wanted(Wire):
    """The configuration, independent of the platform's own syntax."""

    target: Target = Field(description='Where the vmcore goes: {"kind": "local", "path"}, {"kind": "nfs", …}, …')
    dump_level: int = Field(default=31, ge=0, le=31, description="makedumpfile -d: which pages are left out.")
    compression: str = Field(default="zlib", description="zlib, lzo, snappy, zstd or none.")
    failure_action: FailureAction | None = Field(
        default=None, description="What is done when the dump failed; left out, what the platform does."
    )
    final_action: FinalAction | None = Field(
        default=None, description="What is done when the dump is written; left out, what the platform does."
    )
    options: dict[str, str] = Field(
        default_factory=dict, description="Further keys of the platform's own configuration file."
    )
    mode: Annotated[str, shaped("[0-7]{3,4}", "three or four octal digits", "644", "chmod takes no other")] | None = (
        Field(default=None, description="Mode of the file, octal; left out: what the package gives it (644, SUSE 600).")
    )
    owner: Annotated[
        str, shaped("[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*", "user:group", "root:root", "chown takes no other")
    ] = Field(default="root:root", description="Owner and group of the file.")
    platform: Platform | None = Field(
        default=None,
        description="Distribution, release, architecture and virtualisation, where they are declared; what that "
        "platform's tools would refuse is then told without asking the host.",
    )
    unrecognised: list[str] = Field(
        default_factory=list, max_length=0, description="Lines nobody declared; always empty, filled by drift."
    )

    @model_validator(mode="after")
    def _as_the_rules_have_it(self) -> Self:
        try:
            rules = self.rules()
        except ValidationError as wrong:
            raise refusals_in(wrong)[0] from None
        if self.platform is not None:
            rendered(rules, self.platform)
        return self

    def rules(self) -> Rules:
        """The same in the terms of the rules."""
        return Rules.model_validate(
            {
                "target": self.target.model_dump(),
                "dump_level": self.dump_level,
                "compression": self.compression,
                "failure_action": self.failure_action,
                "final_action": self.final_action,
                "options": self.options,
            }
        )


class DumpConfiguration(Kind[Wanted]):
    """The whole file is ours while the resource lives; what was there before comes back when it goes."""

    token = "kdump:host:DumpConfiguration"
    wanted = Wanted
    outputs = {
        "file": (str, "Path of the configuration file on the host."),
        "verdict": (str, "What the platform's own test command says of it."),
    }
    renewed_by = {
        "verdict": frozenset({"target", "dumpLevel", "compression", "failureAction", "finalAction", "options"})
    }

    def store(self, wanted: Wanted) -> str:
        return "DumpConfiguration"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        files = family.configuration
        seen, verdict, due = await asyncio.gather(
            files.read(host, wanted.rules()), files.test(host), host.note("reload")
        )
        outputs = {"file": files.file, "verdict": verdict}
        if not seen.file.exists:
            return Found(None, outputs)
        rules = seen.configuration
        inputs = wanted.wire()
        warnings: list[str] = []
        if rules is None:
            inputs |= {"target": {"kind": "unknown"}, "options": dict(seen.options)}
        else:
            inputs |= rules.model_dump(by_alias=False, mode="json", include={"compression", "options"})
            inputs["dumpLevel"] = rules.dump_level
            inputs["failureAction"], inputs["finalAction"] = rules.failure_action, rules.final_action
            inputs["target"] = rules.target.model_dump(mode="json")
        dropped = {k: v for k, v in seen.options.items() if k not in wanted.options}
        if dropped:
            named = ", ".join(f"{key}={value}" for key, value in sorted(dropped.items()))
            warnings.append(f"{files.file} sets {named}; declare it in options to keep it")
        inputs |= {
            "mode": wanted.mode if seen.file.mode == (wanted.mode or files.mode) else seen.file.mode,
            "owner": f"{seen.file.owner}:{seen.file.group}",
            "unrecognised": [*seen.lost, *(["written, but not loaded yet"] if due is not None else [])],
        }
        return Found(inputs, outputs, tuple(warnings))

    async def examine(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        if wanted.platform is not None:
            await _same_platform(host, wanted.platform)
        try:
            rendered(wanted.rules(), family.platform)
        except Refusal as refusal:
            raise host.refuse(refusal.setting, str(refusal), "") from None

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await (await family_of(host)).configuration.adopt(host)

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        rules = wanted.rules()
        await family.configuration.check_target(host, rules)
        await family.configuration.write(host, rules, wanted.mode or family.configuration.mode, wanted.owner)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        return await family.configuration.revert(host)

    def imported(self, fragment: str) -> dict[str, Any]:
        words_of(fragment)
        return {"target": {"kind": "local", "path": "/var/crash"}}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """With the options that the id names, and those that a stack file with a platform declares by itself."""
        words, family = words_of(fragment), await family_of(host)
        file = family.configuration.file
        if not (await host.file(file)).exists:
            raise host.refuse("", f"{file} is not there, so there is no configuration to import", NOTHING_TO_IMPORT)
        options = dict.fromkeys(words.names, "")
        # What a pin expects depends on crashkernel; only whether there is one counts here.
        pin = pinning(words.platform, "any") if words.platform else None
        if pin is not None and pin.file == file:
            options |= dict.fromkeys((name for name, _ in pin.settings), "")
        return wanted.model_copy(update={"options": options, "platform": words.platform})


async def _same_platform(host: Host, declared: Platform) -> None:
    """Raise HostError where the host is not what it was declared to be; a minor left open fits any."""
    found = await platform_of(host)
    same_release = found.release == declared.release or found.release.startswith(f"{declared.release}.")
    if found.base != declared.base or (declared.release and not same_release):
        raise host.refuse(
            "platform",
            f"declared is {declared.distribution} {declared.release}, found {found.distribution} {found.release}",
            "Correct its platform in the stack file, or leave it out to have it measured.",
        )
