"""A target must have room for the whole memory of its host: a dump that is cut off is no dump.

Source: Red Hat's how-to of kdump, which asks for more free space than memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.capacity import free_space
from kdump.capacity.planned import planned_bytes
from kdump.units import human
from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings

DUMP_TARGET = "kdump:fleet:DumpTarget"
BY_MEASURED_DUMPS = "measuredDumps"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    if inputs.flag("enabled") is False:
        return
    space = inputs.group("space")
    what = f"host {inputs.text('host') or '(unknown)'}, target {inputs.text('target') or '(unknown)'}"
    memory, free = space.whole("memoryBytes"), space.whole("freeBytes")
    if space.text("notYetMounted"):
        # What is free on a LUN that is yet to be mounted nobody knows; its size is what there can be.
        free = space.whole("deviceBytes")
    if not memory or free is None:
        missing = [
            name
            for name, known in (("the host's memory", bool(memory)), ("the target's free space", free is not None))
            if not known
        ]
        reason = space.text("problem")
        yield Broken(
            what,
            f"{' and '.join(missing)} unknown{f' ({reason})' if reason else ''}",
            "both sizes, to compare them before anything is changed",
            "See to it that the machine answers, or set enabled: false for the host until it does"
            if reason and "neither recorded nor declared" not in reason
            else f"Declare {_where(inputs, memory, free)}, let the preview measure (facts: measured), or set "
            "enabled: false for the host until they are known",
        )
        return
    dumped = inputs.group("drilled").whole("bytes") if settings.get("basis") == BY_MEASURED_DUMPS else None
    needed = memory
    if dumped:
        needed = planned_bytes(memory, dumped, basis="measured dumps")
    verdict = free_space(needed, free, settings["margin"])
    if not verdict.ok:
        yield Broken(
            what,
            f"{human(verdict.free_bytes)} free",
            f"more than {human(verdict.needed_bytes)}",
            "Free space there, or give the host a target with more",
            f"A dump of this host may need it: a real one took {human(dumped)}"
            if dumped
            else "A dump may be as large as the host's memory",
        )


def _where(inputs: Inputs, memory: int | None, free: int | None) -> str:
    host, collector = inputs.text("host"), inputs.text("collector")
    place = f"collectors.{collector}.space" if collector else f"hosts.{host}.space"
    sizes = ((f"hosts.{host}.memory", bool(memory)), (f"{place}: {{free: …}}", free is not None))
    return " and ".join(text for text, known in sizes if not known)


FREE_SPACE = Rule(
    name="free-space",
    description="A target has more free space than its host has memory.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.CRITICAL,
    settings={
        "margin": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1.0,
            "description": "Needed free space as a multiple of the host's memory, or of its measured dump.",
        },
        "basis": {
            "type": "string",
            "enum": ["memory", BY_MEASURED_DUMPS],
            "default": "memory",
            "description": "memory: a dump may be as large as that. measuredDumps: as its last real dump took, with "
            "reserves, where the host was drilled; memory for all others.",
        },
    },
)
