"""The collector's end of a dump over NFS: one directory, exported to one host."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from provider.resources import Account, Export


class NfsExportArgs(TypedDict):
    """Which directory of a collector is for which host."""

    host: str
    collector: str
    collector_connection: Mapping[str, Any]
    account: Account
    user: str
    """Whoever writes over NFS becomes this user on the collector."""
    directory: str
    client: str
    """The host (or network) as the collector sees it, in the words of exports(5)."""
    options: Sequence[str]
    for_policies: Mapping[str, Any]


class NfsExport(pulumi.ComponentResource):
    """A directory of a collector that one host can mount and nobody else."""

    ready: Sequence[pulumi.Resource]
    """What must be there before the host can dump."""

    def __init__(self, name: str, args: NfsExportArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "host": args["host"],
            "collector": args["collector"],
            "directory": args["directory"],
            "client": args["client"],
            "options": list(args["options"]),
            "squashTo": args["user"],
            **args["for_policies"],
        }
        super().__init__("kdump:fleet:NfsExport", name, props, opts)
        export = outliving(
            Export(
                f"{args['host']}-export",
                args["collector_connection"],
                directory=args["directory"],
                client=args["client"],
                options=list(args["options"]),
                squash_to=args["user"],
                label=args["host"],
                opts=child_of(self, depends_on=[args["account"]]),
            ),
            self,
        )
        self.ready = (export,)
        self.register_outputs({})
