"""A preview that goes by what was recorded is as good as the record is young."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from policies.exempt import day_of
from policies.inputs import Inputs
from policies.lists import some_of
from policies.rule import Broken, Rule, Settings

FLEET = "kdump:fleet:Fleet"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    facts = inputs.group("facts")
    source, most = facts.text("source"), int(settings["maxDays"])
    if "facts" not in set(inputs.names()) or source in ("measured", "declared"):
        # What is declared has no date, and each rule says where something is not.
        return
    days = facts.group("asOf")
    ages = {name: _age(days.text(name)) for name in days.names()}
    if source is None or facts.mapping("asOf") is None:
        yield Broken(
            "the facts of this preview",
            "nothing known of their age",
            f"facts of the last {most} days",
            "Run pulumi up where the hosts can be reached",
        )
        return
    old = sorted((name for name, age in ages.items() if age is None or age > most), key=lambda name: -(ages[name] or 0))
    if old:
        yield Broken(
            f"the recorded facts of {some_of(old)}",
            f"them {ages[old[0]]} days old" if ages[old[0]] is not None else "no date that can be read",
            f"facts of the last {most} days",
            "Run pulumi up where the hosts can be reached; it records them anew, also when there is nothing to change",
        )


def _age(text: str | None) -> int | None:
    day = day_of(text)
    return None if day is None else (datetime.date.today() - day).days


FACTS_AGE = Rule(
    name="facts-age",
    description="What a preview knows from the last up is not too old.",
    on=(FLEET,),
    judge=_judge,
    settings={
        "maxDays": {"type": "integer", "minimum": 0, "default": 30, "description": "How old facts may be, in days."}
    },
)
