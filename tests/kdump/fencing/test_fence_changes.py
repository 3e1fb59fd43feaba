"""Only the commands for what differs between a Pacemaker cluster and what is wanted of it."""

from typing import Any

import pytest

from kdump.dialects.cib import Cib, StonithDevice
from kdump.fencing.devices import FencePlan, fence_plan
from kdump.fencing.levels import wanted_levels
from kdump.fencing.pacemaker import all_problems, device_commands, devices_of, level_commands, removal_commands
from kdump.fencing.support import Stack, fence_support
from kdump.platforms import platform_named

IPMI = (
    StonithDevice(name="ipmi1", agent="fence_ipmilan"),
    StonithDevice(name="ipmi2", agent="fence_ipmilan"),
)
POWER = {"n1": ("ipmi1",), "n2": ("ipmi2",)}
WHERE: tuple[tuple[str, Stack], ...] = (
    ("rhel-9.4", "pcs"),
    ("rhel-6.10", "pcs"),
    ("sles-15.7", "crm"),
    ("sles-16.0", "crm"),
)


def plan(platform: str, stack: Stack, timeout: int = 120, **more: Any) -> FencePlan:
    return fence_plan(platform_named(platform), stack, POWER, timeout, **more)


def cib_of(wanted: FencePlan, **changed: Any) -> Cib:
    """A cluster that is as the plan has it, but for what is changed."""
    devices = tuple(StonithDevice(name=d.name, agent=d.agent, options=dict(d.options)) for d in wanted.devices)
    levels = {node.node: dict(enumerate(node.levels, start=1)) for node in wanted.levels}
    return Cib(**{"nodes": ("n1", "n2"), "devices": (*IPMI, *devices), "levels": levels, **changed})


def commands(platform: str, stack: Stack, cib: Cib, wanted: FencePlan) -> list[str]:
    system = platform_named(platform)
    support = fence_support(system, stack)
    levels = {
        node.node: wanted_levels(node.node, cib.levels.get(node.node, {}), node.levels[0][0], node.levels[1])
        for node in wanted.levels
    }
    found = [*device_commands(support, cib, wanted.devices), *level_commands(system, support, cib, levels, "kdump")]
    return [" ".join(command) for command in found]


@pytest.mark.parametrize(("platform", "stack"), WHERE)
def test_a_cluster_as_wanted_takes_no_command_and_has_no_problem(platform: str, stack: Stack) -> None:
    wanted = plan(platform, stack)
    assert commands(platform, stack, cib_of(wanted), wanted) == []
    assert all_problems(cib_of(wanted), wanted) == []


def test_a_new_cluster_gets_its_power_level_before_the_one_that_asks() -> None:
    wanted = plan("rhel-9.4", "pcs", 30)
    assert commands("rhel-9.4", "pcs", Cib(nodes=("n1", "n2"), devices=IPMI), wanted) == [
        "pcs stonith create kdump fence_kdump pcmk_reboot_action=off pcmk_host_list=n1 n2 timeout=30",
        "pcs stonith level add 2 n1 ipmi1",
        "pcs stonith level add 1 n1 kdump",
        "pcs stonith level add 2 n2 ipmi2",
        "pcs stonith level add 1 n2 kdump",
    ]


def test_only_the_node_whose_order_is_wrong_is_touched() -> None:
    wanted = plan("rhel-9.4", "pcs")
    cib = cib_of(wanted, levels={"n1": {1: ("kdump",), 2: ("ipmi1",)}, "n2": {1: ("ipmi2",), 2: ("kdump",)}})
    assert all_problems(cib, wanted) == ["n2 is fenced by ipmi2 before kdump is asked"]
    assert commands("rhel-9.4", "pcs", cib, wanted) == [
        "pcs stonith level remove 2 n2",
        "pcs stonith level add 2 n2 ipmi2",
        "pcs stonith level remove 1 n2",
        "pcs stonith level add 1 n2 kdump",
    ]


def test_newer_pcs_is_told_the_target_by_its_keyword() -> None:
    wanted = plan("rhel-10.0", "pcs")
    cib = cib_of(wanted, levels={"n1": {1: ("kdump",), 2: ("ipmi1",)}, "n2": {1: ("ipmi2",)}})
    assert "pcs stonith level remove 1 target n2" in commands("rhel-10.0", "pcs", cib, wanted)


def test_a_changed_timeout_changes_what_pacemaker_waits_for_the_agent_too() -> None:
    cib, wanted = cib_of(plan("rhel-9.4", "pcs", 120)), plan("rhel-9.4", "pcs", 200)
    assert commands("rhel-9.4", "pcs", cib, wanted) == ["pcs stonith update kdump timeout=200 pcmk_off_timeout=210"]
    cib, wanted = cib_of(plan("sles-15.7", "crm", 120)), plan("sles-15.7", "crm", 200)
    assert commands("sles-15.7", "crm", cib, wanted)[:2] == [
        "crm resource param kdump-n1 set timeout 200",
        "crm resource param kdump-n1 set pcmk_off_timeout 210",
    ]


