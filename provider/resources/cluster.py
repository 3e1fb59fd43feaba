"""What a cluster and its nodes have so that its fencing waits for a dump."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.resources.base import HostResource


class Fencing(HostResource):
    """How long a cluster leaves a node that is gone alone, and what it tries first; kept through one of its nodes."""

    token = "kdump:cluster:Fencing"
    stack: pulumi.Output[str]
    timeout_seconds: pulumi.Output[int | None]
    post_fail_delay_seconds: pulumi.Output[int | None]
    power: pulumi.Output[Mapping[str, Sequence[str]]]
    name: pulumi.Output[str]
    port: pulumi.Output[int]
    platform: pulumi.Output[Mapping[str, Any] | None]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        stack: pulumi.Input[str],
        timeout_seconds: pulumi.Input[int | None] = None,
        post_fail_delay_seconds: pulumi.Input[int | None] = None,
        power: pulumi.Input[Mapping[str, Sequence[str]]] | None = None,
        name: pulumi.Input[str | None] = None,
        port: pulumi.Input[int | None] = None,
        platform: pulumi.Input[Mapping[str, Any] | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {
            "stack": stack,
            "timeout_seconds": timeout_seconds,
            "post_fail_delay_seconds": post_fail_delay_seconds,
            "power": power,
            "name": name,
            "port": port,
            "platform": platform,
        }
        super().__init__(resource_name, connection, properties, opts)


class FenceNode(HostResource):
    """The package with fence_kdump on a node, and the port on which it hears that another node dumps."""

    token = "kdump:cluster:FenceNode"
    stack: pulumi.Output[str]
    port: pulumi.Output[int]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        stack: pulumi.Input[str],
        port: pulumi.Input[int | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(resource_name, connection, {"stack": stack, "port": port}, opts)
