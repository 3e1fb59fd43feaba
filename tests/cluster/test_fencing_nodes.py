"""What every node of a cluster has: the package with fence_kdump, and the port on which it hears from the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.conftest import FENCE_NODE
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Managed
from tests.provider.every_kind import CONFIGURATION, configuration

pytestmark = pytest.mark.fixture


def node(host: ReleaseHost, **more: Any) -> dict[str, Any]:
    """Properties of a node."""
    return {"connection": host.connection(), "stack": "crm", **more}


@pytest.fixture
def sles_node(start_release_host: StartReleaseHost) -> ReleaseHost:
    """SUSE Linux Enterprise Server 15.7, with firewalld and without fence agents."""
    return start_release_host("sles-15.7", "n1")


def is_open(host: ReleaseHost, port: int = 7410) -> list[bool]:
    """Whether the port is open now, and after a reboot."""
    query = f"--query-port={port}/udp >/dev/null; echo $?"
    said = host.run(f"firewall-cmd {query}; firewall-cmd --permanent {query}")
    return [code == "0" for code in said.split()]


def test_package_and_port_are_there_and_go_again(engine: Engine, sles_node: ReleaseHost) -> None:
    packages = sles_node.run("rpm -qa | sort")
    one = engine.resource(FENCE_NODE)
    assert one.up(node(sles_node)) == "create"
    assert "fence-agents" in sles_node.run("rpm -qa")
    assert is_open(sles_node) == [True, True]
    before = sles_node.listing(times=True)
    assert one.up(node(sles_node)) == "same"
    assert one.refresh() == {}
    one.destroy()
    assert before
    assert sles_node.run("rpm -qa | sort") == packages
    assert is_open(sles_node) == [False, False]
    assert not sles_node.path("/var/lib/pulumi-kdump").exists()


@pytest.mark.parametrize(
    ("by_hand", "drift"),
    [
        ("firewall-cmd --remove-port=7410/udp", "open"),
        ("firewall-cmd --permanent --remove-port=7410/udp", "open"),
        ("rpm -e --nodeps fence-agents", "installed"),
    ],
    ids=["now", "after-a-reboot", "package"],
)
def test_what_was_changed_by_hand_is_named_and_repaired(
    engine: Engine, sles_node: ReleaseHost, by_hand: str, drift: str
) -> None:
    one = engine.resource(FENCE_NODE)
    one.up(node(sles_node))
    sles_node.run(by_hand)
    assert set(one.refresh()) == {drift}
    assert one.up(node(sles_node)) == "update"
    assert one.refresh() == {}
    assert is_open(sles_node) == [True, True]


def test_what_was_open_before_stays_open_and_what_others_opened_for_now_too(
    engine: Engine, sles_node: ReleaseHost
) -> None:
    sles_node.run("firewall-cmd --permanent --add-port=7410/udp; firewall-cmd --add-port=9000/udp")
    one = engine.resource(FENCE_NODE)
    one.up(node(sles_node))
    assert is_open(sles_node) == [True, True]
    assert is_open(sles_node, 9000) == [True, False]
    one.destroy()
    assert is_open(sles_node) == [False, True]


def test_another_port_closes_the_former(engine: Engine, sles_node: ReleaseHost) -> None:
    one = engine.resource(FENCE_NODE)
    one.up(node(sles_node))
    assert one.up(node(sles_node, port=7411)) == "update"
    assert is_open(sles_node) == [False, False]
    assert is_open(sles_node, 7411) == [True, True]
    one.destroy()
    assert is_open(sles_node, 7411) == [False, False]


def test_where_there_is_no_firewalld_the_port_is_left_to_others_and_that_is_said(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = start_release_host("rhel-6.10", "n1")
    one = engine.resource(FENCE_NODE)
    one.up(node(host, stack="cman"))
    assert "fence-agents" in host.run("rpm -qa")
    assert any("open UDP port 7410" in text for text in engine.log.warnings)
    assert one.refresh() == {}
    one.destroy()
    assert "fence-agents" not in host.run("rpm -qa")


def test_a_firewall_that_does_not_run_keeps_nobody_out(engine: Engine, sles_node: ReleaseHost) -> None:
    sles_node.write("/fixture/firewalld-stopped", "")
    one = engine.resource(FENCE_NODE)
    one.up(node(sles_node))
    assert one.refresh() == {}


def offline_command(host: ReleaseHost) -> None:
    """firewall-offline-cmd, which changes the configuration of a firewalld that does not run."""
    place = "/usr/bin/firewall-offline-cmd"
    host.write(
        place,
        "#!/bin/sh\n"
        "zone=/etc/firewalld/zones/public.xml port=${1#*=}\n"
        'line="<port port=\\"${port%/*}\\" protocol=\\"${port#*/}\\"/>"\n'
        "case $1 in\n"
        '--query-port=*) grep -q "$line" $zone && echo yes || { echo no; exit 1; } ;;\n'
        '--remove-port=*) grep -v "$line" $zone >$zone.new; mv $zone.new $zone; echo success ;;\n'
        "*) exit 2 ;;\n"
        "esac\n",
    )
    host.run(f"chmod 755 {place}")


def opened_then_stopped(engine: Engine, host: ReleaseHost) -> Managed:
    """A node whose port is open, and whose firewalld was stopped afterwards."""
    one = engine.resource(FENCE_NODE)
    one.up(node(host))
    assert is_open(host) == [True, True]
    host.write("/fixture/firewalld-stopped", "")
    return one


def test_a_port_is_closed_also_while_firewalld_is_stopped(engine: Engine, sles_node: ReleaseHost) -> None:
    offline_command(sles_node)
    opened_then_stopped(engine, sles_node).destroy()
    assert not any("7410" in text for text in engine.log.warnings)
    sles_node.run("rm /fixture/firewalld-stopped; firewall-cmd --reload")
    assert is_open(sles_node) == [False, False]


def test_a_port_that_was_open_before_is_left_open_while_firewalld_is_stopped(
    engine: Engine, sles_node: ReleaseHost
) -> None:
    offline_command(sles_node)
    sles_node.run("firewall-cmd --permanent --add-port=7410/udp")
    opened_then_stopped(engine, sles_node).destroy()
    sles_node.run("rm /fixture/firewalld-stopped; firewall-cmd --reload")
    assert is_open(sles_node) == [True, True]


def test_a_port_that_can_not_be_closed_is_told_with_how_to_close_it(engine: Engine, sles_node: ReleaseHost) -> None:
    one = opened_then_stopped(engine, sles_node)
    one.destroy()
    (told,) = [text for text in engine.log.warnings if "7410" in text]
    assert "UDP port 7410 stays open in firewalld's configuration" in told
    assert "firewall-cmd --permanent --remove-port=7410/udp" in told


def test_a_node_of_red_hat_tells_the_others_as_its_configuration_says(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = start_release_host("rhel-9.4", "n1")
    engine.resource(FENCE_NODE, "node").up(node(host, stack="pcs"))
    assert host.path("/usr/libexec/fence_kdump_send").exists()
    options = {"fence_kdump_nodes": "n2 10.0.2.2", "fence_kdump_args": "-p 7410 -f auto -c 0 -i 10"}
    engine.resource(CONFIGURATION).up(configuration(host, options=options))
    assert "fence_kdump_nodes n2 10.0.2.2\n" in host.read("/etc/kdump.conf")
