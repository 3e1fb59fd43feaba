"""What can be said of a collector, a server that receives dumps."""

from typing import Annotated

from pydantic import Field

from components.settings.base import Settings
from components.settings.connection import CompleteConnection
from components.settings.exports import ExportClient, ExportOptions
from components.settings.known import FAILURE_DOMAINS, FailureDomains, Size, SpaceSettings
from kdump.targets import Directory, ServerName, UserName


class CollectorNfsSettings(Settings):
    """How a collector exports directories; only used when a host dumps over NFS."""

    clients: Annotated[
        ExportClient | None,
        Field(description="Who may mount, like 10.1.0.0/16; default: each host's own `address` and no other."),
    ] = None
    options: Annotated[
        ExportOptions,
        Field(description="Options of each export, as in exports(5); who a host's root becomes is decided by `user`."),
    ] = (
        "rw",
        "sync",
        "no_subtree_check",
    )


class CollectorSettings(Settings):
    """A server that receives dumps over NFS or SSH."""

    connection: Annotated[CompleteConnection, Field(description="How we log in there to set it up.")]
    address: Annotated[ServerName, Field(description="Name or address under which hosts reach it after a crash.")]
    directory: Annotated[Directory, Field(description="Directory all dumps lie below, one directory per host.")] = (
        "/srv/kdump"
    )
    user: Annotated[
        UserName, Field(description="Account that owns the dumps; made when missing, and good for nothing else.")
    ] = "kdump"
    space: Annotated[
        SpaceSettings, Field(description="What is known of the file system of `directory` without asking it.")
    ] = SpaceSettings()
    failure_domains: Annotated[FailureDomains | None, Field(description=FAILURE_DOMAINS)] = None
    dumps_may_take: Annotated[
        Size | None,
        Field(
            description="What older dumps may take altogether, where something on the collector removes them beyond "
            "that; default: `keepDumps` of every host."
        ),
    ] = None
    nfs: Annotated[CollectorNfsSettings, Field(description="Exports over NFS.")] = CollectorNfsSettings()
