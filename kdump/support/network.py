"""Which network paths to a collector a release's capture kernel can use.

Two kinds of source per release, and they differ: the vendor's list of supported targets, and what the scripts that
build the capture initrd do. "Refused" is what the scripts end on with an error; "unsupported" what only the list names.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.support.standing import (
    ALL,
    EL5,
    EL6,
    EL6_0,
    EL6_3,
    EL7,
    EL8,
    EL8_1,
    EL9,
    KDUMP_TOOLS,
    KDUMP_UTILS,
    SUSE,
    Row,
    Standing,
    Support,
    support_of,
    unknown,
)

Layer = Literal["bond", "bridge", "ethernet", "infiniband", "ovs-bridge", "team", "vlan", "wireless"]

_HARDWARE = ("ethernet", "infiniband", "wireless")
_ANY_COMBINATION = "any combination"
_FROM_7 = EL7 | EL8 | EL9 | KDUMP_UTILS
_NOT_ON_DEBIAN = ALL - KDUMP_TOOLS

_YES, _OPEN, _NO, _ERROR = Standing.SUPPORTED, Standing.UNKNOWN, Standing.UNSUPPORTED, Standing.REFUSED

_LIST_5 = "mkdumprd of kexec-tools, June 2008"
_SCRIPT_6_0 = "kexec-tools 2.0.0-145.el6 mkdumprd"
_LIST_6 = "kexec-tools 2.0.0-310.el6 kexec-kdump-howto.txt"
_SCRIPT_6 = "kexec-tools 2.0.0-310.el6 mkdumprd"
_LIST_7_TO_10 = "supported-kdump-targets.txt of kexec-tools 2.0.15-33.el7 to kdump-utils 1.0.61"
_LIST_7_TO_9 = "supported-kdump-targets.txt of kexec-tools 2.0.15-33.el7 to 2.0.26-8.el9"
_SCRIPT_8 = "kexec-tools 2.0.26-8.el8 dracut-module-setup.sh"
_SCRIPT_9 = "kexec-tools 2.0.26-8.el9 dracut-module-setup.sh"
_SCRIPT_10 = "kdump-utils 1.0.61 99kdumpbase/module-setup.sh"
_SUSE = "openSUSE kdump 1.0.2 to 2.1.9 setup-kdump.functions"
_DEBIAN = "kdump-tools 1:1.8.1 kdump-tools-dump.service"

_LISTED = "The list of supported targets names it"
_LISTED_NOT = "The list of targets names it among the unsupported ones, though the tools do not check"
_OWN_NETWORK = "The capture kernel starts the system with its own network, and waits for network-online.target"
_CABLE = "Dump over wired Ethernet, or to a local target"
_TEAM_TO_BOND = "Make it a bond, or dump over a network interface of its own"
_OVER_BRIDGE = "Put the VLAN on the bond or the network interface, and the bridge over the VLAN"
_SINGLE = "Dump over a network interface of its own, or to a local target"

ROWS: tuple[Row, ...] = (
    Row("ethernet", _NOT_ON_DEBIAN, _YES, "What all tools begin with", f"{_LIST_5}; {_LIST_6}; {_LIST_7_TO_10}"),
    Row("ethernet", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    # bond
    Row("bond", EL5 | EL6_0, _YES, "Interfaces named bond0, bond1... are set up", f"{_LIST_5}; {_SCRIPT_6_0}"),
    Row("bond", EL6_3, _YES, _LISTED, _LIST_6),
    Row("bond", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row("bond", SUSE, _YES, "The tools carry its options over", _SUSE),
    Row("bond", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    # vlan
    Row("vlan", EL5 | EL6_0, _YES, "Interfaces named as eth0.5 are set up", f"{_LIST_5}; {_SCRIPT_6_0}"),
    Row("vlan", EL6_3, _YES, _LISTED, _LIST_6),
    Row("vlan", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row("vlan", SUSE, _YES, "The tools carry its tag over", _SUSE),
    Row("vlan", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    # bridge
    Row("bridge", EL5, _NO, "mkdumprd sets up bonds and VLANs, but no bridges", _LIST_5, _SINGLE),
    Row("bridge", EL6, _YES, "mkdumprd sets it up since before 6.0", f"changelog of {_LIST_6}: bug 602325"),
    Row("bridge", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row("bridge", SUSE, _YES, "The tools set it up over all its members", _SUSE),
    Row("bridge", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    Row("ovs-bridge", KDUMP_UTILS, _YES, "The tools use the interface that has its hardware address", _SCRIPT_10),
    Row("ovs-bridge", SUSE, _NO, "The tools pass over it, and the capture kernel has no network", _SUSE, _SINGLE),
    # team
    Row("team", EL5, _NO, "Teams came with release 7", "kexec-tools 2.0.15-33.el7", _TEAM_TO_BOND),
    Row("team", EL6, _NO, _LISTED_NOT, _LIST_6, _TEAM_TO_BOND),
    Row("team", EL7 | EL8, _YES, _LISTED, "supported-kdump-targets.txt of kexec-tools 2.0.15-33.el7 and 2.0.26-8.el8"),
    Row(
        "team",
        EL9 | KDUMP_UTILS,
        _OPEN,
        "The list of supported targets does not name it any more, though the tools still set it up",
        f"supported-kdump-targets.txt of 2.0.26-8.el9; {_SCRIPT_10}",
        _TEAM_TO_BOND,
    ),
    Row("team", SUSE, _NO, "The tools pass over it, and the capture kernel has no network", _SUSE, _TEAM_TO_BOND),
    Row("team", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    # hardware other than Ethernet
    Row("infiniband", EL6, _NO, _LISTED_NOT, _LIST_6, _CABLE),
    Row("infiniband", _FROM_7, _NO, _LISTED_NOT, _LIST_7_TO_10, _CABLE),
    Row("infiniband", SUSE, _OPEN, "Not passed over any more, but it needs dracut's help", "openSUSE kdump NEWS 1.0.3"),
    Row("wireless", EL6, _NO, _LISTED_NOT, _LIST_6, _CABLE),
    Row("wireless", _FROM_7, _NO, _LISTED_NOT, _LIST_7_TO_10, _CABLE),
    # one over the other
    Row("vlan over bond", EL5 | EL6_0, _NO, "It came after 6.2", "kexec-tools changelog 2.0.0-225 (2012-02)", _SINGLE),
    Row("vlan over bond", EL6_3, _YES, _LISTED, _LIST_6),
    Row("vlan over bond", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row(
        "vlan over bridge",
        _FROM_7,
        _ERROR,
        "The script that builds the capture initrd ends with an error",
        f"dracut-module-setup.sh of 2.0.15-33.el7, 2.0.26-8.el8 and 2.0.26-8.el9; {_SCRIPT_10}",
        _OVER_BRIDGE,
    ),
    Row(
        "vlan over team",
        EL7,
        _ERROR,
        "The script that builds the capture initrd ends with an error",
        "kexec-tools 2.0.15-33.el7 dracut-module-setup.sh",
        _TEAM_TO_BOND,
    ),
    Row(
        "vlan over team",
        EL8,
        _ERROR,
        "The script that builds the capture initrd ends with an error before 8.4",
        "kexec-tools changelog 2.0.20-38 (2020-12)",
        _TEAM_TO_BOND,
        before=(8, 4),
    ),
    Row("vlan over team", EL8_1, _NO, _LISTED_NOT, f"{_LIST_7_TO_9}; {_SCRIPT_8}", _TEAM_TO_BOND, since=(8, 4)),
    Row("vlan over team", EL9, _NO, _LISTED_NOT, f"{_LIST_7_TO_9}; {_SCRIPT_9}", _TEAM_TO_BOND),
    Row("vlan over team", KDUMP_UTILS, _NO, _LISTED_NOT, f"{_LIST_7_TO_10}; {_SCRIPT_10}", _TEAM_TO_BOND),
    Row("bridge over bond", EL6_3, _YES, "mkdumprd sets it up", _SCRIPT_6),
    Row("bridge over bond", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row("bridge over vlan", EL6_3, _YES, "mkdumprd sets it up", _SCRIPT_6),
    Row("bridge over vlan", _FROM_7, _YES, _LISTED, _LIST_7_TO_10),
    Row("bridge over team", EL7 | EL8, _YES, _LISTED, "supported-kdump-targets.txt of 2.0.15-33.el7 and 2.0.26-8.el8"),
    Row(_ANY_COMBINATION, SUSE, _YES, "The tools go down from interface to interface", _SUSE),
    Row(_ANY_COMBINATION, KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
    # protocol
    Row("IPv6", EL6, _NO, "mkdumprd looks up IPv4 addresses only", _SCRIPT_6, "Use the collector's IPv4 address"),
    Row("IPv6", EL7, _NO, _LISTED_NOT, _LIST_7_TO_9, "Use the collector's IPv4 address"),
    Row("IPv6", EL8, _NO, _LISTED_NOT, _LIST_7_TO_9, "Use the collector's IPv4 address", before=(8, 4)),
    Row(
        "IPv6",
        EL8_1 | EL9,
        _OPEN,
        "The list of targets says unsupported, but the manual has examples of it and the tools set it up",
        f"{_LIST_7_TO_9}; kdump.conf(5) since 2.0.20-45.el8 (2021-01)",
        "Use the collector's IPv4 address where it has one",
        since=(8, 4),
    ),
    Row("IPv6", KDUMP_UTILS, _YES, _LISTED, "supported-kdump-targets.txt of kdump-utils since 2026-03"),
    Row("IPv6", SUSE, _YES, "KDUMP_NETCONFIG takes it", "openSUSE kdump(5)"),
    Row("IPv6", KDUMP_TOOLS, _YES, _OWN_NETWORK, _DEBIAN),
)  # fmt: skip


class NetworkPath(BaseModel):
    """What lies between a host and its collector: ``layers`` from the interface that has the address down to hardware.

    ("vlan", "bond", "ethernet") is a VLAN over a bond of Ethernet interfaces. Of the members of a bond or bridge
    that differ, the one with the most layers counts. Raises :class:`Refusal` for layers that are no such path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: tuple[Layer, ...]
    ip_version: Literal[4, 6] = 4

    @model_validator(mode="after")
    def _ends_in_hardware(self) -> Self:
        ends_well = bool(self.layers) and self.layers[-1] in _HARDWARE
        if not ends_well or any(layer in _HARDWARE for layer in self.layers[:-1]):
            raise Refusal(
                "layers",
                ", ".join(self.layers),
                "layers of which the last, and only the last, is hardware: " + ", ".join(_HARDWARE),
                "Write ['ethernet'], or what lies over it in front, such as ['vlan', 'bond', 'ethernet']",
                "Which layers lie over which decides what the capture kernel can set up",
            )
        return self

    def __str__(self) -> str:
        return " over ".join(self.layers) + (" with IPv6" if self.ip_version == 6 else "")


def network_support(platform: Platform, path: NetworkPath) -> list[Support]:
    """How *platform* stands to each layer of *path*, to each pair of them, and to its protocol, in this order.

    Raises :class:`Refusal` for a platform of which no rules are known. Sources: the rows.
    """
    features: list[str] = [*path.layers]
    features += [f"{upper} over {lower}" for upper, lower in pairwise(path.layers) if lower not in _HARDWARE]
    features += ["IPv6"] if path.ip_version == 6 else []
    return [_support(feature, platform) for feature in features]


def network_problems(platform: Platform, path: NetworkPath, setting: str = "target.network") -> list[Refusal]:
    """Why a dump must not be sent over *path*: what the platform's tools refuse, or its vendor does not support.

    What is of unknown support is no problem here (:func:`network_support` tells). Raises :class:`Refusal` for a
    platform of which no rules are known. Sources: the rows, named in each refusal.
    """
    return [each.refusal(setting, str(path), platform) for each in network_support(platform, path) if each.is_problem]


def _support(feature: str, platform: Platform) -> Support:
    said = support_of(ROWS, feature, platform)
    if said is None and " over " in feature:
        said = support_of(ROWS, _ANY_COMBINATION, platform)
    return said or unknown(feature, platform)
