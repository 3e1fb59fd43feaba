"""Other timers that can end a dump: oVirt's engine, and watchdogs.

Source: oVirt engine-config, fence_kdump options (facts of this project, "Clusters and fencing"); sbd(8).
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.errors import Refusal


class OvirtTimers(NamedTuple):
    """oVirt's settings of fence_kdump, in seconds, with their defaults."""

    message_interval_seconds: int = 5
    kdump_finished_timeout_seconds: int = 60
    heartbeat_interval_seconds: int = 30
    listener_timeout_seconds: int = 90
    session_sync_interval_seconds: int = 5
    kdump_started_timeout_seconds: int = 30


class _AtLeastTwice(NamedTuple):
    larger: str
    smaller: str
    why: str


_OVIRT_RULES = (
    _AtLeastTwice(
        "kdump_finished_timeout_seconds",
        "message_interval_seconds",
        "One lost message would make the engine think that the dump is finished, and start the host",
    ),
    _AtLeastTwice(
        "listener_timeout_seconds",
        "heartbeat_interval_seconds",
        "One late heartbeat would make the engine think that nobody listens for dumping hosts",
    ),
    _AtLeastTwice(
        "kdump_started_timeout_seconds",
        "session_sync_interval_seconds",
        "The engine would fence the host before it looks at the messages it got",
    ),
)


def ovirt_problems(timers: OvirtTimers) -> tuple[Refusal, ...]:
    """What is wrong with oVirt's *timers*: three of them must be at least twice another one. Never raises."""
    return tuple(
        Refusal(
            f"ovirt.{rule.larger}",
            getattr(timers, rule.larger),
            f"at least twice {rule.smaller}, which is {getattr(timers, rule.smaller)}",
            f"Write {2 * getattr(timers, rule.smaller)} or more, and reinstall the hosts so that they get it",
            rule.why,
        )
        for rule in _OVIRT_RULES
        if getattr(timers, rule.larger) < 2 * getattr(timers, rule.smaller)
    )


def watchdog_problem(watchdog_seconds: int, dump_seconds: int, *, served_while_dumping: bool) -> Refusal | None:
    """Why a hardware watchdog would reset a node while it dumps; None if it would not. Never raises.

    *watchdog_seconds* is its timeout, *dump_seconds* the time from the crash to the end of the dump. It does no
    harm where the capture kernel serves or stops it (*served_while_dumping*), or where the dump is faster.
    """
    if served_while_dumping or dump_seconds < watchdog_seconds:
        return None
    return Refusal(
        "watchdogSeconds",
        watchdog_seconds,
        f"more than the {dump_seconds} seconds that the node takes to dump",
        "Let the capture image load the watchdog's driver and serve it, or use SBD's options for crash dumps",
        "Nobody serves the watchdog while the node dumps, and it resets the node when its time is over",
    )
