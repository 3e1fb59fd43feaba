"""Where what is known of a machine comes from in this run: the machine itself, the last `up`, or the stack file.

What hosts do not answer for in a preview, for want of a way to them or of wanting one, they do in `up`, whose facts
are then kept as an output of the stack for the previews to come.
"""

import datetime
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pulumi

from components.settings.known import FactsSource
from components.settings.resolved import DeclaredSpace, ResolvedCollector, ResolvedHost
from components.space import coarse
from kdump.errors import Refusal
from provider.resources import get_host_facts

VARIABLE = "PULUMI_KDUMP_FACTS"
OUTPUT = "facts"
"""The output of the stack that keeps them."""
READINESS = "readiness"
"""The output that keeps how ready each host is; facts do not say it again."""

_SYSTEM = ("family", "distribution", "release", "architecture")
_READY = {"readiness": "level", "reason": "reason"}
_KEPT = (*_SYSTEM, "kernel", "readiness", "reason", "rebootRequired", "advice")
_NOT_DECLARED = "not asked, and neither recorded nor declared"


def source_of(declared: FactsSource) -> FactsSource:
    """Where this run's facts come from: `up` measures, a preview does as is declared, or as the environment says.

    Raises Refusal for a word that the environment cannot mean.
    """
    if not pulumi.runtime.is_dry_run():
        return "measured"
    wanted = os.environ.get(VARIABLE, "")
    if not wanted:
        return declared
    for source in get_args(FactsSource):
        if source == wanted:
            found: FactsSource = source
            return found
    words = ", ".join(get_args(FactsSource))
    raise Refusal(VARIABLE, wanted, f"one of {words}", "Set one of them, or unset it", "It decides whom a preview asks")


def read_recorded() -> pulumi.Output[Mapping[str, Any]]:
    """What the stack's last `up` kept: `asOf`, and facts by machine; nothing before the first."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    found: pulumi.Output[Any] = pulumi.runtime.invoke_output("pulumi:pulumi:readStackOutputs", {"name": stack})

    def kept(told: Any) -> Mapping[str, Any]:
        outputs = (told or {}).get("outputs") or {}
        return {**(outputs.get(OUTPUT) or {}), READINESS: outputs.get(READINESS) or {}}

    return found.apply(kept)


def as_output(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts as the stack's output has them: a line of JSON for each machine, since pulumi shows all of an output."""
    machines = {
        name: json.dumps({word: fact for word, fact in facts.items() if word not in _READY}, sort_keys=True)
        for name, facts in kept.get("machines", {}).items()
    }
    others = {name: value for name, value in kept.items() if name != READINESS}
    return {**others, **({"machines": machines} if machines else {})}


