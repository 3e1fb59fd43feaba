"""Where a host's dump goes: the configuration of its dump tools, and the service that is armed with it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from components.crash_volume import CrashVolume
from components.for_policies import runs
from components.platform_input import platform_input
from kdump.configuration import DumpConfiguration as Configuration
from kdump.platforms import Platform
from kdump.rendering import RenderedFile
from kdump.targets import (
    AnyTarget,
    FilesystemTarget,
    LocalTarget,
    NfsTarget,
    RawTarget,
    SshTarget,
    VirtiofsTarget,
    bracketed,
)
from kdump.volumes import SanVolume
from provider.resources import DumpConfiguration, DumpService


class DumpTargetArgs(TypedDict):
    """What a host does with a dump."""

    host: str
    connection: Mapping[str, Any]
    configuration: Configuration
    platform: Platform | None
    """As declared; None where it is measured."""
    files: Sequence[RenderedFile]
    """What will be written on the declared platform, for previews."""
    advice: Sequence[str]
    """What is worth knowing of the declared platform, for previews."""
    enabled: bool
    collector: str | None
    space: pulumi.Input[Mapping[str, Any]]
    """Memory of the host and free space of the target as of before this run, for policies."""
    volume: SanVolume | None
    """The LUN that has to be made ready for the target; None for other targets."""
    facts: pulumi.Input[Mapping[str, Any]]
    """Those of the host, for policies."""
    for_policies: Mapping[str, Any]
    """Further inputs: failure domains, cluster, the last drill, exemptions."""
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
            "failureAction": configuration.failure_action,
            "finalAction": configuration.final_action,
            "options": dict(configuration.options),
            "destination": target,
            "space": args["space"],
            "runs": pulumi.Output.from_input(args["facts"]).apply(lambda facts: runs(args["platform"], facts)),
            "kernel": pulumi.Output.from_input(args["facts"]).apply(lambda facts: str(facts.get("kernel", ""))),
            **({"wwid": args["volume"].wwid} if args["volume"] else {}),
            **args["for_policies"],
            **_declared(args),
        }
        super().__init__("kdump:fleet:DumpTarget", name, props, opts)
        ready = self._lun(args["volume"], args) if args["volume"] else ()
        written = outliving(
            DumpConfiguration(
                f"{args['host']}-configuration",
                args["connection"],
                target=target,
                dump_level=configuration.dump_level,
                compression=configuration.compression,
                failure_action=configuration.failure_action,
                final_action=configuration.final_action,
                options=configuration.options,
                platform=platform_input(args["platform"]),
                opts=child_of(self, depends_on=[*args["after"], *ready]),
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

    def _lun(self, volume: SanVolume, args: DumpTargetArgs) -> Sequence[pulumi.Resource]:
        """What has to be there before the configuration can name the file system."""
        return CrashVolume(
            f"{args['host']}-crash-volume",
            {
                "host": args["host"],
                "connection": args["connection"],
                "volume": volume,
                "platform": args["platform"],
                "use": pulumi.Output.from_input(args["space"]).apply(lambda space: space.get("use")),
                "facts": args["facts"],
                "for_policies": _exemptions(args),
            },
            pulumi.ResourceOptions(parent=self),
        ).ready


def target_text(target: AnyTarget) -> str:
    """A target in one line, for people."""
    match target:
        case LocalTarget():
            return f"local {target.path}"
        case FilesystemTarget():
            return f"{target.filesystem} {target.device}:{target.path}"
        case RawTarget():
            return f"raw {target.device}"
        case VirtiofsTarget():
            return f"virtiofs {target.tag}:{target.path}"
        case NfsTarget():
            below = "" if target.path == "/" else target.path
            return f"nfs {bracketed(target.server)}:{target.export}{below}"
        case SshTarget():
            return f"ssh {target.user}@{bracketed(target.server)}:{target.path}"


def _declared(args: DumpTargetArgs) -> dict[str, Any]:
    """Inputs that only a declared platform gives: so that a preview shows what would stand in which file."""
    if args["platform"] is None:
        return {}
    # Line by line: of a text with many lines, previews show only the first.
    files = {
        file.path: [line for line in file.text.splitlines() if line[:1] not in ("", "#")] for file in args["files"]
    }
    advice = {"advice": list(args["advice"])} if args["advice"] else {}
    return {"platform": str(args["platform"]), "files": files, **advice}


def _exemptions(args: DumpTargetArgs) -> Mapping[str, Any]:
    return {name: value for name, value in args["for_policies"].items() if name == "exemptions"}
