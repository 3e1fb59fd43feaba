"""The parts of a comment, each for itself: a heading and what is below it, with at most so many rows."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from kdump.units import human
from report.pull_request.found import Change, Found, Machine, Violation
from report.pull_request.markdown import block, code, counted, names, plain, table
from report.pull_request.outputs import AFTER_UP, Ready, Room, capacity, facts, readiness
from report.pull_request.verdict import Run, broke_off, would_change
from report.pull_request.words import changes_in_words

Part = Callable[[Run, Found, int, datetime.date], list[str]]
"""Lines of Markdown from a run, what it found, the most rows, and today's date; none where there is nothing to say."""

_SHOWN_OF_A_GROUP = 8
_NOT_READY = ("unsupported", "unreserved", "unknown", "reserved", AFTER_UP, "armed", "drilled")


def problems(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """Errors, and where nothing else explains a failure what pulumi printed; then warnings, in a fold."""
    lines: list[str] = []
    if found.errors:
        lines += ["### Errors", ""]
        lines += _listed(sorted(_said(each.machine, each.text) for each in found.errors), most, "error")
    if run.code and not found.errors and not found.mandatory:
        lines += ["### What pulumi said", "", *block(run.said[-most:] if most else ())]
    warnings = [each for each in found.notices if each.severity == "warning"]
    if warnings:
        texts = sorted(_said(each.machine, each.text) for each in warnings)
        lines += ["", *_fold(counted(len(warnings), "warning"), _listed(texts, most, "warning"))]
    return lines


def policies(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """Violations, mandatory ones first, and the exemptions that are in force."""
    lines = ["### Policies", ""]
    if broke_off(run, found):
        lines += ["The preview ended before all of the stack was looked at.", ""]
    elif not found.rules:
        return [*lines, "No policy pack has run."]
    broken = {each.rule for each in found.violations}
    kept = len(found.rules - broken)
    if not found.violations and not broke_off(run, found):
        lines.append(f"{counted(kept, 'rule')} looked at, none broken.")
    elif found.violations:
        advisory = len(found.violations) - len(found.mandatory)
        lines.append(
            f"{len(found.mandatory)} mandatory and {advisory} advisory violations of {counted(len(broken), 'rule')}; "
            f"{counted(kept, 'other rule')} not broken."
        )
        ordered = sorted(found.violations, key=lambda each: (each.level == "advisory", each.rule, each.machine))
        rows = [(each.level, code(each.rule), plain(str(each.machine)), plain(each.message)) for each in ordered[:most]]
        lines += ["", *table(("Level", "Rule", "On", "What"), rows), *_left_violations(ordered[most:])]
    return lines + _exemptions(found, most, today)


def changes(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """What `up` would do, by machine; in a check for drift, what was changed by hand before."""
    lines: list[str] = []
    declared = found.changes
    if run.drift:
        declared = found.waiting
        if found.drift:
            lines += ["### Drift", "", "What was declared and applied → what is there now; `up` puts it back.", ""]
            lines += _by_machine(found.drift, most, "What differs")
        if not declared:
            return lines
        lines += ["", "### Waiting for up", ""]
    else:
        lines += ["### Changes", ""]
        if not declared:
            return [*lines, "None were found before the preview ended." if broke_off(run, found) else "None."]
    counts = Counter(change.operation for change in declared)
    words = {"create": "new", "update": "changed", "replace": "replaced", "delete": "removed", "import": "taken over"}
    told = ", ".join(f"{counts[each]} {word}" for each, word in words.items() if counts[each])
    lines += [f"{would_change(declared)}: of what is kept on them, {told}.", ""]
    return lines + _by_machine(declared, most, "What up does")


def ready(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """How ready hosts are; hosts of one level and reason together."""
    hosts = readiness(found)
    if broke_off(run, found) or not hosts:
        return ["### Readiness", "", "Not known: the preview did not get as far."]
    groups: dict[tuple[str, str], list[str]] = {}
    for each in hosts:
        groups.setdefault((each.level, each.reason), []).append(each.host)
    ordered = sorted(groups.items(), key=lambda group: (_rank(group[0][0]), -len(group[1]), group[1]))
    rows = [
        (plain(level), str(len(named)), names(named, _SHOWN_OF_A_GROUP), plain(reason))
        for (level, reason), named in ordered[:most]
    ]
    left = sum(len(named) for _, named in ordered[most:])
    return [
        "### Readiness", "", f"{_levels(hosts)}.", "",
        *table(("Level", "Hosts", "Which", "Why"), rows), *_left(left, "host"),
    ]  # fmt: skip


def room(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """Whether dumps fit, place by place; what is too small first."""
    places = capacity(found)
    if broke_off(run, found) or not places:
        return []
    groups: dict[Room, list[str]] = {}
    for each in places:
        groups.setdefault(replace(each, place=""), []).append(each.place)
    ordered = list(groups.items())
    rows = [
        (
            names(named, _SHOWN_OF_A_GROUP), str(each.hosts), _size(each.needed), _size(each.free), each.verdict,
            plain(each.basis), plain(each.explanation),
        )
        for each, named in ordered[:most]
    ]  # fmt: skip
    headings = ("Place", "Hosts", "Needed free", "Free", "Enough", "Reckoned by", "How")
    counts = Counter(each.verdict for each in places)
    told = [f"{counts[verdict]} {word}" for verdict, word in _ENOUGH.items() if counts[verdict]]
    left = sum(len(named) for _, named in ordered[most:])
    return ["### Capacity", "", f"{', '.join(told)}.", "", *table(headings, rows), *_left(left, "place")]


_ENOUGH = {"no": "too small", "not known": "not known", "yes": "large enough"}


def known_from(run: Run, found: Found, most: int, today: datetime.date) -> list[str]:
    """Where facts come from, and how old they are."""
    told = facts(found)
    if told is None or broke_off(run, found):
        return []
    words = {
        "measured": "measured on the machines in this preview",
        "recorded": "recorded by the last `up`; no machine was asked in this preview",
        "declared": "declared in the stack file; no machine was asked in this preview",
    }
    text = words.get(told.source, plain(told.source))
    if told.source == "recorded":
        text += f"; {_age(told.as_of, today)}"
    return [f"**Facts**: {text}."]


def _age(day: str, today: datetime.date) -> str:
    try:
        days = (today - datetime.date.fromisoformat(day)).days
    except ValueError:
        return "since when is not known"
    age = "of today" if days <= 0 else f"{counted(days, 'day')} old"
    return f"the oldest are of {day}, {age}"


def _exemptions(found: Found, most: int, today: datetime.date) -> list[str]:
    if not found.exemptions:
        return []
    ordered = sorted(found.exemptions, key=lambda each: (each.until, each.rule))
    force = sum(1 for each in ordered if each.until >= today.isoformat())
    rows = [
        (
            code(each.rule), names(each.on, _SHOWN_OF_A_GROUP),
            plain(each.until) if each.until >= today.isoformat() else f"{plain(each.until)} (**run out**)",
            plain(each.reason),
        )
        for each in ordered[:most]
    ]  # fmt: skip
    return [
        "", f"{counted(force, 'exemption')} in force:", "",
        *table(("Rule", "Does not hold for", "Until", "Why"), rows), *_left(len(ordered[most:]), "exemption"),
    ]  # fmt: skip


def _by_machine(listed: Sequence[Change], most: int, heading: str) -> list[str]:
    """One row for machines with the same changes; the largest group of a kind first."""
    of_machine: dict[Machine, list[Change]] = {}
    for change in listed:
        of_machine.setdefault(change.machine, []).append(change)
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for machine, of_it in sorted(of_machine.items()):
        words = changes_in_words(of_it)
        if words:
            groups.setdefault((machine.kind, words), []).append(machine.name)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1]), group[1]))
    rows = [(_machines(kind, named), _cut(words)) for (kind, words), named in ordered[:most]]
    left = sum(len(named) for _, named in ordered[most:])
    return [*table(("On", heading), rows), *_left(left, "machine")]


def _machines(kind: str, named: Sequence[str]) -> str:
    if len(named) == 1:
        return f"{kind} {plain(named[0])}"
    return f"{counted(len(named), kind)}: {names(named, _SHOWN_OF_A_GROUP)}"


def _cut(words: Sequence[str]) -> str:
    """Changes of one machine, at a length at which a table can still be read; cut between two of them only.

    Never within one: what a machine says may hold whatever a line break is made of.
    """
    kept: list[str] = []
    rest = list(words)
    while rest and (sum(map(len, kept)) + len(rest[0]) < 1400 or (not kept and len(rest[0]) < 4000)):
        kept.append(rest.pop(0))
    return "<br>".join([*kept, *([f"… and {counted(len(rest), 'more change')}"] if rest else [])])


def _said(machine: Machine | None, text: str) -> str:
    return plain(text) if machine is None else f"**{plain(str(machine))}**: {plain(text)}"


def _listed(texts: Sequence[str], most: int, word: str) -> list[str]:
    return [*(f"- {text}" for text in texts[:most]), *_left(len(texts[most:]), word)]


def _left(number: int, word: str) -> list[str]:
    return ["", f"{counted(number, word)} more, not shown here."] if number else []


def _left_violations(left: Sequence[Violation]) -> Iterable[str]:
    if left:
        counts = Counter((each.rule, each.level) for each in left)
        told = ", ".join(f"{code(rule)} ({level}) {number} times" for (rule, level), number in sorted(counts.items()))
        yield from ("", f"{len(left)} more, not shown here: {told}.")


def _fold(summary: str, lines: Sequence[str]) -> list[str]:
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def _levels(hosts: Sequence[Ready]) -> str:
    counts = Counter(each.level for each in hosts)
    return ", ".join(f"{counts[level]} {plain(level)}" for level in sorted(counts, key=_rank))


def _rank(level: str) -> int:
    return _NOT_READY.index(level) if level in _NOT_READY else 0


def _size(size: int) -> str:
    return "not known" if size < 0 else human(size)
