"""Clusters worked out: who keeps them, how long they wait, and whom each member tells that it dumps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.settings.cluster import ClusterSettings, DelaySettings
from components.settings.cluster_checks import check_members, check_watchdog
from components.settings.fleet import FleetSettings
from components.settings.inherit import inherit
from components.settings.problems import Problems
from components.settings.resolved import ResolvedCluster, ResolvedMember
from kdump.errors import Refusal
from kdump.fencing.delay import FenceDelay, agent_timeout, agent_timeout_after_dump, post_fail_delay
from kdump.fencing.devices import fence_kdump_args, fence_plan, postscript
from kdump.fencing.nodes import Node, fence_kdump_nodes, other_nodes
from kdump.fencing.support import Stack, fence_support
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform, platform_named

_STACKS: tuple[Stack, ...] = ("cman", "pcs", "crm")
# By whose rules a cluster is judged of which no platform is declared; the host's own are looked at when it is known.
_TYPICAL: Mapping[Stack, str] = {"cman": "rhel-6.10", "pcs": "rhel-9", "crm": "sles-15.7"}


@dataclass(frozen=True)
class Told:
    """What a cluster adds to the options of a member's dump configuration."""

    cluster: str
    options: Mapping[str, str] = field(default_factory=dict)


def resolve_clusters(
    fleet: FleetSettings, problems: Problems
) -> tuple[Mapping[str, ResolvedCluster], Mapping[str, Told]]:
    """All clusters in the order of their names, and by host what they add to its options.

    What is wrong is noted; a cluster with a problem of its own is left out.
    """
    clusters: dict[str, ResolvedCluster] = {}
    told: dict[str, Told] = {}
    taken: dict[str, str] = {}
    for name, settings in sorted(fleet.clusters.items()):
        before = len(problems)
        check_members(name, settings, fleet, taken, problems)
        if len(problems) > before:
            continue
        platforms = {host: _declared(fleet, host) for host in sorted(settings.members)}
        stack = _stack(name, settings, platforms, problems)
        if stack is None:
            continue
        delay, seconds = _delay(name, settings, stack, problems)
        check_watchdog(name, settings, problems)
        if len(problems) > before or seconds is None:
            continue
        cluster = _resolved(name, settings, stack, platforms, delay, seconds)
        if settings.fence_kdump is not None:
            _check_plan(cluster, platforms, problems)
            for host in cluster.members:
                told[host.host] = Told(name, _options(cluster, settings, host, platforms, fleet, problems))
        if len(problems) == before:
            clusters[name] = cluster
    return clusters, told


def _declared(fleet: FleetSettings, host: str) -> Platform | None:
    """The platform that a host is declared to have; what is wrong with it is noted where the host is resolved."""
    values = inherit(fleet, host).values
    try:
        return platform_named(values["platform"]) if "platform" in values else None
    except Refusal:
        return None


def _stack(
    name: str, settings: ClusterSettings, platforms: Mapping[str, Platform | None], problems: Problems
) -> Stack | None:
    where = f"clusters.{name}.stack"
    known = {host: platform for host, platform in platforms.items() if platform is not None}
    stack = settings.stack
    if stack is None and settings.post_fail_delay is not None:
        stack = "cman"
    if stack is None:
        possible = [each for each in _STACKS if known and all(_supports(platform, each) for platform in known.values())]
        if len(possible) != 1:
            found = ", ".join(str(platform) for platform in dict.fromkeys(known.values())) or "no declared platform"
            needed = " or ".join(possible or _STACKS)
            problems.add(
                where, f"is missing, needed {needed} ({found} does not decide it); write for example stack: pcs"
            )
            return None
        stack = possible[0]
    if settings.post_fail_delay is not None:
        too_new = [str(each) for each in known.values() if each.base != "rhel" or each.version >= (7, 0)]
        if stack != "cman" or too_new:
            problems.add(
                f"clusters.{name}.postFailDelay",
                f"found on {', '.join(dict.fromkeys(too_new)) or f'the stack {stack}'}, needed cman (Red Hat 5 and 6), "
                "because nothing else has a post_fail_delay; write fenceKdump: {}",
            )
        return stack
    for host, platform in known.items():
        try:
            fence_support(platform, stack)
        except Refusal as refusal:
            problems.refused(where, refusal, host)
    return stack


def _supports(platform: Platform, stack: Stack) -> bool:
    try:
        fence_support(platform, stack)
    except Refusal:
        return False
    return True


def _delay(
    name: str, settings: ClusterSettings, stack: Stack, problems: Problems
) -> tuple[FenceDelay | None, int | None]:
    """How the time to wait comes about, and the time; the former None where it was given and nothing declared."""
    parts = settings.delay
    asking = settings.fence_kdump
    blind = settings.post_fail_delay
    given = asking.timeout_seconds if asking else blind.seconds if blind else None
    where = f"clusters.{name}." + ("fenceKdump.timeoutSeconds" if asking else "postFailDelay.seconds")
    if given is not None and not parts.model_fields_set:
        return None, given
    all_of_it = asking is None or stack == "crm"
    if all_of_it and parts.dump_seconds is None:
        if given is not None:
            return None, given
        problems.add(
            f"clusters.{name}.delay.dumpSeconds",
            "is missing, needed the seconds that a dump takes, because "
            + ("cman waits blindly" if asking is None else "SUSE's message comes after the dump")
            + f"; a drill shows it. Or write {where.rpartition('.')[0].rpartition('.')[2]}: "
            + ("{seconds: 600}" if asking is None else "{timeoutSeconds: 600}"),
        )
        return None, None
    delay = _computed(parts, asking.interval_seconds if asking else None, after_dump=all_of_it)
    if given is not None and given < delay.seconds:
        problems.refused(
            where,
            Refusal(
                where,
                given,
                f"{delay.seconds} or more, which clusters.{name}.delay adds up to",
                f"Write {delay.seconds}, leave it out, or correct the parts: {'; '.join(delay.steps)}",
                "A node that takes as long as declared would be cut off while it dumps",
            ),
        )
        return None, None
    return delay, delay.seconds if given is None else given


