"""What a cluster needs so that its nodes can dump: devices, levels, arguments of its tools, firewall, settings.

Source: facts of this project, "Clusters and fencing"; pcs(8), crm(8), fence_kdump(8), fence_kdump_send(8),
cluster.conf(5); kdump-in-cluster-environment.txt of kexec-tools 2.0.15-33.el7; SUSE Linux Enterprise HA guides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.fencing.commands import Arguments, Device, NodeLevels, commands_for
from kdump.fencing.delay import DEFAULT_INTERVAL_SECONDS
from kdump.fencing.support import PORT, FenceSupport, Stack, fence_support
from kdump.platforms import Platform

# What is both an id in Pacemaker's XML and a name in cluster.conf.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NODE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")

# What Pacemaker waits for an agent unless pcmk_off_timeout says otherwise; ours is this much longer than the
# agent's own timeout, so that the agent's answer comes first.
_PACEMAKER_TIMEOUT_SECONDS = 60
_PACEMAKER_MARGIN_SECONDS = 10

# Source: release notes of each; before it iptables, and SuSEfirewall2.
_FIREWALLD_SINCE = {"rhel": (7, 0), "sles": (15, 0)}


class FencePlan(BaseModel):
    """All that a cluster needs for fence_kdump.

    * ``package``: to be installed on every node
    * ``devices`` and ``levels``: level 1 is fence_kdump, level 2 what cuts the node off
    * ``commands``: put them into the cluster's configuration, on one node; none for cman, whose cluster.conf
      :func:`kdump.dialects.cluster_conf.with_fence_kdump` changes
    * ``firewall``: on every node; none where the release has no firewalld
    * ``afterwards``: what else is to be done, in sentences
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stack: Stack
    package: str
    devices: tuple[Device, ...]
    levels: tuple[NodeLevels, ...]
    commands: tuple[Arguments, ...]
    firewall: tuple[Arguments, ...]
    afterwards: tuple[str, ...]


def fence_plan(
    platform: Platform,
    stack: Stack,
    power: Mapping[str, Sequence[str]],
    timeout_seconds: int,
    *,
    name: str = "kdump",
    port: int = PORT,
    uses_sbd: bool = False,
) -> FencePlan:
    """What a cluster on *platform*, kept by *stack*, needs so that its nodes can dump.

    * *power*: for each node the names of the devices that cut it off, which the cluster has already
    * *timeout_seconds*: of fence_kdump, from :mod:`kdump.fencing.delay`
    * *name*: of the new device (with the node's name behind it where every node has its own)
    * *uses_sbd*: the cluster fences by SBD

    Raises :class:`Refusal` as :func:`kdump.fencing.support.fence_support` does, for a node without a device that
    cuts it off, for fewer than two nodes, names that are taken or cannot be, a timeout below 1, a port that is
    none, and for SBD under crm.
    """
    support = fence_support(platform, stack)
    _check(power, timeout_seconds, name, port)
    if uses_sbd and stack == "crm":
        raise Refusal(
            "usesSbd",
            uses_sbd,
            "a physical fence device beside fence_kdump",
            "Fence by the machines' power, or leave fence_kdump out",
            "SUSE's guide: fence_kdump cannot be used together with SBD",
        )
    devices = _devices(support, tuple(power), timeout_seconds, name, port)
    levels = tuple(
        NodeLevels(node=node, levels=((_device_name(support, name, node),), tuple(cutting)))
        for node, cutting in power.items()
    )
    has_firewalld = platform.version >= _FIREWALLD_SINCE.get(platform.base, (0, 0))
    return FencePlan(
        stack=stack,
        package=support.package,
        devices=devices,
        levels=levels,
        commands=commands_for(support, devices, levels),
        firewall=(
            ("firewall-cmd", "--permanent", f"--add-port={port}/udp"),
            ("firewall-cmd", "--reload"),
        )
        if has_firewalld
        else (),
        afterwards=_afterwards(support, port, has_firewalld),
    )


def fence_kdump_args(port: int = PORT, interval_seconds: int = DEFAULT_INTERVAL_SECONDS) -> str:
    """The value of fence_kdump_args in kdump.conf: messages without end, *interval_seconds* apart.

    Source: kdump.conf(5) of kexec-tools 2.0.0-310.el6 and later; fence_kdump_send(8).
    """
    return f"-p {port} -f auto -c 0 -i {interval_seconds}"


