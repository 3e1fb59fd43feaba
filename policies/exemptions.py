"""Exemptions are shown at every run, and are of use only where they name a rule, give a reason, and end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from pulumi_policy import EnforcementLevel, Severity

from policies.exempt import INPUT, day_of, in_force
from policies.facts_age import FLEET
from policies.inputs import Inputs
from policies.lists import some_of
from policies.rule import TODAY, Broken, Rule, Settings


def _shown(inputs: Inputs, settings: Settings) -> Iterator[str]:
    for each in in_force(inputs, settings[TODAY]):
        reason = (each.text("reason") or "no reason is known").rstrip(".")
        yield f"{_named(each)}, until {each.text('until')}: {reason}."


def exemption_sense(known: Sequence[str]) -> Rule:
    """The rule that exemptions are such that they can be one. `known`: the names of the rules that can be excused."""

    def judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
        if INPUT in set(inputs.names()) and not inputs.groups(INPUT):
            yield Broken("the exemptions", "them unknown", "them, to tell what is held", "Write them as plain values")
        today: datetime.date = settings[TODAY]
        for each in inputs.groups(INPUT):
            rule, until = each.text("rule"), day_of(each.text("until"))
            if rule not in known:
                yield Broken(_named(each), "no such rule", f"one of {', '.join(sorted(known))}", "Correct its name")
            if until is None or until < today:
                yield Broken(
                    _named(each),
                    "no last day" if until is None else f"it ended on {until.isoformat()}",
                    "none that has ended",
                    "Remove it from exemptions, or agree on a new day",
                )
            elif (until - today).days > settings["maxDays"]:
                yield Broken(
                    _named(each),
                    f"it until {until.isoformat()}",
                    f"a last day within {int(settings['maxDays'])} days",
                    "Write an earlier day",
                    "What is excused for years is no exemption but the rule",
                )

    return Rule(
        name="exemption-sense",
        description="An exemption names a rule, and ends in a while.",
        on=(FLEET,),
        judge=judge,
        of_many=True,
        severity=Severity.MEDIUM,
        settings={
            "maxDays": {
                "type": "integer",
                "minimum": 1,
                "default": 366,
                "description": "How long an exemption may last from today, in days.",
            }
        },
    )


def _named(exemption: Inputs) -> str:
    on = exemption.texts("machines") or []
    return f"exemption from {exemption.text('rule') or '(unknown)'} for {some_of(on) or '(unknown)'}"


EXEMPTIONS = Rule(
    name="exemptions",
    description="A rule that does not hold for some machines for a while is shown.",
    on=(FLEET,),
    judge=_shown,
    of_many=True,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
)