def _computed(parts: DelaySettings, interval_seconds: int | None, *, after_dump: bool) -> FenceDelay:
    boot, network, dump = parts.capture_boot_seconds, parts.network_seconds, parts.dump_seconds or 0
    if interval_seconds is None:
        return post_fail_delay(dump, boot, network, parts.slack_seconds)
    if after_dump:
        return agent_timeout_after_dump(dump, boot, network, interval_seconds, parts.slack_seconds)
    return agent_timeout(boot, network, interval_seconds)


def _resolved(
    name: str,
    settings: ClusterSettings,
    stack: Stack,
    platforms: Mapping[str, Platform | None],
    delay: FenceDelay | None,
    seconds: int,
) -> ResolvedCluster:
    asking = settings.fence_kdump
    members = tuple(
        ResolvedMember(host, member.node or host, member.power) for host, member in sorted(settings.members.items())
    )
    through = settings.through or members[0].host
    return ResolvedCluster(
        name=name,
        stack=stack,
        members=members,
        through=through,
        platform=platforms[through],
        timeout_seconds=seconds if asking else None,
        post_fail_delay_seconds=None if asking else seconds,
        delay=delay,
        parts=_parts(settings, stack) if delay else {},
        device=asking.name if asking else "",
        port=asking.port if asking else 0,
        storage_fencing=settings.storage_fencing,
    )


def _parts(settings: ClusterSettings, stack: Stack) -> Mapping[str, int]:
    """What the time to wait is computed from, in seconds, by the names of the settings."""
    parts, asking = settings.delay, settings.fence_kdump
    found = {"captureBootSeconds": parts.capture_boot_seconds, "networkSeconds": parts.network_seconds}
    if asking is not None:
        found["intervalSeconds"] = asking.interval_seconds
    if asking is None or stack == "crm":
        found |= {"dumpSeconds": parts.dump_seconds or 0, "slackSeconds": parts.slack_seconds}
    return found


def _check_plan(cluster: ResolvedCluster, platforms: Mapping[str, Platform | None], problems: Problems) -> None:
    """Note what the rules of fence devices refuse: names, a timeout, a port."""
    platform = cluster.platform or platform_named(_TYPICAL[cluster.stack])
    names = {"timeoutSeconds": "fenceKdump.timeoutSeconds", "name": "fenceKdump.name", "port": "fenceKdump.port"}
    try:
        fence_plan(
            platform,
            cluster.stack,
            {member.node: member.power for member in cluster.members},
            cluster.timeout_seconds or 0,
            name=cluster.device,
            port=cluster.port,
        )
    except Refusal as refusal:
        first, _, node = refusal.setting.partition(".")
        host = next((member.host for member in cluster.members if member.node == node), "")
        setting = f"members.{host}.power" if host else names.get(first, "members" if first == "power" else first)
        found = Refusal("", refusal.found, refusal.needed, refusal.instead, refusal.why)
        problems.refused(f"clusters.{cluster.name}.{setting}", found)


def _options(
    cluster: ResolvedCluster,
    settings: ClusterSettings,
    member: ResolvedMember,
    platforms: Mapping[str, Platform | None],
    fleet: FleetSettings,
    problems: Problems,
) -> Mapping[str, str]:
    """What a member's dump configuration is told, so that it tells the others and never itself."""
    platform = platforms[member.host] or platform_named(_TYPICAL[cluster.stack])
    asking = settings.fence_kdump
    interval = asking.interval_seconds if asking else 0
    nodes = _nodes(cluster.members, settings)
    address = fleet.hosts[member.host].address
    own = (address,) if address else ()
    try:
        if cluster.stack == "crm":
            return {
                "KDUMP_POSTSCRIPT": postscript(platform, other_nodes(nodes, member.node, own), cluster.port, interval)
            }
        generation = generation_of(platform)
        if generation is Generation.EL6_0:
            # Takes the nodes from cluster.conf by itself, and stops at an option that it does not know.
            return {}
        told = fence_kdump_nodes(nodes, member.node, generation, own)
    except Refusal as refusal:
        problems.refused(f"clusters.{cluster.name}.members.{member.host}.rings", refusal)
        return {}
    return {"fence_kdump_nodes": " ".join(told), "fence_kdump_args": fence_kdump_args(cluster.port, interval)}


def _nodes(members: Sequence[ResolvedMember], settings: ClusterSettings) -> list[Node]:
    return [Node(name=member.node, rings=settings.members[member.host].rings) for member in members]
