"""A target must have room for the whole memory of its host: a dump that is cut off is no dump."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from kdump.capacity import free_space
from kdump.units import human

DUMP_TARGET = "kdump:fleet:DumpTarget"


def free_space_problem(inputs: Mapping[str, Any], margin: float = 1.0) -> str | None:
    """Why the target of one host may be too small, from the inputs of its DumpTarget; None when it is not.

    `margin` multiplies the host's memory. What is not known is a problem: a rule that lets it pass would hold
    only as long as all hosts answer. A host that is not enabled writes no dump and needs no space.
    """
    host = _known(inputs, "host")
    if _known(inputs, "enabled") is False:
        return None
    where = f"host {host or '(unknown)'}, target {_known(inputs, 'target') or '(unknown)'}"
    space = _known(inputs, "space")
    if isinstance(space, Mapping) and _known(space, "notYetMounted"):
        # Of a LUN that is yet to be mounted, its CrashVolume compares the size with memory, and refuses.
        return None
    memory, free = _size(space, "memoryBytes"), _size(space, "freeBytes")
    if memory is None or free is None:
        missing = [
            what for what, size in (("the host's memory", memory), ("the target's free space", free)) if size is None
        ]
        reason = _known(space, "problem") if isinstance(space, Mapping) else None
        return (
            f"{where}: {' and '.join(missing)} could not be measured{f' ({reason})' if reason else ''}; needed both, "
            "to compare them before anything is changed. Make the host and its target answer over SSH and run "
            "this again, or set `enabled: false` for the host until they do."
        )
    verdict = free_space(memory, free, margin)
    if verdict.ok:
        return None
    return (
        f"{where}: found {human(verdict.free_bytes)} free, needed more than {human(verdict.needed_bytes)}, "
        f"as a dump may be as large as the host's memory. Free space there, or give the host a target with more."
    )


def _known(inputs: Any, name: str) -> Any:
    """An input's value; None when it is missing or not known yet.

    The SDK raises for values that are not known, and turns the exception into an advice: a mandatory rule would
    silently stop being one.
    """
    try:
        return inputs.get(name)
    except UnknownValueError:
        return None


def _size(space: Any, name: str) -> int | None:
    size = _known(space, name) if isinstance(space, Mapping) else None
    return int(size) if isinstance(size, int | float) and size >= 0 else None


def _validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type != DUMP_TARGET:
        return
    problem = free_space_problem(args.props, args.get_config()["margin"])
    if problem:
        report_violation(problem)


FREE_SPACE = ResourceValidationPolicy(
    name="free-space",
    description="A target has more free space than its host has memory.",
    validate=_validate,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=PolicyConfigSchema(
        properties={
            "margin": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 1.0,
                "description": "Needed free space as a multiple of the host's memory.",
            }
        }
    ),
)
