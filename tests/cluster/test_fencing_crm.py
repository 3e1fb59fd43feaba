"""fence_kdump in a cluster kept by crm, where every node has a device of its own."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import FENCING, Cluster
from tests.provider.engine_driver import Engine, Failed

pytestmark = pytest.mark.fixture

BOTH = ["n1 1 kdump-n1", "n1 2 ipmi1", "n2 1 kdump-n2", "n2 2 ipmi2"]


def test_every_node_is_asked_first_and_the_same_again_touches_nothing(engine: Engine, sles: Cluster) -> None:
    one = engine.resource(FENCING)
    assert one.up(sles.fencing()) == "create"
    assert sles.levels() == BOTH
    assert "nodename=n2" in sles.host.run("crm configure show kdump-n2")
    before = sles.cib()
    assert one.up(sles.fencing()) == "same"
    assert one.refresh() == {}
    one.force_update()
    assert sles.cib() == before
    one.destroy()
    assert sles.levels() == []
    assert "fence_kdump" not in sles.cib()
    assert not sles.host.path("/var/lib/pulumi-kdump").exists()


def test_levels_that_were_there_come_back(engine: Engine, sles: Cluster) -> None:
    sles.host.run("crm configure fencing_topology n1: ipmi1 ipmi2 n2: ipmi2")
    before = sles.levels()
    one = engine.resource(FENCING)
    one.up(sles.fencing())
    assert sles.levels() == ["n1 1 kdump-n1", "n1 2 ipmi1", "n1 3 ipmi2", *BOTH[2:]]
    one.destroy()
    assert sles.levels() == before


# crm does not change the levels that there are.
AGAIN = "crm configure delete fencing_topology && crm configure fencing_topology"


@pytest.mark.parametrize(
    ("by_hand", "drift"),
    [
        ("crm resource param kdump-n2 set timeout 30", "timeoutSeconds"),
        (f"{AGAIN} n1: kdump-n1 ipmi1 n2: ipmi2 kdump-n2", "problems"),
        (f"{AGAIN} n1: kdump-n1 ipmi1 n2: kdump-n2", "power"),
        ("crm --force configure delete kdump-n2", "problems"),
    ],
    ids=["timeout", "order", "power-level", "device"],
)
def test_what_was_changed_by_hand_is_named_and_repaired(
    engine: Engine, sles: Cluster, by_hand: str, drift: str
) -> None:
    one = engine.resource(FENCING)
    one.up(sles.fencing())
    sles.host.run(by_hand)
    assert drift in one.refresh()
    assert one.up(sles.fencing()) == "update"
    assert one.refresh() == {}
    assert sles.levels() == BOTH


def test_sbd_is_refused_beside_it(engine: Engine, sles: Cluster) -> None:
    sles.host.run("cp /usr/sbin/fence_ipmilan /usr/sbin/fence_sbd")
    sles.host.run("crm configure primitive sbd stonith:fence_sbd params ip=x")
    with pytest.raises(Failed, match="fence_kdump cannot be used together with SBD"):
        engine.resource(FENCING).up(sles.fencing(power={"n1": ["sbd"], "n2": ["ipmi2"]}))
