from typing import Any

import pytest

from kdump.errors import Refusal
from kdump.fencing.devices import FencePlan, fence_kdump_args, fence_plan, postscript
from kdump.fencing.support import Stack, fence_support
from kdump.platforms import platform_named

POWER = {"node1": ("ipmi1",), "node2": ("ipmi2",)}


def plan(platform: str, stack: Stack, timeout: int = 30, **changes: Any) -> FencePlan:
    return fence_plan(platform_named(platform), stack, changes.pop("power", POWER), timeout, **changes)


def test_pcs_creates_the_device_and_two_levels_for_every_node() -> None:
    made = plan("rhel-9.4", "pcs")
    assert made.commands == (
        (
            *("pcs", "stonith", "create", "kdump", "fence_kdump"),
            *("pcmk_reboot_action=off", "pcmk_host_list=node1 node2", "timeout=30"),
        ),
        ("pcs", "stonith", "level", "add", "1", "node1", "kdump"),
        ("pcs", "stonith", "level", "add", "2", "node1", "ipmi1"),
        ("pcs", "stonith", "level", "add", "1", "node2", "kdump"),
        ("pcs", "stonith", "level", "add", "2", "node2", "ipmi2"),
    )
    assert made.package == "fence-agents-kdump"
    assert made.firewall == (("firewall-cmd", "--permanent", "--add-port=7410/udp"), ("firewall-cmd", "--reload"))
    assert made.afterwards == (
        "Restart kdump on every node, so that its capture image gets /usr/libexec/fence_kdump_send and the nodes.",
    )


@pytest.mark.parametrize("platform", ["rhel-6.5", "centos-7.9"])
def test_older_agents_are_not_asked_for_what_they_cannot_do(platform: str) -> None:
    (create, *_) = plan(platform, "pcs").commands
    assert {"pcmk_monitor_action=metadata", "pcmk_status_action=metadata", "pcmk_host_check=static-list"} < set(create)


@pytest.mark.parametrize("platform", ["rhel-8.0", "rocky-9.4", "rhel-10.0", "fedora-42"])
def test_newer_agents_are(platform: str) -> None:
    (create, *_) = plan(platform, "pcs").commands
    assert not [word for word in create if word.startswith(("pcmk_monitor", "pcmk_status", "pcmk_host_check"))]


@pytest.mark.parametrize(
    ("timeout", "off_timeout"),
    [(30, None), (50, None), (51, "pcmk_off_timeout=61"), (90, "pcmk_off_timeout=100"), (290, "pcmk_off_timeout=300")],
)
def test_pacemaker_waits_longer_than_the_agent(timeout: int, off_timeout: str | None) -> None:
    # without the option Pacemaker gives up after 60 seconds
    (create, *_) = plan("rhel-9.4", "pcs", timeout).commands
    assert f"timeout={timeout}" in create
    assert [word for word in create if word.startswith("pcmk_off")] == ([off_timeout] if off_timeout else [])


def test_two_power_supplies_are_one_level() -> None:
    power = {"node1": ("pdu1", "pdu2"), "node2": ("ipmi2",)}
    assert ("pcs", "stonith", "level", "add", "2", "node1", "pdu1,pdu2") in plan(
        "rhel-7.9", "pcs", power=power
    ).commands
    assert ("pcs", "stonith", "level", "add", "2", "node1", "pdu1", "pdu2") in plan(
        "rhel-9.4", "pcs", power=power
    ).commands
    assert "pdu1,pdu2" in plan("sles-15.7", "crm", power=power).commands[-1]


def test_cman_gets_a_device_and_two_methods_and_no_commands() -> None:
    made = plan("rhel-6.2", "cman", 120)
    assert made.package == "fence-agents"
    (device,) = made.devices
    assert (device.name, device.agent, device.options) == ("kdump", "fence_kdump", (("timeout", "120"),))
    assert [(node.node, node.levels) for node in made.levels] == [
        ("node1", (("kdump",), ("ipmi1",))),
        ("node2", (("kdump",), ("ipmi2",))),
    ]
    assert made.commands == ()
    assert made.firewall == ()
    assert made.afterwards[0] == "Open UDP port 7410 in the firewall of every node."
    assert "cman_tool version -r" in made.afterwards[1]


