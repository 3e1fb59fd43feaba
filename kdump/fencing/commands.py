"""Fence devices and levels as arguments of pcs (Red Hat's) and crm (SUSE's).

Source: pcs(8) "stonith create" and "stonith level add", crm(8) "configure primitive" and "fencing_topology".
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from kdump.fencing.support import FenceSupport

Arguments = tuple[str, ...]
"""A command as a list of arguments: no shell reads it."""


class Device(BaseModel):
    """A fence device: its name, its agent and its options, in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    agent: str
    options: tuple[tuple[str, str], ...]


class NodeLevels(BaseModel):
    """How a node is fenced: the devices of each level, the first level first. cman calls a level a method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str
    levels: tuple[tuple[str, ...], ...]


def commands_for(
    support: FenceSupport, devices: Sequence[Device], levels: Sequence[NodeLevels]
) -> tuple[Arguments, ...]:
    """The commands that put *devices* and *levels* into the cluster, in order; none for cman, which has a file."""
    if support.stack == "pcs":
        return _pcs(devices, levels, joined=support.joins_devices)
    return _crm(devices, levels) if support.stack == "crm" else ()


def _pcs(devices: Sequence[Device], levels: Sequence[NodeLevels], *, joined: bool) -> tuple[Arguments, ...]:
    created = [
        ("pcs", "stonith", "create", device.name, device.agent, *(f"{key}={value}" for key, value in device.options))
        for device in devices
    ]
    levelled = [
        ("pcs", "stonith", "level", "add", str(number), node.node, *([",".join(names)] if joined else names))
        for node in levels
        for number, names in enumerate(node.levels, start=1)
    ]
    return (*created, *levelled)


def _crm(devices: Sequence[Device], levels: Sequence[NodeLevels]) -> tuple[Arguments, ...]:
    created = [
        (
            *("crm", "configure", "primitive", device.name, f"stonith:{device.agent}", "params"),
            *(f"{key}={value}" for key, value in device.options),
        )
        for device in devices
    ]
    # A blank begins the next level, a comma joins devices of one.
    topology = [word for node in levels for word in (f"{node.node}:", *(",".join(names) for names in node.levels))]
    return (*created, ("crm", "configure", "fencing_topology", *topology))
