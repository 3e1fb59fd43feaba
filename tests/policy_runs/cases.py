"""For every rule a machine that breaks it, what is said of it, and the same machine with the fix that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DRILLED = {"on": "2026-11-02", "kernel": "5.14.0-427", "size": "1G", "seconds": 60}
HOST: Mapping[str, Any] = {
    "platform": "rhel-9.4",
    "kernel": "5.14.0-427",
    "memory": "16G",
    "crashkernel": "512M",
    "space": {"free": "200G", "mountPoint": "/var/crash"},
    "failureDomains": ["site-a"],
    "drilled": DRILLED,
    "target": {"local": {}},
}
"""A host that breaks no rule."""
COLLECTOR: Mapping[str, Any] = {
    "address": "192.0.2.200",
    "space": {"free": "1T", "total": "2T"},
    "failureDomains": ["site-b"],
}
"""A collector that breaks no rule."""


@dataclass(frozen=True)
class Case:
    """A rule, the settings that break it and those that do not, and words of what is said.

    Settings are of the host that has the rule's name; ``fleet`` and ``fleet_fixed`` are of the whole stack file.
    """

    rule: str
    says: str
    broken: Mapping[str, Any]
    fixed: Mapping[str, Any]
    fleet: Mapping[str, Any] | None = None
    fleet_fixed: Mapping[str, Any] | None = None


def host(name: str, number: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """A host of a case; None takes a setting back."""
    address = f"192.0.2.{number}"
    given = {**HOST, "connection": {"host": address}, "address": address, **settings}
    return {key: value for key, value in given.items() if value is not None}
