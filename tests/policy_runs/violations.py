"""What rules said, read from the engine's events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_COLOURS = re.compile(r"<\{%[^%]*%\}>")


@dataclass(frozen=True)
class Violation:
    """What a rule said of a resource."""

    level: str
    rule: str
    resource: str
    message: str


def violations_in(lines: Iterable[str]) -> Iterator[Violation]:
    """The violations in lines of events, one JSON object each; what is none is passed over."""
    for line in lines:
        try:
            told = json.loads(line).get("policyEvent")
        except ValueError:
            continue
        if told:
            message = _COLOURS.sub("", told["message"]).strip()
            name = told.get("resourceUrn", "").rpartition("::")[2]
            yield Violation(told["enforcementLevel"], told["policyName"], name, message)
