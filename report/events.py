"""The engine's own events, as `pulumi --event-log` writes them: one JSON object a line.

Source: sdk/go/common/apitype/events.go of Pulumi 3.259. What is not needed here is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

_COLOURS = re.compile(r"<\{%[^%]*%\}>")


def without_colours(text: str) -> str:
    """A text without the marks that the engine puts into it for terminals."""
    return _COLOURS.sub("", text)


@dataclass(frozen=True)
class Step:
    """Something is done to a resource. `operation`: create, update, delete, same, refresh, read…"""

    at: Literal["begin", "end", "failed"]
    urn: str
    parent: str
    operation: str


@dataclass(frozen=True)
class Said:
    """A message; `severity`: error, warning or info."""

    urn: str
    severity: str
    text: str


@dataclass(frozen=True)
class Counted:
    """What the whole run did: operation -> resources."""

    changes: Mapping[str, int]


Event = Step | Said | Counted

_STEPS: dict[str, Literal["begin", "end", "failed"]] = {
    "resourcePreEvent": "begin",
    "resOutputsEvent": "end",
    "resOpFailedEvent": "failed",
}


def event(line: str) -> Event | None:
    """The event in a line of the log; None for one that is of no interest here, or cut off."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    for name, at in _STEPS.items():
        if name in told:
            metadata = told[name]["metadata"]
            state = metadata.get("new") or metadata.get("old") or {}
            return Step(at, metadata["urn"], state.get("parent", ""), metadata["op"])
    if "diagnosticEvent" in told:
        diagnostic = told["diagnosticEvent"]
        if diagnostic.get("ephemeral"):
            return None
        text = without_colours(diagnostic["message"]).strip()
        return Said(diagnostic.get("urn", ""), diagnostic["severity"].removesuffix("#err"), text)
    if "summaryEvent" in told:
        return Counted(told["summaryEvent"].get("resourceChanges") or {})
    return None


def kind_of(urn: str) -> str:
    """The type of a resource by its URN: kdump:host:BootArguments."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else ""


def name_of(urn: str) -> str:
    """The name of a resource by its URN."""
    return urn.rpartition("::")[2]
