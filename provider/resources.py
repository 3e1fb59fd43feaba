"""The provider's resources as a Pulumi program sees them; inputs and outputs are explained in the schema."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pulumi
from pydantic.alias_generators import to_camel, to_snake

VERSION = "0.1.0"


class HostResource(pulumi.CustomResource):
    """A state kept on one host. Attributes named in `outputs` are filled by the provider."""

    token: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]] = ()

    machine_id: pulumi.Output[str]
    """/etc/machine-id of the host as first seen; another machine behind the same name is refused."""

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        properties: Mapping[str, pulumi.Input[Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        wanted = {"connection": connection, **properties}
        found = dict.fromkeys(("machine_id", *self.outputs))
        options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=VERSION), opts)
        super().__init__(self.token, resource_name, {**wanted, **found}, options)

    @classmethod
    def _properties(cls) -> set[str]:
        return {*HostResource.__annotations__, *cls.__annotations__}

    # Only names of properties are translated: keys of maps (options, host names) stay as they were written.

    def translate_output_property(self, prop: str) -> str:
        """From the wire's camelCase to Python's names."""
        name = to_snake(prop)
        return name if name in self._properties() else prop

    def translate_input_property(self, prop: str) -> str:
        """From Python's names to the wire's camelCase."""
        return to_camel(prop) if prop in self._properties() else prop


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


RESOURCES: tuple[type[HostResource], ...] = (
    BootArguments,
    DumpIdentity,
    DumpConfiguration,
    DumpService,
    Account,
    AuthorizedKey,
    Export,
)


def get_host_facts(
    connection: pulumi.Input[Mapping[str, Any]],
    paths: Sequence[pulumi.Input[str]],
    opts: pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[dict[str, Any]]:
    """What a host is and has, measured now, in previews too; keys as in the provider's schema.

    Never fails for a host's fault: `reachable` is then false and `problem` says what is wrong.
    """
    options = pulumi.InvokeOutputOptions.merge(pulumi.InvokeOutputOptions(version=VERSION), opts)
    return pulumi.runtime.invoke_output(
        "kdump:index:getHostFacts", {"connection": connection, "paths": list(paths)}, options
    )
