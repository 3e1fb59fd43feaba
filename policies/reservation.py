"""What is set aside for the capture kernel must be enough for it to start, and be set aside at all.

Source: Red Hat's how-to of kdump (64M at least) and the tables of `kdump.crashkernel`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.crashkernel import check, least_problem, minimum_problem, parse, read
from kdump.crashkernel.any_memory import enough_for_any_memory
from kdump.crashkernel.empty_range import empty_range_problem, needs_platform
from kdump.errors import Refusal
from kdump.platforms import Platform
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, setting_of, unknown_platform
from policies.rule import Broken, Rule, Settings, about

CRASH_KERNEL = "kdump:fleet:CrashKernel"


def unknown_value(inputs: Inputs) -> Broken:
    """What is said where nobody knows what a host boots with."""
    return Broken(
        about(inputs),
        "a crashkernel that is not known",
        "the memory to set aside for the capture kernel",
        f"Write {setting_of(inputs, 'crashkernel')}, at the host, in a group or in defaults",
    )


def unknown_memory(inputs: Inputs, value: str) -> Broken:
    """What is said where a value is nothing to judge without the host's memory."""
    return Broken(
        f"{about(inputs)}, crashkernel {value}",
        "the host's memory unknown",
        "its size, to tell how much of it this value sets aside and whether that is enough",
        f"Declare {setting_of(inputs, 'memory')}, or let the preview measure (facts: measured)",
    )


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    value = inputs.text("crashkernel")
    if value == "":
        # A host that is not to dump sets nothing aside.
        return
    if value is None:
        yield unknown_value(inputs)
        return
    memory, platform = inputs.whole("memoryBytes"), platform_of(inputs)
    if platform is None and needs_platform(value):
        yield unknown_platform(inputs, f"its name and release, to tell what crashkernel {value} means there")
        return
    if read(value).word == "no":
        yield Broken(
            f"{about(inputs)}, crashkernel",
            "'no'",
            "memory that is set aside",
            f"Write a size such as '512M', or {setting_of(inputs, 'enabled')}: false",
            "Without a reservation there is no capture kernel, and no dump",
        )
        return
    if memory and empty_range_problem(value, memory, platform):
        # That is what the rule empty-range is for: one message for one mistake.
        return
    found = _refused(value, platform, memory)
    yield from (broken_by(inputs, refusal) for refusal in found)
    if not (found or memory or enough_for_any_memory(value, platform)):
        yield unknown_memory(inputs, value)


def _refused(value: str, platform: Platform | None, memory: int | None) -> list[Refusal]:
    """What the rules of kdump say of a value, as far as platform and memory are known."""
    if platform is not None:
        found = check(value, platform, memory or None)
    else:
        parse(value)
        problem = minimum_problem(value, memory) if memory else None
        found = [problem] if problem else []
    if not found and not memory:
        too_little = least_problem(value)
        found = [too_little] if too_little else []
    return found


RESERVATION = Rule(
    name="reservation",
    description="The memory that is set aside is at least 64M, and enough for the capture kernel to start.",
    on=(CRASH_KERNEL,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
