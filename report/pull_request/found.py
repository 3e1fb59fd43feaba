"""What a preview found, in this project's own words: machines instead of URNs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MachineKind = Literal["cluster", "collector", "host", "stack"]


@dataclass(frozen=True, order=True)
class Machine:
    """What a change, a violation or a message is about."""

    kind: MachineKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Property:
    """One setting of a resource; `before` and `after` are None where there is none, or where it is not known."""

    path: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class Change:
    """What is done to one resource of a machine. `operation`: create, update, replace, delete."""

    machine: Machine
    type: str
    operation: str
    properties: tuple[Property, ...] = ()
    resource: str = ""
    """Its name, which tells several of one type apart."""


@dataclass(frozen=True)
class Violation:
    """One rule of the policy pack that is broken. `level`: mandatory, advisory, remediate."""

    rule: str
    level: str
    machine: Machine
    message: str


@dataclass(frozen=True)
class Exemption:
    """A rule that does not hold for some machines. `until`: its last day, YYYY-MM-DD."""

    rule: str
    on: tuple[str, ...]
    reason: str
    until: str


@dataclass(frozen=True)
class Notice:
    """An error or a warning. `machine` is None where it is about the whole run."""

    severity: Literal["error", "warning"]
    text: str
    machine: Machine | None


@dataclass(frozen=True)
class Found:
    """All that a preview found."""

    changes: tuple[Change, ...] = ()
    """What `up` would do, without components, which are nothing on any machine."""
    drift: tuple[Change, ...] = ()
    """What a refresh found to differ from the state: `before` is the state's value, `after` the machine's."""
    unread: frozenset[Machine] = frozenset()
    """Machines that a refresh could not read."""
    violations: tuple[Violation, ...] = ()
    rules: frozenset[str] = frozenset()
    """Rules that were looked at, broken or not; empty where no policy pack ran."""
    exemptions: tuple[Exemption, ...] = ()
    notices: tuple[Notice, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """Outputs of the stack; may hold values that are not known yet."""
    dated: Mapping[str, Any] = field(default_factory=dict)
    """Source and dates of facts that were not measured."""

    @property
    def mandatory(self) -> tuple[Violation, ...]:
        """Violations that keep `up` from running."""
        return tuple(each for each in self.violations if each.level != "advisory")

    @property
    def errors(self) -> tuple[Notice, ...]:
        """What went wrong, or will in `up`."""
        return tuple(each for each in self.notices if each.severity == "error")

    @property
    def waiting(self) -> tuple[Change, ...]:
        """Changes that are not the repair of drift: what is declared and was never applied."""
        drifted = {(each.machine, each.resource) for each in self.drift}
        return tuple(each for each in self.changes if (each.machine, each.resource) not in drifted)
