"""From the stack file's settings to the fleet that components take: one pure function, all problems at once."""

from collections.abc import Mapping
from typing import Any

from components.settings.checks import no_directory_twice, no_lun_twice, no_machine_twice
from components.settings.clusters import Told, resolve_clusters
from components.settings.collector import CollectorSettings
from components.settings.connection import NEEDED_HOST
from components.settings.declared import (
    advice,
    check_crashkernel,
    check_key,
    declared_platform,
    files_on,
    pinned_options,
)
from components.settings.destination import destination, volume_advice
from components.settings.exemptions import check_exemptions
from components.settings.fleet import FleetSettings
from components.settings.host import DumpIdentitySettings
from components.settings.inherit import Inherited, inherit
from components.settings.known import SpaceSettings
from components.settings.panic import panic_settings, with_panic_arguments
from components.settings.problems import Problems, unknown_name
from components.settings.resolved import DeclaredSpace, Identity, ResolvedCollector, ResolvedFleet, ResolvedHost
from kdump.configuration import configuration_from
from kdump.errors import Refusal
from kdump.units import memory_of
from provider.connection import Connection


def resolve(fleet: FleetSettings) -> ResolvedFleet:
    """Give every host what it inherits and look up every name.

    Hosts and collectors come in the order of their names: Pulumi does not keep the order of the stack file.
    Raises SettingsRefused with all problems at once; a problem in what hosts share is told once.
    """
    problems = Problems()
    collectors = {name: _collector(name, settings) for name, settings in sorted(fleet.collectors.items())}
    clusters, told = resolve_clusters(fleet, problems)
    resolved = [_host(fleet, name, collectors, told.get(name), problems) for name in sorted(fleet.hosts)]
    hosts = {host.name: host for host in resolved if host}
    no_machine_twice(hosts, collectors, problems)
    no_directory_twice(hosts, problems)
    no_lun_twice(hosts, problems)
    for name in sorted(set(fleet.hosts) & set(fleet.collectors)):
        problems.add(
            f"collectors.{name}",
            f"found the name of a host, too; needed one of its own, as facts and exemptions go by names; write for "
            f"example {name}-dumps, also where hosts name it as their target",
        )
    check_exemptions(fleet.exemptions, sorted({*fleet.hosts, *fleet.collectors, *fleet.clusters}), problems)
    problems.refuse_if_any()
    return ResolvedFleet(hosts, collectors, clusters, fleet.reboot, fleet.facts, fleet.crash_together, fleet.exemptions)


def _collector(name: str, settings: CollectorSettings) -> ResolvedCollector:
    written = settings.connection.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    connection = Connection.model_validate(written)
    return ResolvedCollector(
        name=name,
        connection=connection,
        address=settings.address,
        directory=settings.directory,
        user=settings.user,
        nfs=settings.nfs,
        space=_space(settings.space),
        failure_domains=settings.failure_domains,
        dumps_may_take_bytes=_bytes(settings.dumps_may_take),
    )


def _bytes(size: str | None) -> int | None:
    return None if size is None else memory_of(size)


def _space(written: SpaceSettings) -> DeclaredSpace:
    return DeclaredSpace(_bytes(written.free), _bytes(written.total), written.mount_point or "")


def _host(
    fleet: FleetSettings,
    name: str,
    collectors: Mapping[str, ResolvedCollector],
    told: Told | None,
    problems: Problems,
) -> ResolvedHost | None:
    """One host, or None when it has problems of its own (which are then among `problems`)."""
    settings = fleet.hosts[name]
    before = len(problems)
    _check_groups(fleet, name, problems)
    inherited = inherit(fleet, name)
    values = inherited.values
    connection = values["connection"]
    if "host" not in connection:
        problems.add(f"hosts.{name}.connection", f"has no host, {NEEDED_HOST}")
    enabled = values.get("enabled", True)
    platform = declared_platform(inherited, name, problems)
    if len(problems) == before and enabled and "crashkernel" not in values:
        problems.add(
            f"hosts.{name}.crashkernel",
            "is missing, needed the memory to set aside for the capture kernel; write for example "
            "crashkernel: 256M, at the host, in a group or in defaults",
        )
    if len(problems) == before and enabled and "crashkernel" in values:
        check_crashkernel(inherited, name, platform, problems)
    panic = panic_settings(inherited, name, platform, problems) if len(problems) == before else None
    boot_arguments = with_panic_arguments(inherited, name, panic, problems)
    _check_told(told, inherited, name, problems)
    identity = _identity(values["dumpIdentity"])
    where = destination(name, settings.address, inherited, collectors, identity, problems, platform)
    if where is None or len(problems) > before:
        return None
    try:
        configuration = configuration_from(
            {
                "target": where.target.model_dump(),
                "dump_level": values.get("dumpLevel", 31),
                "compression": values.get("compression", "zlib"),
                "failure_action": values.get("failureAction"),
                "final_action": values.get("finalAction"),
                "options": {
                    **(pinned_options(platform, values) if enabled else values["options"]),
                    **(told.options if told else {}),
                },
            }
        )
    except Refusal as refusal:
        problems.refused(inherited.path(refusal.setting.partition(".")[0], name), refusal)
        return None
    files = files_on(platform, configuration, inherited, name, settings.address, problems)
    if platform is not None and where.collector:
        check_key(platform, where.target, identity.key_type, inherited, name, problems)
    if len(problems) > before:
        return None
    return ResolvedHost(
        name=name,
        description=settings.description,
        connection=Connection.model_validate(connection),
        enabled=enabled,
        crashkernel=values.get("crashkernel", "") if enabled else "",
        boot_arguments=boot_arguments,
        panic=panic,
        destination=where,
        configuration=configuration,
        identity=identity,
        platform=platform,
        files=files,
        advice=(*advice(platform, values, where.target), *volume_advice(platform, where.volume)),
        memory_bytes=_bytes(values.get("memory")),
        kernel=values.get("kernel", ""),
        space=_space(SpaceSettings.model_validate(values["space"])),
        failure_domains=values.get("failureDomains"),
        keep_dumps=values.get("keepDumps", 1),
        drilled=settings.drilled,
    )


def _check_told(told: Told | None, inherited: Inherited, name: str, problems: Problems) -> None:
    """Note options that a host's cluster decides."""
    if told is None:
        return
    written = inherited.values["options"]
    for key in sorted(set(told.options) & set(written)):
        problems.add(
            f"{inherited.path('options', name)}.{key}",
            f"found {written[key]!r}, needed nothing here, because clusters.{told.cluster} decides whom {name} tells "
            "that it dumps; leave it out",
        )


def _identity(written: Mapping[str, Any]) -> Identity:
    settings = DumpIdentitySettings.model_validate(written)
    return Identity(settings.path or f"/root/.ssh/kdump_id_{settings.key_type}", settings.key_type)


def _check_groups(fleet: FleetSettings, name: str, problems: Problems) -> None:
    groups = fleet.hosts[name].groups
    for position, group in enumerate(groups):
        where = f"hosts.{name}.groups[{position}]"
        if group not in fleet.groups:
            problems.add(where, unknown_name("group", group, list(fleet.groups)))
        elif group in groups[:position]:
            problems.add(where, f"found {group!r} again, needed every group once; leave one of them out")
