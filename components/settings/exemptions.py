"""What a policy shall not hold against a host, why, and until when."""

from typing import Annotated

from pydantic import AfterValidator, Field

from components.settings.base import Name, Settings
from components.settings.known import Day
from components.settings.problems import Problems, unknown_name
from kdump.errors import Refusal

LEAST_REASON = 10


def _a_reason(value: str) -> str:
    if len(value.strip()) < LEAST_REASON:
        raise Refusal(
            "reason",
            value,
            f"a sentence of at least {LEAST_REASON} characters",
            "Write why the rule may be broken, and who agreed",
            "It is printed with every preview, for whoever reads it next",
        )
    return value.strip()


class ExemptionSettings(Settings):
    """One rule that does not hold for some machines, for a while. It is printed at every run of the policy pack."""

    rule: Annotated[Name, Field(description="Name of the rule, as a violation shows it: free-space.")]
    machines: Annotated[
        tuple[Name, ...],
        Field(min_length=1, description="The hosts, collectors and clusters that it does not hold for, by name."),
    ]
    reason: Annotated[str, AfterValidator(_a_reason), Field(description="Why, and who agreed.")]
    until: Annotated[Day, Field(description="Last day of it, like 2027-01-31; from then on the rule holds.")]


def check_exemptions(exemptions: tuple[ExemptionSettings, ...], machines: list[str], problems: Problems) -> None:
    """Note exemptions of machines that are not there. Whether the rule is, the policy pack says."""
    for position, exemption in enumerate(exemptions):
        for number, name in enumerate(exemption.machines):
            if name not in machines:
                problems.add(f"exemptions[{position}].machines[{number}]", unknown_name("host", name, machines))
