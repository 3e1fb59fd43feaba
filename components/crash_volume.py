"""A LUN on a SAN for the dumps of one host: partitioned and formatted where that is asked for, and mounted."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from components.for_policies import runs
from components.platform_input import platform_input
from kdump.platforms import Platform
from kdump.volumes import SanVolume
from provider import resources


class CrashVolumeArgs(TypedDict):
    """Which LUN is for which host."""

    host: str
    connection: Mapping[str, Any]
    volume: SanVolume
    platform: Platform | None
    """As declared; None where it is measured."""
    use: pulumi.Input[str | None]
    """What the LUN is used for now, for policies; "" for nothing, None where nobody looked."""
    facts: pulumi.Input[Mapping[str, Any]]
    """Those of the host, for policies."""
    for_policies: Mapping[str, Any]


class CrashVolume(pulumi.ComponentResource):
    """The LUN of a host. Its inputs say for policies which it is, and whether it may be erased."""

    ready: Sequence[pulumi.Resource]
    """What must be there before the host can dump."""

    def __init__(self, name: str, args: CrashVolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        volume, platform = args["volume"], args["platform"]
        props = {
            "host": args["host"],
            "wwid": volume.wwid,
            "filesystem": volume.fstype,
            "mountPoint": volume.mount_point,
            "multipath": volume.multipath,
            "mayBeErased": volume.erase,
            "platform": platform_input(platform),
            "use": args["use"],
            "runs": pulumi.Output.from_input(args["facts"]).apply(lambda facts: runs(platform, facts)),
            **args["for_policies"],
        }
        super().__init__("kdump:fleet:CrashVolume", name, props, opts)
        made = outliving(
            resources.CrashVolume(
                f"{args['host']}-volume",
                args["connection"],
                wwid=volume.wwid,
                filesystem=volume.fstype,
                mount_point=volume.mount_point,
                path=volume.path,
                multipath=volume.multipath,
                name=volume.name,
                uuid=volume.uuid,
                erase_wwid=volume.erase_confirmed_wwid,
                platform=platform_input(platform),
                opts=child_of(self),
            ),
            self,
        )
        self.ready = (made,)
        self.register_outputs({})
