"""A dump over NFS sends the memory of a host in clear: keys and passwords among it. Over SSH it is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import setting_of, target_kind, unknown_target, with_target
from policies.rule import Broken, Rule, Settings

REQUIRED = "required"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    if not settings[REQUIRED] or inputs.flag("enabled") is False:
        return
    kind = target_kind(inputs)
    if kind is None:
        yield unknown_target(inputs, "one that sends no memory over the network in clear")
    elif kind == "nfs":
        collector = inputs.text("collector") or "<collector>"
        yield Broken(
            with_target(inputs),
            "memory sent over the network in clear",
            "dumps that are encrypted on their way",
            f"Write {setting_of(inputs, 'target')}: {{ssh: {{collector: {collector}}}}}",
            "Whoever listens reads what is in the host's memory: keys, passwords, data of customers",
        )


ENCRYPTED_DUMPS = Rule(
    name="encrypted-dumps",
    description="Dumps that go over the network are encrypted on their way, where that is required.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.HIGH,
    settings={
        REQUIRED: {
            "type": "boolean",
            "default": False,
            "description": "Whether dumps over the network must be encrypted.",
        },
    },
)
