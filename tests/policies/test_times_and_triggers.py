"""Drills and facts that are too old, and triggers that many hosts meet at once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from policies.deprecated_ways import DEPRECATED_WAYS
from policies.drill_age import DRILL_AGE
from policies.exemptions import EXEMPTIONS
from policies.facts_age import FACTS_AGE
from policies.fleet_triggers import FLEET_TRIGGERS
from policies.pack import RULES
from tests.policies.judging import TODAY, dump_target, judged, judged_by_sdk, runs, unknown, without

KERNEL = "5.14.0-427"


def ago(days: int) -> str:
    return (TODAY - datetime.timedelta(days=days)).isoformat()


def drilled(days: int, kernel: str = KERNEL) -> dict[str, Any]:
    drill = {"day": ago(days), "kernel": kernel, "seconds": 60.0, "bytes": 1e9}
    return dump_target(drilled=drill, kernel=KERNEL)


def test_a_drill_is_good_for_a_while_and_for_one_kernel() -> None:
    assert judged(DRILL_AGE, drilled(180)) == []
    assert "181 days ago, needed one in the last 180 days" in judged(DRILL_AGE, drilled(181))[0]
    assert judged(DRILL_AGE, drilled(181), maxDays=200.0) == []
    (text,) = judged(DRILL_AGE, drilled(1, "5.14.0-70"))
    assert f"found kernel {KERNEL}, needed the one of its drill, 5.14.0-70, or a drill with this one" in text


def test_no_drill_one_that_is_yet_to_come_and_an_unknown_kernel_are_told() -> None:
    assert "found no drill" in judged(DRILL_AGE, dump_target(kernel=KERNEL))[0]
    assert "which is yet to come" in judged(DRILL_AGE, drilled(-3))[0]
    assert "Declare hosts.web1.kernel" in judged(DRILL_AGE, without(drilled(1), "kernel"))[0]
    assert "found no drill" in judged_by_sdk(DRILL_AGE, unknown(drilled(1), "drilled"))[0]
    assert judged(DRILL_AGE, {**dump_target(), "enabled": False}) == []


def facts(source: str = "recorded", **days: str) -> dict[str, Any]:
    return {"facts": {"source": source, "asOf": days}}


def test_recorded_facts_grow_old_and_declared_or_measured_ones_do_not() -> None:
    assert judged(FACTS_AGE, facts(web1=ago(30), web2=ago(1))) == []
    (text,) = judged(FACTS_AGE, facts(web1=ago(31), web2=ago(50), web3=ago(1)))
    assert "the recorded facts of web2, web1: found them 50 days old, needed facts of the last 30 days" in text
    assert judged(FACTS_AGE, facts(web1=ago(31)), maxDays=31.0) == []
    assert judged(FACTS_AGE, {}) == judged(FACTS_AGE, facts("declared")) == []


def test_facts_whose_age_is_not_known_are_too_old() -> None:
    assert "no date that can be read" in judged(FACTS_AGE, facts(web1="last week"))[0]
    assert "nothing known of their age" in judged_by_sdk(FACTS_AGE, unknown(facts(), "facts"))[0]
    hidden = {"facts": unknown(facts(web1=ago(1))["facts"], "asOf")}
    assert "nothing known of their age" in judged_by_sdk(FACTS_AGE, hidden)[0]


@pytest.mark.parametrize(
    ("group", "name", "value", "trigger"),
    [
        ("sysctls", "kernel.hung_task_panic", "1", "hungTask"),
        ("sysctls", "vm.panic_on_oom", "2", "oom"),
        ("sysctls", "kernel.panic_on_warn", "1", "warn"),
        ("bootArguments", "hung_task_panic", "1", "hungTask"),
        ("bootArguments", "panic_on_warn", "", "warn"),
    ],
)
def test_triggers_that_many_hosts_meet_at_once(group: str, name: str, value: str, trigger: str) -> None:
    inputs = {"host": "web1", "sysctls": {}, "bootArguments": {}, group: {name: value}}
    (text,) = judged(FLEET_TRIGGERS, inputs)
    assert f"found panicTriggers.{trigger} on ({name}=" in text
    assert judged(FLEET_TRIGGERS, inputs, allowed=[trigger]) == []


def test_triggers_of_one_host_alone_are_fine_and_unknown_ones_are_not() -> None:
    inputs = {"host": "web1", "sysctls": {"kernel.panic_on_oops": "1", "vm.panic_on_oom": "1"}, "bootArguments": {}}
    assert judged(FLEET_TRIGGERS, inputs) == []
    assert "sysctls that are not known" in judged_by_sdk(FLEET_TRIGGERS, unknown(inputs, "sysctls"))[0]


def test_a_lun_out_of_multipath_and_an_unsupported_file_system_are_told() -> None:
    volume = {"host": "db1", "wwid": "3600508b4", "mayBeErased": False, "multipath": "blacklisted"}
    assert "taken out of multipath" in judged(DEPRECATED_WAYS, volume)[0]
    assert judged(DEPRECATED_WAYS, {**volume, "multipath": "mapped"}) == []
    btrfs = {"kind": "filesystem", "device": "LABEL=dumps", "filesystem": "btrfs"}
    assert "unsupported" in judged(DEPRECATED_WAYS, dump_target(btrfs, runs=runs("rhel", "8.6")))[0]
    assert judged(DEPRECATED_WAYS, dump_target({**btrfs, "filesystem": "xfs"}, runs=runs("rhel", "8.6"))) == []


def test_an_exemption_in_force_is_shown_and_one_that_makes_no_sense_is_broken() -> None:
    sense = next(rule for rule in RULES if rule.name == "exemption-sense")
    good = {"rule": "free-space", "machines": ["web1"], "reason": "agreed with Kim.", "until": ago(-5)}
    assert judged(EXEMPTIONS, {"exemptions": [good]}) == [
        f"exemption from free-space for web1, until {ago(-5)}: agreed with Kim."
    ]
    assert judged(sense, {"exemptions": [good]}) == []
    assert "one of cluster-waits" in judged(sense, {"exemptions": [{**good, "rule": "free"}]})[0]
    assert "Remove it" in judged(sense, {"exemptions": [{**good, "until": ago(1)}]})[0]
    assert "within 366 days" in judged(sense, {"exemptions": [{**good, "until": ago(-400)}]})[0]
    assert "them unknown" in judged_by_sdk(sense, unknown({"exemptions": [good]}, "exemptions"))[0]
    assert judged(sense, {}) == judged(EXEMPTIONS, {}) == []
