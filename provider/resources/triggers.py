"""What makes a host panic."""

from collections.abc import Mapping
from typing import Any

import pulumi

from provider.resources.base import HostResource


class Sysctls(HostResource):
    """Panic triggers as sysctls: the running values, and a file for the next boot."""

    token = "kdump:host:Sysctls"
    outputs = ("file",)
    settings: pulumi.Output[Mapping[str, str]]
    platform: pulumi.Output[Mapping[str, str] | None]
    file: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        settings: pulumi.Input[Mapping[str, pulumi.Input[str]]],
        platform: pulumi.Input[Mapping[str, str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(resource_name, connection, {"settings": settings, "platform": platform}, opts)
