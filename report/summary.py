"""What came of a run: counts, and one line of reason for each machine that failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from report.progress import Machine, Progress

LONGEST_REASON = 400
HEAD = 130
LAST_LINES = 20


def summary(progress: Progress, code: int, output: Path) -> Iterator[str]:
    """The lines that end a run. `output`: what pulumi printed; shown in part where nothing else tells of a failure."""
    machines = list(progress.machines.values())
    changed = sum(1 for machine in machines if machine.changed and not machine.failures)
    if machines:
        counts = ", ".join(f"{number} {name}" for name, number in sorted(progress.changes.items()))
        told = f"{len(machines)} hosts and collectors: {changed} changed, {len(progress.failed)} failed"
        yield told + (f"; {counts}" if counts else "")
    yield from (_line(machine) for machine in progress.failed)
    for machine in sorted(machines, key=lambda machine: machine.name):
        yield from (f"{machine.name}: warning: {_short(text)}" for text in machine.warnings)
    yield from progress.others
    if code != 0 and not progress.failed and not progress.others:
        yield from output.read_text(errors="replace").splitlines()[-LAST_LINES:]
    yield f"pulumi's own words: {output}"


def _line(machine: Machine) -> str:
    first, *more = machine.failures
    return f"{machine.name}: {_short(first)}" + (f" ({len(more)} more of it)" if more else "")


def _short(text: str) -> str:
    # What failed comes first, why it did mostly last, after what the host's own tools said on the way.
    return text if len(text) <= LONGEST_REASON else f"{text[:HEAD]} … {text[HEAD - LONGEST_REASON :]}"
