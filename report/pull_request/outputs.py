"""What the stack says of itself: readiness, capacity, facts. Any of them may be missing, or known only after `up`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report.pull_request.found import Found
from report.pull_request.values import is_unknown

AFTER_UP = "known after up"


@dataclass(frozen=True)
class Ready:
    """How ready a host is to leave a dump. `level`: armed, drilled, reserved, … or `known after up`."""

    host: str
    level: str
    reason: str


@dataclass(frozen=True)
class Room:
    """Space for dumps at one place. Sizes in bytes, -1 where not known."""

    place: str
    hosts: int
    needed: int
    free: int
    basis: str
    explanation: str

    @property
    def verdict(self) -> str:
        """Whether it is enough, in a word."""
        if self.needed < 0 or self.free < 0:
            return "not known"
        return "yes" if self.free > self.needed else "no"


@dataclass(frozen=True)
class Facts:
    """Where facts come from. `as_of`: the oldest day among them, YYYY-MM-DD; "" where there is none."""

    source: str
    as_of: str


def readiness(found: Found) -> tuple[Ready, ...]:
    """Readiness of each host, by name."""
    return tuple(_ready(host, told) for host, told in sorted(_group(found, "readiness").items()))


def capacity(found: Found) -> tuple[Room, ...]:
    """Space at each place that dumps go to; places without enough first, then by name."""
    rooms = [_room(place, told) for place, told in sorted(_group(found, "capacity").items())]
    return tuple(sorted(rooms, key=lambda room: ("no", "not known", "yes").index(room.verdict)))


def facts(found: Found) -> Facts | None:
    """Where the facts come from; None where nothing tells.

    In a preview that measures the output is only known after `up`: the fleet itself tells of facts that are not
    measured.
    """
    told = found.outputs.get("facts")
    if isinstance(told, Mapping) and isinstance(told.get("source"), str) and not is_unknown(told["source"]):
        return Facts(told["source"], _oldest(found.dated) or _oldest(told))
    if found.dated.get("source"):
        return Facts(str(found.dated["source"]), _oldest(found.dated))
    return Facts("measured", "") if is_unknown(told) else None


def _oldest(told: Mapping[str, Any]) -> str:
    days = [told.get("asOf")]
    if isinstance(days[0], Mapping):
        days = list(days[0].values())
    machines = told.get("machines")
    if isinstance(machines, Mapping):
        days += [each.get("asOf") for each in machines.values() if isinstance(each, Mapping)]
    return min((day for day in days if isinstance(day, str) and day and not is_unknown(day)), default="")


def _group(found: Found, name: str) -> Mapping[str, Any]:
    told = found.outputs.get(name)
    return told if isinstance(told, Mapping) else {}


def _ready(host: str, told: Any) -> Ready:
    if not isinstance(told, Mapping):
        return Ready(host, AFTER_UP, "")
    level, reason = told.get("level"), told.get("reason")
    if is_unknown(level) or not isinstance(level, str):
        return Ready(host, AFTER_UP, "")
    return Ready(host, level, "" if is_unknown(reason) else str(reason or ""))


def _room(place: str, told: Any) -> Room:
    values = told if isinstance(told, Mapping) else {}

    def size(name: str) -> int:
        value = values.get(name)
        return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1

    def text(name: str) -> str:
        value = values.get(name)
        return value if isinstance(value, str) and not is_unknown(value) else ""

    return Room(
        place, max(size("hosts"), 0), size("neededBytes"), size("freeBytes"), text("basis"), text("explanation")
    )