def test_a_port_of_its_own_is_taken_back() -> None:
    cib, wanted = cib_of(plan("rhel-9.4", "pcs", port=7411)), plan("rhel-9.4", "pcs")
    assert commands("rhel-9.4", "pcs", cib, wanted) == ["pcs stonith update kdump ipport="]


def test_a_device_that_does_not_know_a_node_is_named() -> None:
    wanted = plan("rhel-9.4", "pcs")
    there = cib_of(wanted)
    kdump = there.devices[-1].model_copy(update={"options": {**there.devices[-1].options, "pcmk_host_list": "n1"}})
    cib = cib_of(wanted, devices=(*IPMI, kdump))
    assert all_problems(cib, wanted) == ["kdump has pcmk_host_list='n1' instead of 'n1 n2'"]
    assert commands("rhel-9.4", "pcs", cib, wanted) == ["pcs stonith update kdump pcmk_host_list=n1 n2"]


@pytest.mark.parametrize("written", ["n1,n2", "n2 n1", "n1;n2"])
def test_a_list_of_nodes_counts_whatever_stands_between_them(written: str) -> None:
    wanted = plan("rhel-9.4", "pcs")
    there = cib_of(wanted)
    kdump = there.devices[-1].model_copy(update={"options": {**there.devices[-1].options, "pcmk_host_list": written}})
    assert all_problems(cib_of(wanted, devices=(*IPMI, kdump)), wanted) == []


def test_a_device_and_a_level_that_are_gone_are_named_and_come_back() -> None:
    wanted = plan("rhel-9.4", "pcs", 30)
    cib = cib_of(wanted, devices=IPMI, levels={"n1": {2: ("ipmi1",)}, "n2": {2: ("ipmi2",)}})
    assert all_problems(cib, wanted) == [
        "the device kdump is gone",
        "n1 has no level of kdump, so it is fenced while it dumps",
        "n2 has no level of kdump, so it is fenced while it dumps",
    ]
    assert commands("rhel-9.4", "pcs", cib, wanted)[1:] == [
        "pcs stonith level add 1 n1 kdump",
        "pcs stonith level add 1 n2 kdump",
    ]


def test_crm_levels_are_replaced_in_one_go_and_those_of_other_nodes_kept() -> None:
    wanted = plan("sles-15.7", "crm")
    cib = cib_of(wanted, levels={"n1": {1: ("ipmi1",)}, "n3": {1: ("ipmi<3>",)}})
    *_, last = level_commands(
        platform_named("sles-15.7"),
        fence_support(platform_named("sles-15.7"), "crm"),
        cib,
        {"n1": {1: ("kdump-n1",), 2: ("ipmi1",)}},
        "kdump",
    )
    assert last[:4] == ("cibadmin", "--replace", "--scope", "fencing-topology")
    assert '<fencing-level id="fencing-n1-1" target="n1" index="1" devices="kdump-n1"/>' in last[-1]
    assert '<fencing-level id="fencing-n1-2" target="n1" index="2" devices="ipmi1"/>' in last[-1]
    assert 'target="n3" index="1" devices="ipmi&lt;3&gt;"/>' in last[-1]


def test_crm_s_first_levels_are_written_and_its_last_taken_away_by_crm_itself() -> None:
    wanted = plan("sles-15.7", "crm")
    assert commands("sles-15.7", "crm", Cib(nodes=("n1", "n2"), devices=IPMI), wanted)[-1] == (
        "crm configure fencing_topology n1: kdump-n1 ipmi1 n2: kdump-n2 ipmi2"
    )
    (last,) = level_commands(
        platform_named("sles-15.7"),
        fence_support(platform_named("sles-15.7"), "crm"),
        cib_of(wanted),
        {"n1": {}, "n2": {}},
        "kdump",
    )
    assert last == ("crm", "configure", "delete", "fencing_topology")


def test_devices_are_ours_by_name_and_agent() -> None:
    other = StonithDevice(name="kdump-n9", agent="fence_kdump")
    cib = Cib(
        nodes=("n1",),
        devices=(
            other,
            StonithDevice(name="kdump", agent="fence_ipmilan"),
            StonithDevice(name="kdump-n1", agent="fence_kdump"),
        ),
    )
    assert [device.name for device in devices_of(cib, "kdump")] == ["kdump-n1"]


def test_devices_are_taken_away_by_the_cluster_s_own_tool() -> None:
    pcs = fence_support(platform_named("rhel-9.4"), "pcs")
    crm = fence_support(platform_named("sles-15.7"), "crm")
    assert removal_commands(pcs, ["kdump"]) == [("pcs", "stonith", "delete", "kdump")]
    assert removal_commands(crm, ["kdump-n1"]) == [("crm", "--force", "configure", "delete", "kdump-n1")]
