"""fence_kdump in a cluster kept by pcs: made, changed by hand, named, repaired, taken away."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import FENCING, Cluster, MakeCluster
from tests.provider.engine_driver import Engine, Failed

pytestmark = pytest.mark.fixture

BOTH = ["n1 1 kdump", "n1 2 ipmi1", "n2 1 kdump", "n2 2 ipmi2"]


def test_every_node_is_asked_first_and_cut_off_second_and_the_same_again_touches_nothing(
    engine: Engine, rhel9: Cluster
) -> None:
    one = engine.resource(FENCING)
    assert one.up(rhel9.fencing()) == "create"
    assert rhel9.levels() == BOTH
    shown = rhel9.host.run("pcs stonith config kdump")
    assert "timeout=120" in shown
    assert "pcmk_off_timeout=130" in shown
    before = rhel9.cib()
    assert one.up(rhel9.fencing()) == "same"
    assert one.refresh() == {}
    one.force_update()
    assert rhel9.cib() == before


def test_what_was_there_comes_back(engine: Engine, rhel9: Cluster) -> None:
    rhel9.host.run("pcs stonith level add 1 n1 ipmi1 && pcs stonith level add 2 n1 ipmi2")
    before = rhel9.cib()
    one = engine.resource(FENCING)
    one.up(rhel9.fencing())
    assert rhel9.levels() == ["n1 1 kdump", "n1 2 ipmi1", "n1 3 ipmi2", *BOTH[2:]]
    one.destroy()
    assert rhel9.levels() == ["n1 1 ipmi1", "n1 2 ipmi2"]
    assert "fence_kdump" not in rhel9.cib()
    assert "ipmi1" in before
    assert not rhel9.host.path("/var/lib/pulumi-kdump").exists()
    assert engine.log.warnings == []


@pytest.mark.parametrize(
    ("by_hand", "drift", "said"),
    [
        ("pcs stonith update kdump timeout=30", "timeoutSeconds", ""),
        ("pcs stonith update kdump ipport=7411", "port", ""),
        ("pcs stonith update kdump pcmk_host_list=n1", "problems", "kdump has pcmk_host_list='n1' instead of 'n1 n2'"),
        ("pcs stonith level remove 1 n2", "problems", "n2 has no level of kdump, so it is fenced while it dumps"),
        ("pcs stonith level remove 2 n2", "power", "n2 has no level of ipmi2"),
        (
            "pcs stonith level remove 1 n1; pcs stonith level remove 2 n1; pcs stonith level add 1 n1 ipmi1; "
            "pcs stonith level add 2 n1 kdump",
            "problems",
            "n1 is fenced by ipmi1 before kdump is asked",
        ),
        ("pcs stonith delete kdump", "", ""),
    ],
    ids=["timeout", "port", "nodes", "asking-level", "power-level", "order", "device"],
)
def test_what_was_changed_by_hand_is_named_and_repaired(
    engine: Engine, rhel9: Cluster, by_hand: str, drift: str, said: str
) -> None:
    one = engine.resource(FENCING)
    one.up(rhel9.fencing())
    before = rhel9.cib()
    rhel9.host.run(by_hand)
    changed = one.refresh()
    if drift:
        assert drift in changed
        assert said in "; ".join(changed.get("problems", ([], [""]))[1])
    assert changed
    assert one.up(rhel9.fencing()) in ("update", "create")
    assert one.refresh() == {}
    assert rhel9.levels() == BOTH
    if not by_hand.startswith("pcs stonith delete"):
        assert rhel9.cib() == before


def test_only_what_differs_is_changed(engine: Engine, rhel9: Cluster) -> None:
    one = engine.resource(FENCING)
    one.up(rhel9.fencing())
    rhel9.host.run("pcs stonith update kdump timeout=30")
    rhel9.host.write(
        "/usr/local/sbin/pcs", '#!/bin/sh\necho "$*" >>/fixture/pcs-calls\nexec /usr/sbin/pcs "$@"\n', 0o755
    )
    one.refresh()
    one.up(rhel9.fencing())
    assert rhel9.host.read("/fixture/pcs-calls") == "stonith update kdump timeout=120\n"


def test_an_update_and_a_node_that_is_declared_no_more(engine: Engine, rhel9: Cluster) -> None:
    rhel9.host.run("sed -i 's/^}$//' /etc/corosync/corosync.conf && printf '    node {\\n        ring0_addr: n3\\n"
                   "        name: n3\\n        nodeid: 3\\n    }\\n}\\n' >>/etc/corosync/corosync.conf")  # fmt: skip
    rhel9.host.run("pcs stonith create ipmi3 fence_ipmilan ip=bmc3 username=u password=p")
    one = engine.resource(FENCING)
    one.up(rhel9.fencing(power={"n1": ["ipmi1"], "n2": ["ipmi2"], "n3": ["ipmi3"]}))
    assert "n3 1 kdump" in rhel9.levels()
    assert one.up(rhel9.fencing(power={"n1": ["ipmi1", "ipmi3"], "n2": ["ipmi2"]}, timeoutSeconds=200)) == "update"
    assert rhel9.levels() == ["n1 1 kdump", "n1 2 ipmi1,ipmi3", *BOTH[2:]]
    one.destroy()
    assert rhel9.levels() == []


@pytest.mark.parametrize(
    ("power", "said"),
    [
        ({"n1": ["ipmi1"], "n9": ["ipmi2"]}, "names of the cluster's nodes: n1, n2"),
        ({"n1": ["ipmi1"], "n2": ["ipmi9"]}, "a fence device that the cluster has: ipmi1, ipmi2"),
    ],
    ids=["node", "device"],
)
def test_names_that_the_cluster_does_not_have_are_refused_before_anything_is_changed(
    engine: Engine, rhel9: Cluster, power: dict[str, list[str]], said: str
) -> None:
    before = rhel9.cib()
    with pytest.raises(Failed, match=said):
        engine.resource(FENCING).up(rhel9.fencing(power=power))
    assert rhel9.cib() == before
    assert not rhel9.host.path("/var/lib/pulumi-kdump").exists()


def test_a_cluster_that_does_not_run_is_said_so(engine: Engine, rhel9: Cluster) -> None:
    rhel9.host.write("/fixture/cluster-stopped", "")
    with pytest.raises(Failed, match=r"no Pacemaker cluster answers here.*clusters\.<cluster>\.through"):
        engine.resource(FENCING).up(rhel9.fencing())


def test_a_device_that_was_there_before_us_is_kept_and_gets_its_timeout_back(engine: Engine, rhel9: Cluster) -> None:
    rhel9.host.run("pcs stonith create kdump fence_kdump timeout=45 pcmk_reboot_action=off 'pcmk_host_list=n1 n2'")
    before = rhel9.cib()
    one = engine.resource(FENCING)
    one.up(rhel9.fencing())
    assert rhel9.cib() != before
    one.destroy()
    assert rhel9.cib() == before


def test_previews_change_nothing_and_imports_read_what_is_there(engine: Engine, rhel9: Cluster) -> None:
    before = rhel9.cib()
    assert engine.resource(FENCING).preview(rhel9.fencing())["machineId"] == rhel9.host.machine_id
    assert rhel9.cib() == before
    engine.resource(FENCING, "made").up(rhel9.fencing())
    found = engine.resource(FENCING, "found")
    found.adopt(f"{rhel9.import_id()}#pcs")
    assert found.inputs["power"] == {"n1": ["ipmi1"], "n2": ["ipmi2"]}
    assert found.inputs["timeoutSeconds"] == 120


def test_what_was_as_wanted_before_us_stays_even_if_it_was_lost_and_repaired_meanwhile(
    engine: Engine, rhel9: Cluster
) -> None:
    made = engine.resource(FENCING, "made")
    made.up(rhel9.fencing())
    rhel9.host.run("rm -r /var/lib/pulumi-kdump")
    before = rhel9.cib()
    one = engine.resource(FENCING)
    assert one.up(rhel9.fencing()) == "create"
    rhel9.host.run("pcs stonith level remove 1 n1 && pcs stonith update kdump timeout=9")
    one.refresh()
    one.up(rhel9.fencing())
    one.destroy()
    assert rhel9.cib() == before


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-10.0"])
def test_pcs_of_every_release_understands_what_it_is_told(
    engine: Engine, make_cluster: MakeCluster, release: str
) -> None:
    cluster = make_cluster(release)
    cluster.host.run("pcs stonith level add 1 n1 ipmi1")
    one = engine.resource(FENCING)
    wanted = cluster.fencing(power={"n1": ["ipmi1"], "n2": ["ipmi1", "ipmi2"]})
    one.up(wanted)
    assert cluster.levels() == ["n1 1 kdump", "n1 2 ipmi1", "n2 1 kdump", "n2 2 ipmi1,ipmi2"]
    assert one.refresh() == {}
    one.up({**wanted, "timeoutSeconds": 30, "port": 7411})
    assert one.refresh() == {}
    one.destroy()
    assert cluster.levels() == ["n1 1 ipmi1"]
    assert "fence_kdump" not in cluster.cib()
