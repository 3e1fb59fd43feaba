"""A collector must have room for all dumps that may come at once, and for those that are kept: hosts crash together.

Source: facts of this project, "Sizing": every host's own tools see the same free space, and compare it with their own
memory alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.capacity.collector import UNDECLARED, CollectorHost, CollectorNeed, collector_need
from kdump.capacity.planned import Basis, planned_bytes
from kdump.capacity.steps import times
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
    if inputs.mapping("hosts") == {}:
        # Nobody dumps there.
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
    vague = _vague(inputs)
    if vague:
        yield Broken(
            what,
            f"{some_of(vague)} unknown",
            "them, to add up what may come at once and what stays",
            "Write them as plain values",
        )
        return
    free, total = space.whole("freeBytes"), space.whole("totalBytes")
    if free is None or total is None:
        reason = space.text("problem")
        yield Broken(
            what,
            f"its {'free space' if free is None else 'size'} unknown{f' ({reason})' if reason else ''}",
            "it, to compare it with what may come at once",
            "See to it that the collector answers"
            if reason
            else f"Declare collectors.{inputs.text('collector')}.space: {{free: …, total: …}}, or let the preview "
            "measure (facts: measured)",
        )
        return
    yield from _compared(what, _need(inputs, settings), free, total)


def _vague(inputs: Inputs) -> list[str]:
    """The settings that a sum cannot do without and that are not known, by their names in the stack file."""
    hosts, found = inputs.group("hosts"), []
    for name in hosts.names():
        host = hosts.group(name)
        found += [f"hosts.{name}.keepDumps"] if host.whole("keep") is None else []
        declared = "failureDomains" in set(host.names())
        found += [f"hosts.{name}.failureDomains"] if declared and host.texts("failureDomains") is None else []
        found += [f"hosts.{name}.drilled.size"] if host.is_unknown("dumpedBytes") else []
    limits = inputs.group("crashTogether")
    found += [f"crashTogether.{domain}" for domain in limits.names() if limits.whole(domain) is None]
    found += ["crashTogether"] if inputs.is_unknown("crashTogether") else []
    if inputs.is_unknown("dumpsMayTakeBytes"):
        found.append(f"collectors.{inputs.text('collector')}.dumpsMayTake")
    return found


def _need(inputs: Inputs, settings: Settings) -> CollectorNeed:
    basis: Basis = "measured dumps" if settings["basis"] == BY_MEASURED_DUMPS else "memory"
    hosts, together = inputs.group("hosts"), inputs.group("crashTogether")
    counted = []
    for name in hosts.names():
        host = hosts.group(name)
        memory, domains = host.whole("memoryBytes") or 0, host.texts("failureDomains")
        planned = times(planned_bytes(memory, host.whole("dumpedBytes"), basis=basis), settings["margin"])
        counted.append(
            CollectorHost(
                name=name,
                memory_bytes=memory,
                per_dump_bytes=planned,
                keep=host.whole("keep") or 0,
                domains=None if domains is None else tuple(domains),
            )
        )
    return collector_need(
        counted,
        resident_budget_bytes=inputs.whole("dumpsMayTakeBytes"),
        together={name: together.whole(name) or 0 for name in together.names()},
    )


def _compared(what: str, need: CollectorNeed, free: int, total: int) -> Iterator[Broken]:
    if free <= need.free_bytes:
        sharing = f", which share {need.burst_domain}," if need.burst_domain else ""
        sharing = f" ({UNDECLARED})" if need.burst_domain == UNDECLARED else sharing
        burst = f"{some_of(need.burst_hosts)}{sharing} may dump at once ({human(need.burst_bytes)})"
        yield Broken(
            what,
            f"{human(free)} free",
            f"more than {human(need.free_bytes)}",
            "Free space there, spread the hosts over more collectors, or say with crashTogether how many of a failure "
            "domain can crash at once",
            f"{burst}, and the largest, {need.largest_host}, alone may need {human(need.largest_memory_bytes)}",
        )
    if total < need.needed_bytes:
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
