"""Ways that work, or seem to, and that their vendor has given up or never stood by.

Source: the lists of supported targets in `kdump.support.storage`; Red Hat's how-to of kdump for release 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from kdump.support.storage import LAYERS, storage_problems
from policies.erases import CRASH_VOLUME
from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, target_kind, unknown_target
from policies.rule import Broken, Rule, Settings, about


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    # Both types are known by an input that the component of that type always has.
    yield from _volume(inputs) if "mayBeErased" in set(inputs.names()) else _target(inputs)


def _volume(inputs: Inputs) -> Iterator[Broken]:
    way, wwid = inputs.text("multipath"), inputs.text("wwid")
    # Left out, it is what the release can do; but of a LUN of which nothing is known, that is not known either.
    if way == "blacklisted" or wwid is None or inputs.is_unknown("multipath"):
        yield Broken(
            f"{about(inputs)}, SAN LUN {wwid or '(unknown)'}",
            "it taken out of multipath (blacklisted)" if way else "nothing known of its paths",
            "a dump that survives a broken path",
            "Update to Red Hat Enterprise Linux 6.3 or newer and write target.san.multipath: mapped, or dump to a "
            "collector",
            "Release 5, and 6 before 6.3, know no multipath in the capture kernel: one path is all there is",
        )


def _target(inputs: Inputs) -> Iterator[Broken]:
    if inputs.flag("enabled") is False:
        return
    kind, platform = target_kind(inputs), platform_of(inputs)
    if kind is None:
        yield unknown_target(inputs, "one that its vendor supports")
        return
    layer = inputs.group("destination").text("filesystem") if kind == "filesystem" else None
    # Without a platform the rule refused-by-release asks for it; one message is enough.
    if platform is None or layer not in LAYERS:
        return
    yield from (broken_by(inputs, refusal) for refusal in storage_problems(platform, (layer,), "target.filesystem"))


DEPRECATED_WAYS = Rule(
    name="deprecated-ways",
    description="A dump goes by a way that the vendor of the host's release supports.",
    on=(CRASH_VOLUME, DUMP_TARGET),
    judge=_judge,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
)
