"""Which machine is at what: from the engine's events to how many are done, and why some are not."""

from __future__ import annotations

from dataclasses import dataclass, field

from report.events import Counted, Event, Said, Step, kind_of, name_of

_MACHINES = ("kdump:fleet:Host", "kdump:fleet:Collector")
# What comes last for a machine when it is set up, and when it is given up.
_LAST = {
    "kdump:fleet:Host": ("kdump:host:DumpService", "kdump:host:BootArguments"),
    "kdump:fleet:Collector": ("kdump:collector:Account", "kdump:collector:Account"),
}
_QUIET = ("same", "read", "refresh")


@dataclass
class Machine:
    """A host or collector in this run."""

    name: str
    last: tuple[str, str]
    running: set[str] = field(default_factory=set)
    changed: int = 0
    finished: bool = False
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass
class Progress:
    """All machines of a run; feed it events in order."""

    machines: dict[str, Machine] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _waiting: dict[str, list[Event]] = field(default_factory=dict)
    """What is deleted comes before what it belongs to: events that wait for the parent of a resource to be told."""

    def take(self, event: Event) -> None:
        """Take one event into account."""
        match event:
            case Step():
                if event.urn not in self._parents:
                    self._parents[event.urn] = event.parent
                    for earlier in self._waiting.pop(event.urn, []):
                        self._sort_in(earlier)
                self._sort_in(event)
            case Said(severity="error" | "warning"):
                self._sort_in(event)
            case Counted():
                self.changes = dict(event.changes)

    def end(self) -> None:
        """No more events come: where what a resource belongs to was never told, its name has to do."""
        for event in [event for events in self._waiting.values() for event in events]:
            if isinstance(event, Said):
                self._told(event, self._machine_by_name(name_of(event.urn)))
        self._waiting.clear()

    def _machine_by_name(self, resource: str) -> Machine | None:
        """The machine whose name the name of one of its resources begins with: web1 of web1-boot-arguments."""
        fitting = [machine for machine in self.machines.values() if resource.startswith(f"{machine.name}-")]
        return max(fitting, key=lambda machine: len(machine.name), default=None)

    def _sort_in(self, event: Event) -> None:
        if isinstance(event, Counted):
            return
        urn = event.urn
        while urn and kind_of(urn) not in _MACHINES:
            if urn not in self._parents:
                self._waiting.setdefault(urn, []).append(event)
                return
            urn = self._parents[urn]
        machine = self.machines.setdefault(urn, Machine(name_of(urn), _LAST[kind_of(urn)])) if urn else None
        if isinstance(event, Said):
            self._told(event, machine)
        elif machine is not None and kind_of(event.urn) not in _MACHINES:
            self._step(event, machine)

    def _step(self, step: Step, machine: Machine) -> None:
        if step.at == "begin":
            machine.running.add(step.urn)
            return
        machine.running.discard(step.urn)
        if step.at == "end":
            machine.changed += step.operation not in _QUIET
            last = machine.last[step.operation in ("delete", "discard")]
            machine.finished = machine.finished or (kind_of(step.urn) == last and step.operation != "refresh")

    def _told(self, said: Said, machine: Machine | None) -> None:
        text = " ".join(said.text.split())
        text = text.removeprefix("1 error occurred: * ")
        if said.severity == "warning":
            kept = self.others if machine is None else machine.warnings
            if text and text not in kept:
                kept.append(text)
            return
        if machine is None:
            # The stack's own line that something failed says nothing new beside the machines' reasons.
            if text and not text.startswith(("update failed", "preview failed", "resource ")):
                self.others.append(text)
        elif text not in machine.failures:
            machine.failures.append(text)

    @property
    def failed(self) -> list[Machine]:
        """Machines with something that went wrong, by name."""
        return sorted((m for m in self.machines.values() if m.failures), key=lambda machine: machine.name)

    @property
    def done(self) -> int:
        """How many machines nothing more will be done to, whether it went well or not."""
        return sum(1 for m in self.machines.values() if not m.running and (m.finished or m.failures))

    def line(self) -> str:
        """How far it is, in one line."""
        under_way = sum(1 for machine in self.machines.values() if machine.running)
        failed = len(self.failed)
        return f"{self.done} of {len(self.machines)} done, {under_way} under way" + (
            f", {failed} failed" if failed else ""
        )
