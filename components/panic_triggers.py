"""What makes a host panic, and so leave a dump: sysctls, and boot arguments where only those work."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from components.platform_input import platform_input
from components.settings.panic import PanicSettings
from kdump.platforms import Platform
from provider.resources import Sysctls


class PanicTriggersArgs(TypedDict):
    """Triggers of one host."""

    host: str
    connection: Mapping[str, Any]
    panic: PanicSettings
    platform: Platform | None
    """As declared; None where it is measured."""
    for_policies: Mapping[str, Any]
    after: Sequence[pulumi.Resource]
    """What must be there before the host is made to panic more readily: what writes the dump."""


class PanicTriggers(pulumi.ComponentResource):
    """The panic triggers of a host. Its inputs say what they come to, for previews and policies.

    What a release takes as boot arguments is set together with all others of the host, by its CrashKernel.
    """

    ready: Sequence[pulumi.CustomResource]
    """What is done on the host; nothing where boot arguments are all there is."""

    def __init__(self, name: str, args: PanicTriggersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        panic, platform = args["panic"], args["platform"]
        props: dict[str, Any] = {
            "host": args["host"],
            "sysctls": dict(panic.sysctls),
            "bootArguments": dict(panic.boot_arguments),
            **args["for_policies"],
        }
        if platform is not None:
            props |= {"platform": str(platform), "virtualisation": platform.virtualisation}
        if panic.advice:
            props["advice"] = {setting: list(sentences) for setting, sentences in panic.advice.items()}
        super().__init__("kdump:fleet:PanicTriggers", name, props, opts)
        self.ready = ()
        if panic.sysctls:
            made = outliving(
                Sysctls(
                    f"{args['host']}-sysctls",
                    args["connection"],
                    settings=dict(panic.sysctls),
                    platform=platform_input(platform),
                    opts=child_of(self, depends_on=list(args["after"])),
                ),
                self,
            )
            self.ready = (made,)
        self.register_outputs({})
