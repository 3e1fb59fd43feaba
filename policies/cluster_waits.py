"""A cluster must leave a crashed node alone until its dump is written, or until it says that it dumps.

Source: fence_kdump(8), fenced(8); the sums are those of `kdump.fencing.delay`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_policy import Severity

from kdump.fencing.delay import FenceDelay, agent_timeout, agent_timeout_after_dump, post_fail_delay
from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings, about

FENCE_DELAY = "kdump:fleet:FenceDelay"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    name, seconds = inputs.text("cluster") or "<cluster>", inputs.whole("seconds")
    what = f"{about(inputs)}, {inputs.text('setting') or 'how long it waits'}"
    # As long as some of it is not known yet, what is missing may be what counts.
    parts, drilled = Inputs(inputs.mapping("parts")), _drilled(inputs)
    needed = None if drilled is None else _needed(inputs, parts, drilled)
    if seconds is None or needed is None:
        yield Broken(
            what,
            f"{seconds} seconds, and not what they are made of" if seconds is not None else "no time that is known",
            "both, to tell whether a dump can be written meanwhile",
            f"Write clusters.{name}.delay: {{captureBootSeconds: …, networkSeconds: …, "
            "dumpSeconds: …}, as a drill showed them",
        )
    elif seconds < needed.seconds:
        yield Broken(
            what,
            f"{seconds} seconds",
            f"{needed.seconds} or more",
            _instead(name, parts, needed, drilled or {}),
            f"A node would be cut off while it dumps: {'; '.join(needed.steps)}",
        )


def _drilled(inputs: Inputs) -> Mapping[str, int] | None:
    """How long the dumps of drilled members took (seconds); None where something of that is not known."""
    if "dumpSeconds" not in set(inputs.names()):
        return {}
    told = inputs.mapping("dumpSeconds")
    if told is None:
        return None
    found = {host: Inputs(told).whole(host) for host in told}
    known = {host: seconds for host, seconds in found.items() if seconds is not None}
    return known if len(known) == len(found) else None


def _needed(inputs: Inputs, parts: Inputs, drilled: Mapping[str, int]) -> FenceDelay | None:
    """How long it has to wait; None where its parts are not known."""
    boot, network = parts.whole("captureBootSeconds"), parts.whole("networkSeconds")
    interval, slack, dump = parts.whole("intervalSeconds"), parts.whole("slackSeconds"), parts.whole("dumpSeconds")
    if boot is None or network is None:
        return None
    if "slackSeconds" not in set(parts.names()):
        # The node says at once that it dumps; how long that takes does not count. Not so with cman's own delay, nor
        # on SUSE, where it says so afterwards.
        at_once = inputs.text("setting") != "post_fail_delay" and inputs.text("stack") != "crm"
        return agent_timeout(boot, network, interval) if at_once and interval is not None else None
    if dump is None or slack is None:
        return None
    longest = max([dump, *drilled.values()])
    if "intervalSeconds" not in set(parts.names()):
        return post_fail_delay(longest, boot, network, slack)
    return None if interval is None else agent_timeout_after_dump(longest, boot, network, interval, slack)


def _instead(name: str, parts: Inputs, needed: FenceDelay, drilled: Mapping[str, int]) -> str:
    setting = "fenceKdump.timeoutSeconds" if "fence_kdump" in needed.setting else "postFailDelay.seconds"
    write = f"Write clusters.{name}.{setting}: {needed.seconds}, or"
    declared = parts.whole("dumpSeconds")
    slowest = max(drilled, key=lambda host: (drilled[host], host), default="")
    if declared is None or not slowest or drilled[slowest] <= declared:
        return f"{write} leave it out to have it computed"
    return f"{write} clusters.{name}.delay.dumpSeconds: {drilled[slowest]}, which the dump of {slowest} took"


CLUSTER_WAITS = Rule(
    name="cluster-waits",
    description="A cluster waits for the dump of a crashed node before it cuts the node off.",
    on=(FENCE_DELAY,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
