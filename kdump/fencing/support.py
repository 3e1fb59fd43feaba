"""What each release offers a cluster whose nodes dump: a row for each cluster stack and release.

Source of the table: facts of this project, "Clusters and fencing", unless a row says otherwise.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.platforms import Platform

Stack = Literal["cman", "pcs", "crm"]
"""Who keeps the cluster's configuration: cman's cluster.conf, or Pacemaker's, by pcs or by crm."""

PORT = 7410
"""The UDP port that fence_kdump listens on, on every node. Source: fence_kdump(8)."""


class FenceSupport(BaseModel):
    """What a release has for fence_kdump.

    * ``since`` and ``before``: the releases it holds for, the latter not included
    * ``package``: has the agent, and with it the sender
    * ``sender``: the program that the capture kernel runs
    * ``options``: of the device in Pacemaker, beside timeout and nodes
    * ``one_device_per_node``: the device names its node, instead of one device with a list of all
    * ``joins_devices``: pcs wants several devices of a level as one word, with commas
    * ``sends_after_dump``: the message comes only when the dump is done
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str
    stack: Stack
    since: tuple[int, int]
    before: tuple[int, int] | None
    package: str
    sender: str
    options: tuple[tuple[str, str], ...]
    one_device_per_node: bool
    joins_devices: bool
    sends_after_dump: bool
    source: str


# The agent cannot reboot; what the cluster takes for a reboot is told to be "off", which means "it dumps".
_OFF = (("pcmk_reboot_action", "off"),)
# Agents without the actions monitor and status, and a Pacemaker that would ask the agent for its nodes.
_OLDER = (
    *_OFF,
    ("pcmk_monitor_action", "metadata"),
    ("pcmk_status_action", "metadata"),
    ("pcmk_host_check", "static-list"),
)
_SLES = (
    ("pcmk_host_check", "dynamic-list"),
    *_OFF,
    ("pcmk_reboot_retries", "1"),
)


def _row(
    base: str,
    stack: Stack,
    since: tuple[int, int],
    before: tuple[int, int] | None,
    package: str,
    sender: str,
    options: tuple[tuple[str, str], ...],
    source: str,
    *,
    per_node: bool = False,
    joins_devices: bool = False,
) -> FenceSupport:
    return FenceSupport(
        base=base,
        stack=stack,
        since=since,
        before=before,
        package=package,
        sender=sender,
        options=options,
        one_device_per_node=per_node,
        joins_devices=joins_devices,
        sends_after_dump=stack == "crm",
        source=source,
    )


_EL6_SENDER, _SENDER, _SUSE_SENDER = (
    "/usr/sbin/fence_kdump_send",
    "/usr/libexec/fence_kdump_send",
    "/usr/lib/fence_kdump_send",
)

ROWS = (
    _row("rhel", "cman", (6, 2), (7, 0), "fence-agents", _EL6_SENDER, (), "kexec-tools 2.0.0-310.el6 mkdumprd"),
    _row(
        "rhel", "pcs", (6, 5), (7, 0), "fence-agents", _EL6_SENDER, _OLDER, "Pacemaker from 6.5 on", joins_devices=True
    ),
    _row(
        "rhel",
        "pcs",
        (7, 0),
        (8, 0),
        "fence-agents-kdump",
        _SENDER,
        _OLDER,
        "kdump-in-cluster-environment.txt of kexec-tools 2.0.15-33.el7",
        joins_devices=True,
    ),
    _row("rhel", "pcs", (8, 0), None, "fence-agents-kdump", _SENDER, _OFF, "kexec-tools 2.0.26-8.el8, pcs recipe"),
    _row("fedora", "pcs", (0, 0), None, "fence-agents-kdump", _SENDER, _OFF, "kdump-utils 1.0.61 kdump-lib.sh"),
    _row(
        "sles",
        "crm",
        (12, 0),
        (16, 0),
        "fence-agents",
        _SUSE_SENDER,
        _SLES,
        "SUSE/doc-sleha ha_fencing.xml; kdump of SLE-15-SP4, setup-kdump.functions",
        per_node=True,
    ),
    _row("sles", "crm", (16, 0), None, "fence-agents", _SUSE_SENDER, _OFF, "SUSE Linux Enterprise HA 16, node fencing"),
    _row("opensuse-tumbleweed", "crm", (0, 0), None, "fence-agents", _SUSE_SENDER, _OFF, "as SLES 16"),
)

_BLIND = "Set post_fail_delay in cluster.conf to the time of a whole dump (kdump.fencing.delay.post_fail_delay)"

_INSTEAD = {
    ("rhel", "cman"): "On 6.2 and newer 6 use fence_kdump; on 7 and newer use the stack 'pcs'",
    ("rhel", "pcs"): "Before 6.5 use the stack 'cman', and before 6.2 its post_fail_delay",
}


def fence_support(platform: Platform, stack: Stack) -> FenceSupport:
    """What *platform* has for fence_kdump in a cluster kept by *stack*.

    Raises :class:`Refusal` where it has nothing, with what to do instead: cman before Red Hat Enterprise Linux 6.2
    can only wait blindly, and each stack belongs to its own distributions.
    """
    for row in ROWS:
        if (row.base, row.stack) != (platform.base, stack):
            continue
        if row.since <= platform.version and (row.before is None or platform.version < row.before):
            return row
    cman_only = platform.base == "rhel" and platform.version < (6, 2)
    known = sorted({row.stack for row in ROWS if row.base == platform.base})
    instead = _INSTEAD.get((platform.base, stack)) or (
        f"Use the stack {' or '.join(map(repr, known))}"
        if known
        else "Give the cluster's fencing a delay of a whole dump"
    )
    raise Refusal(
        "stack",
        f"{stack} on {platform}",
        "a cluster whose release has fence_kdump",
        _BLIND if cman_only else instead,
        "fence_kdump came with Red Hat Enterprise Linux 6.2 (cman) and 6.5 (Pacemaker), and with SUSE's 12",
    )
