"""What is wrong with a cluster as it stands in the stack file, before anything of it is worked out."""

from components.settings.cluster import ClusterSettings
from components.settings.fleet import FleetSettings
from components.settings.problems import Problems, unknown_name
from kdump.fencing.watchdog import watchdog_problem


def check_members(
    name: str, settings: ClusterSettings, fleet: FleetSettings, taken: dict[str, str], problems: Problems
) -> None:
    """Note what is wrong with a cluster's members by themselves; *taken* has the cluster of each host seen so far."""
    where = f"clusters.{name}"
    if len(settings.members) < 2:
        problems.add(
            f"{where}.members", f"found {len(settings.members)}, needed two members or more; name all its nodes"
        )
    nodes: dict[str, str] = {}
    for host, member in sorted(settings.members.items()):
        if host not in fleet.hosts:
            problems.add(f"{where}.members.{host}", unknown_name("host", host, sorted(fleet.hosts)))
        first = taken.setdefault(host, name)
        if first != name:
            problems.add(
                f"{where}.members.{host}",
                f"found a member of cluster {first}; needed every host in one cluster at most; leave one of them out",
            )
        node = member.node or host
        if nodes.setdefault(node.lower(), host) != host:
            problems.add(
                f"{where}.members.{host}.node",
                f"found {node!r}, which is {nodes[node.lower()]} already; needed a name of its own for every node",
            )
        if settings.fence_kdump is not None and not member.power:
            problems.add(
                f"{where}.members.{host}.power",
                "is missing, needed the fence device that cuts this node off, because fence_kdump only finds out that "
                "a node dumps and a node that hangs would never be fenced; write for example power: [ipmi-"
                f"{host}], a device that the cluster has already",
            )
    if settings.through is not None and settings.through not in settings.members:
        known = ", ".join(sorted(settings.members))
        problems.add(f"{where}.through", f"found {settings.through!r}, needed one of the members: {known}")
    given = [way for way in (settings.fence_kdump, settings.post_fail_delay) if way is not None]
    if len(given) != 1:
        problems.add(
            where,
            f"found {'both' if given else 'neither'} of fenceKdump and postFailDelay, needed one of them; write "
            "fenceKdump: {} where the release has fence_kdump, and postFailDelay: {} on Red Hat 5 to 6.1"
            + (" (with both, every fencing waits twice)" if given else ""),
        )


def check_watchdog(name: str, settings: ClusterSettings, problems: Problems) -> None:
    """Note a watchdog that would reset a node in the middle of its dump."""
    if settings.watchdog_seconds is None:
        return
    parts = settings.delay
    if parts.dump_seconds is None:
        problems.add(
            f"clusters.{name}.delay.dumpSeconds",
            "is missing, needed with watchdogSeconds: the seconds that a dump takes, which a drill shows",
        )
        return
    taken = parts.capture_boot_seconds + parts.network_seconds + parts.dump_seconds
    problem = watchdog_problem(settings.watchdog_seconds, taken, served_while_dumping=False)
    if problem is not None:
        problems.refused(f"clusters.{name}.watchdogSeconds", problem)
