"""Checks over the whole fleet: what is right for each host alone and wrong for all of them together."""

from collections.abc import Mapping

from components.settings.problems import Problems
from components.settings.resolved import ResolvedCollector, ResolvedHost
from provider.connection import Connection


def no_machine_twice(
    hosts: Mapping[str, ResolvedHost], collectors: Mapping[str, ResolvedCollector], problems: Problems
) -> None:
    """One machine under two names would be set up twice, each time differently; and no host is its own collector."""
    seen: dict[tuple[str | int | None, ...], str] = {}
    for name, host in hosts.items():
        where = f"hosts.{name}"
        first = seen.setdefault(_machine(host.connection), where)
        if first != where:
            problems.add(f"{where}.connection", _same_machine(host.connection, first))
    seen_collectors: dict[tuple[str | int | None, ...], str] = {}
    for name, collector in collectors.items():
        where = f"collectors.{name}"
        first = seen_collectors.setdefault(_machine(collector.connection), where)
        if first != where:
            problems.add(f"{where}.connection", _same_machine(collector.connection, first))
    for name, host in hosts.items():
        itself = collectors.get(host.destination.collector or "")
        if itself and _machine(itself.connection) == _machine(host.connection):
            problems.add(
                f"hosts.{name}.target",
                f"found collector {itself.name}, which is this very machine; a crashed host can't receive its own "
                "dump; write target: {local: {}} or another collector",
            )


def no_directory_twice(hosts: Mapping[str, ResolvedHost], problems: Problems) -> None:
    """Two hosts that dump into one directory of a collector could read and overwrite each other's dumps."""
    seen: dict[tuple[str, str], str] = {}
    for name, host in hosts.items():
        where = host.destination
        if where.collector is None:
            continue
        first = seen.setdefault((where.collector, where.directory), name)
        if first != name:
            problems.add(
                f"hosts.{name}.target",
                f"found {where.directory} on collector {where.collector}, which is the directory of {first} already; "
                "needed one directory per host; leave `directory` out, or give each host its own",
            )


def no_lun_twice(hosts: Mapping[str, ResolvedHost], problems: Problems) -> None:
    """Two hosts that mount one LUN would destroy the file system on it."""
    seen: dict[str, str] = {}
    for name, host in hosts.items():
        volume = host.destination.volume
        if volume is None:
            continue
        first = seen.setdefault(volume.wwid, name)
        if first != name:
            problems.add(
                f"hosts.{name}.target.san.wwid",
                f"found {volume.wwid!r}, which is the LUN of {first} already; needed one LUN per host, because a file "
                "system that two hosts mount is destroyed; write the WWID of its own",
            )


def _machine(connection: Connection) -> tuple[str | int | None, ...]:
    """What two connections to one machine have in common; who logs in is not part of it."""
    return (connection.host, connection.port, connection.ssh_config, connection.proxy_jump)


def _same_machine(connection: Connection, first: str) -> str:
    return (
        f"found {connection.host}, which is the machine of {first} already; needed one entry per machine; "
        "leave one of them out"
    )
