"""Inputs of components that are there for policies: what a machine runs, what it shares, what is excused."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.settings.exemptions import ExemptionSettings
from components.settings.known import DrilledSettings
from kdump.platforms import Platform
from kdump.units import memory_of

_SYSTEM = ("family", "distribution", "release", "architecture")


def runs(declared: Platform | None, facts: Mapping[str, Any]) -> dict[str, str]:
    """What a machine runs, as declared, else from its facts; nothing where neither says."""
    if declared is not None:
        return {**declared.model_dump(mode="json")}
    return {name: str(facts[name]) for name in _SYSTEM} if all(facts.get(name) for name in _SYSTEM) else {}


def exempted(exemptions: Sequence[ExemptionSettings], *machines: str) -> dict[str, Any]:
    """The input that says which rules do not hold for any of the machines; none where all hold."""
    found = [told(each) for each in exemptions if set(each.machines) & set(machines)]
    return {"exemptions": found} if found else {}


def told(exemption: ExemptionSettings) -> dict[str, Any]:
    """An exemption as an input."""
    return exemption.model_dump(mode="json")


def last_drill(drilled: DrilledSettings | None) -> dict[str, Any]:
    """The input that says what the last deliberate crash showed; none where there was none."""
    if drilled is None:
        return {}
    told = {"day": drilled.day.isoformat(), "kernel": drilled.kernel, "seconds": drilled.seconds}
    return {"drilled": {**told, "bytes": memory_of(drilled.size)}}
