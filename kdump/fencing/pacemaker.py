"""What differs in the fencing of a Pacemaker cluster from what is wanted, and the commands that change just that.

Source: pcs(8) "stonith" (targets by keyword where pcs 0.12 wants them so), crm(8) "configure" and "resource param";
cibadmin(8). crm knows all levels of all nodes only as one object, which Pacemaker's own tool can replace in one go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from kdump.dialects.cib import Cib, Levels, StonithDevice
from kdump.fencing.commands import Arguments, Device, commands_for
from kdump.fencing.devices import FencePlan
from kdump.fencing.levels import in_order, level_changes, level_problems
from kdump.fencing.support import PORT, FenceSupport
from kdump.platforms import Platform

AGENT = "fence_kdump"
AGENT_DEFAULT_SECONDS = 60  # fence_kdump(8), timeout
_PORT_OPTION = "ipport"
_LISTS = ("pcmk_host_list",)
# pcs 0.12, Source: Red Hat Enterprise Linux 10.
_KEYWORDS_SINCE = {"rhel": (10, 0), "fedora": (0, 0)}


def devices_of(cib: Cib, name: str) -> list[StonithDevice]:
    """The fence_kdump devices of the cluster that are called *name*, alone or with a node's name behind it."""
    return [
        device
        for device in cib.devices
        if device.agent == AGENT and (device.name == name or device.name in {f"{name}-{node}" for node in cib.nodes})
    ]


def asking_device(cib: Cib, name: str, node: str) -> str:
    """The name of the device that asks whether *node* is dumping, as the cluster has it."""
    own = f"{name}-{node}"
    return own if cib.device(own) else name


def device_name(support: FenceSupport, name: str, node: str) -> str:
    """The name of the device that shall ask whether *node* is dumping."""
    return f"{name}-{node}" if support.one_device_per_node else name


def timeout_of(device: StonithDevice) -> int:
    """How long the device waits for a message, in seconds."""
    value = device.options.get("timeout", "")
    return int(value) if value.isdecimal() else AGENT_DEFAULT_SECONDS


def port_of(device: StonithDevice) -> int:
    """The UDP port that it listens on."""
    value = device.options.get(_PORT_OPTION, "")
    return int(value) if value.isdecimal() else PORT


def differing(found: StonithDevice, options: Mapping[str, str]) -> dict[str, str]:
    """The options that the device lacks or has otherwise, with the value they shall have; "" takes one away."""
    changed = {
        name: value
        for name, value in options.items()
        if _words(name, found.options.get(name, "")) != _words(name, value)
    }
    if _PORT_OPTION in found.options and _PORT_OPTION not in options and port_of(found) != PORT:
        changed[_PORT_OPTION] = ""
    return changed


def device_problems(cib: Cib, plan: FencePlan) -> list[str]:
    """What is wrong with the devices of fence_kdump, a sentence each; their timeout and port are told elsewhere."""
    found: list[str] = []
    for device in plan.devices:
        there = cib.device(device.name)
        if there is None:
            found.append(f"the device {device.name} is gone")
            continue
        for name, value in differing(there, dict(device.options)).items():
            if name not in ("timeout", _PORT_OPTION, "pcmk_off_timeout"):
                found.append(f"{device.name} has {name}={there.options.get(name, '')!r} instead of {value!r}")
            elif name == "pcmk_off_timeout" and "timeout" not in differing(there, dict(device.options)):
                found.append(f"Pacemaker does not wait for {device.name} as long as it takes ({name} is not {value})")
    wanted = {node.node for node in plan.levels}
    ours = {device.name for device in plan.devices}
    for node, levels in cib.levels.items():
        if node not in wanted and any(ours & set(level) for level in levels.values()):
            found.append(f"{node} has a level of fence_kdump, though nobody declared it")
    return found


