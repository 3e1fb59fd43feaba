"""A setup that was never crashed is a hope, and one that was crashed long ago, or with another kernel, is one again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from policies.exempt import day_of
from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import setting_of, with_target
from policies.rule import TODAY, Broken, Rule, Settings

_INSTEAD = "Crash it in a window of its own, and write down what it showed at"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    if inputs.flag("enabled") is False:
        return
    drilled, most = inputs.group("drilled"), int(settings["maxDays"])
    setting = setting_of(inputs, "drilled")
    on, kernel = day_of(drilled.text("day")), drilled.text("kernel")
    if on is None or kernel is None:
        found = "no drill that is known" if "drilled" in set(inputs.names()) else "no drill"
        yield Broken(with_target(inputs), found, f"one in the last {most} days", f"{_INSTEAD} {setting}")
        return
    today: datetime.date = settings[TODAY]
    age = (today - on).days
    if age > most:
        yield Broken(
            with_target(inputs),
            f"a drill of {on.isoformat()}, {age} days ago",
            f"one in the last {most} days",
            f"{_INSTEAD} {setting}",
        )
    if age < 0:
        yield Broken(
            with_target(inputs),
            f"a drill of {on.isoformat()}, which is yet to come",
            "one that was",
            f"Correct {setting}.day",
        )
    running = inputs.text("kernel")
    if not running:
        yield Broken(
            with_target(inputs),
            "the kernel that it runs unknown",
            f"it, as its drill of {on.isoformat()} holds for {kernel} only",
            f"Declare {setting_of(inputs, 'kernel')}, or let the preview measure (facts: measured)",
        )
    elif running != kernel:
        yield Broken(
            with_target(inputs),
            f"kernel {running}",
            f"the one of its drill, {kernel}, or a drill with this one",
            f"{_INSTEAD} {setting}",
            "A new kernel brings a new capture kernel, which may need more memory or another driver",
        )


DRILL_AGE = Rule(
    name="drill-age",
    description="A host was crashed on purpose lately, with the kernel that it runs.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    settings={
        "maxDays": {"type": "integer", "minimum": 1, "default": 180, "description": "How old a drill may be, in days."}
    },
)
