"""fence_kdump in Pacemaker: read from its configuration, changed with just the commands of pcs or crm it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kdump.dialects import cib as dialect
from kdump.dialects.cib import Cib, Levels
from kdump.errors import Refusal
from kdump.fencing.commands import Arguments
from kdump.fencing.devices import FencePlan
from kdump.fencing.levels import earlier_levels, in_order, level_problems, wanted_levels
from kdump.fencing.pacemaker import (
    AGENT,
    all_problems,
    asking_device,
    device_commands,
    devices_of,
    differing,
    level_commands,
    option_commands,
    port_of,
    removal_commands,
    timeout_of,
)
from kdump.fencing.support import PORT, fence_support
from kdump.platforms import Platform
from provider.host import Host
from provider.kinds.base import Found
from provider.kinds.fencing.notes import Notes, note_cutting, note_device, note_levels, notes_of
from provider.kinds.fencing.wanted import Wanted
from provider.shell.script import Call, call

_SBD = ("external/sbd", "fence_sbd")


async def look(host: Host) -> Cib:
    """What the cluster's configuration says. Raises HostError where no cluster runs on the host."""
    said = await host.run("cibadmin", "--query")
    if said.code != 0:
        raise host.refuse(
            "stack",
            f"no Pacemaker cluster answers here: {said.text.strip()[-300:]}",
            "Start the cluster on this node, or keep its fencing through another member (clusters.<cluster>.through).",
        )
    try:
        return dialect.parse(said.text)
    except Refusal as refusal:
        raise host.refuse("stack", f"the cluster's configuration cannot be read: {refusal}", "Run again.") from None


