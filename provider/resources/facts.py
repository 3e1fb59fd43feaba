"""The invoke that measures a host."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.resources.base import VERSION


def get_host_facts(
    connection: pulumi.Input[Mapping[str, Any]],
    paths: Sequence[pulumi.Input[str]],
    *,
    after_act: bool = False,
    devices: Sequence[pulumi.Input[str]] = (),
    opts: pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[dict[str, Any]]:
    """What a host is and has, measured in previews too; keys as in the provider's schema.

    Measured within the last minute, or now where an act, such as a reboot, may have come in between (`after_act`).

    `devices` are disks as targets name them (/dev/…, UUID=, LABEL=), or wwid: and the WWID of a SAN LUN; what they hold
    and who uses them is then told, too.

    Never fails for a host's fault: `reachable` is then false and `problem` says what is wrong.
    """
    options = pulumi.InvokeOutputOptions.merge(pulumi.InvokeOutputOptions(version=VERSION), opts)
    return pulumi.runtime.invoke_output(
        "kdump:index:getHostFacts",
        {
            "connection": connection,
            "paths": list(paths),
            **({"afterAct": True} if after_act else {}),
            **({"devices": list(devices)} if devices else {}),
        },
        options,
    )
