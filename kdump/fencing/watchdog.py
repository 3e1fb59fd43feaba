"""A watchdog that nobody serves while the host dumps resets it in the middle of its dump.

Source: sbd(8); facts of this project, "Clusters and fencing".
"""

from __future__ import annotations

from kdump.errors import Refusal


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