class Pacemaker:
    """Devices and levels in Pacemaker's own configuration."""

    async def inspect(self, host: Host, wanted: Wanted, platform: Platform) -> Found:
        """What the cluster has."""
        cib = await look(host)
        devices = devices_of(cib, wanted.name)
        nodes = list(wanted.power) or [node for node in cib.levels if _asked_for(cib, wanted.name, node)]
        if not devices and not any(_asked_for(cib, wanted.name, node) for node in nodes):
            return Found(None, {})
        plan = wanted.plan_if_any(platform)
        timeouts, ports = {timeout_of(device) for device in devices}, {port_of(device) for device in devices}
        found = {
            "timeoutSeconds": _odd_one_out(timeouts, wanted.timeout_seconds, 0),
            "postFailDelaySeconds": None,
            "power": {node: _cutting(cib, wanted, node) for node in nodes},
            "port": _odd_one_out(ports, wanted.port, PORT),
            "problems": all_problems(cib, plan) if plan else _plain_problems(cib, wanted, nodes),
        }
        warnings = () if cib.fencing_enabled else ("stonith-enabled is false: the cluster fences nobody at all",)
        return Found({**wanted.kept(), **found}, {}, warnings)

    async def examine(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """Raise Refusal or HostError for what the cluster does not have or would not take."""
        cib = await look(host)
        for node, cutting in wanted.power.items():
            if cib.nodes and node not in cib.nodes:
                raise Refusal(
                    "power",
                    node,
                    "names of the cluster's nodes: " + ", ".join(cib.nodes),
                    "Write the node's name as the cluster has it",
                    "Levels of fencing are given to nodes by name",
                )
            for name in cutting:
                if cib.device(name) is None:
                    others = [device.name for device in cib.devices if device.agent != AGENT]
                    raise Refusal(
                        f"power.{node}",
                        name,
                        "a fence device that the cluster has" + (f": {', '.join(others)}" if others else ""),
                        "Correct the name, or make the device that cuts the node's power first",
                        "Power fencing knows addresses and passwords, and is never made by us",
                    )
        named = {name for cutting in wanted.power.values() for name in cutting}
        agents = {device.agent for device in cib.devices if device.name in named}
        plan = wanted.plan(platform, uses_sbd=any(agent in _SBD for agent in agents))
        for device in plan.devices:
            there = cib.device(device.name)
            if there is not None and there.agent != AGENT:
                raise Refusal(
                    "name",
                    device.name,
                    "a name that no other device has",
                    "Choose another name",
                    f"The cluster has a device of this name with the agent {there.agent}",
                )
        if wanted.stack == "crm" and cib.other_targets:
            raise Refusal(
                "power",
                f"{cib.other_targets} levels by pattern or attribute",
                "levels by names of nodes only",
                "Write the cluster's fencing_topology with a list for each node",
                "crm keeps all levels as one object, and these would be lost",
            )

    async def adopt(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """All is as wanted already: note that it was there before us, so that it stays when we go."""
        cib, plan = await look(host), wanted.plan(platform)
        await host.act(
            *(note_device(device.name, device.options) for device in devices_of(cib, wanted.name)),
            *(note_levels(node.node, cib.levels.get(node.node, {})) for node in plan.levels),
        )

    async def apply(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """Change what differs."""
        cib, notes = await look(host), await notes_of(host)
        support, plan = fence_support(platform, wanted.stack), wanted.plan(platform)
        levels = _wanted_levels(cib, plan, notes)
        gone = _undeclared(cib, plan, notes, wanted.name)
        changed = {n: now for n, now in (levels | gone).items() if cib.levels.get(n, {}) != now}
        marks: list[Call] = [note_levels(node, cib.levels.get(node, {})) for node in changed]
        for node in plan.levels:
            cutting = node.levels[1]
            if node.node in changed and not _has(cib.levels.get(node.node, {}), cutting):
                marks.append(note_cutting(node.node, cutting))
        for device in plan.devices:
            there = cib.device(device.name)
            if there is None or differing(there, dict(device.options)):
                marks.append(note_device(device.name, dict(there.options) if there else None))
        stale = [device.name for device in devices_of(cib, wanted.name) if device.name not in _names(plan)]
        await host.act(
            *marks,
            *_runs(device_commands(support, cib, plan.devices)),
            *_runs(level_commands(platform, support, cib, changed, wanted.name)),
            *_runs(removal_commands(support, [name for name in stale if notes.devices.get(name, {}) is None])),
        )

    async def revert(self, host: Host, wanted: Wanted, platform: Platform) -> list[str]:
        """Take our levels and devices away again; those that were there before come back."""
        cib, notes = await look(host), await notes_of(host)
        support = fence_support(platform, wanted.stack)
        left: list[str] = []
        levels: dict[str, Levels] = {}
        for node, before in notes.levels.items():
            known = {
                index: names for index, names in before.items() if all(cib.device(name) is not None for name in names)
            }
            left += [
                f"the level {index} of {node} ({', '.join(before[index])}) does not come back: its devices are gone"
                for index in before
                if index not in known
            ]
            asking = asking_device(cib, wanted.name, node)
            levels[node] = earlier_levels(cib.levels.get(node, {}), known, asking, notes.cutting.get(node, ()))
        used = {name for of_node in (cib.levels | levels).values() for level in of_node.values() for name in level}
        made, options = [], list[Arguments]()
        for name, before_options in notes.devices.items():
            there = cib.device(name)
            if there is None:
                continue
            if before_options is not None:
                restored = {**dict.fromkeys(there.options, ""), **before_options}
                options += option_commands(support, name, differing(there, restored))
            elif name in used:
                left.append(f"the device {name} stays, since others have put it into a level of fencing")
            else:
                made.append(name)
        return left + await host.give_up(
            *_runs(level_commands(platform, support, cib, levels, wanted.name)),
            *_runs(options),
            *_runs(removal_commands(support, made)),
        )


def _wanted_levels(cib: Cib, plan: FencePlan, notes: Notes) -> dict[str, Levels]:
    levels: dict[str, Levels] = {}
    for node in plan.levels:
        (asking,), cutting = node.levels[0], node.levels[1]
        before = notes.levels.get(node.node, {}).values()
        former = [each for each in notes.cutting.get(node.node, ()) if each not in before and each != cutting]
        levels[node.node] = wanted_levels(node.node, cib.levels.get(node.node, {}), asking, cutting, former)
    return levels


def _undeclared(cib: Cib, plan: FencePlan, notes: Notes, name: str) -> dict[str, Levels]:
    """The levels of nodes that have our device and are declared no more: as they were before."""
    declared = {node.node for node in plan.levels}
    return {
        node: earlier_levels(
            now, notes.levels.get(node, {}), asking_device(cib, name, node), notes.cutting.get(node, ())
        )
        for node, now in cib.levels.items()
        if node not in declared and _asked_for(cib, name, node)
    }


def _cutting(cib: Cib, wanted: Wanted, node: str) -> list[str]:
    """What cuts the node off after it was asked: as wanted where one of its levels is that, else the first."""
    asking = asking_device(cib, wanted.name, node)
    others = [level for level in in_order(cib.levels.get(node, {})) if asking not in level]
    wish = wanted.power.get(node, [])
    if any(sorted(level) == sorted(wish) for level in others):
        return list(wish)
    return list(others[0]) if others else []


def _plain_problems(cib: Cib, wanted: Wanted, nodes: Sequence[str]) -> list[str]:
    """What can be told without a plan, after a drift or for an import."""
    return [
        problem
        for node in nodes
        for problem in level_problems(
            node, cib.levels.get(node, {}), asking_device(cib, wanted.name, node), _cutting(cib, wanted, node)
        )
    ]


def _asked_for(cib: Cib, name: str, node: str) -> bool:
    asking = asking_device(cib, name, node)
    return any(asking in level for level in cib.levels.get(node, {}).values())


def _has(levels: Mapping[int, tuple[str, ...]], wanted: Sequence[str]) -> bool:
    return any(sorted(level) == sorted(wanted) for level in levels.values())


def _names(plan: FencePlan) -> set[str]:
    return {device.name for device in plan.devices}


def _odd_one_out(found: set[int], wanted: int | None, nothing: int) -> int:
    """Of several values the one that is not as wanted."""
    odd = sorted(found - {wanted})
    return odd[0] if odd else (nothing if not found else next(iter(found)))


def _runs(commands: Sequence[Arguments]) -> list[Call]:
    return [call("a_run", " ".join(command[:3]), *command) for command in commands]
