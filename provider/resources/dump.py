"""How a host dumps: its identity, its configuration and its service."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.resources.base import HostResource


class DumpIdentity(HostResource):
    """The key a host dumps with, and the pinned keys of its collectors."""

    token = "kdump:host:DumpIdentity"
    outputs = ("public_key",)
    path: pulumi.Output[str]
    key_type: pulumi.Output[str]
    known_hosts: pulumi.Output[Mapping[str, Sequence[str]]]
    public_key: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        known_hosts: pulumi.Input[Mapping[str, pulumi.Input[Sequence[pulumi.Input[str]]]]],
        path: pulumi.Input[str] = "/root/.ssh/kdump_id_rsa",
        key_type: pulumi.Input[str] = "rsa",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {"path": path, "key_type": key_type, "known_hosts": known_hosts}
        super().__init__(resource_name, connection, properties, opts)


class DumpConfiguration(HostResource):
    """Where a host's vmcore goes and how it is made: the configuration file of the platform's kdump."""

    token = "kdump:host:DumpConfiguration"
    outputs = ("file", "verdict")
    target: pulumi.Output[Mapping[str, Any]]
    dump_level: pulumi.Output[int]
    compression: pulumi.Output[str]
    failure_action: pulumi.Output[str | None]
    final_action: pulumi.Output[str | None]
    options: pulumi.Output[Mapping[str, str]]
    platform: pulumi.Output[Mapping[str, str] | None]
    file: pulumi.Output[str]
    verdict: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        target: pulumi.Input[Mapping[str, Any]],
        dump_level: pulumi.Input[int] = 31,
        compression: pulumi.Input[str] = "zlib",
        failure_action: pulumi.Input[str] | None = None,
        final_action: pulumi.Input[str] | None = None,
        options: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        platform: pulumi.Input[Mapping[str, str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {
            "target": target,
            "dump_level": dump_level,
            "compression": compression,
            "failure_action": failure_action,
            "final_action": final_action,
            "options": options or {},
            "platform": platform,
        }
        super().__init__(resource_name, connection, properties, opts)


class DumpService(HostResource):
    """The kdump package present, its service enabled, the capture kernel loaded."""

    token = "kdump:host:DumpService"
    outputs = ("package",)
    enabled: pulumi.Output[bool]
    loaded: pulumi.Output[bool]
    package: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        enabled: pulumi.Input[bool] = True,
        loaded: pulumi.Input[bool] = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(resource_name, connection, {"enabled": enabled, "loaded": loaded}, opts)
