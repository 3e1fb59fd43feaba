"""What a cluster's fencing shall be: how long it leaves a node that is gone alone, and what it tries first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from kdump.errors import Refusal
from kdump.fencing.devices import FencePlan, fence_plan
from kdump.fencing.support import PORT, Stack, fence_support
from kdump.platforms import Platform
from provider.kinds.base import Wire, shaped

Id = Annotated[
    str,
    shaped(
        r"[A-Za-z_][A-Za-z0-9_.-]*",
        "a letter or '_', then letters, digits, '_', '.' and '-'",
        "kdump",
        "The cluster refers to it by this name",
    ),
]
_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_DEVICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Wanted(Wire):
    """The fencing of a cluster, kept through one of its nodes."""

    stack: Stack = Field(
        description="Who keeps the cluster's configuration: cman (cluster.conf), or Pacemaker's pcs or crm."
    )
    timeout_seconds: int | None = Field(
        default=None,
        ge=1,
        description="How long fence_kdump waits for a message of a node before its power is cut; left out: no "
        "fence_kdump, the cluster waits blindly.",
    )
    post_fail_delay_seconds: int | None = Field(
        default=None,
        ge=0,
        description="cman only: how long fenced leaves a node that is gone alone; left out: as it is.",
    )
    power: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Each node by the cluster's name for it, and the devices that cut it off together, which the "
        "cluster has already. Needed with timeoutSeconds.",
    )
    name: Id = Field(
        default="kdump", description="Name of the fence_kdump device, the start of it where each node has one."
    )
    port: int = Field(default=PORT, ge=1, le=65535, description="UDP port that the messages go to.")
    platform: Platform | None = Field(
        default=None, description="Distribution and release, where they are declared; they decide what is possible."
    )
    problems: list[str] = Field(
        default_factory=list, max_length=0, description="What is wrong; always empty, filled by drift."
    )

    @field_validator("power")
    @classmethod
    def _by_names_of_the_cluster(cls, values: dict[str, list[str]]) -> dict[str, list[str]]:
        for node, devices in values.items():
            for name, pattern, needed in (
                (node, _NODE, "names of nodes: letters, digits, '.' and '-'"),
                *((device, _DEVICE, "names of devices: letters, digits, '_', '.' and '-'") for device in devices),
            ):
                if not pattern.fullmatch(name):
                    raise Refusal(
                        f"power.{node}",
                        name,
                        needed,
                        "Write it as the cluster has it",
                        "The cluster refers to it by name",
                    )
        return values

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.stack != "cman" and self.post_fail_delay_seconds is not None:
            raise Refusal(
                "postFailDelaySeconds",
                self.post_fail_delay_seconds,
                "timeoutSeconds, and the devices that cut nodes off as power",
                "Use fence_kdump",
                "Only cman has a post_fail_delay",
            )
        if self.timeout_seconds is None:
            if self.post_fail_delay_seconds is None:
                raise Refusal(
                    "timeoutSeconds",
                    None,
                    "a number of seconds" + (", or postFailDelaySeconds" if self.stack == "cman" else ""),
                    "Write what kdump.fencing.delay gives",
                    "A cluster that does not wait cuts nodes off while they dump",
                )
            return self
        if self.stack == "cman" and self.port != PORT:
            raise Refusal("port", self.port, str(PORT), "Leave it out", "The device that cman gets has no other port")
        for node, devices in self.power.items():
            if not devices:
                raise Refusal(
                    f"power.{node}",
                    devices,
                    "a device that cuts the node off",
                    "Name the device that fences the node's power or its storage",
                    "fence_kdump only finds out that a node is dumping; a node that hangs would never be fenced",
                )
        if len(self.power) < 2:
            raise Refusal(
                "power",
                ", ".join(self.power),
                "two nodes or more",
                "Name all nodes of the cluster",
                "A node that dumps tells the others",
            )
        if self.platform is not None:
            self.plan(self.platform)
        return self

    def plan(self, platform: Platform, *, uses_sbd: bool = False) -> FencePlan:
        """All that the cluster needs for fence_kdump. Raises Refusal as :func:`kdump.fencing.devices.fence_plan`."""
        return fence_plan(
            platform,
            self.stack,
            self.power,
            self.timeout_seconds or 0,
            name=self.name,
            port=self.port,
            uses_sbd=uses_sbd,
        )

    def plan_if_any(self, platform: Platform) -> FencePlan | None:
        """The same; None where values that a host drifted to make no plan."""
        try:
            return self.plan(platform)
        except Refusal:
            return None

    def kept(self) -> Mapping[str, object]:
        """What does not drift."""
        return {name: value for name, value in self.wire().items() if name in ("stack", "name", "platform")}


def refuse_without_support(wanted: Wanted, platform: Platform) -> None:
    """Raise Refusal where the platform has no fence_kdump in a cluster of this stack, or is not of this stack."""
    if wanted.timeout_seconds is not None:
        fence_support(platform, wanted.stack)
    elif platform.base != "rhel" or platform.version >= (7, 0):
        raise Refusal(
            "stack",
            f"{wanted.stack} on {platform}",
            "Red Hat Enterprise Linux 5 or 6",
            "Use fence_kdump: the stack 'pcs' (Red Hat from 7) or 'crm' (SUSE), timeoutSeconds and power",
            "Only these releases have cman, and with it post_fail_delay",
        )
