"""Ways that work, or seem to, and that their vendor has given up or never stood by.

Source: the lists of supported targets in `kdump.support`; Red Hat's how-to of kdump for release 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from kdump.generations import generation_of
from kdump.platforms import Platform
from kdump.support.unsupported_ways import unsupported_ways
from kdump.targets import target_from
from kdump.volumes.recipes import own_way
from policies.erases import CRASH_VOLUME
from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, setting_of, target_kind, unknown_target
from policies.rule import Broken, Rule, Settings, about

_BLACKLISTED = "blacklisted"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    # Both types are known by an input that the component of that type always has.
    yield from _volume(inputs) if "mayBeErased" in set(inputs.names()) else _target(inputs)


def _volume(inputs: Inputs) -> Iterator[Broken]:
    written, platform = inputs.text("multipath"), platform_of(inputs)
    what = f"{about(inputs)}, SAN LUN {inputs.text('wwid') or '(unknown)'}"
    # Left out, it is what the release can do.
    way = written or (own_way(generation_of(platform)) if platform else None)
    if way is None or inputs.is_unknown("multipath"):
        yield Broken(
            what,
            "nothing known of its paths",
            "a dump that survives a broken path",
            f"Declare {setting_of(inputs, 'platform')}, or write target.san.multipath: mapped",
        )
    elif way == _BLACKLISTED:
        yield Broken(
            what,
            f"it taken out of multipath ({_BLACKLISTED})",
            "a dump that survives a broken path",
            _instead(platform),
            "One path is all there is from then on: where it fails, neither mount nor dump works, and Red Hat does not "
            "support it",
        )


def _instead(platform: Platform | None) -> str:
    if platform is not None and own_way(generation_of(platform)) != _BLACKLISTED:
        return "Leave target.san.multipath out: this release dumps on the multipath device itself"
    return "Update to Red Hat Enterprise Linux 6.3 or newer and leave target.san.multipath out, or dump to a collector"


def _target(inputs: Inputs) -> Iterator[Broken]:
    if inputs.flag("enabled") is False:
        return
    destination, platform = inputs.mapping("destination"), platform_of(inputs)
    if destination is None or target_kind(inputs) is None:
        yield unknown_target(inputs, "one that its vendor supports")
    elif platform is not None:
        # Without a platform the rule refused-by-release asks for it; one message is enough.
        yield from (broken_by(inputs, refusal) for refusal in unsupported_ways(target_from(destination), platform))


DEPRECATED_WAYS = Rule(
    name="deprecated-ways",
    description="A dump goes by a way that the vendor of the host's release supports.",
    on=(CRASH_VOLUME, DUMP_TARGET),
    judge=_judge,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
)
