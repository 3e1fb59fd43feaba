"""What every rule is: a name, what it says of which resources, how strictly, with which settings; and its messages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)

from kdump.errors import Refusal
from policies.exempt import excused, expired
from policies.inputs import Inputs

Settings = Mapping[str, Any]
"""Settings of a rule, with its defaults filled in, and the day of the run under TODAY. Numbers are floats."""
TODAY = "today"


@dataclass(frozen=True)
class Broken:
    """How a resource breaks a rule, in the parts of a sentence.

    * ``what``: which machine, and which setting or target of it: "host web1, target local /var/crash"
    * ``found`` and ``needed``: what is there, and what has to be
    * ``instead``: what to do about it, a sentence without its full stop: "Write crashkernel: 256M"
    * ``why``: the reason, a sentence without its full stop; "" where it is in the other parts already
    """

    what: str
    found: str
    needed: str
    instead: str
    why: str = ""

    def __str__(self) -> str:
        why = f" {self.why}." if self.why else ""
        return f"{self.what}: found {self.found}, needed {self.needed}. {self.instead}.{why}"


@dataclass(frozen=True)
class Rule:
    """One rule of the pack, over the resources of the types in ``on``, each for itself.

    ``judge`` yields each way in which a resource breaks it, or a text where there is something to say of it. It never
    lets pass what is not known: that is broken, too, and ``instead`` then says what to declare.
    """

    name: str
    description: str
    on: tuple[str, ...]
    judge: Callable[[Inputs, Settings], Iterable[Broken | str]]
    severity: Severity = Severity.HIGH
    level: EnforcementLevel = EnforcementLevel.MANDATORY
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """JSON schema of each setting; every one has a default."""
    of_many: bool = False
    """Whether a resource is about many machines: exemptions are for some of them, and ``judge`` minds them itself."""

    @property
    def defaults(self) -> Settings:
        """Its settings where nobody says otherwise."""
        return {name: schema["default"] for name, schema in self.settings.items()}

    def policy(self) -> ResourceValidationPolicy:
        """The rule as the SDK runs it."""
        return ResourceValidationPolicy(
            name=self.name,
            description=self.description,
            validate=self._validate,
            enforcement_level=self.level,
            severity=self.severity,
            config_schema=PolicyConfigSchema(properties=dict(self.settings)) if self.settings else None,
        )

    def _validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        if args.resource_type not in self.on:
            return
        settings = {**self.defaults, **args.get_config()} if self.settings else {}
        for text in self.violations(Inputs(args.props), settings, datetime.date.today()):
            report_violation(text)

    def violations(self, inputs: Inputs, settings: Settings, today: datetime.date) -> Sequence[str]:
        """What is wrong with a resource, a sentence or two each; nothing where an exemption holds that day."""
        if not self.of_many and excused(inputs, self.name, today):
            return []
        try:
            found = [str(broken) for broken in self.judge(inputs, {**settings, TODAY: today})]
        except Refusal as refusal:
            # What the rules of kdump cannot even understand is no better.
            found = [f"{about(inputs)}: {refusal}"]
        note = expired(inputs, self.name, today) if found and not self.of_many else ""
        return [f"{text}{note}" for text in found]


def about(inputs: Inputs) -> str:
    """Which machine a resource is about, for messages: "host web1"."""
    for kind in ("host", "collector", "cluster"):
        name = inputs.text(kind)
        if name is not None:
            return f"{kind} {name}"
    return "a machine whose name is not known"
