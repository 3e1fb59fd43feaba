"""What is read of Pacemaker's configuration as XML."""

import pytest

from kdump.dialects.cib import parse
from kdump.errors import Refusal

CIB = """<?xml version="1.0"?>
<cib admin_epoch="0" epoch="9" crm_feature_set="3.19.0">
  <configuration>
    <crm_config>
      <cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="true"/></cluster_property_set>
    </crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources>
      <primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/>
      <primitive id="kdump" class="stonith" type="fence_kdump">
        <instance_attributes id="a">
          <nvpair id="a-1" name="timeout" value="120"/>
          <nvpair id="a-2" name="pcmk_host_list" value="n1 n2"/>
        </instance_attributes>
      </primitive>
      <group id="g"><primitive id="ipmi1" class="stonith" type="fence_ipmilan"/></group>
    </resources>
    <constraints/>
    <fencing-topology>
      <fencing-level id="l2" target="n1" index="2" devices="ipmi1"/>
      <fencing-level id="l1" target="n1" index="1" devices="kdump"/>
      <fencing-level id="l3" target="n2" index="1" devices="pdu1,pdu2"/>
      <fencing-level id="l4" target="n2" index="1" devices="pdu3"/>
      <fencing-level id="l5" target-pattern="n.*" index="1" devices="ipmi1"/>
    </fencing-topology>
  </configuration>
  <status/>
</cib>
"""


def test_nodes_devices_and_levels_are_read() -> None:
    cib = parse(CIB)
    assert cib.nodes == ("n1", "n2")
    kdump = cib.device("kdump")
    assert kdump is not None
    assert (kdump.agent, kdump.options) == ("fence_kdump", {"timeout": "120", "pcmk_host_list": "n1 n2"})
    assert [device.name for device in cib.devices] == ["kdump", "ipmi1"]
    assert cib.levels["n1"] == {1: ("kdump",), 2: ("ipmi1",)}
    assert cib.fencing_enabled


def test_entries_with_one_index_are_one_level() -> None:
    assert parse(CIB).levels["n2"] == {1: ("pdu1", "pdu2", "pdu3")}


def test_levels_by_pattern_belong_to_no_node_and_are_counted() -> None:
    cib = parse(CIB)
    assert (set(cib.levels), cib.other_targets) == ({"n1", "n2"}, 1)


@pytest.mark.parametrize(("value", "enabled"), [("false", False), ("off", False), ("FALSE", False), ("true", True)])
def test_a_cluster_that_fences_nobody_is_recognised(value: str, enabled: bool) -> None:
    assert parse(CIB.replace('value="true"', f'value="{value}"')).fencing_enabled is enabled


def test_what_a_tool_says_before_the_xml_is_passed_over() -> None:
    assert parse(f"Warning: this is deprecated\n{CIB.partition('?>')[2].lstrip()}").nodes == ("n1", "n2")


def test_the_configuration_alone_will_do() -> None:
    inside = CIB[CIB.index("<configuration>") : CIB.index("<status/>")]
    assert parse(inside).levels == parse(CIB).levels


@pytest.mark.parametrize("text", ["", "Could not connect", "<html></html>", CIB[:200], "<!DOCTYPE cib []><cib/>"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.setting == "cib"
