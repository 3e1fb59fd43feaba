"""What can be said of a cluster, whose fencing shall leave a crashed node alone until its dump is written."""

from typing import Annotated

from pydantic import Field

from components.settings.base import Name, Settings
from kdump.fencing.delay import CAPTURE_BOOT, DEFAULT_INTERVAL_SECONDS, DEFAULT_SLACK_SECONDS, NETWORK
from kdump.fencing.support import PORT, Stack


class MemberSettings(Settings):
    """A host as a node of the cluster."""

    node: Annotated[
        str | None, Field(description="The node's name as the cluster knows it; default: the host's name.")
    ] = None
    rings: Annotated[
        tuple[str, ...],
        Field(description="Its names or addresses on the cluster's networks; default: the node's name."),
    ] = ()
    power: Annotated[
        tuple[str, ...],
        Field(
            description="The fence devices that cut it off, all of them together, which the cluster has already. "
            "Needed with `fenceKdump`."
        ),
    ] = ()


class FenceKdumpSettings(Settings):
    """The cluster asks a node that is gone whether it dumps, before its power is cut; `{}` takes what is computed."""

    timeout_seconds: Annotated[
        int | None,
        Field(ge=1, le=86400, description="How long it waits for the answer; default: computed from `delay`."),
    ] = None
    interval_seconds: Annotated[
        int, Field(ge=1, le=3600, description="Seconds between two messages of a node that dumps.")
    ] = DEFAULT_INTERVAL_SECONDS
    port: Annotated[int, Field(ge=1, le=65535, description="UDP port of the messages.")] = PORT
    name: Annotated[str, Field(description="Name of the new fence device, or the start of it.")] = "kdump"


class PostFailDelaySettings(Settings):
    """cman waits blindly before it fences (Red Hat 5 and 6); `{}` takes what is computed."""

    seconds: Annotated[int | None, Field(ge=0, le=86400, description="How long; default: computed from `delay`.")] = (
        None
    )


class DelaySettings(Settings):
    """What takes time between a crash and the end of the dump; a drill shows it."""

    capture_boot_seconds: Annotated[int, Field(ge=0, le=3600, description="Until the capture kernel runs.")] = (
        CAPTURE_BOOT.most_seconds
    )
    network_seconds: Annotated[
        int, Field(ge=0, le=3600, description="Until its network does; 0 for a local dump without messages.")
    ] = NETWORK.most_seconds
    dump_seconds: Annotated[
        int | None,
        Field(
            ge=0,
            le=86400,
            description="Until the dump is written. Needed where the cluster has to wait for all of it: with "
            "`postFailDelay`, and with `fenceKdump` on SUSE.",
        ),
    ] = None
    slack_seconds: Annotated[int, Field(ge=0, le=3600, description="For what a dump on another day takes longer.")] = (
        DEFAULT_SLACK_SECONDS
    )


class ClusterSettings(Settings):
    """Hosts that fence each other. Give `fenceKdump` or `postFailDelay`."""

    stack: Annotated[
        Stack | None,
        Field(description="Who keeps the cluster's configuration; default: what the members' `platform` has."),
    ] = None
    members: Annotated[dict[Name, MemberSettings], Field(description="All its nodes, by their names under `hosts`.")]
    through: Annotated[
        str | None,
        Field(
            description="The member through which the cluster is changed; default: the first by name. What the cluster "
            "had before is kept there alone, so a preview that would go through another one is refused, and says what "
            "to write: name it here when a member with an earlier name joins. To move it, take the cluster out, run "
            "up, and put it in again."
        ),
    ] = None
    fence_kdump: Annotated[
        FenceKdumpSettings | None, Field(description="Ask first, with a fence device of its own.")
    ] = None
    post_fail_delay: Annotated[
        PostFailDelaySettings | None, Field(description="Wait blindly, where a release has nothing better.")
    ] = None
    delay: Annotated[DelaySettings, Field(description="What the time to wait is computed from.")] = DelaySettings()
    storage_fencing: Annotated[
        bool | None,
        Field(
            description="Whether a node is cut off from its SAN (fence_scsi, a switch of the fabric) instead of from "
            "power: a dump to that SAN is then cut off, too. Policies ask where a member dumps to a SAN."
        ),
    ] = None
    watchdog_seconds: Annotated[
        int | None,
        Field(
            ge=1,
            le=86400,
            description="Timeout of the nodes' hardware watchdog, where nobody serves it during the dump.",
        ),
    ] = None