def all_problems(cib: Cib, plan: FencePlan) -> list[str]:
    """What is wrong with devices and levels, a sentence each."""
    found = device_problems(cib, plan)
    for node in plan.levels:
        (asking,), cutting = node.levels[0], node.levels[1]
        found += level_problems(node.node, cib.levels.get(node.node, {}), asking, cutting)
    return found


def device_commands(support: FenceSupport, cib: Cib, devices: Sequence[Device]) -> list[Arguments]:
    """Commands that make *devices* or change what differs of them."""
    commands: list[Arguments] = []
    for device in devices:
        there = cib.device(device.name)
        if there is None:
            commands.append(commands_for(support, [device], [])[0])
        else:
            commands += option_commands(support, device.name, differing(there, dict(device.options)))
    return commands


def option_commands(support: FenceSupport, name: str, changed: Mapping[str, str]) -> list[Arguments]:
    """Commands that set options of the device *name*; "" takes one away."""
    if not changed:
        return []
    if support.stack == "pcs":
        return [("pcs", "stonith", "update", name, *(f"{key}={value}" for key, value in changed.items()))]
    return [
        ("crm", "resource", "param", name, "set", key, value)
        if value
        else ("crm", "resource", "param", name, "delete", key)
        for key, value in changed.items()
    ]


def level_commands(
    platform: Platform, support: FenceSupport, cib: Cib, wanted: Mapping[str, Levels], name: str
) -> list[Arguments]:
    """Commands that give each node of *wanted* its levels; other nodes keep theirs. *name* is that of our device."""
    changes = [
        change
        for node, levels in wanted.items()
        for change in level_changes(node, cib.levels.get(node, {}), levels, device_name(support, name, node))
    ]
    if not changes:
        return []
    if support.stack == "crm":
        return [_topology(cib, {node: levels for node, levels in (cib.levels | dict(wanted)).items() if levels})]
    keyword = ("target",) if platform.version >= _KEYWORDS_SINCE.get(platform.base, (99, 0)) else ()
    commands: list[Arguments] = []
    for change in changes:
        if change.verb == "add":
            names = (",".join(change.devices),) if support.joins_devices else change.devices
            commands.append(("pcs", "stonith", "level", "add", str(change.level), change.node, *names))
        else:
            commands.append(("pcs", "stonith", "level", "remove", str(change.level), *keyword, change.node))
    return commands


def removal_commands(support: FenceSupport, names: Sequence[str]) -> list[Arguments]:
    """Commands that take devices away, which no level may name any more."""
    if support.stack == "pcs":
        return [("pcs", "stonith", "delete", name) for name in names]
    # Fence devices run somewhere like any resource, and crm does not take away what runs unless it is forced.
    return [("crm", "--force", "configure", "delete", name) for name in names]


def _topology(cib: Cib, levels: Mapping[str, Levels]) -> Arguments:
    if not levels:
        return ("crm", "configure", "delete", "fencing_topology")
    if not cib.levels:
        topology = [
            word for node, each in levels.items() for word in (f"{node}:", *(",".join(one) for one in in_order(each)))
        ]
        return ("crm", "configure", "fencing_topology", *topology)
    # crm would have the old one deleted first, and in between the order of all nodes' levels is lost.
    lines = [
        f"<fencing-level id={quoteattr(f'fencing-{node}-{index}')} target={quoteattr(node)} "
        f"index={quoteattr(str(index))} devices={quoteattr(','.join(devices))}/>"
        for node, of_node in levels.items()
        for index, devices in sorted(of_node.items())
    ]
    text = f"<fencing-topology>{''.join(lines)}</fencing-topology>"
    return ("cibadmin", "--replace", "--scope", "fencing-topology", "--xml-text", text)


def _words(name: str, value: str) -> Sequence[str]:
    """A value as it counts: of a list its words in any order, whatever stands between them."""
    return sorted(value.replace(",", " ").replace(";", " ").split()) if name in _LISTS else [value]
