"""A collector that fails together with its hosts takes their dumps along."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import setting_of, target_kind, unknown_target, with_target
from policies.rule import Broken, Rule, Settings


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    collector = inputs.text("collector")
    if inputs.flag("enabled") is False:
        return
    if collector is None and not inputs.is_unknown("collector"):
        if target_kind(inputs) is None:
            yield unknown_target(inputs, "one that does not fail together with the host")
        return
    here, there = inputs.texts("failureDomains"), inputs.texts("collectorDomains")
    missing = [
        setting
        for setting, domains in (
            (setting_of(inputs, "failureDomains"), here),
            (f"collectors.{collector or '<collector>'}.failureDomains", there),
        )
        if domains is None
    ]
    if here is None or there is None:
        yield Broken(
            with_target(inputs),
            "nothing said of what it may fail together with",
            "the failure domains of host and collector, to tell whether they share one",
            f"Write {' and '.join(missing)}, like [site-east, rack-12]; [] where there is nothing to share",
        )
        return
    shared = sorted(set(here) & set(there))
    if shared:
        yield Broken(
            with_target(inputs),
            f"{collector} in the same failure domain ({', '.join(shared)})",
            "a collector that does not fail together with the host",
            "Name a collector of another failure domain as its target",
            "What makes the host crash may take the collector away at that moment",
        )


FAILURE_DOMAIN = Rule(
    name="failure-domain",
    description="A collector does not fail together with the hosts that dump to it.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
)
