"""Hosts that fence each other, and that leave a crashed one alone until its dump is written."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from components.platform_input import platform_input
from components.settings import ResolvedCluster
from provider.resources import FenceNode, Fencing


class FenceDelayArgs(TypedDict):
    """A cluster, the way to the member it is changed through, and what every node must have before."""

    settings: ResolvedCluster
    connection: Mapping[str, Any]
    for_policies: Mapping[str, Any]
    """Further inputs: exemptions, and what drills of its members showed."""
    after: Sequence[pulumi.Resource]


class FenceDelay(pulumi.ComponentResource):
    """How long a cluster waits for a dump. Its inputs hold what that was computed from, for people and policies."""

    fencing: Fencing

    def __init__(self, name: str, args: FenceDelayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        settings, delay = args["settings"], args["settings"].delay
        asking = settings.timeout_seconds is not None
        seconds = settings.timeout_seconds if asking else settings.post_fail_delay_seconds
        computed: dict[str, Any] = {}
        if delay is not None:
            computed = {"computedSeconds": delay.seconds, "parts": dict(settings.parts), "steps": list(delay.steps)}
        props = {
            "cluster": settings.name,
            "stack": settings.stack,
            "through": settings.through,
            "setting": "timeout of fence_kdump" if asking else "post_fail_delay",
            "seconds": seconds,
            **computed,
            **args["for_policies"],
        }
        super().__init__("kdump:fleet:FenceDelay", name, props, opts)
        power = {member.node: list(member.power) for member in settings.members}
        self.fencing = outliving(
            Fencing(
                f"{settings.name}-fencing",
                args["connection"],
                stack=settings.stack,
                timeout_seconds=settings.timeout_seconds,
                post_fail_delay_seconds=settings.post_fail_delay_seconds,
                power=power if asking else None,
                name=settings.device if asking else None,
                port=settings.port if asking else None,
                platform=platform_input(settings.platform),
                opts=child_of(self, depends_on=list(args["after"])),
            ),
            self,
        )
        self.register_outputs({})


class ClusterArgs(TypedDict):
    """A cluster, and how each of its members is reached."""

    settings: ResolvedCluster
    connections: Mapping[str, Mapping[str, Any]]
    for_policies: Mapping[str, Any]


class Cluster(pulumi.ComponentResource):
    """What each node needs to hear that another dumps, then the delay, which makes use of it."""

    nodes: Mapping[str, FenceNode]
    """By host; none where the cluster waits blindly. A host's dump configuration comes after its own."""
    delay: FenceDelay
    waits: Mapping[str, str]
    """How long the cluster waits before it cuts a node off, and why as long as that, in words."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        settings, connections = args["settings"], args["connections"]
        props = {"stack": settings.stack, "members": {member.host: member.node for member in settings.members}}
        super().__init__("kdump:fleet:Cluster", name, props, opts)
        asking = settings.timeout_seconds is not None
        self.nodes = {
            member.host: outliving(
                FenceNode(
                    f"{member.host}-fence-node",
                    connections[member.host],
                    stack=settings.stack,
                    port=settings.port,
                    opts=child_of(self),
                ),
                self,
            )
            for member in (settings.members if asking else ())
        }
        self.delay = FenceDelay(
            f"{name}-fence-delay",
            {
                "settings": settings,
                "connection": connections[settings.through],
                "for_policies": args["for_policies"],
                "after": list(self.nodes.values()),
            },
            pulumi.ResourceOptions(parent=self),
        )
        self.waits = waits_of(settings)
        self.register_outputs({})


def waits_of(settings: ResolvedCluster) -> Mapping[str, str]:
    """How long a cluster waits and why, in words."""
    asking = settings.timeout_seconds is not None
    seconds = settings.timeout_seconds if asking else settings.post_fail_delay_seconds
    waits = (
        f"{seconds} seconds for a message that a node dumps (timeout of fence_kdump), before it cuts the node off"
        if asking
        else f"{seconds} seconds, whether a node dumps or not (post_fail_delay), before it cuts the node off"
    )
    delay, setting = settings.delay, "fenceKdump.timeoutSeconds" if asking else "postFailDelay.seconds"
    given = f"given as clusters.{settings.name}.{setting}"
    if delay is None:
        return {"waits": waits, "why": given}
    computed = "; ".join(delay.steps)
    return {"waits": waits, "why": computed if seconds == delay.seconds else f"{given}; computed: {computed}"}
