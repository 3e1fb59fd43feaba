"""Settings that make every host of a fleet panic at the same moment, when something that they share hangs or runs out.

Source: Linux admin-guide/sysctl; facts of this project, "Panic triggers".
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from kdump.triggers.together import together
from policies.inputs import Inputs
from policies.machine import setting_of
from policies.reservation import CRASH_KERNEL
from policies.rule import Broken, Rule, Settings, about

PANIC_TRIGGERS = "kdump:fleet:PanicTriggers"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    # Both types are known by an input that the component of that type always has.
    booted = "crashkernel" in set(inputs.names())
    found: dict[str, str] = {}
    for group in ("bootArguments",) if booted else ("sysctls", "bootArguments"):
        values = inputs.mapping(group)
        if values is None:
            yield Broken(
                about(inputs),
                f"{group} that are not known",
                "them, to tell what makes the host panic",
                f"Write {'bootArguments' if booted else 'panicTriggers'} as plain values",
            )
        else:
            found |= {name: str(value) for name, value in values.items()}
    for name, (value, risk) in together(found, _virtualisation(inputs)).items():
        if risk.trigger not in settings["allowed"]:
            written = f"bootArguments.{name}" if booted else f"panicTriggers.{risk.trigger}"
            bare = risk.in_guests and _virtualisation(inputs) is None
            declared = f", declare {setting_of(inputs, 'platform')} where it is one" if bare else ""
            yield Broken(
                about(inputs),
                f"{written} on ({name}={value})",
                "nothing that can make many hosts panic at once",
                f"Leave {written} out, or {risk.instead}{declared}; or allow it in this rule's settings "
                f"(allowed: [{risk.trigger}])",
                risk.why,
            )


def _virtualisation(inputs: Inputs) -> str | None:
    """What the host's kernel runs on; None where that is not declared: facts do not tell it."""
    return inputs.text("virtualisation") or inputs.group("runs").text("virtualisation")


FLEET_TRIGGERS = Rule(
    name="fleet-triggers",
    description="No panic trigger can take a whole fleet down at once.",
    on=(PANIC_TRIGGERS, CRASH_KERNEL),
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
