"""What the stack file declares of a host's platform and memory, and what its other settings are to them."""

from collections.abc import Mapping
from typing import Any

from components.settings.inherit import Inherited
from components.settings.problems import Problems
from kdump import crashkernel
from kdump.advice import HostFacts, TargetKind, advice_for
from kdump.errors import Refusal
from kdump.platforms import Platform, platform_named
from kdump.support.virtualisation import ways
from kdump.targets import AnyTarget, RawTarget
from kdump.units import bytes_of

# The targets that advice tells apart.
_TARGETS: dict[str, TargetKind] = {"local": "local", "raw": "raw", "nfs": "nfs", "ssh": "ssh"}
_ONLY_WITH_PLATFORM = ("architecture", "virtualisation")


def declared_platform(inherited: Inherited, name: str, problems: Problems) -> Platform | None:
    """The platform that a host is declared to have, None where it is left to be measured, or noted as a problem."""
    values = inherited.values
    if "platform" not in values:
        for setting in _ONLY_WITH_PLATFORM:
            if setting in values:
                problems.add(
                    inherited.path(setting, name),
                    f"found {values[setting]!r} without a platform, needed both or none; write platform: rhel-9.4 "
                    f"beside it, or leave {setting} out to have all of it measured",
                )
        return None
    try:
        return platform_named(
            values["platform"], values.get("architecture", "x86_64"), values.get("virtualisation", "none")
        )
    except Refusal as refusal:
        problems.refused(inherited.path(refusal.setting, name), refusal)
        return None


def check_crashkernel(inherited: Inherited, name: str, platform: Platform | None, problems: Problems) -> None:
    """Note what is wrong with a host's crashkernel: for its platform and memory, where they are declared."""
    value = inherited.values["crashkernel"]
    where = inherited.path("crashkernel", name)
    try:
        memory = bytes_of(inherited.values["memory"]) if "memory" in inherited.values else None
        if platform is not None:
            found = crashkernel.check(value, platform, memory)
        else:
            crashkernel.parse(value)
            problem = crashkernel.minimum_problem(value, memory) if memory is not None else None
            found = [problem] if problem else []
        for refusal in found:
            problems.refused(where, refusal)
    except Refusal as refusal:
        problems.refused(where, refusal)


def pinned_options(platform: Platform | None, values: Mapping[str, Any]) -> dict[str, str]:
    """A host's options, with what keeps a declared platform's own tools from changing its crashkernel by themselves."""
    pin = crashkernel.pinning(platform, values["crashkernel"]) if platform and "crashkernel" in values else None
    return {**dict(pin.settings if pin else ()), **values["options"]}


def advice(platform: Platform | None, values: Mapping[str, Any], target: AnyTarget) -> tuple[str, ...]:
    """What is worth knowing of a host whose platform is declared, a text each."""
    if platform is None:
        return ()
    memory = bytes_of(values["memory"]) if "memory" in values else 0
    way = ways(platform, memory)
    facts = HostFacts(memory_bytes=memory, target=_TARGETS.get(target.kind))
    erased = [f"Every dump overwrites what is on {target.device}."] if isinstance(target, RawTarget) else []
    told = [*erased, *way.steps, way.second_way, *way.notes, *(each.text for each in advice_for(platform, facts))]
    return tuple(text for text in told if text)
