"""Whom a dumping node tells: fence_kdump_nodes in /etc/kdump.conf, and the nodes of SUSE's KDUMP_POSTSCRIPT.

Source: kdump.conf(5) of Red Hat Enterprise Linux 6 to 10; kexec-tools 2.0.0-310.el6 mkdumprd (IPv4 only: it
gives up on all nodes at the first it finds no IPv4 address for); fence_kdump_send(8).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.targets import checked_server

_SETTING = "fenceKdumpNodes"


class Node(BaseModel):
    """A node of a cluster: its name, and its names or addresses on the cluster's rings (none: only its name)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rings: tuple[str, ...] = ()


# Why a generation has no fence_kdump_nodes, and what it has instead. Every other one accepts the option.
_BLIND = "Raise post_fail_delay in cluster.conf to the time of a whole dump"
_INSTEAD: dict[Generation, tuple[str, str]] = {
    Generation.NETDUMP: ("Raise the delay before nodes are fenced", "These releases have netdump, which tells nobody"),
    Generation.EL5: (_BLIND, "fence_kdump came with Red Hat Enterprise Linux 6.2"),
    Generation.EL6_0: (
        f"On 6.2 add a fence_kdump device to cluster.conf, from which kdump takes the nodes; before that: {_BLIND}",
        "The option came with kexec-tools 2.0.0-274 (2014), and this one stops at an option it does not know",
    ),
    Generation.SUSE_CALIBRATE: (
        "Put fence_kdump_send and the nodes into KDUMP_POSTSCRIPT",
        "SUSE's kdump has no kdump.conf",
    ),
    Generation.SUSE_2: (
        "Put fence_kdump_send and the nodes into KDUMP_POSTSCRIPT",
        "SUSE's kdump has no kdump.conf",
    ),
    Generation.KDUMP_TOOLS: (
        "Raise the delay before nodes are fenced to the time of a whole dump",
        "kdump-tools has no kdump.conf, and does not run fence_kdump_send",
    ),
}


def fence_kdump_nodes(
    nodes: Sequence[Node], host_name: str, generation: Generation, own_addresses: Sequence[str] = ()
) -> tuple[str, ...]:
    """The values of fence_kdump_nodes on the node *host_name*: every ring name or address of all other nodes.

    *own_addresses* are what ``hostname -I`` gives there. Raises :class:`Refusal` as :func:`other_nodes` does, for
    a generation without the option (with what to use instead), and on Red Hat Enterprise Linux 6 for a node
    that has only IPv6 addresses. What a release's tools take for the node's own name although it is not, is
    another question: see :mod:`kdump.verdicts`.
    """
    if generation in _INSTEAD:
        instead, why = _INSTEAD[generation]
        raise Refusal(_SETTING, host_name, "a release that knows fence_kdump_nodes", instead, f"{why} ({generation})")
    return other_nodes(nodes, host_name, own_addresses, ipv4_only=generation is Generation.EL6_3)


def other_nodes(
    nodes: Sequence[Node], host_name: str, own_addresses: Sequence[str] = (), *, ipv4_only: bool = False
) -> tuple[str, ...]:
    """Every ring name or address of the nodes other than *host_name*, in order, each once.

    With *ipv4_only* IPv6 addresses are left out. Raises :class:`Refusal` for a *host_name* that is no node, where
    there is no other node, where another node has a name or an address of this one, for what is no host name
    or address, and with *ipv4_only* for a node of which nothing is left.
    """
    own = [node for node in nodes if node.name.lower() == host_name.lower()]
    if len(own) != 1:
        raise Refusal(
            _SETTING,
            host_name,
            "the name of one node: " + ", ".join(node.name for node in nodes),
            "Write the node's name as the cluster has it",
            "All nodes but the host itself are told",
        )
    mine = {_same(value) for value in (host_name, *own[0].rings, *own_addresses)}
    found: dict[str, None] = {}
    for node in nodes:
        if node is own[0]:
            continue
        values = [checked_server(value, _SETTING) for value in node.rings or (node.name,)]
        for value in values:
            if _same(value) in mine:
                raise Refusal(
                    _SETTING,
                    value,
                    f"names and addresses that are not those of {host_name} itself",
                    f"Correct the rings of {node.name}",
                    "kdump does not start where a node is told to send a message to itself",
                )
        usable = [value for value in values if not (ipv4_only and ":" in value)]
        if not usable:
            raise Refusal(
                _SETTING,
                ", ".join(values),
                f"an IPv4 address of {node.name}",
                "Give the node a ring with an IPv4 address",
                "kdump of Red Hat Enterprise Linux 6 has no IPv6, and with such a node it tells nobody at all",
            )
        found.update(dict.fromkeys(usable))
    if not found:
        raise Refusal(
            _SETTING,
            host_name,
            "another node beside the host",
            "Leave fence_kdump out of a cluster of one node",
            "There is nobody to tell",
        )
    return tuple(found)


def _same(value: str) -> str:
    """*value* in one spelling: names in small letters, addresses in the shortest form."""
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        return value.lower()
