"""A LUN on a SAN that receives the dumps of one host."""

from collections.abc import Mapping
from typing import Any

import pulumi

from provider.resources.base import HostResource


class CrashVolume(HostResource):
    """A LUN's file system for dumps, mounted at every boot; erased only where its WWID is said twice."""

    token = "kdump:host:CrashVolume"
    outputs = ("device", "filesystem_uuid", "size_bytes", "support")
    wwid: pulumi.Output[str]
    filesystem: pulumi.Output[str | None]
    mount_point: pulumi.Output[str]
    path: pulumi.Output[str]
    multipath: pulumi.Output[str | None]
    name: pulumi.Output[str]
    uuid: pulumi.Output[str | None]
    erase_wwid: pulumi.Output[str]
    platform: pulumi.Output[Mapping[str, str] | None]
    device: pulumi.Output[str]
    filesystem_uuid: pulumi.Output[str]
    size_bytes: pulumi.Output[int]
    support: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        wwid: pulumi.Input[str],
        filesystem: pulumi.Input[str] | None = None,
        mount_point: pulumi.Input[str] = "/var/crashsan",
        path: pulumi.Input[str] = "/var/crash",
        multipath: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] = "crashsan",
        uuid: pulumi.Input[str] | None = None,
        erase_wwid: pulumi.Input[str] = "",
        platform: pulumi.Input[Mapping[str, str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {
            "wwid": wwid,
            "filesystem": filesystem,
            "mount_point": mount_point,
            "path": path,
            "multipath": multipath,
            "name": name,
            "uuid": uuid,
            "erase_wwid": erase_wwid,
            "platform": platform,
        }
        super().__init__(resource_name, connection, properties, opts)
