"""Ranges of `crashkernel` that leave the host's memory out set nothing aside, and nobody notices before the crash.

Source: Linux kernel/crash_reserve.c: without a range for the memory there is no reservation.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.crashkernel import read
from kdump.crashkernel.empty_range import empty_range_problem, needs_platform
from kdump.errors import Refusal
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, unknown_platform
from policies.reservation import CRASH_KERNEL, unknown_memory, unknown_value
from policies.rule import Broken, Rule, Settings


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    value = inputs.text("crashkernel")
    if value is None:
        yield unknown_value(inputs)
        return
    if not _has_ranges(value):
        return
    memory, platform = inputs.whole("memoryBytes"), platform_of(inputs)
    if not memory:
        yield unknown_memory(inputs, value)
        return
    if platform is None and needs_platform(value):
        yield unknown_platform(inputs, f"its name and release, to tell what crashkernel {value} means there")
        return
    refusal = empty_range_problem(value, memory, platform)
    if refusal is not None:
        yield broken_by(inputs, refusal)


def _has_ranges(value: str) -> bool:
    try:
        return bool(read(value).ranges)
    except Refusal:
        # What no kernel understands has none; the rule reservation says what is wrong with it.
        return False


EMPTY_RANGE = Rule(
    name="empty-range",
    description="A crashkernel of ranges has one for the host's memory, so that something is set aside.",
    on=(CRASH_KERNEL,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
