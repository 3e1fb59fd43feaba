"""The whole comment, below the length that GitHub takes."""

from __future__ import annotations

import datetime

from report.pull_request import sections
from report.pull_request.found import Found
from report.pull_request.markdown import code, plain
from report.pull_request.verdict import Run, headline, would_change

LONGEST = 60_000
"""Bytes of a comment. GitHub takes 65,536 characters; what the poster adds must fit as well."""

ROWS = (50, 25, 10, 5, 2, 0)
"""The most rows of each table; the first that makes the comment short enough."""

_PARTS: tuple[sections.Part, ...] = (
    sections.problems,
    sections.policies,
    sections.changes,
    sections.ready,
    sections.room,
    sections.known_from,
)


def marker(name: str) -> str:
    """The hidden first line that a comment is found again by."""
    return f"<!-- pulumi-kdump: {name} -->"


def comment(run: Run, found: Found, today: datetime.date) -> str:
    """Markdown of all that was found; the same for the same input."""
    for most in ROWS:
        text = _text(run, found, most, today)
        if len(text.encode()) <= LONGEST:
            break
    return text


def _text(run: Run, found: Found, most: int, today: datetime.date) -> str:
    lines = [marker(run.stack), f"## {plain(run.stack)}: {headline(run, found)}"]
    if found.changes and not run.drift and (found.mandatory or found.errors):
        lines += ["", f"If it were let through: {would_change(found.changes)}."]
    for part in _PARTS:
        told = part(run, found, most, today)
        if told:
            lines += ["", *told]
    if most < ROWS[0]:
        command = code(f"pulumi preview -s {run.stack} --policy-pack policies --diff")
        lines += [
            "",
            f"This was too long for one comment: no more than {most} rows of each table are shown. "
            f"All of it is printed by {command}.",
        ]
    return "\n".join(lines) + "\n"
