"""From the engine's log of a preview (`--event-log`, one JSON object a line) to what was found.

Source: sdk/go/common/apitype/events.go of Pulumi 3.259.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from report.events import kind_of, name_of, without_colours
from report.pull_request.found import Change, Exemption, Found, Machine, MachineKind, Notice, Property, Violation
from report.pull_request.values import at

_MACHINES: Mapping[str, MachineKind] = {
    "kdump:fleet:Host": "host",
    "kdump:fleet:Collector": "collector",
    "kdump:fleet:Cluster": "cluster",
}
_FLEET = "kdump:fleet:Fleet"
_STACK = "pulumi:pulumi:Stack"
_OPERATIONS = {"create": "create", "update": "update", "replace": "replace", "delete": "delete", "import": "import"}
"""Steps that change something, one for each resource: a replacement's creation and deletion are its `replace`."""
_UNREADABLE = "Refreshed resource is in an unhealthy state"
_SUMMARIES = ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent")
_SHOWN = "exemptions"
"""The rule that shows exemptions where pulumi alone is run; a comment has a table of them."""
# What the engine says at the end, which says nothing new beside its reasons.
_ENDINGS = ("preview failed", "update failed")


def read(lines: Iterable[str]) -> Found:
    """What a log tells. Lines that are cut off or of no interest are passed over; an empty log is an empty `Found`."""
    reader = _Reader()
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            reader.take(told)
    return reader.found()


class _Reader:
    """Keeps events until all is told: what is deleted comes before what it belongs to."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._changes: dict[str, Mapping[str, Any]] = {}
        self._drift: dict[str, Mapping[str, Any]] = {}
        self._policies: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        self._rules: set[str] = set()
        self._said: dict[tuple[str, str, str], None] = {}
        self._outputs: Mapping[str, Any] = {}
        self._fleet: Mapping[str, Any] = {}

    def take(self, told: Mapping[str, Any]) -> None:
        """Take one event."""
        for name in ("resourcePreEvent", "resOutputsEvent", "resOpFailedEvent"):
            if name in told:
                self._step(told[name]["metadata"], ended=name == "resOutputsEvent")
        if "policyEvent" in told:
            event = told["policyEvent"]
            key = (event.get("policyName", ""), event.get("resourceUrn", ""), event.get("message", ""))
            self._policies[key] = event
        for name in _SUMMARIES:
            if name in told:
                self._rules.update(*((told[name].get(result) or ()) for result in ("passed", "failed")))
        if "diagnosticEvent" in told:
            event = told["diagnosticEvent"]
            severity = str(event.get("severity", "")).removesuffix("#err")
            text = " ".join(without_colours(event.get("message", "")).split())
            if severity in ("error", "warning") and text and not event.get("ephemeral"):
                self._said[event.get("urn", ""), severity, text] = None

    def _step(self, metadata: Mapping[str, Any], *, ended: bool) -> None:
        urn, operation = metadata["urn"], metadata["op"]
        old, new = metadata.get("old") or {}, metadata.get("new") or {}
        self._parents[urn] = (new or old).get("parent", "")
        if kind_of(urn) == _STACK and ended and new.get("outputs"):
            self._outputs = new["outputs"]
        if kind_of(urn) == _FLEET and new:
            self._fleet = new.get("inputs") or {}
        if not (new or old).get("custom") or kind_of(urn).startswith("pulumi:"):
            return
        if operation == "refresh":
            if ended and (metadata.get("detailedDiff") or metadata.get("diffs") or not new):
                self._drift[urn] = metadata
        elif operation in _OPERATIONS:
            self._changes[urn] = metadata

    def found(self) -> Found:
        """What all events together tell."""
        unread = {urn for urn, _, text in self._said if text.startswith(_UNREADABLE)}
        violations = dict.fromkeys(self._violation(event) for event in self._policies.values())
        exemptions = tuple(_exemptions(self._fleet.get("exemptions")))
        return Found(
            changes=tuple(self._change(urn, told) for urn, told in self._changes.items()),
            drift=tuple(self._change(urn, told) for urn, told in self._drift.items()),
            unread=frozenset(self._machine(urn) for urn in unread),
            violations=tuple(each for each in violations if each.rule != _SHOWN or not exemptions),
            rules=frozenset(self._rules | {rule for rule, _, _ in self._policies}),
            exemptions=exemptions,
            notices=tuple(dict.fromkeys(self._notices())),
            outputs=self._outputs,
            dated=_mapping(self._fleet.get("facts")),
        )

    def _machine(self, urn: str) -> Machine:
        above = urn
        while above and kind_of(above) not in _MACHINES:
            above = self._parents.get(above, "")
        if above:
            return Machine(_MACHINES[kind_of(above)], name_of(above))
        # Where a run broke off, what a resource belongs to may never have been told: its name begins with it.
        for known in self._parents:
            if kind_of(known) in _MACHINES and name_of(urn).startswith(f"{name_of(known)}-"):
                return Machine(_MACHINES[kind_of(known)], name_of(known))
        # urn:pulumi:STACK::PROJECT::TYPE::NAME
        return Machine("stack", urn.partition("::")[0].rpartition(":")[2])

    def _change(self, urn: str, metadata: Mapping[str, Any]) -> Change:
        old, new = _mapping(metadata.get("old")), _mapping(metadata.get("new"))
        operation = metadata["op"]
        if operation == "refresh":
            operation = "update" if new else "delete"
        before, after = _mapping(old.get("inputs")), _mapping(new.get("inputs"))
        if operation in ("create", "import", "delete"):
            # The values that a creation begins with; of what goes away, nothing more need be said.
            properties = [Property(name, None, value) for name, value in after.items()]
        else:
            paths = metadata.get("detailedDiff") or dict.fromkeys(metadata.get("diffs") or ())
            properties = [Property(path, at(before, path), at(after, path)) for path in paths]
        return Change(self._machine(urn), kind_of(urn), operation, tuple(properties), name_of(urn))

    def _violation(self, event: Mapping[str, Any]) -> Violation:
        message = without_colours(event.get("message", "")).strip()
        # The first line is the rule's own description, the same at every violation of it.
        description, _, rest = message.partition("\n")
        text = " ".join((rest or description).split())
        machine = self._machine(event.get("resourceUrn", ""))
        return Violation(event["policyName"], event.get("enforcementLevel", "mandatory"), machine, text)

    def _notices(self) -> Iterable[Notice]:
        for urn, severity, text in self._said:
            if text in _ENDINGS or text.startswith("resource "):
                continue
            machine = self._machine(urn) if urn and kind_of(urn) != _STACK else None
            words = text.removeprefix("1 error occurred: * ").removeprefix(_UNREADABLE).removeprefix(": * ")
            if text.startswith(_UNREADABLE):
                words = f"could not be read: {words}"
            yield Notice("error" if severity == "error" else "warning", words, machine)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _exemptions(told: Any) -> Iterable[Exemption]:
    for each in told if isinstance(told, list) else ():
        if isinstance(each, Mapping):
            on = tuple(str(name) for name in each.get("machines") or ())
            yield Exemption(str(each.get("rule")), on, str(each.get("reason")), str(each.get("until")))
