"""What a Pacemaker cluster had before us, kept on the node through which it is changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kdump.dialects.cib import Levels
from provider.host import Host
from provider.shell.script import Call, call

_DEVICE, _LEVELS, _CUTTING = "device=", "levels=", "cutting="


@dataclass(frozen=True)
class Notes:
    """What was there.

    * ``devices``: name -> its options; None where there was no such device
    * ``levels``: node -> its levels
    * ``cutting``: node -> the levels of power devices that we gave it, some for earlier wishes
    """

    devices: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    levels: Mapping[str, Levels] = field(default_factory=dict)
    cutting: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)


async def notes_of(host: Host) -> Notes:
    """The notes that are there. Raises HostError."""
    names = sorted(await host.names(host.kept("notes", "")))
    texts = dict(zip(names, await asyncio.gather(*(host.note(name) for name in names)), strict=True))
    devices = {n.removeprefix(_DEVICE): json.loads(t or "null") for n, t in texts.items() if n.startswith(_DEVICE)}
    levels = {
        name.removeprefix(_LEVELS): {int(index): tuple(each) for index, each in json.loads(text or "{}").items()}
        for name, text in texts.items()
        if name.startswith(_LEVELS)
    }
    cutting: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        if name.startswith(_CUTTING):
            node, _, joined = name.removeprefix(_CUTTING).partition("=")
            cutting.setdefault(node, []).append(tuple(joined.split("+")))
    return Notes(devices, levels, cutting)


def note_device(name: str, options: Mapping[str, str] | None) -> Call:
    """An action: note what the device was, if that is not noted yet."""
    return call("a_note", f"{_DEVICE}{name}", json.dumps(options, sort_keys=True))


def note_levels(node: str, levels: Mapping[int, tuple[str, ...]]) -> Call:
    """An action: note which levels a node had, if that is not noted yet."""
    return call("a_note", f"{_LEVELS}{node}", json.dumps(levels, sort_keys=True))


def note_cutting(node: str, devices: Sequence[str]) -> Call:
    """An action: note that we gave the node a level of these devices. Names hold neither '=' nor '+'."""
    return call("a_note", f"{_CUTTING}{node}={'+'.join(devices)}", "ours")
