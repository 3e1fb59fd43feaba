"""A host's entry in the making: settings in the words of the stack file, and notes for whoever takes it over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SETTINGS = (
    "connection", "platform", "architecture", "virtualisation", "memory", "address", "crashkernel", "bootArguments",
    "panicTriggers", "target", "dumpLevel", "compression", "failureAction", "finalAction", "options", "dumpIdentity",
)  # fmt: skip
"""Settings of a host in the order in which they are printed."""

# What follows a user's name in a URL; what is a number is a port, and what begins with a slash a path.
_PASSWORD_IN_URL = re.compile(r"(://[^/@:\s'\"\[]*):(?!/|\d+(?:/|[\s'\"]|$))[^@\s'\"]*")
_PASSWORD_OF_KEY = re.compile(r"((?:PASSWORD|PASSWD)\w*\s*[=:]\s*).*", re.IGNORECASE)


@dataclass(frozen=True)
class Note:
    """A sentence or two about a setting; "" for the entry as a whole."""

    setting: str
    text: str


@dataclass(frozen=True)
class Entry:
    """What is printed: ``settings`` of the host ``name``, ``collectors`` to be completed, by name, and notes.

    ``imports``: what may be given to ``pulumi import`` before the first `up`, a resource each: type, name, id.
    """

    name: str
    settings: Mapping[str, Any]
    collectors: Mapping[str, Mapping[str, Any]]
    notes: tuple[Note, ...]
    imports: tuple[tuple[str, str, str], ...] = ()

    def fleet(self) -> dict[str, Any]:
        """What belongs below ``pulumi-kdump:fleet``."""
        collectors = {name: dict(settings) for name, settings in self.collectors.items()}
        return {"hosts": {self.name: dict(self.settings)}, **({"collectors": collectors} if collectors else {})}


@dataclass
class Draft:
    """Settings and notes as they are found, one after the other."""

    settings: dict[str, Any] = field(default_factory=dict)
    collectors: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    identity: str = ""
    """The key for a target over SSH and the address of its collector, as an import names them; "" for none."""

    def set(self, setting: str, value: Any) -> None:
        """Set what says something: no text, no map and no None that is empty."""
        if value not in (None, "", {}):
            self.settings[setting] = value

    def note(self, setting: str, text: str) -> None:
        """Note something once, on one line, without passwords."""
        told = Note(setting, _harmless(text))
        if told not in self.notes:
            self.notes.append(told)

    def entry(self, name: str, imports: tuple[tuple[str, str, str], ...]) -> Entry:
        """All of it, in the order in which it is printed."""
        ordered = {setting: self.settings[setting] for setting in SETTINGS if setting in self.settings}
        return Entry(name, ordered, dict(self.collectors), tuple(self.notes), imports)


def _harmless(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    plain = _PASSWORD_OF_KEY.sub(r"\1...", _PASSWORD_IN_URL.sub(r"\1:...", plain))
    return " ".join(plain.split())
