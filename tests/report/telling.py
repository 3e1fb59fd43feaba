"""Comments of recorded previews, and of previews that never were.

The logs in `recorded/` are of real previews of hosts in namespaces, with what tells of the machine they ran on taken
out, and addresses replaced by those that are reserved for documents.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from report.pull_request.comment import comment
from report.pull_request.found import Found
from report.pull_request.log import read
from report.pull_request.verdict import Run

RECORDED = Path(__file__).with_name("recorded")
TODAY = datetime.date(2026, 11, 26)
PREFIX = "urn:pulumi:test::pulumi-kdump::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::pulumi-kdump-test"


def recorded(name: str) -> Found:
    """What a recorded preview found."""
    with (RECORDED / f"{name}.json").open(encoding="utf-8") as lines:
        return read(lines)


def told(found: Found, *, code: int = 0, drift: bool = False, said: Sequence[str] = ()) -> str:
    """The comment on it."""
    return comment(Run("staging", code, drift, tuple(said)), found, TODAY)


def found_of(*events: Mapping[str, Any]) -> Found:
    """What these events tell."""
    return read(json.dumps(event) for event in events)


def host(name: str) -> dict[str, Any]:
    """A host is told of."""
    urn = f"{PREFIX}kdump:fleet:Host::{name}"
    state = {"type": "kdump:fleet:Host", "urn": urn, "parent": STACK, "inputs": {}}
    return _step(urn, "create", state)


def service(of: str, op: str = "create", **inputs: Any) -> dict[str, Any]:
    """Something is done to a host's dump service."""
    urn = f"{PREFIX}kdump:fleet:Host$kdump:host:DumpService::{of}-service"
    parent = f"{PREFIX}kdump:fleet:Host::{of}"
    state = {"type": "kdump:host:DumpService", "urn": urn, "parent": parent, "custom": True, "inputs": inputs}
    return _step(urn, op, state)


def outputs(**values: Any) -> dict[str, Any]:
    """The stack's outputs."""
    state = {"type": "pulumi:pulumi:Stack", "urn": STACK, "parent": "", "inputs": {}, "outputs": values}
    return {"resOutputsEvent": {"metadata": {"op": "same", "urn": STACK, "old": state, "new": state}}}


def violation(rule: str, message: str, level: str = "mandatory", of: str = "web1") -> dict[str, Any]:
    """A rule is broken."""
    return {
        "policyEvent": {
            "resourceUrn": f"{PREFIX}kdump:fleet:Host$kdump:host:DumpService::{of}-service",
            "message": f"What the rule says.\n{message}\n",
            "policyName": rule,
            "enforcementLevel": level,
        }
    }


def said(severity: str, text: str, of: str = "") -> dict[str, Any]:
    """A message, of a host's dump service or of the whole run."""
    urn = f"{PREFIX}kdump:fleet:Host$kdump:host:DumpService::{of}-service" if of else ""
    return {"diagnosticEvent": {"urn": urn, "severity": severity, "message": text}}


def _step(urn: str, op: str, state: Mapping[str, Any]) -> dict[str, Any]:
    old = state if op in ("delete", "update") else None
    return {"resourcePreEvent": {"metadata": {"op": op, "urn": urn, "old": old, "new": state}}}
