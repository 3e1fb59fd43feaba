"""A preview that goes by what was recorded is as good as the record is young."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from policies.exempt import day_of, excused_machines
from policies.inputs import Inputs
from policies.lists import some_of
from policies.rule import TODAY, Broken, Rule, Settings

FLEET = "kdump:fleet:Fleet"
_NAME = "facts-age"
_NO_DATE = "no date that can be read, or one that is yet to come"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    facts, today = inputs.group("facts"), settings[TODAY]
    source, most = facts.text("source"), int(settings["maxDays"])
    if "facts" not in set(inputs.names()) or source in ("measured", "declared"):
        # What is declared has no date, and each rule says where something is not.
        return
    days = facts.group("asOf")
    excused = excused_machines(inputs, _NAME, today)
    ages = {name: _age(days.text(name), today) for name in days.names() if name not in excused}
    if source != "recorded" or facts.mapping("asOf") is None:
        yield Broken(
            "the facts of this preview",
            "nothing known of their age",
            f"facts of the last {most} days",
            "Run PULUMI_KDUMP_FACTS=measured pulumi up where the hosts can be reached",
        )
        return
    old = sorted((name for name, age in ages.items() if age is None or age > most), key=lambda name: -(ages[name] or 0))
    if old:
        yield Broken(
            f"the recorded facts of {some_of(old)}",
            f"them {ages[old[0]]} days old" if ages[old[0]] is not None else _NO_DATE,
            f"facts of the last {most} days",
            "Run PULUMI_KDUMP_FACTS=measured pulumi up where the hosts can be reached; it records them anew, also when "
            "there is nothing to change",
        )


def _age(text: str | None, today: datetime.date) -> int | None:
    """In days; None where that cannot be. Elsewhere it may be tomorrow already."""
    day = day_of(text)
    age = -2 if day is None else (today - day).days
    return None if age < -1 else age


FACTS_AGE = Rule(
    name=_NAME,
    description="What a preview knows from the last up is not too old.",
    on=(FLEET,),
    judge=_judge,
    of_many=True,
    settings={
        "maxDays": {"type": "integer", "minimum": 0, "default": 30, "description": "How old facts may be, in days."}
    },
)