def test_suse_has_a_device_for_each_node_and_sends_after_the_dump() -> None:
    made = plan("sles-15.7", "crm", 950)
    assert made.commands == (
        (
            *("crm", "configure", "primitive", "kdump-node1", "stonith:fence_kdump", "params", "nodename=node1"),
            *("pcmk_host_check=dynamic-list", "pcmk_reboot_action=off", "pcmk_reboot_retries=1"),
            *("timeout=950", "pcmk_off_timeout=960"),
        ),
        (
            *("crm", "configure", "primitive", "kdump-node2", "stonith:fence_kdump", "params", "nodename=node2"),
            *("pcmk_host_check=dynamic-list", "pcmk_reboot_action=off", "pcmk_reboot_retries=1"),
            *("timeout=950", "pcmk_off_timeout=960"),
        ),
        (
            *("crm", "configure", "fencing_topology"),
            *("node1:", "kdump-node1", "ipmi1", "node2:", "kdump-node2", "ipmi2"),
        ),
    )
    assert "longer than a whole dump" in " ".join(made.afterwards)


def test_newer_suse_has_one_device_for_all_nodes() -> None:
    made = plan("sles-16.0", "crm")
    assert made.commands[0] == (
        *("crm", "configure", "primitive", "kdump", "stonith:fence_kdump", "params"),
        *("pcmk_reboot_action=off", "pcmk_host_list=node1,node2", "timeout=30"),
    )
    assert made.commands[1][2:] == ("fencing_topology", "node1:", "kdump", "ipmi1", "node2:", "kdump", "ipmi2")


def test_another_port_is_opened_and_listened_on() -> None:
    made = plan("rhel-9.4", "pcs", port=7411)
    assert "ipport=7411" in made.commands[0]
    assert "--add-port=7411/udp" in made.firewall[0]
    assert fence_kdump_args(7411, 5) == "-p 7411 -f auto -c 0 -i 5"


def test_the_values_that_make_nodes_send() -> None:
    assert fence_kdump_args() == "-p 7410 -f auto -c 0 -i 10"
    assert postscript(platform_named("sles-15.7"), ["192.0.2.2", "192.0.2.3"]) == (
        "/usr/lib/fence_kdump_send -i 10 -p 7410 -c 1 192.0.2.2 192.0.2.3"
    )
    with pytest.raises(Refusal, match="0 means without end"):
        postscript(platform_named("sles-15.7"), ["192.0.2.2"], count=0)
    with pytest.raises(Refusal, match="stack"):
        postscript(platform_named("rhel-9.4"), ["192.0.2.2"])


@pytest.mark.parametrize(
    ("platform", "stack", "instead"),
    [
        ("rhel-5.11", "cman", "Set post_fail_delay"),
        ("rhel-6.1", "cman", "Set post_fail_delay"),
        ("rhel-6.1", "pcs", "Set post_fail_delay"),
        ("rhel-6.4", "pcs", "use the stack 'cman'"),
        ("rhel-7.0", "cman", "use the stack 'pcs'"),
        ("rhel-9.4", "crm", "Use the stack 'cman' or 'pcs'"),
        ("sles-15.7", "pcs", "Use the stack 'crm'"),
        ("debian-12", "pcs", "delay of a whole dump"),
    ],
)
def test_releases_without_fence_kdump_are_told_what_to_use_instead(platform: str, stack: Stack, instead: str) -> None:
    with pytest.raises(Refusal) as refused:
        fence_support(platform_named(platform), stack)
    assert instead in refused.value.instead


@pytest.mark.parametrize(
    ("platform", "stack"), [("rhel-6.2", "cman"), ("rhel-6.10", "cman"), ("rhel-6.5", "pcs"), ("rhel-6.10", "pcs")]
)
def test_fence_kdump_came_with_6_2_for_cman_and_6_5_for_pacemaker(platform: str, stack: Stack) -> None:
    assert fence_support(platform_named(platform), stack).sender == "/usr/sbin/fence_kdump_send"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"power": {"node1": ("ipmi1",)}}, "two nodes or more"),
        ({"power": {"node1": ("ipmi1",), "node2": ()}}, "a device that cuts the node off"),
        ({"power": {"node1": ("ipmi1",), "node2": ("kdump",)}}, "other names than that of the new device"),
        ({"power": {"node1": ("ipmi1",), "no de": ("ipmi2",)}}, "names of nodes"),
        ({"name": "1kdump"}, "a letter or '_'"),
        ({"timeout": 0}, "1 or more"),
        ({"port": 0}, "from 1 to 65535"),
    ],
)
def test_what_the_cluster_could_not_work_with_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        plan("rhel-9.4", "pcs", **changes)


def test_suse_rules_out_sbd() -> None:
    with pytest.raises(Refusal, match="together with SBD"):
        plan("sles-16.0", "crm", uses_sbd=True)
    assert plan("rhel-9.4", "pcs", uses_sbd=True).commands
