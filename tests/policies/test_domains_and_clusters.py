"""What fails together with what: hosts and collectors, a cluster's fencing and the storage of its nodes."""

from __future__ import annotations

from typing import Any

import pytest

from policies.failure_domain import FAILURE_DOMAIN
from policies.fence_and_target import FENCE_AND_TARGET
from tests.policies.judging import dump_target, judged, judged_by_sdk, unknown

SSH = {"kind": "ssh", "server": "10.0.0.9", "user": "kdump", "path": "/srv/kdump/web1"}
LUN = {"kind": "filesystem", "device": "UUID=6b1c0f9e-5f0a-4c2b-9d3e-2f1a7c8b9d0e", "filesystem": "xfs"}


def apart(here: Any = ("site-a",), there: Any = ("site-b",)) -> dict[str, Any]:
    given = {"failureDomains": here, "collectorDomains": there}
    return dump_target(SSH, collector="vault", **{name: list(each) for name, each in given.items() if each is not None})


def test_a_collector_of_another_failure_domain_is_fine_and_one_that_shares_nothing() -> None:
    assert judged(FAILURE_DOMAIN, apart()) == []
    assert judged(FAILURE_DOMAIN, apart(here=())) == []


def test_a_shared_failure_domain_is_named() -> None:
    (text,) = judged(FAILURE_DOMAIN, apart(("site-a", "rack-1"), ("rack-1", "site-a")))
    assert "found vault in the same failure domain (rack-1, site-a)" in text


def test_what_nobody_said_is_asked_for() -> None:
    assert "Write hosts.web1.failureDomains, like" in judged(FAILURE_DOMAIN, apart(here=None))[0]
    assert "Write collectors.vault.failureDomains, like" in judged(FAILURE_DOMAIN, apart(there=None))[0]
    (text,) = judged_by_sdk(FAILURE_DOMAIN, unknown(apart(), "collectorDomains"))
    assert "collectors.vault.failureDomains" in text


def test_a_host_that_dumps_to_its_own_disk_has_nobody_to_fail_with() -> None:
    assert judged(FAILURE_DOMAIN, dump_target()) == []


@pytest.mark.parametrize("target", [LUN, {"kind": "raw", "device": "/dev/disk/by-id/x"}])
def test_fencing_by_storage_takes_the_storage_of_a_dump_away(target: Any) -> None:
    cluster = {"name": "db", "storageFencing": True}
    (text,) = judged(FENCE_AND_TARGET, dump_target(target, cluster=cluster))
    assert "cluster db cutting nodes off from storage" in text
    assert judged(FENCE_AND_TARGET, dump_target(target, cluster={**cluster, "storageFencing": False})) == []
    (text,) = judged(FENCE_AND_TARGET, dump_target(target, cluster={"name": "db"}))
    assert "Write clusters.db.storageFencing: false where it cuts power" in text


def test_a_dump_over_the_network_and_a_host_of_no_cluster_do_not_mind() -> None:
    cluster = {"name": "db", "storageFencing": True}
    assert judged(FENCE_AND_TARGET, dump_target(SSH, collector="vault", cluster=cluster)) == []
    assert judged(FENCE_AND_TARGET, dump_target(LUN)) == []


def test_a_cluster_that_is_not_known_yet_is_broken() -> None:
    inputs = dump_target(LUN, cluster={"name": "db", "storageFencing": False})
    assert len(judged_by_sdk(FENCE_AND_TARGET, unknown(inputs, "cluster"))) == 1
