"""What a collector has for the hosts that dump to it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.resources.base import HostResource


class Account(HostResource):
    """The user on a collector that owns the dumps, and the directory all dumps lie below."""

    token = "kdump:collector:Account"
    outputs = ("uid", "gid", "host_keys")
    user: pulumi.Output[str]
    directory: pulumi.Output[str]
    uid: pulumi.Output[int]
    gid: pulumi.Output[int]
    host_keys: pulumi.Output[Sequence[str]]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        user: pulumi.Input[str],
        directory: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(resource_name, connection, {"user": user, "directory": directory}, opts)


class AuthorizedKey(HostResource):
    """One host's way into a collector: its key, allowed to write dumps below one directory only."""

    token = "kdump:collector:AuthorizedKey"
    user: pulumi.Output[str]
    public_key: pulumi.Output[str]
    directory: pulumi.Output[str]
    label: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        user: pulumi.Input[str],
        public_key: pulumi.Input[str],
        directory: pulumi.Input[str],
        label: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {"user": user, "public_key": public_key, "directory": directory, "label": label}
        super().__init__(resource_name, connection, properties, opts)


class Export(HostResource):
    """One directory of a collector, exported over NFS to one host."""

    token = "kdump:collector:Export"
    directory: pulumi.Output[str]
    client: pulumi.Output[str]
    options: pulumi.Output[Sequence[str]]
    squash_to: pulumi.Output[str]
    label: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        directory: pulumi.Input[str],
        client: pulumi.Input[str],
        options: pulumi.Input[Sequence[pulumi.Input[str]]],
        squash_to: pulumi.Input[str],
        label: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {
            "directory": directory,
            "client": client,
            "options": options,
            "squash_to": squash_to,
            "label": label,
        }
        super().__init__(resource_name, connection, properties, opts)
