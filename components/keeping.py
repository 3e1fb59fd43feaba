"""A cluster's fencing stays with the member that keeps what the cluster had before."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.settings import ResolvedCluster
from kdump.errors import Refusal


def keep_with_its_member(
    cluster: ResolvedCluster, fencing_machine: pulumi.Output[str], machines: Mapping[str, pulumi.Output[str]]
) -> None:
    """End a preview in which the fencing of *cluster* moved to another machine than it was made through.

    *machines* are those of all hosts, by host: at a preview state is all there is of most, which is what counts here.
    Machines that are not known, as of hosts that do not answer, are not compared. In an update the provider itself
    refuses another machine.
    """
    if not pulumi.runtime.is_dry_run():
        return
    names = list(machines)

    def compare(found: Any) -> None:
        known = found if isinstance(found, list) else []
        made_on, *others = known or [None]
        of_host = {name: machine for name, machine in zip(names, others, strict=False) if isinstance(machine, str)}
        now = of_host.get(cluster.through)
        if isinstance(made_on, str) and made_on and now and made_on != now:
            keeper = next((name for name, machine in of_host.items() if machine == made_on), "")
            raise pulumi.RunError(str(moved(cluster, keeper)))

    pulumi.Output.all(fencing_machine, *machines.values()).apply(compare, True)


def moved(cluster: ResolvedCluster, keeper: str) -> Refusal:
    """What to write when the fencing was made through *keeper*; "" where that is no host of the stack file."""
    setting = f"clusters.{cluster.name}.through"
    anew = (
        f"To move it, take clusters.{cluster.name} out of the stack file, run up, and put it in again; until then "
        "the cluster does not wait for dumps"
    )
    if keeper in {member.host for member in cluster.members}:
        return Refusal(
            setting,
            cluster.through,
            f"{keeper}, through which the fencing was made",
            f"Write {setting}: {keeper}. {anew}",
            f"What the cluster had before is kept on {keeper} alone",
        )
    who = f"{keeper}, which is no member any more" if keeper else "a machine that is no host of this stack file"
    return Refusal(
        setting,
        cluster.through,
        f"the member through which the fencing was made: {who}",
        f"Put that member back, with {setting} naming it. {anew}. Where that machine is gone for good, `pulumi state "
        f"delete` the resource {cluster.name}-fencing and run up: what is set then counts as there before, and stays",
        "What the cluster had before is kept on that machine alone",
    )
