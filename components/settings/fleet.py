"""The whole stack file: `pulumi-kdump:fleet`."""

from typing import Annotated, Literal

from pydantic import Field

from components.settings.base import Name, Settings
from components.settings.cluster import ClusterSettings
from components.settings.collector import CollectorSettings
from components.settings.exemptions import ExemptionSettings
from components.settings.host import HostDefaults, HostSettings
from components.settings.known import FactsSource


class RebootSettings(Settings):
    """A new crashkernel is only taken up by a reboot; who reboots, and how many hosts at a time."""

    when: Annotated[
        Literal["never", "whenRequired"],
        Field(description="never: say that a reboot is required. whenRequired: reboot those that need it."),
    ] = "never"
    batch_size: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="At most so many hosts reboot at the same time, in the order of their names, and never two "
            "nodes of one cluster; the next ones wait until these came back armed. Whether a node has joined its "
            "cluster again by then is not looked at.",
        ),
    ] = 1
    timeout_seconds: Annotated[
        int, Field(ge=30, le=7200, description="Seconds a host may take to come back armed.")
    ] = 900


class FleetSettings(Settings):
    """Everything a stack says: hosts, the collectors they dump to, and what they share."""

    defaults: Annotated[HostDefaults, Field(description="What all hosts share.")] = HostDefaults()
    groups: Annotated[
        dict[Name, HostDefaults], Field(description="What the hosts of a group share; wins over `defaults`.")
    ] = {}
    hosts: Annotated[dict[Name, HostSettings], Field(description="The hosts, by name; wins over its groups.")] = {}
    collectors: Annotated[
        dict[Name, CollectorSettings], Field(description="The servers that receive dumps, by name.")
    ] = {}
    clusters: Annotated[
        dict[Name, ClusterSettings],
        Field(description="Clusters of hosts, by name, whose fencing shall wait for a dump."),
    ] = {}
    facts: Annotated[
        FactsSource,
        Field(
            description="Where previews have memory, space and platform of machines from. measured: they are asked. "
            "recorded: what the last `up` of the stack kept. declared: this file; what is declared also stands in "
            "where nothing was recorded. With recorded and declared a preview contacts no machine; `up` always does. "
            "PULUMI_KDUMP_FACTS in the environment wins, for pull requests."
        ),
    ] = "measured"
    crash_together: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=100000)]],
        Field(
            description="Failure domain -> how many of its hosts can crash at once, like a wave of updates; "
            "default: all of them."
        ),
    ] = {}
    exemptions: Annotated[
        tuple[ExemptionSettings, ...],
        Field(description="Rules of the policy pack that do not hold for some machines, for a while."),
    ] = ()
    reboot: Annotated[RebootSettings, Field(description="Reboots that take up a new crashkernel.")] = RebootSettings()
