"""Before release 6.3 the capture kernel of the Red Hat family mounts NFS by version 3, whatever is asked for.

Source: kexec-tools changelog 2.0.0-232.el6, by `kdump.support.nfs_versions`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from kdump.support.nfs_versions import nfs4_problem
from kdump.targets import target_from
from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import broken_by, platform_of, target_kind, unknown_platform, unknown_target
from policies.rule import Broken, Rule, Settings


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    kind = target_kind(inputs)
    if kind is not None and kind != "nfs":
        return
    destination = inputs.mapping("destination")
    if destination is None or kind is None:
        yield unknown_target(inputs, "its kind and version, to tell whether it is mounted by NFS version 4")
        return
    if not str(destination.get("version") or "").startswith("4"):
        return
    platform = platform_of(inputs)
    if platform is None:
        if inputs.flag("enabled") is not False:
            yield unknown_platform(inputs, "one whose capture kernel mounts by NFS version 4")
        return
    refusal = nfs4_problem(target_from(destination), platform)
    if refusal is not None:
        yield broken_by(inputs, refusal)


NFS_VERSION = Rule(
    name="nfs4-before-6.3",
    description="No host of the Red Hat family before 6.3 dumps over NFS version 4, which came with 6.3.",
    on=(DUMP_TARGET,),
    judge=_judge,
    severity=Severity.CRITICAL,
)
