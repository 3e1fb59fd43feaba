"""A dump configuration that the host's own tools would refuse leaves the host without a dump.

Source: the verdicts of each release's tools (`kdump.rendering`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.configuration import DumpConfiguration, configuration_from
from kdump.errors import Refusal
from kdump.rendering import rendered
from kdump.support.nfs_versions import nfs4_problem
from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, setting_of, unknown_platform, unknown_target, with_target
from policies.rule import Broken, Rule, Settings

_PLATFORM = "its name and release, to tell what its dump tools refuse"
_CONFIGURATION = "all of the configuration, to tell what the release's dump tools refuse"
_MAY_BE_LEFT_OUT = ("failureAction", "finalAction")


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    platform = platform_of(inputs)
    if platform is None:
        if inputs.flag("enabled") is not False:
            yield unknown_platform(inputs, _PLATFORM)
        return
    destination = inputs.mapping("destination")
    if destination is None:
        yield unknown_target(inputs, _CONFIGURATION)
        return
    level, compression, options = inputs.whole("dumpLevel"), inputs.text("compression"), inputs.mapping("options")
    known = {"dumpLevel": level is not None, "compression": compression is not None, "options": options is not None}
    known |= {name: not inputs.is_unknown(name) for name in _MAY_BE_LEFT_OUT}
    missing = [name for name, there in known.items() if not there]
    if missing:
        yield Broken(
            with_target(inputs),
            f"{' and '.join(missing)} unknown",
            _CONFIGURATION,
            f"Write {' and '.join(setting_of(inputs, name) for name in missing)} as plain values",
        )
        return
    try:
        configuration = configuration_from(
            {
                "target": destination,
                "dump_level": level,
                "compression": compression,
                "failure_action": inputs.text("failureAction"),
                "final_action": inputs.text("finalAction"),
                "options": options,
            }
        )
        if nfs4_problem(configuration.target, platform) is not None:
            # The rule nfs4-before-6.3 says that; here the rest is judged, so that one mistake has one message.
            configuration = _without_version(configuration)
        rendered(configuration, platform)
    except Refusal as refusal:
        yield broken_by(inputs, refusal)


def _without_version(configuration: DumpConfiguration) -> DumpConfiguration:
    target = configuration.target.model_copy(update={"version": None})
    return configuration.model_copy(update={"target": target})


REFUSED_TARGET = Rule(
    name="refused-by-release",
    description="The dump tools of the host's release accept its target and how it dumps.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
