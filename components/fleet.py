"""All hosts, collectors and clusters of a stack."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.batches import batches
from components.capacity import CollectorSpace, capacity
from components.cluster import Cluster
from components.collector import Collector
from components.facts import Facts
from components.for_policies import exempted, told
from components.host import Host
from components.keeping import keep_with_its_member
from components.settings import ResolvedCluster, ResolvedCollector, ResolvedFleet
from kdump.errors import Refusal
from kdump.platforms import Platform, require_supported


class Fleet(pulumi.ComponentResource):
    """Collectors first, then hosts, in the order of their names; reboots in batches of that order.

    At most one node of a cluster is in a batch, and none reboots before the cluster's fencing is set.
    """

    readiness: Mapping[str, Mapping[str, pulumi.Output[Any]]]
    """Host -> level and reason."""
    collectors: Mapping[str, Mapping[str, str]]
    """Collector -> address, directory and user."""
    clusters: Mapping[str, Mapping[str, str]]
    """Cluster -> how long it waits, and why, in words."""

    capacity: Mapping[str, pulumi.Output[Mapping[str, Any]]]
    """Collector, or host with a disk of its own -> what must be free there, and what is."""
    facts: pulumi.Output[Mapping[str, Any]]
    """What is known of the machines, for previews that ask none of them."""

    def __init__(
        self,
        name: str,
        settings: ResolvedFleet,
        facts: Facts,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props: dict[str, Any] = {"reboot": settings.reboot.model_dump(by_alias=True)}
        if settings.exemptions:
            props["exemptions"] = [told(each) for each in settings.exemptions]
        if facts.source != "measured":
            props["facts"] = facts.dates(list(settings.hosts) + list(settings.collectors))
        super().__init__("kdump:fleet:Fleet", name, props, opts)
        below = pulumi.ResourceOptions(parent=self)
        _warn_of_platforms(settings, self)
        collectors = {
            each: Collector(each, collector, _directories(settings, each), facts, below)
            for each, collector in settings.collectors.items()
        }
        clusters = {
            each: Cluster(
                each,
                {
                    "settings": cluster,
                    "connections": _connections(settings, cluster, facts),
                    "for_policies": {
                        **_drills(settings, cluster),
                        **exempted(settings.exemptions, each),
                    },
                },
                below,
            )
            for each, cluster in settings.clusters.items()
        }
        fence_nodes = {host: node for cluster in clusters.values() for host, node in cluster.nodes.items()}
        cluster_of = {member.host: each for each, one in settings.clusters.items() for member in one.members}
        hosts: dict[str, Host] = {}
        earlier: pulumi.Input[Sequence[pulumi.Resource]] = []
        for batch in batches(list(settings.hosts), settings.reboot.batch_size, cluster_of):
            for each in batch:
                host = settings.hosts[each]
                hosts[each] = Host(
                    each,
                    {
                        "settings": host,
                        "collector": collectors.get(host.destination.collector or ""),
                        "facts": facts,
                        "exemptions": settings.exemptions,
                        "cluster": settings.clusters[cluster_of[each]] if each in cluster_of else None,
                        "prepared": [fence_nodes[each]] if each in fence_nodes else [],
                        "fencing": clusters[cluster_of[each]].delay.fencing if each in cluster_of else None,
                        "reboot": settings.reboot,
                        "reboot_after": earlier,
                    },
                    below,
                )
            earlier = _reboots_of([hosts[each] for each in batch], earlier)
        known = {each: one.facts for each, one in hosts.items()}
        for each, collector in settings.collectors.items():
            _space_of(collector, settings, collectors[each], known)
        machines = {each: host.machine_id for each, host in hosts.items()}
        for each, cluster in clusters.items():
            keep_with_its_member(settings.clusters[each], cluster.delay.fencing.machine_id, machines)
        self.readiness = {each: {"level": host.readiness, "reason": host.reason} for each, host in hosts.items()}
        self.collectors = {
            each: {
                "address": collector.address,
                "directory": collector.directory,
                "user": collector.user,
            }
            for each, collector in settings.collectors.items()
        }
        self.capacity = capacity(settings, known, {each: one.facts for each, one in collectors.items()})
        self.facts = facts.kept({each: one.facts_after for each, one in hosts.items()})
        self.clusters = {each: cluster.waits for each, cluster in clusters.items()}
        self.register_outputs({})


def _space_of(
    collector: ResolvedCollector,
    settings: ResolvedFleet,
    made: Collector,
    known: Mapping[str, pulumi.Output[Mapping[str, Any]]],
) -> None:
    """Say for policies what a collector needs, together."""
    name = collector.name
    members = {host.name: host for host in settings.dumping_to(name)}
    CollectorSpace(
        f"{name}-space",
        {
            "settings": collector,
            "facts": made.facts,
            "hosts": members,
            "facts_of_hosts": {each: known[each] for each in members},
            "crash_together": settings.crash_together,
            "for_policies": exempted(settings.exemptions, name),
        },
        pulumi.ResourceOptions(parent=made),
    )


def _drills(settings: ResolvedFleet, cluster: ResolvedCluster) -> Mapping[str, Any]:
    """How long the dumps of a cluster's members took, as far as they were drilled."""
    drills = {member.host: settings.hosts[member.host].drilled for member in cluster.members}
    seconds = {host: drill.seconds for host, drill in drills.items() if drill is not None}
    return {"dumpSeconds": seconds} if seconds else {}


def _connections(settings: ResolvedFleet, cluster: ResolvedCluster, facts: Facts) -> Mapping[str, Mapping[str, Any]]:
    return {member.host: facts.connection(settings.hosts[member.host].connection.wire()) for member in cluster.members}


def _directories(settings: ResolvedFleet, collector: str) -> list[str]:
    places = [host.destination for host in settings.hosts.values()]
    return [place.directory for place in places if place.collector == collector]


def _reboots_of(
    batch: Sequence[Host], earlier: pulumi.Input[Sequence[pulumi.Resource]]
) -> pulumi.Output[Sequence[pulumi.Resource]]:
    """What the batch after this one waits for: this one's reboots, or earlier ones where it has none."""
    return pulumi.Output.all(earlier, *(host.reboots for host in batch)).apply(
        lambda found: [reboot for of_host in found[1:] for reboot in of_host] or found[0]
    )


def _warn_of_platforms(settings: ResolvedFleet, fleet: pulumi.Resource) -> None:
    """Say which hosts a preview is all that there is for: their platform is known, and not written to."""
    waiting = [f"{name} ({host.platform})" for name, host in settings.hosts.items() if _is_waiting(host.platform)]
    if waiting:
        pulumi.log.warn(
            "up does not write to the platforms of these hosts, their previews are for reading: " + ", ".join(waiting),
            fleet,
        )


def _is_waiting(platform: Platform | None) -> bool:
    if platform is None:
        return False
    try:
        require_supported(platform)
    except Refusal:
        return True
    return False
