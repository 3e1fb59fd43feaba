"""Clusters of fleet hosts, each kept by the tools of its release, for the tests of fencing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fleet.conftest import StartReleaseHost, fleet_tree, start_release_host
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import engine, nothing_remembered, stack_of_things, start_engine

__all__ = ["engine", "fleet_tree", "nothing_remembered", "stack_of_things", "start_engine", "start_release_host"]

FENCING, FENCE_NODE = "kdump:cluster:Fencing", "kdump:cluster:FenceNode"
POWER = {"n1": ["ipmi1"], "n2": ["ipmi2"]}


@dataclass(frozen=True)
class Cluster:
    """Two nodes in one cluster, of which one host is started: the other is there for the cluster only."""

    host: ReleaseHost
    stack: str

    def cib(self) -> str:
        """Pacemaker's configuration, without what counts its changes."""
        return self.host.run("cibadmin --query | sed 's/ epoch=\"[0-9]*\"//'")

    def levels(self) -> list[str]:
        """Fencing levels as "node index devices"."""
        pattern = r's/.*devices="\([^"]*\)".*index="\([^"]*\)" target="\([^"]*\)".*/\3 \2 \1/p'
        return sorted(self.host.run(f"cibadmin --query | sed -n '{pattern}'").splitlines())

    def import_id(self) -> str:
        """How `pulumi import` names the host."""
        connection = self.host.connection()
        keys = "".join(f"&hostKeys={key.replace(' ', '%20').replace('+', '%2B')}" for key in connection["hostKeys"])
        return f"root@{self.host.address}?identityFile={connection['identityFile']}&sshConfig=/dev/null{keys}"

    def fencing(self, **more: Any) -> dict[str, Any]:
        """Properties of the cluster's fencing."""
        return {
            "connection": self.host.connection(),
            "stack": self.stack,
            "timeoutSeconds": 120,
            "power": POWER,
            **more,
        }


MakeCluster = Callable[..., Cluster]


def _in_cluster(host: ReleaseHost, stack: str) -> Cluster:
    host.run(f"/fixture/make-cluster {stack} db n1 n2")
    return Cluster(host, stack)


@pytest.fixture
def make_cluster(start_release_host: StartReleaseHost) -> MakeCluster:
    """Makes a cluster of a Red Hat release with pcs; power devices, and no levels yet."""

    def make(release: str) -> Cluster:
        cluster = _in_cluster(start_release_host(release, "n1"), "pcs")
        cluster.host.run("yum -q -y install fence-agents-ipmilan fence-agents-kdump || yum -q -y install fence-agents")
        for number in (1, 2):
            address = f"ipaddr=bmc{number} login=u passwd=p"
            cluster.host.run(
                f"pcs stonith create ipmi{number} fence_ipmilan ip=bmc{number} username=u password=p || "
                f"pcs stonith create ipmi{number} fence_ipmilan {address}"
            )
        return cluster

    return make


@pytest.fixture
def rhel9(make_cluster: MakeCluster) -> Cluster:
    """Red Hat Enterprise Linux 9.4 with pcs."""
    return make_cluster("rhel-9.4")


@pytest.fixture
def sles(start_release_host: StartReleaseHost) -> Cluster:
    """SUSE Linux Enterprise Server 15.7 with crm; power devices, and no levels yet."""
    cluster = _in_cluster(start_release_host("sles-15.7", "n1"), "crm")
    cluster.host.run("zypper -q -n install fence-agents")
    for number in (1, 2):
        cluster.host.run(f"crm configure primitive ipmi{number} stonith:fence_ipmilan params ip=bmc{number}")
    return cluster


@pytest.fixture
def rhel6(start_release_host: StartReleaseHost) -> Cluster:
    """Red Hat Enterprise Linux 6.10 with cman, whose nodes are fenced by power-n1 and power-n2."""
    return _in_cluster(start_release_host("rhel-6.10", "n1"), "cman")
