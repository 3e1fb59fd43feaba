"""A cluster that fences by storage cuts a crashed node off from the very disk that its dump goes to."""

from __future__ import annotations

from collections.abc import Iterator

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import target_kind, unknown_target, with_target
from policies.rule import Broken, Rule, Settings

_ON_A_DEVICE = ("raw", "filesystem")


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    cluster = inputs.group("cluster")
    name = cluster.text("name")
    if inputs.flag("enabled") is False or "cluster" not in set(inputs.names()):
        return
    kind = target_kind(inputs)
    if kind is None:
        yield unknown_target(inputs, "one that the cluster's fencing leaves alone")
        return
    # On SUSE a LUN is dumped to by the directory that it is mounted at.
    if kind not in _ON_A_DEVICE and "wwid" not in set(inputs.names()):
        return
    by_storage = cluster.flag("storageFencing")
    setting = f"clusters.{name or '<cluster>'}.storageFencing"
    if by_storage is None:
        yield Broken(
            with_target(inputs),
            f"nothing said of how cluster {name or '(unknown)'} cuts a node off",
            "that it is not by storage, as the dump goes to a device that may be on the same SAN",
            f"Write {setting}: false where it cuts power, true where it cuts nodes off from storage",
        )
    elif by_storage:
        yield Broken(
            with_target(inputs),
            f"cluster {name} cutting nodes off from storage",
            "a target that a fenced node can still write to",
            "Let its dumps go to a collector (target.ssh or target.nfs), or fence by power",
            "A node that is fenced in the middle of its dump loses it",
        )


FENCE_AND_TARGET = Rule(
    name="fence-and-target",
    description="A cluster's fencing does not take away the storage that its nodes dump to.",
    on=(DUMP_TARGET,),
    judge=_judge,
)
