"""Memory for the capture kernel: the boot argument that sets it aside, and the reboot that takes it up."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi
from pulumi_command import local

from components.adoption import child_of
from components.continuing import outliving
from components.for_policies import runs
from components.platform_input import platform_input
from kdump.platforms import Platform
from provider.resources import BootArguments


class CrashKernelArgs(TypedDict):
    """What a host boots with."""

    host: str
    connection: Mapping[str, Any]
    crashkernel: str
    """As the kernel reads it; empty: no memory is set aside."""
    platform: Platform | None
    """As declared; None where it is measured."""
    boot_arguments: Mapping[str, str]
    """Further boot arguments; an empty value is a flag."""
    facts: pulumi.Input[Mapping[str, Any]]
    """Those of the host, for policies."""
    for_policies: Mapping[str, Any]


class CrashKernel(pulumi.ComponentResource):
    """`crashkernel=` on every boot entry of a host and, if wanted, the reboot that takes it up."""

    boot_arguments: BootArguments

    def __init__(self, name: str, args: CrashKernelArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "host": args["host"],
            "crashkernel": args["crashkernel"],
            "bootArguments": args["boot_arguments"],
            "memoryBytes": pulumi.Output.from_input(args["facts"]).apply(_memory),
            "runs": pulumi.Output.from_input(args["facts"]).apply(lambda facts: runs(args["platform"], facts)),
            **args["for_policies"],
        }
        super().__init__("kdump:fleet:CrashKernel", name, props, opts)
        self._host = args["host"]
        self._connection = args["connection"]
        self._arguments = dict(args["boot_arguments"])
        self.boot_arguments = outliving(
            BootArguments(
                f"{self._host}-boot-arguments",
                args["connection"],
                crashkernel=args["crashkernel"],
                arguments=args["boot_arguments"],
                platform=platform_input(args["platform"]),
                opts=child_of(self),
            ),
            self,
        )
        self.register_outputs({})

    def take_up(
        self, timeout_seconds: int, after: pulumi.Input[Sequence[pulumi.Input[pulumi.Resource]]]
    ) -> local.Command:
        """Reboot the host when its running kernel has not taken the boot arguments up, once per change of them.

        An act, not a state: it runs when a reboot has become required (the trigger is the boot during which it
        did), waits at most `timeout_seconds` until the host is back with its capture kernel loaded, and fails
        when it does not come back so. Comes after the resources in `after`.
        """
        order = {
            "host": self._host,
            # The same whether or not this preview contacts the host: else it would show a change of the command.
            "connection": {name: value for name, value in self._connection.items() if name != "contactInPreview"},
            "machineId": self.boot_arguments.machine_id,
            "arguments": self._arguments,
            "timeoutSeconds": timeout_seconds,
        }
        return outliving(
            local.Command(
                f"{self._host}-reboot",
                create=".venv/bin/python -m provider.reboot",
                # Without this a changed connection or timeout would reboot, as update falls back on create.
                update="true",
                stdin=pulumi.Output.json_dumps(order, sort_keys=True),
                triggers=[self.boot_arguments.reboot_token],
                logging=local.Logging.STDERR,
                add_previous_output_in_env=False,
                opts=pulumi.ResourceOptions(parent=self, depends_on=after),
            ),
            self,
        )


def _memory(facts: Mapping[str, Any]) -> int | None:
    """A host's memory in bytes, None where nobody knows it."""
    found = int(facts.get("memoryBytes", -1))
    return found if found > 0 else None
