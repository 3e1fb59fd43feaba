"""Where a host's dump goes: the configuration of its dump tools, and the service that is armed with it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from kdump.configuration import DumpConfiguration as Configuration
from kdump.targets import LocalTarget, NfsTarget, SshTarget, bracketed
from provider.resources import DumpConfiguration, DumpService


class DumpTargetArgs(TypedDict):
    """What a host does with a dump."""

    host: str
    connection: Mapping[str, Any]
    configuration: Configuration
    enabled: bool
    collector: str | None
    space: pulumi.Input[Mapping[str, Any]]
    """Memory of the host and free space of the target as of before this run, for policies."""
    after: Sequence[pulumi.Resource]
    """What must be there before the configuration can be tried out: boot arguments, keys, the export."""


class DumpTarget(pulumi.ComponentResource):
    """Configuration and service of a host's dump tools. Its inputs hold what is known of the target's space."""

    service: DumpService
    text: str
    """The target as people write it: ssh kdump@vault:/srv/kdump/web1."""

    def __init__(self, name: str, args: DumpTargetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        configuration = args["configuration"]
        target = configuration.target.model_dump(mode="json")
        self.text = target_text(configuration.target)
        props = {
            "host": args["host"],
            "enabled": args["enabled"],
            "target": self.text,
            "collector": args["collector"],
            "dumpLevel": configuration.dump_level,
            "compression": configuration.compression,
            "space": args["space"],
        }
        super().__init__("kdump:fleet:DumpTarget", name, props, opts)
        written = outliving(
            DumpConfiguration(
                f"{args['host']}-configuration",
                args["connection"],
                target=target,
                dump_level=configuration.dump_level,
                compression=configuration.compression,
                options=configuration.options,
                opts=child_of(self, depends_on=list(args["after"])),
            ),
            self,
        )
        self.service = outliving(
            DumpService(
                f"{args['host']}-service",
                args["connection"],
                enabled=args["enabled"],
                loaded=args["enabled"],
                opts=child_of(self, depends_on=[written]),
            ),
            self,
        )
        self.register_outputs({})


def target_text(target: LocalTarget | NfsTarget | SshTarget) -> str:
    """A target in one line, for people."""
    match target:
        case LocalTarget():
            return f"local {target.path}"
        case NfsTarget():
            return f"nfs {bracketed(target.server)}:{target.export}"
        case SshTarget():
            return f"ssh {target.user}@{bracketed(target.server)}:{target.path}"
