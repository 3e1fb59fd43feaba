"""What a host boots with."""

from collections.abc import Mapping
from typing import Any

import pulumi

from provider.resources.base import HostResource


class BootArguments(HostResource):
    """`crashkernel=` and other boot arguments on every boot entry of a host."""

    token = "kdump:host:BootArguments"
    outputs = ("reboot_token",)
    crashkernel: pulumi.Output[str]
    arguments: pulumi.Output[Mapping[str, str]]
    platform: pulumi.Output[Mapping[str, str] | None]
    reboot_token: pulumi.Output[str]
    """Boot id of the boot during which a reboot became necessary; empty when none ever was."""

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        crashkernel: pulumi.Input[str],
        arguments: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        platform: pulumi.Input[Mapping[str, str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {"crashkernel": crashkernel, "arguments": arguments or {}, "platform": platform}
        super().__init__(resource_name, connection, properties, opts)
