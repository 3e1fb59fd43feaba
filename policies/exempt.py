"""Exemptions: a rule that does not hold for a machine until a day, as the stack file says it."""

from __future__ import annotations

import datetime

from policies.inputs import Inputs

INPUT = "exemptions"


def excused(inputs: Inputs, rule: str, today: datetime.date) -> bool:
    """Whether a resource carries an exemption from a rule that holds today; its last day counts."""
    return any(each.text("rule") == rule for each in in_force(inputs, today))


def in_force(inputs: Inputs, today: datetime.date) -> list[Inputs]:
    """The exemptions of a resource that hold today; the last day counts."""
    ends = [(each, day_of(each.text("until"))) for each in inputs.groups(INPUT)]
    return [each for each, until in ends if until is not None and today <= until]


def excused_machines(inputs: Inputs, rule: str, today: datetime.date) -> set[str]:
    """The machines for which a rule does not hold today, of all exemptions of a stack; its last day counts."""
    found: set[str] = set()
    for each in in_force(inputs, today):
        if each.text("rule") == rule:
            found |= set(each.texts("machines") or ())
    return found


def expired(inputs: Inputs, rule: str, today: datetime.date) -> str:
    """A sentence on the exemption that has run out, to go behind a violation; "" where there was none."""
    ends = [day_of(each.text("until")) for each in inputs.groups(INPUT) if each.text("rule") == rule]
    ended = [until for until in ends if until is not None and until < today]
    return f" An exemption from this held until {max(ended).isoformat()}." if ended else ""


def day_of(text: str | None) -> datetime.date | None:
    """A day written as 2026-12-31; None where it is none."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None