def postscript(
    platform: Platform,
    nodes: Sequence[str],
    port: int = PORT,
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS,
    count: int = 1,
) -> str:
    """The value of SUSE's KDUMP_POSTSCRIPT that tells *nodes* after the dump, *count* times.

    More than once waits (count - 1) times *interval_seconds* longer before the node reboots, and makes up for
    lost messages. Raises :class:`Refusal` for a *platform* that is not SUSE's, and for a count of 0, with
    which the sender never ends and the node never reboots. Source: kdump(5), fence_kdump_send(8).
    """
    sender = fence_support(platform, "crm").sender
    if count < 1:
        raise Refusal(
            "count", count, "1 or more", "Write 1", "0 means without end, and the node reboots only after the script"
        )
    return f"{sender} -i {interval_seconds} -p {port} -c {count} {' '.join(nodes)}"


def _check(power: Mapping[str, Sequence[str]], timeout_seconds: int, name: str, port: int) -> None:
    _check_name(name, _NAME, "name", "a letter or '_', then letters, digits, '_', '.' and '-'")
    if len(power) < 2:
        raise Refusal(
            "power",
            ", ".join(power),
            "two nodes or more",
            "Name all nodes of the cluster",
            "A node that dumps tells the others",
        )
    for node, cutting in power.items():
        _check_name(node, _NODE_NAME, "power", "names of nodes: letters, digits, '.' and '-'")
        if not cutting:
            raise Refusal(
                f"power.{node}",
                list(cutting),
                "a device that cuts the node off",
                "Name the device that fences the node's power or its storage",
                "fence_kdump only finds out that a node is dumping; a node that hangs would never be fenced",
            )
        if name in cutting or f"{name}-{node}" in cutting:
            raise Refusal(
                f"power.{node}",
                ", ".join(cutting),
                f"other names than that of the new device, {name}",
                "Choose another name for the new device",
                "It would stand for both levels",
            )
    if timeout_seconds < 1:
        raise Refusal(
            "timeoutSeconds",
            timeout_seconds,
            "a number of seconds, 1 or more",
            "Write what kdump.fencing.delay gives",
            "The agent waits this long for a message",
        )
    if not 1 <= port <= 65535:
        raise Refusal("port", port, "a number from 1 to 65535", f"Write {PORT}", "It is a UDP port")


def _check_name(value: str, pattern: re.Pattern[str], setting: str, needed: str) -> None:
    if not pattern.fullmatch(value):
        raise Refusal(setting, value, needed, "Write it as the cluster has it", "The cluster refers to it by this name")


def _device_name(support: FenceSupport, name: str, node: str) -> str:
    return f"{name}-{node}" if support.one_device_per_node else name


def _devices(
    support: FenceSupport, nodes: tuple[str, ...], timeout_seconds: int, name: str, port: int
) -> tuple[Device, ...]:
    timing = [("timeout", str(timeout_seconds))]
    if port != PORT:
        timing.append(("ipport", str(port)))
    if support.stack != "cman" and timeout_seconds + _PACEMAKER_MARGIN_SECONDS > _PACEMAKER_TIMEOUT_SECONDS:
        timing.append(("pcmk_off_timeout", str(timeout_seconds + _PACEMAKER_MARGIN_SECONDS)))
    if support.stack == "cman":
        # fenced itself gives the agent the name of the node.
        return (Device(name=name, agent="fence_kdump", options=tuple(timing)),)
    if support.one_device_per_node:
        return tuple(
            Device(
                name=f"{name}-{node}",
                agent="fence_kdump",
                options=(("nodename", node), *support.options, *timing),
            )
            for node in nodes
        )
    # Blanks for pcs, commas for crm, as their manuals have it; Pacemaker takes both.
    listed = (" " if support.stack == "pcs" else ",").join(nodes)
    return (Device(name=name, agent="fence_kdump", options=(*support.options, ("pcmk_host_list", listed), *timing)),)


def _afterwards(support: FenceSupport, port: int, has_firewalld: bool) -> tuple[str, ...]:
    sentences = [] if has_firewalld else [f"Open UDP port {port} in the firewall of every node."]
    if support.stack == "cman":
        sentences.append("Check cluster.conf with ccs_config_validate, and make it known with 'cman_tool version -r'.")
    if support.sends_after_dump:
        sentences += [
            f"Put {support.sender} with the other nodes into KDUMP_POSTSCRIPT, on every node.",
            "The message comes after the dump, so the agent's timeout must be longer than a whole dump.",
        ]
    sentences.append(f"Restart kdump on every node, so that its capture image gets {support.sender} and the nodes.")
    return tuple(sentences)
