"""What is decided of a preview: its headline, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from report.pull_request.found import Change, Found, Machine
from report.pull_request.markdown import counted, names

GOOD, BAD, CHANGES = "✅", "❌", "🔶"


@dataclass(frozen=True)
class Run:
    """How a preview ended. `stack`: its name; `code`: pulumi's exit code; `drift`: whether it was asked for drift."""

    stack: str
    code: int
    drift: bool = False
    said: tuple[str, ...] = ()
    """The last lines of what pulumi printed."""


def exit_code(run: Run, found: Found) -> int:
    """Pulumi's own, and 1 where it was content and `up` would not be, or where drift was asked for and found.

    A host that could not be read is no proof that there is no drift, and what waits for `up` is a difference, too.
    """
    if run.code != 0:
        return run.code
    differs = run.drift and (found.drift or found.changes or found.unread)
    return 1 if found.errors or found.mandatory or differs else 0


def broke_off(run: Run, found: Found) -> bool:
    """Whether the preview ended before all was looked at: then what it did not tell means nothing."""
    return run.code != 0 and (not found.outputs or any(notice.machine is None for notice in found.errors))


def headline(run: Run, found: Found) -> str:
    """The verdict in one line."""
    reasons = list(_refusals(run, found))
    if run.drift:
        reasons += _drift(found)
    if reasons:
        return f"{BAD} {'; '.join(reasons)}"
    if run.drift:
        return f"{GOOD} no drift: all is as it was declared"
    if not found.changes:
        return f"{GOOD} nothing to change"
    return f"{CHANGES} {would_change(found.changes)}"


def would_change(changes: Iterable[Change]) -> str:
    """How many machines would change: 3 hosts and 1 collector would change."""
    listed = list(changes)
    machines = {change.machine for change in listed}
    kinds = [
        counted(sum(1 for each in machines if each.kind == kind), kind)
        for kind in ("host", "collector", "cluster", "stack")
        if any(each.kind == kind for each in machines)
    ]
    return f"{_and(kinds)} would change" if kinds else "nothing would change"


def _refusals(run: Run, found: Found) -> Iterable[str]:
    if found.mandatory:
        yield counted(len(found.mandatory), "mandatory policy violation")
    failing = sorted({notice.machine for notice in found.errors if notice.machine is not None})
    if failing:
        yield f"`up` will fail on {_some(failing)}"
    elif found.errors:
        yield "the stack cannot be previewed" if run.code else "up will fail"
    elif run.code and not found.mandatory:
        yield f"the preview failed (exit code {run.code})"


def _drift(found: Found) -> Iterable[str]:
    drifted = sorted({change.machine for change in found.drift})
    if drifted:
        yield f"{_some(drifted)} drifted"
    if found.unread:
        yield f"{_some(sorted(found.unread))} could not be read"
    waiting = sorted({change.machine for change in found.waiting})
    if waiting:
        yield f"`up` has not been run yet for {_some(waiting)}"


def _some(machines: list[Machine]) -> str:
    kinds = {machine.kind for machine in machines}
    word = kinds.pop() if len(kinds) == 1 else "machine"
    return f"{counted(len(machines), word)} ({names(machine.name for machine in machines)})"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
