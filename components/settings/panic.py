"""A host's panic triggers: sysctls and boot arguments of its platform, or what keeps them from that.

Where no platform is declared, only what means the same on every supported release with systemd, on x86_64, is taken:
there each trigger is the same sysctl with the same value. What differs is refused until the platform is declared. That
a host's kernel really has a sysctl is looked at on the host, before it is changed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic.alias_generators import to_snake

from components.settings.inherit import Inherited
from components.settings.problems import Problems
from kdump.errors import Refusal
from kdump.platforms import Platform, Virtualisation, platform_named
from kdump.triggers import Advice, Triggers, TriggerSettings, settings_for

SETTING = "panicTriggers"
_UNDECLARED = (
    "debian-12", "debian-11", "ubuntu-24.04", "ubuntu-20.04", "rhel-10", "rhel-9.4", "rhel-8.6", "rhel-7.9", "rhel-7.0",
    "fedora-41", "sles-15.7", "sles-12", "opensuse-tumbleweed",
)  # fmt: skip
_UNDECLARED_ON: tuple[Virtualisation, ...] = ("none", "kvm")


@dataclass(frozen=True)
class PanicSettings:
    """What a host's triggers come to. ``advice``: setting -> what is worth knowing of it, a sentence each."""

    sysctls: Mapping[str, str]
    boot_arguments: Mapping[str, str]
    advice: Mapping[str, tuple[str, ...]]


def panic_settings(
    inherited: Inherited, name: str, platform: Platform | None, problems: Problems
) -> PanicSettings | None:
    """What a host's triggers come to; None where none are declared, or where what keeps them from that was noted."""
    written = inherited.values[SETTING]
    if not written:
        return None
    triggers = Triggers.model_validate({to_snake(key): value for key, value in written.items()})
    try:
        found = settings_for(triggers, platform) if platform else _wherever_it_is(triggers)
    except Refusal as refusal:
        problems.refused(inherited.path(SETTING, name), _as_written(refusal), name)
        return None
    return PanicSettings(found.sysctls, found.boot_arguments, _by_setting(found.advice))


def with_panic_arguments(
    inherited: Inherited, name: str, panic: PanicSettings | None, problems: Problems
) -> dict[str, str]:
    """A host's boot arguments, with those that its triggers need; one that says otherwise is noted."""
    written: Mapping[str, str] = inherited.values["bootArguments"]
    needed = panic.boot_arguments if panic else {}
    for argument, value in needed.items():
        if written.get(argument, value) != value:
            refusal = Refusal(
                f"bootArguments.{argument}",
                written[argument],
                f"{value!r}, which {SETTING} comes to on this host's platform",
                f"Leave {argument} out of bootArguments, or the trigger out of {SETTING}",
                "Of one argument given twice, the kernel goes by one",
            )
            problems.refused(inherited.path("bootArguments", name), refusal, name)
    return {**written, **needed}


@lru_cache(maxsize=64)
def _wherever_it_is(triggers: Triggers) -> TriggerSettings:
    """What *triggers* come to on every release that a host of unknown platform may have. Raises Refusal."""
    platforms = [platform_named(name, "x86_64", on) for name in _UNDECLARED for on in _UNDECLARED_ON]
    outcomes = [_outcome(triggers, platform) for platform in platforms]
    found = [each for each in outcomes if isinstance(each, TriggerSettings)]
    if not found and isinstance(outcomes[0], Refusal):
        raise outcomes[0]
    for field, value in triggers.model_dump(exclude_none=True).items():
        alone = Triggers.model_validate({field: value})
        _refuse_unless_all_alike(field, value, [(each, _outcome(alone, each)) for each in platforms])
    shared = [each for each in found[0].advice if all(each in other.advice for other in found)]
    return found[0].model_copy(update={"advice": tuple(shared)})


def _outcome(triggers: Triggers, platform: Platform) -> TriggerSettings | Refusal:
    try:
        return settings_for(triggers, platform)
    except Refusal as refusal:
        return refusal


def _refuse_unless_all_alike(
    field: str, value: object, outcomes: list[tuple[Platform, TriggerSettings | Refusal]]
) -> None:
    first, usual = outcomes[0]
    for platform, outcome in outcomes:
        if _said(outcome) != _said(usual):
            raise Refusal(
                re.sub(r"_([a-z])", lambda m: m[1].upper(), f"triggers.{field}"),
                value,
                "the platform of the host to be declared with it",
                "Write for example platform: rhel-9.4 at the host, or leave the trigger out",
                f"Releases differ: on {_release(first)} {_said(usual)}, on {_release(platform)} {_said(outcome)}",
            )


def _release(platform: Platform) -> str:
    return f"{platform.distribution} {platform.release}".strip()


def _said(outcome: TriggerSettings | Refusal) -> str:
    if isinstance(outcome, Refusal):
        return f"it needs {outcome.needed}"
    words = [f"sysctl {name} = {value}" for name, value in outcome.sysctls.items()]
    words += [f"boot argument {name}={value}" for name, value in outcome.boot_arguments.items()]
    return f"it is {', '.join(words)}" if words else "there is nothing to set"


def _as_written(refusal: Refusal) -> Refusal:
    """The rules' own refusal, with the settings called as they are in the stack file."""
    return Refusal(
        _named(refusal.setting),
        refusal.found,
        _named(refusal.needed),
        _named(refusal.instead),
        _named(refusal.why),
    )


def _named(text: str) -> str:
    return re.sub(r"\btriggers\.", f"{SETTING}.", text)


def _by_setting(advice: tuple[Advice, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in advice:
        # A sentence each: previews cut a long text off.
        sentences = tuple(re.split(r"(?<=[.:;]) ", _named(each.text)))
        setting = _named(each.setting)
        found[setting] = (*found.get(setting, ()), *sentences)
    return found
