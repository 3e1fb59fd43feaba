"""A cluster must leave a crashed node alone until its dump is written, or until it says that it dumps.

Source: fence_kdump(8), fenced(8); the sums are those of `kdump.fencing.delay`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.fencing.delay import FenceDelay, agent_timeout, agent_timeout_after_dump, post_fail_delay
from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings, about

FENCE_DELAY = "kdump:fleet:FenceDelay"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    name, seconds, parts = inputs.text("cluster"), inputs.whole("seconds"), inputs.group("parts")
    what = f"{about(inputs)}, {inputs.text('setting') or 'how long it waits'}"
    needed = _needed(inputs, parts)
    if seconds is None or needed is None:
        yield Broken(
            what,
            f"{seconds} seconds, and not what they are made of" if seconds is not None else "no time that is known",
            "both, to tell whether a dump can be written meanwhile",
            f"Write clusters.{name or '<cluster>'}.delay: {{captureBootSeconds: …, networkSeconds: …, "
            "dumpSeconds: …}, as a drill showed them",
        )
    elif seconds < needed.seconds:
        setting = "fenceKdump.timeoutSeconds" if "fence_kdump" in needed.setting else "postFailDelay.seconds"
        yield Broken(
            what,
            f"{seconds} seconds",
            f"{needed.seconds} or more",
            f"Write clusters.{name}.{setting}: {needed.seconds}, or leave it out to have it computed",
            f"A node would be cut off while it dumps: {'; '.join(needed.steps)}",
        )


def _needed(inputs: Inputs, parts: Inputs) -> FenceDelay | None:
    """How long it has to wait; None where its parts are not known."""
    boot, network = parts.whole("captureBootSeconds"), parts.whole("networkSeconds")
    interval, slack = parts.whole("intervalSeconds"), parts.whole("slackSeconds")
    if boot is None or network is None:
        return None
    if slack is None:
        # The node says at once that it dumps; how long that takes does not count.
        return None if interval is None else agent_timeout(boot, network, interval)
    dumps, drilled = [parts.whole("dumpSeconds")], inputs.group("dumpSeconds")
    dumps += [drilled.whole(host) for host in drilled.names()]
    known = [seconds for seconds in dumps if seconds is not None]
    if parts.whole("dumpSeconds") is None:
        return None
    if interval is None:
        return post_fail_delay(max(known), boot, network, slack)
    return agent_timeout_after_dump(max(known), boot, network, interval, slack)


CLUSTER_WAITS = Rule(
    name="cluster-waits",
    description="A cluster waits for the dump of a crashed node before it cuts the node off.",
    on=(FENCE_DELAY,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
