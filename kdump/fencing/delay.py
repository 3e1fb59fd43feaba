"""How long a cluster must leave a crashed node alone, so that it is not cut off in the middle of its dump.

Source: facts of this project, "Clusters and fencing": starting the capture kernel takes 20 to 90 seconds, its
network up to 180 (spanning tree, LACP). fence_kdump(8): success on the first message. fence_kdump_send(8).
SUSE Linux Enterprise High Availability guide: there the message is sent by KDUMP_POSTSCRIPT, after the dump.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.capacity.steps import Explained, checked_least, given, step


class Span(NamedTuple):
    """From the least to the most that is usual, in seconds."""

    least_seconds: int
    most_seconds: int


CAPTURE_BOOT = Span(20, 90)
NETWORK = Span(0, 180)

DEFAULT_INTERVAL_SECONDS = 10  # of fence_kdump_send(8), -i
DEFAULT_SLACK_SECONDS = 60  # ours, for what a dump on another day takes longer

_WHY = "The parts are added up"


class FenceDelay(Explained):
    """How long to wait: ``seconds``, to be set as ``setting``."""

    setting: str
    seconds: int


def agent_timeout(
    capture_boot_seconds: int = CAPTURE_BOOT.most_seconds,
    network_seconds: int = NETWORK.most_seconds,
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS,
) -> FenceDelay:
    """The least ``timeout`` of fence_kdump where the capture kernel sends as soon as it is up (Red Hat's tools).

    All in seconds: from the crash until the capture kernel runs, until its network does, and between two
    messages. The dump itself does not count: after the first message the node is fenced, as far as the cluster
    knows, and dumps in peace. Raises :class:`Refusal` for negative numbers.
    """
    parts = {"capture_boot_seconds": capture_boot_seconds, "network_seconds": network_seconds}
    total = _sum(parts, interval_seconds)
    return FenceDelay(
        setting="timeout of fence_kdump",
        seconds=total,
        explanation=(
            f"fence_kdump must wait {total} seconds: {capture_boot_seconds} until the capture kernel runs, "
            f"{network_seconds} until its network does, and two messages {interval_seconds} seconds apart, as one may "
            "be lost. How long the dump takes does not matter. Every node that fails without dumping stays unfenced "
            "this long, so a drill that shows less pays off."
        ),
        steps=_steps(parts, interval_seconds, "timeout_seconds", total),
    )


def agent_timeout_after_dump(
    dump_seconds: int,
    capture_boot_seconds: int = CAPTURE_BOOT.most_seconds,
    network_seconds: int = NETWORK.most_seconds,
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS,
    slack_seconds: int = DEFAULT_SLACK_SECONDS,
) -> FenceDelay:
    """The least ``timeout`` of fence_kdump where the message is sent after the dump (SUSE's KDUMP_POSTSCRIPT).

    As :func:`agent_timeout`, and the whole dump (:func:`kdump.capacity.dump_time.estimate_time`) with some slack.
    Raises :class:`Refusal` for negative numbers.
    """
    parts = {
        "capture_boot_seconds": capture_boot_seconds,
        "network_seconds": network_seconds,
        "dump_seconds": dump_seconds,
        "slack_seconds": slack_seconds,
    }
    total = _sum(parts, interval_seconds)
    return FenceDelay(
        setting="timeout of fence_kdump",
        seconds=total,
        explanation=(
            f"fence_kdump must wait {total} seconds, because its message comes after the dump: {capture_boot_seconds} "
            f"until the capture kernel runs, {network_seconds} until its network does, {dump_seconds} for the dump, "
            f"{slack_seconds} of slack, and two messages {interval_seconds} seconds apart. Every node that fails "
            "without dumping stays unfenced this long."
        ),
        steps=_steps(parts, interval_seconds, "timeout_seconds", total),
    )


def post_fail_delay(
    dump_seconds: int,
    capture_boot_seconds: int = CAPTURE_BOOT.most_seconds,
    network_seconds: int = NETWORK.most_seconds,
    slack_seconds: int = DEFAULT_SLACK_SECONDS,
) -> FenceDelay:
    """The least ``post_fail_delay`` of cman: fenced waits blindly, so the whole dump counts.

    All in seconds; *network_seconds* is 0 for a local dump. Not needed beside fence_kdump, where it only delays
    every fencing once more. Raises :class:`Refusal` for negative numbers.
    """
    parts = {
        "capture_boot_seconds": capture_boot_seconds,
        "network_seconds": network_seconds,
        "dump_seconds": dump_seconds,
        "slack_seconds": slack_seconds,
    }
    total = _sum(parts, 0)
    return FenceDelay(
        setting="post_fail_delay",
        seconds=total,
        explanation=(
            f"fenced must wait {total} seconds: {capture_boot_seconds} until the capture kernel runs, "
            f"{network_seconds} until its network does, {dump_seconds} for the dump, and {slack_seconds} of slack. "
            "All of the cluster's resources are blocked that long whenever a node fails, whether it dumps or not."
        ),
        steps=_steps(parts, 0, "post_fail_delay_seconds", total),
    )


def _sum(parts: dict[str, int], interval_seconds: int) -> int:
    for name, seconds in (*parts.items(), ("interval_seconds", interval_seconds)):
        checked_least(name, seconds, 0, "seconds", _WHY)
    return sum(parts.values()) + 2 * interval_seconds


def _steps(parts: dict[str, int], interval_seconds: int, result: str, total: int) -> tuple[str, ...]:
    inputs = [given(name, f"{seconds} seconds") for name, seconds in parts.items()]
    formula = " + ".join(parts)
    if interval_seconds:
        inputs.append(given("interval_seconds", f"{interval_seconds} seconds"))
        formula += " + 2 x interval_seconds"
    return (*inputs, step(result, formula, f"{total} seconds"))