def from_output(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same read again. What is no JSON was written by hand, and is as good as not there."""
    machines = {}
    for name, text in (told.get("machines") or {}).items():
        try:
            facts = json.loads(text)
        except (TypeError, ValueError):
            continue
        if isinstance(facts, dict):
            ready = (told.get(READINESS) or {}).get(name) or {}
            known = {word: ready[key] for word, key in _READY.items() if isinstance(ready.get(key), str)}
            machines[name] = {**facts, **known}
    return {**told, "machines": machines}


@dataclass(frozen=True)
class Declared:
    """What the stack file says of a machine: what it runs, its memory (bytes), and the places dumps are written to."""

    runs: Mapping[str, str]
    memory_bytes: int | None
    places: Mapping[str, DeclaredSpace]


def declared_host(settings: ResolvedHost) -> Declared:
    """What the stack file says of a host."""
    platform = settings.platform
    known = {} if platform is None else platform.model_dump(mode="json", include=set(_SYSTEM))
    place = settings.destination.directory or settings.destination.device
    places = {place: settings.space} if place and not settings.destination.collector else {}
    if settings.kernel:
        known["kernel"] = settings.kernel
    return Declared(known, settings.memory_bytes, places)


def declared_collector(settings: ResolvedCollector, directories: Sequence[str]) -> Declared:
    """What the stack file says of a collector."""
    return Declared({}, None, dict.fromkeys([settings.directory, *directories], settings.space))


class Facts:
    """The facts of all machines of a stack, all of one source."""

    def __init__(self, source: FactsSource, recorded: pulumi.Input[Mapping[str, Any]]) -> None:
        self.source = source
        self._recorded = pulumi.Output.from_input(recorded).apply(from_output)
        self._seen: dict[str, pulumi.Output[Mapping[str, Any]]] = {}

    def connection(self, wire: Mapping[str, Any]) -> Mapping[str, Any]:
        """A connection as resources are to have it: one that is not made in a preview that contacts nobody."""
        return wire if self.source == "measured" else {**wire, "contactInPreview": False}

    def of(
        self,
        machine: str,
        connection: Mapping[str, Any],
        directories: Sequence[str],
        devices: Sequence[str],
        declared: Declared,
        parent: pulumi.Resource,
    ) -> pulumi.Output[Mapping[str, Any]]:
        """What is known of a machine, in the words of getHostFacts; one that is not asked is not `reachable`."""
        found: pulumi.Output[Mapping[str, Any]]
        if self.source == "measured":
            found = get_host_facts(
                connection, directories, devices=devices, opts=pulumi.InvokeOutputOptions(parent=parent)
            )
        elif self.source == "recorded":
            found = self._recorded.apply(
                lambda kept: _from(kept.get("machines", {}).get(machine), declared, str(kept.get("asOf", "")))
            )
        else:
            found = pulumi.Output.from_input(_from(None, declared, ""))
        self._seen[machine] = found
        return found

    def dates(self, machines: Sequence[str]) -> pulumi.Output[Mapping[str, Any]]:
        """Where the facts come from and, for each machine of which some were recorded, since which day."""
        source = self.source

        def dated(kept: Mapping[str, Any]) -> Mapping[str, Any]:
            recorded, day = (kept.get("machines", {}), str(kept.get("asOf", ""))) if source == "recorded" else ({}, "")
            known = {each: str(recorded[each].get("asOf", day)) for each in machines if each in recorded}
            return {"source": source, "asOf": known}

        return self._recorded.apply(dated)

    def kept(self, after: Mapping[str, pulumi.Output[Mapping[str, Any]]]) -> pulumi.Output[Mapping[str, Any]]:
        """What previews to come may know: of `after`, where a machine is told of there, else as it was before this run.

        A machine that did not answer keeps what was known of it, with its own date.
        """
        if self.source != "measured":
            return self._recorded.apply(lambda kept: as_output({**kept, "source": self.source}))
        today = datetime.date.today().isoformat()

        def merged(told: Mapping[str, Any]) -> Mapping[str, Any]:
            older, before = told["recorded"].get("machines", {}), str(told["recorded"].get("asOf", ""))
            machines: dict[str, Any] = {}
            for machine, facts in told["seen"].items():
                if facts.get("reachable"):
                    machines[machine] = _shortened({**facts, **_known(told["after"].get(machine, {}))})
                elif machine in older:
                    machines[machine] = {"asOf": before, **older[machine]}
            return as_output({"source": "measured", "asOf": today, "machines": machines})

        return pulumi.Output.all(recorded=self._recorded, seen=self._seen, after=dict(after)).apply(merged)


def _known(after: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the facts after a run, what the run may have changed."""
    if not isinstance(after, Mapping) or not after.get("reachable"):
        return {}
    return {name: after[name] for name in ("kernel", "readiness", "reason", "rebootRequired") if name in after}


def _shortened(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth keeping, with sizes so round that they stay the same from day to day."""
    kept = {name: facts[name] for name in _KEPT if facts.get(name) not in (None, "", [])}
    memory = int(facts.get("memoryBytes", -1))
    if memory > 0:
        kept["memoryBytes"] = memory
    for group in ("space", "devices"):
        places = {name: _round(place) for name, place in (facts.get(group) or {}).items()}
        if places:
            kept[group] = places
    return kept


def _round(place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: coarse(int(value), up=False) if name in ("freeBytes", "totalBytes") and value > 0 else value
        for name, value in place.items()
    }


def _from(recorded: Mapping[str, Any] | None, declared: Declared, day: str) -> Mapping[str, Any]:
    """A machine that is not asked, in the words of getHostFacts."""
    kept = dict(recorded or {})
    space = {name: dict(place) for name, place in kept.get("space", {}).items()}
    devices = {name: dict(place) for name, place in kept.get("devices", {}).items()}
    for name, said in declared.places.items():
        group = space if name.startswith("/") and not name.startswith("/dev/") else devices
        sizes = {"freeBytes": said.free_bytes, "totalBytes": said.total_bytes}
        words = {**sizes, "mountPoint": said.mount_point or None}
        seen = {word: value for word, value in group.get(name, {}).items() if value not in (-1, "") or word == "use"}
        place = {**{word: value for word, value in words.items() if value is not None}, **seen}
        if place:
            group[name] = place
    memory = kept.get("memoryBytes", declared.memory_bytes)
    known = recorded is not None or declared.memory_bytes is not None or bool(space) or bool(devices)
    return {
        **declared.runs,
        **kept,
        "reachable": False,
        "problem": "" if known else _NOT_DECLARED,
        "memoryBytes": -1 if memory is None else int(memory),
        "space": space,
        "devices": devices,
        "readiness": kept.get("readiness", "unknown"),
        "reason": kept.get("reason", "not asked in this preview"),
        "rebootRequired": bool(kept.get("rebootRequired", False)),
        "advice": kept.get("advice", []),
        "asOf": kept.get("asOf", day if recorded is not None else ""),
    }
