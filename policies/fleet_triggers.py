"""Settings that make every host of a fleet panic at the same moment, when something that they share hangs or runs out.

Source: Linux admin-guide/sysctl; facts of this project, "Panic triggers".
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from kdump.triggers.together import together
from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings, about

PANIC_TRIGGERS = "kdump:fleet:PanicTriggers"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    found: dict[str, str] = {}
    for group in ("sysctls", "bootArguments"):
        values = inputs.mapping(group)
        if values is None:
            yield Broken(
                about(inputs),
                f"{group} that are not known",
                "them, to tell what makes the host panic",
                "Write panicTriggers as plain values",
            )
        else:
            found |= {name: str(value) for name, value in values.items()}
    for name, (value, risk) in together(found).items():
        if risk.trigger not in settings["allowed"]:
            yield Broken(
                about(inputs),
                f"panicTriggers.{risk.trigger} on ({name}={value})",
                "nothing that can make many hosts panic at once",
                f"Leave panicTriggers.{risk.trigger} out, or {risk.instead}; or allow it in this rule's settings "
                f"(allowed: [{risk.trigger}])",
                risk.why,
            )


FLEET_TRIGGERS = Rule(
    name="fleet-triggers",
    description="No panic trigger can take a whole fleet down at once.",
    on=(PANIC_TRIGGERS,),
    judge=_judge,
    severity=Severity.HIGH,
    level=EnforcementLevel.ADVISORY,
    settings={
        "allowed": {
            "type": "array",
            "items": {"type": "string"},
            "default": [],
            "description": "Triggers that may be set all the same, by their names under panicTriggers.",
        }
    },
)
