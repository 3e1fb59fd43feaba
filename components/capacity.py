"""Whether dumps fit, place by place: for policies as inputs of a component, for people as an output of the stack."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypedDict

import pulumi

from components.settings import ResolvedCollector, ResolvedFleet, ResolvedHost
from components.space import coarse, space
from kdump.capacity.collector import CollectorHost, collector_need
from kdump.capacity.planned import Basis, basis_of, planned_bytes
from kdump.targets import RawTarget
from kdump.units import human, memory_of


class CollectorSpaceArgs(TypedDict):
    """A collector, what is free there, and who dumps to it."""

    settings: ResolvedCollector
    facts: pulumi.Input[Mapping[str, Any]]
    """Those of the collector."""
    hosts: Mapping[str, ResolvedHost]
    facts_of_hosts: Mapping[str, pulumi.Input[Mapping[str, Any]]]
    crash_together: Mapping[str, int]
    for_policies: Mapping[str, Any]


class CollectorSpace(pulumi.ComponentResource):
    """What a collector's dumps may need together. It keeps no state; its inputs are there for policies.

    A component of its own, so that nothing that is made on the collector waits for the facts of every host.
    """

    def __init__(self, name: str, args: CollectorSpaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        collector = args["settings"]
        hosts = args["hosts"]
        props: dict[str, Any] = {
            "collector": collector.name,
            "directory": collector.directory,
            "space": pulumi.Output.from_input(args["facts"]).apply(partial(_of_place, collector)),
            "hosts": {
                each: pulumi.Output.from_input(args["facts_of_hosts"][each]).apply(partial(_of_host, host))
                for each, host in hosts.items()
            },
            "failureDomains": list(collector.failure_domains or ()),
            "crashTogether": dict(args["crash_together"]),
            **args["for_policies"],
        }
        if collector.dumps_may_take_bytes is not None:
            props["dumpsMayTakeBytes"] = collector.dumps_may_take_bytes
        super().__init__("kdump:fleet:CollectorSpace", name, props, opts)
        self.register_outputs({})


def _of_place(collector: ResolvedCollector, facts: Mapping[str, Any]) -> dict[str, Any]:
    found = space({}, facts, collector.directory)
    if "freeBytes" in found and facts.get("reachable"):
        # Another number at every run, unrounded: no preview would ever say that nothing changes.
        found["freeBytes"] = coarse(found["freeBytes"], up=False, bits=6)
    return {name: found[name] for name in ("freeBytes", "totalBytes", "mountPoint", "problem") if name in found}


def _memory(facts: Mapping[str, Any]) -> int:
    """A host's memory in bytes, -1 where nobody knows it; rounded up where it was measured, since each boot differs."""
    memory = int(facts.get("memoryBytes", -1))
    return coarse(memory, up=True, bits=6) if memory > 0 and facts.get("reachable") else memory


def _of_host(settings: ResolvedHost, facts: Mapping[str, Any]) -> dict[str, Any]:
    memory = _memory(facts)
    found: dict[str, Any] = {"keep": settings.keep_dumps}
    if settings.failure_domains is not None:
        found["failureDomains"] = list(settings.failure_domains)
    if memory > 0:
        found["memoryBytes"] = memory
    if (dumped := _dumped(settings)) is not None:
        found["dumpedBytes"] = dumped
    return found


def capacity(
    settings: ResolvedFleet,
    hosts: Mapping[str, pulumi.Output[Mapping[str, Any]]],
    collectors: Mapping[str, pulumi.Output[Mapping[str, Any]]],
) -> Mapping[str, pulumi.Output[Mapping[str, Any]]]:
    """What each collector, and each host that dumps to its own disk, needs to be free and has; for people.

    `hosts` and `collectors` are their facts.
    """
    found: dict[str, pulumi.Output[Mapping[str, Any]]] = {}
    for name, collector in settings.collectors.items():
        members = settings.dumping_to(name)
        found[name] = pulumi.Output.all(collectors[name], *(hosts[host.name] for host in members)).apply(
            partial(_of_collector, collector, members, settings.crash_together)
        )
    for name, host in settings.hosts.items():
        if not host.destination.collector and host.enabled:
            found[name] = hosts[name].apply(partial(_of_own_disk, host))
    return found


def _of_collector(
    collector: ResolvedCollector,
    members: Sequence[ResolvedHost],
    together: Mapping[str, int],
    told: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any]:
    there, *facts = told
    free = _of_place(collector, there).get("freeBytes", -1)
    memories = {host.name: _memory(each) for host, each in zip(members, facts, strict=True)}
    unknown = [name for name, memory in memories.items() if memory < 1]
    basis = basis_of([_dumped(host) for host in members])
    if unknown:
        reason = f"the memory of {unknown[0]}{f' and {len(unknown) - 1} more' if len(unknown) > 1 else ''} is not known"
        return _row(len(members), -1, free, basis, reason)
    need = collector_need(
        [
            CollectorHost(
                name=host.name,
                memory_bytes=memories[host.name],
                per_dump_bytes=planned_bytes(memories[host.name], _dumped(host), basis=basis),
                keep=host.keep_dumps,
                domains=host.failure_domains,
            )
            for host in members
        ],
        resident_budget_bytes=collector.dumps_may_take_bytes,
        together=together,
        collector_domains=collector.failure_domains or (),
    )
    return _row(len(members), need.free_bytes, free, basis, need.explanation)


def _of_own_disk(host: ResolvedHost, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    place = host.destination
    found = space(facts, facts, place.directory, device=place.device, raw=isinstance(place.target, RawTarget))
    memory, free, basis = found.get("memoryBytes", -1), found.get("freeBytes", -1), basis_of([_dumped(host)])
    if memory < 1:
        return _row(1, -1, free, basis, "its memory is not known")
    needed = planned_bytes(memory, _dumped(host), basis=basis)
    return _row(1, needed, free, basis, f"one dump of {human(memory)} of memory")


def _row(hosts: int, needed: int, free: int, basis: Basis, explanation: str) -> Mapping[str, Any]:
    return {"hosts": hosts, "neededBytes": needed, "freeBytes": free, "basis": basis, "explanation": explanation}


def _dumped(host: ResolvedHost) -> int | None:
    return None if host.drilled is None else memory_of(host.drilled.size)
