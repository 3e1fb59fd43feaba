"""A collector must have room for all dumps that may come at once, and for those that are kept: hosts crash together.

Source: facts of this project, "Sizing": every host's own tools see the same free space, and compare it with their own
memory alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.capacity.collector import CollectorHost, CollectorNeed, collector_need
from kdump.capacity.planned import planned_bytes
from kdump.units import human
from policies.free_space import BY_MEASURED_DUMPS, FREE_SPACE
from policies.inputs import Inputs
from policies.lists import some_of
from policies.rule import Broken, Rule, Settings, about

COLLECTOR_SPACE_TYPE = "kdump:fleet:CollectorSpace"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    what = f"{about(inputs)}, directory {inputs.text('directory') or '(unknown)'}"
    hosts, space = inputs.group("hosts"), inputs.group("space")
    names = list(hosts.names())
    if not names and not inputs.is_unknown("hosts"):
        return
    unknown = [name for name in names if not hosts.group(name).whole("memoryBytes")]
    if unknown or not names:
        yield Broken(
            what,
            f"the memory of {some_of(unknown) or 'its hosts'} unknown",
            "it, to add up what may come at once",
            f"Declare hosts.{unknown[0] if unknown else '<host>'}.memory, or let the preview measure (facts: measured)",
        )
        return
    free = space.whole("freeBytes")
    if free is None:
        reason = space.text("problem")
        yield Broken(
            what,
            f"its free space unknown{f' ({reason})' if reason else ''}",
            "it, to compare it with what may come at once",
            f"Declare collectors.{inputs.text('collector')}.space: {{free: …, total: …}}, or let the preview measure "
            "(facts: measured)",
        )
        return
    yield from _compared(what, _need(inputs, settings), free, space.whole("totalBytes"))


def _need(inputs: Inputs, settings: Settings) -> CollectorNeed:
    basis = "measured dumps" if settings["basis"] == BY_MEASURED_DUMPS else "memory"
    hosts, together = inputs.group("hosts"), inputs.group("crashTogether")
    counted = []
    for name in hosts.names():
        host = hosts.group(name)
        memory = host.whole("memoryBytes") or 0
        planned = planned_bytes(
            memory,
            host.whole("dumpedBytes"),
            basis="measured dumps" if basis == "measured dumps" else "memory",
            margin=settings["margin"],
        )
        keep, domains = host.whole("keep"), tuple(host.texts("failureDomains") or ())
        counted.append(
            CollectorHost(
                name=name,
                memory_bytes=memory,
                per_dump_bytes=planned,
                keep=1 if keep is None else keep,
                domains=domains,
            )
        )
    return collector_need(
        counted,
        resident_budget_bytes=inputs.whole("dumpsMayTakeBytes"),
        together={name: together.whole(name) or 1 for name in together.names()},
        collector_domains=tuple(inputs.texts("failureDomains") or ()),
    )


def _compared(what: str, need: CollectorNeed, free: int, total: int | None) -> Iterator[Broken]:
    if free <= need.free_bytes:
        sharing = f", which share {need.burst_domain}," if need.burst_domain else ""
        burst = f"{some_of(need.burst_hosts)}{sharing} may dump at once ({human(need.burst_bytes)})"
        yield Broken(
            what,
            f"{human(free)} free",
            f"more than {human(need.free_bytes)}",
            "Free space there, spread the hosts over more collectors, or say with crashTogether how many of a failure "
            "domain can crash at once",
            f"{burst}, and the largest, {need.largest_host}, alone may need {human(need.largest_memory_bytes)}",
        )
    if total is not None and total < need.needed_bytes:
        yield Broken(
            what,
            f"{human(total)} in all",
            f"{human(need.needed_bytes)} or more",
            "Enlarge it, spread the hosts over more collectors, keep fewer dumps (keepDumps), or have something there "
            "remove old ones and say how much they may take (dumpsMayTake)",
            f"{human(need.resident_bytes)} are for dumps that stay, {human(need.free_bytes)} for the next ones",
        )


COLLECTOR_SPACE = Rule(
    name="collector-space",
    description="A collector has room for the dumps that may come at once, and for those that stay.",
    on=(COLLECTOR_SPACE_TYPE,),
    judge=_judge,
    severity=Severity.CRITICAL,
    settings=FREE_SPACE.settings,
)
