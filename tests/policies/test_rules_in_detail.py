"""What single rules do beside the one thing that they are for: other ways to break them, and who is excused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from policies.cluster_waits import CLUSTER_WAITS
from policies.collector_space import COLLECTOR_SPACE
from policies.deprecated_ways import DEPRECATED_WAYS
from policies.drill_age import DRILL_AGE
from policies.exemptions import EXEMPTIONS
from policies.facts_age import FACTS_AGE
from policies.fence_and_target import FENCE_AND_TARGET
from policies.fleet_triggers import FLEET_TRIGGERS
from policies.inputs import Inputs
from policies.open_export import OPEN_EXPORT
from policies.pack import RULES
from policies.rule import Rule
from tests.policies.judging import GIB, TODAY, crash_kernel, dump_target, judged, runs


def days(count: int) -> str:
    """A day that many days after the day that is judged by."""
    return (TODAY + datetime.timedelta(days=count)).isoformat()


def exempted(rule: str, *machines: str, until: str = days(10)) -> dict[str, Any]:
    return {"rule": rule, "machines": list(machines), "reason": "agreed with Kim", "until": until}


# collector-space


def collector(free: int, dumped: float | None = None) -> dict[str, Any]:
    """Two hosts of 64 GiB that share nothing; free GiB."""
    host = {"memoryBytes": 64.0 * GIB, "keep": 0.0, "failureDomains": []}
    host |= {} if dumped is None else {"dumpedBytes": dumped}
    return {
        "collector": "vault",
        "hosts": {"web1": host, "web2": host},
        "space": {"freeBytes": float(free * GIB), "totalBytes": 2000.0 * GIB},
    }


def test_hosts_that_share_nothing_crash_one_at_a_time() -> None:
    assert judged(COLLECTOR_SPACE, collector(81)) == []
    (said,) = judged(COLLECTOR_SPACE, collector(80))
    assert "needed more than 80 GiB" in said
    assert "share" not in said


@pytest.mark.parametrize("basis", ["memory", "measuredDumps"])
def test_a_margin_multiplies_a_dump_whatever_it_is_planned_by(basis: str) -> None:
    # As measured, 60 GiB are planned with 65.3 GiB, more than memory being impossible.
    assert judged(COLLECTOR_SPACE, collector(85, 60.0 * GIB), basis=basis) == []
    (said,) = judged(COLLECTOR_SPACE, collector(85, 60.0 * GIB), basis=basis, margin=1.1)
    assert "needed more than" in said


# cluster-waits


def test_a_drill_that_took_longer_than_was_declared_is_named() -> None:
    parts = {"captureBootSeconds": 60.0, "networkSeconds": 30.0, "dumpSeconds": 300.0, "slackSeconds": 60.0}
    drilled = {"db1": 900.0, "db2": 200.0}
    waiting = {"cluster": "db", "setting": "post_fail_delay", "stack": "cman", "parts": parts, "dumpSeconds": drilled}
    (said,) = judged(CLUSTER_WAITS, {**waiting, "seconds": 450.0})
    assert "found 450 seconds, needed 1050 or more" in said
    assert "or clusters.db.delay.dumpSeconds: 900, which the dump of db1 took" in said
    assert (
        "or leave it out to have it computed"
        in judged(CLUSTER_WAITS, {**waiting, "seconds": 1.0, "dumpSeconds": {}})[0]
    )
    assert judged(CLUSTER_WAITS, {**waiting, "seconds": 1050.0}) == []


# open-export


def test_root_that_stays_root_is_refused_whoever_else_is_named() -> None:
    inputs = {"host": "web1", "collector": "vault", "client": "192.0.2.1", "squashTo": "kdump"}
    (said,) = judged(OPEN_EXPORT, {**inputs, "options": ["rw", "no_root_squash"]})
    assert "found root of the host being root there (no_root_squash)" in said
    assert "take no_root_squash out of collectors.vault.nfs.options" in said


# fence-and-target


def test_a_lun_of_suse_is_one_also_when_it_is_mounted() -> None:
    cluster = {"name": "db", "storageFencing": True}
    (said,) = judged(FENCE_AND_TARGET, dump_target(wwid="3600508b400105e21", cluster=cluster))
    assert "cutting nodes off from storage" in said
    assert judged(FENCE_AND_TARGET, dump_target(cluster=cluster)) == []


# fleet-triggers


def triggers(sysctls: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"host": "web1", "sysctls": sysctls, "bootArguments": {}, **changes}


@pytest.mark.parametrize(
    ("name", "trigger"), [("kernel.softlockup_panic", "softlockup"), ("kernel.panic_on_rcu_stall", "rcuStall")]
)
def test_what_hangs_in_all_guests_of_a_hypervisor_is_told_of_virtual_machines_only(name: str, trigger: str) -> None:
    (said,) = judged(FLEET_TRIGGERS, triggers({name: "1"}, virtualisation="kvm"))
    assert f"found panicTriggers.{trigger} on ({name}=1)" in said
    assert "declare" not in said
    assert judged(FLEET_TRIGGERS, triggers({name: "1"}, virtualisation="none")) == []
    assert judged(FLEET_TRIGGERS, triggers({name: "0"}, virtualisation="kvm")) == []
    (said,) = judged(FLEET_TRIGGERS, triggers({name: "1"}))
    assert "or use it on bare machines, declare hosts.web1.platform where it is one; or allow it" in said


@pytest.mark.parametrize(
    ("argument", "value"), [("hung_task_panic", "1"), ("panic_on_warn", ""), ("sysctl.vm.panic_on_oom", "2")]
)
def test_boot_arguments_of_ones_own_are_looked_at_as_well(argument: str, value: str) -> None:
    (said,) = judged(FLEET_TRIGGERS, crash_kernel(bootArguments={argument: value}))
    assert f"found bootArguments.{argument} on" in said
    assert f"Leave bootArguments.{argument} out" in said
    assert judged(FLEET_TRIGGERS, crash_kernel(bootArguments={"quiet": "", "panic_on_oops": "1"})) == []


# deprecated-ways


def volume(multipath: str | None, release: str) -> dict[str, Any]:
    inputs = {"host": "db1", "wwid": "3600508b4", "mayBeErased": False, "runs": runs("rhel", release)}
    return inputs if multipath is None else {**inputs, "multipath": multipath}


@pytest.mark.parametrize("release", ["5.11", "6.0", "6.2"])
def test_where_a_release_knows_no_multipath_the_way_it_takes_by_itself_is_told(release: str) -> None:
    (said,) = judged(DEPRECATED_WAYS, volume(None, release))
    assert "host db1, SAN LUN 3600508b4: found it taken out of multipath (blacklisted)" in said
    assert "Update to Red Hat Enterprise Linux 6.3 or newer" in said
    assert "or dump to a collector" in said


@pytest.mark.parametrize("release", ["6.3", "6.10", "7.9", "9.4"])
def test_where_it_does_nothing_needs_to_be_said(release: str) -> None:
    assert judged(DEPRECATED_WAYS, volume(None, release)) == []
    (said,) = judged(DEPRECATED_WAYS, volume("blacklisted", release))
    assert "Leave target.san.multipath out" in said


def test_a_collector_by_its_ipv6_address_is_told_where_the_vendor_does_not_stand_by_it() -> None:
    ssh = {"kind": "ssh", "server": "2001:db8::9", "user": "kdump", "path": "/srv/kdump/web1"}
    (said,) = judged(DEPRECATED_WAYS, dump_target(ssh, collector="vault", runs=runs("rhel", "7.9")))
    assert "host web1, target.ssh.server" in said
    assert "Use the collector's IPv4 address" in said
    assert judged(DEPRECATED_WAYS, dump_target(ssh, collector="vault", runs=runs("rhel", "10.0"))) == []
    assert judged(DEPRECATED_WAYS, dump_target(ssh, runs=runs("rhel", "7.9"), enabled=False)) == []


# rules that go by the day


def test_a_drill_and_facts_are_as_old_as_the_day_that_is_judged_by() -> None:
    drill = {"day": days(-1), "kernel": "5.14.0", "seconds": 1.0, "bytes": 1.0}
    later = TODAY + datetime.timedelta(days=400)
    inputs = Inputs(dump_target(drilled=drill, kernel="5.14.0"))
    assert list(DRILL_AGE.violations(inputs, DRILL_AGE.defaults, TODAY)) == []
    (said,) = DRILL_AGE.violations(inputs, DRILL_AGE.defaults, later)
    assert "401 days ago" in said
    facts = Inputs({"facts": {"source": "recorded", "asOf": {"web1": days(0)}}})
    assert list(FACTS_AGE.violations(facts, FACTS_AGE.defaults, TODAY)) == []
    assert len(FACTS_AGE.violations(facts, FACTS_AGE.defaults, later)) == 1


def recorded(**told: str) -> dict[str, Any]:
    return {"facts": {"source": "recorded", "asOf": told}}


def test_facts_of_tomorrow_may_be_of_another_time_zone_and_those_of_next_week_are_none() -> None:
    assert judged(FACTS_AGE, recorded(web1=days(1))) == []
    (said,) = judged(FACTS_AGE, recorded(web1=days(7)))
    assert "or one that is yet to come" in said


def test_no_more_than_five_machines_with_old_facts_are_named() -> None:
    (said,) = judged(FACTS_AGE, recorded(**{f"web{number}": days(-40 - number) for number in range(8)}))
    assert "the recorded facts of web7, web6, web5, web4, web3 and 3 more: found them 47 days old" in said
    assert "Run PULUMI_KDUMP_FACTS=measured pulumi up where the hosts can be reached" in said


# exemptions on the component that is about all machines


def test_an_exemption_from_facts_age_is_for_its_own_machines_and_until_its_last_day() -> None:
    old = recorded(web1=days(-50), web2=days(-40))
    (said,) = judged(FACTS_AGE, {**old, "exemptions": [exempted("facts-age", "web1")]})
    assert said.startswith("the recorded facts of web2: found them 40 days old")
    assert judged(FACTS_AGE, {**old, "exemptions": [exempted("facts-age", "web1", "web2", until=days(0))]}) == []
    (said,) = judged(FACTS_AGE, {**old, "exemptions": [exempted("facts-age", "web1", until=days(-1))]})
    assert said.startswith("the recorded facts of web1, web2:")


def sense() -> Rule:
    return next(rule for rule in RULES if rule.name == "exemption-sense")


@pytest.mark.parametrize("name", ["exemptions", "exemption-sense"])
def test_nobody_is_excused_from_showing_exemptions_or_from_their_making_sense(name: str) -> None:
    hidden = {"exemptions": [exempted(name, "web1"), exempted("free-space", "web2")]}
    assert len(judged(EXEMPTIONS, hidden)) == 2
    (said,) = judged(sense(), hidden)
    assert said.startswith(f"exemption from {name} for web1: found no such rule, needed one of ")


def test_every_other_rule_can_be_excused() -> None:
    names = {rule.name for rule in RULES} - {"exemptions", "exemption-sense"}
    assert judged(sense(), {"exemptions": [exempted(name, "web1") for name in sorted(names)]}) == []
