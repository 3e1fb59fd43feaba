"""The how-to's rows about clusters: how each release gives a node that crashed the time to dump."""

import pytest

from kdump.dialects.cluster_conf import parse, with_fence_kdump, with_post_fail_delay
from kdump.errors import Refusal
from kdump.fencing.delay import agent_timeout, post_fail_delay
from kdump.fencing.devices import FencePlan, fence_plan
from kdump.fencing.support import Stack, fence_support
from kdump.platforms import platform_named

CLUSTER = """\
<?xml version="1.0"?>
<cluster name="shop" config_version="7">
  <clusternodes>
    <clusternode name="node1" nodeid="1">
      <fence>
        <method name="power"><device name="ipmi1"/></method>
      </fence>
    </clusternode>
    <clusternode name="node2" nodeid="2">
      <fence>
        <method name="power"><device name="ipmi2"/></method>
      </fence>
    </clusternode>
  </clusternodes>
  <fencedevices>
    <fencedevice name="ipmi1" agent="fence_ipmilan"/>
    <fencedevice name="ipmi2" agent="fence_ipmilan"/>
  </fencedevices>
</cluster>
"""
POWER = {"node1": ("ipmi1",), "node2": ("ipmi2",)}


def planned(release: str, stack: Stack, timeout_seconds: int) -> FencePlan:
    return fence_plan(platform_named(release), stack, POWER, timeout_seconds)


def test_how_to__cluster__rhel_5() -> None:
    delay = post_fail_delay(600, capture_boot_seconds=60, network_seconds=0, slack_seconds=60)
    assert delay.seconds == 60 + 600 + 60
    assert parse(CLUSTER).post_fail_delay_seconds == 0
    changed = parse(with_post_fail_delay(CLUSTER, delay.seconds))
    assert (changed.post_fail_delay_seconds, changed.config_version) == (720, 8)
    with pytest.raises(Refusal) as refused:
        fence_support(platform_named("rhel-5"), "cman")
    assert "post_fail_delay" in refused.value.instead


def test_how_to__cluster__rhel_6_2() -> None:
    timeout = agent_timeout(capture_boot_seconds=60, network_seconds=40, interval_seconds=10).seconds
    assert timeout == 60 + 40 + 2 * 10
    changed = parse(with_fence_kdump(CLUSTER, timeout))
    kdump = next(device for device in changed.fence_devices if device.agent == "fence_kdump")
    assert kdump.timeout_seconds == 120
    for node, cutting in zip(changed.nodes, ("ipmi1", "ipmi2"), strict=True):
        assert [method.devices for method in node.methods] == [(kdump.name,), (cutting,)]
    plan = planned("rhel-6.2", "cman", timeout)
    assert (plan.package, plan.commands) == ("fence-agents", ())
    with pytest.raises(Refusal):
        planned("rhel-6.1", "cman", timeout)


def test_how_to__cluster__rhel_7() -> None:
    plan = planned("rhel-7", "pcs", 30)
    assert plan.package == "fence-agents-kdump"
    create, *levels = plan.commands
    assert create[:5] == ("pcs", "stonith", "create", "kdump", "fence_kdump")
    assert {"pcmk_reboot_action=off", "timeout=30"} < set(create)
    assert levels == [
        ("pcs", "stonith", "level", "add", str(level), node, device)
        for node, (cutting,) in POWER.items()
        for level, device in enumerate(("kdump", cutting), start=1)
    ]
