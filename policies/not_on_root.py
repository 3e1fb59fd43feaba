"""Dumps on the root file system fill it up, and a host with a full root file system does not work any more."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import setting_of, target_kind, unknown_target, with_target
from policies.rule import Broken, Rule, Settings

_NEEDED = "a file system of its own"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    if inputs.flag("enabled") is False:
        return
    kind, space = target_kind(inputs), inputs.group("space")
    if kind is None:
        yield unknown_target(inputs, f"one on {_NEEDED}")
        return
    mounted, to_be_mounted = space.text("mountPoint"), space.text("notYetMounted")
    # Another device than the root's is what all other kinds name; only one of the host's own may be the root's own.
    if mounted == "/" and kind in ("local", "filesystem"):
        yield Broken(
            with_target(inputs),
            "it on the root file system (/)",
            _NEEDED,
            "Mount a disk or volume there, or give the host another target",
            "A few dumps fill the root file system, and the host stops working",
        )
    elif kind == "local" and not mounted and not to_be_mounted:
        reason = space.text("problem")
        yield Broken(
            with_target(inputs),
            f"nothing known of the file system it is on{f' ({reason})' if reason else ''}",
            f"{_NEEDED}, not the root's",
            f"Declare {setting_of(inputs, 'space')}: {{mountPoint: /var/crash}}, with the place where that file system "
            "is mounted, or let the preview measure (facts: measured)",
        )


NOT_ON_ROOT = Rule(
    name="not-on-root",
    description="Dumps to a directory of the host itself are not on its root file system.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
)
