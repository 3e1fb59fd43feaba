"""What a rule is not told does not pass: each input unknown, missing, or of another kind than components give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from policies.cluster_waits import CLUSTER_WAITS
from policies.collector_key import COLLECTOR_KEY
from policies.collector_space import COLLECTOR_SPACE
from policies.deprecated_ways import DEPRECATED_WAYS
from policies.facts_age import FACTS_AGE
from policies.failure_domain import FAILURE_DOMAIN
from policies.fence_and_target import FENCE_AND_TARGET
from policies.fleet_triggers import FLEET_TRIGGERS
from policies.open_export import OPEN_EXPORT
from policies.rule import Rule
from tests.policies.judging import GIB, crash_kernel, dump_target, judged_by_sdk, unknown, without

SSH = {"kind": "ssh", "server": "192.0.2.9", "user": "kdump", "path": "/srv/kdump/web1"}
RAW = {"kind": "raw", "device": "/dev/disk/by-id/scsi-3600508b400105e21"}
DOMAINS = {"failureDomains": ["site-a"], "collectorDomains": ["site-b"]}

HOST = {"memoryBytes": 16.0 * GIB, "keep": 1.0, "failureDomains": ["rack-7"], "dumpedBytes": 1.0 * GIB}
SPACE: dict[str, Any] = {"freeBytes": 500.0 * GIB, "totalBytes": 999.0 * GIB}
COLLECTOR: dict[str, Any] = {
    "collector": "vault",
    "space": SPACE,
    "hosts": {"web1": HOST},
    "crashTogether": {"rack-7": 1.0},
    "dumpsMayTakeBytes": 1.0 * GIB,
}

ALL_PARTS = {"captureBootSeconds": 90.0, "networkSeconds": 60.0, "dumpSeconds": 300.0, "slackSeconds": 60.0}
ON_SUSE: dict[str, Any] = {
    "cluster": "db",
    "stack": "crm",
    "setting": "timeout of fence_kdump",
    "seconds": 9999.0,
    "parts": {**ALL_PARTS, "intervalSeconds": 10.0},
    "dumpSeconds": {"db1": 1.0},
}
BLIND = {**ON_SUSE, "stack": "cman", "setting": "post_fail_delay", "parts": ALL_PARTS}

EXPORT = {"host": "web1", "collector": "vault", "client": "192.0.2.1", "options": ["rw"], "squashTo": "kdump"}
KEYS = {"host": "web1", "directory": "/srv/kdump/web1", "path": "/root/.ssh/key", "keyType": "rsa"}
TRIGGERS: dict[str, Any] = {"host": "web1", "sysctls": {"kernel.panic": "1"}, "bootArguments": {}}
VOLUME = {"host": "web1", "wwid": "3600508b4", "mayBeErased": False, "multipath": "mapped"}
CLUSTER = {"name": "db", "storageFencing": False}


def _both(rule: Rule, inputs: dict[str, Any], *names: str) -> Iterator[tuple[Rule, dict[str, Any], str]]:
    for name in names:
        yield rule, unknown(inputs, name), f"{name} unknown"
        yield rule, without(inputs, name), f"{name} missing"


def _cases() -> Iterator[tuple[Rule, dict[str, Any], str]]:
    for name in ("hosts", "space"):
        yield from _both(COLLECTOR_SPACE, COLLECTOR, name)
    for name in ("crashTogether", "dumpsMayTakeBytes"):
        yield COLLECTOR_SPACE, unknown(COLLECTOR, name), f"{name} unknown"
    # Failure domains that nobody declared are counted as one that all share.
    unknown_domains = {**COLLECTOR, "hosts": {"web1": unknown(HOST, "failureDomains")}}
    yield COLLECTOR_SPACE, unknown_domains, "failureDomains unknown"
    for name in ("memoryBytes", "keep"):
        for _, host, how in _both(COLLECTOR_SPACE, HOST, name):
            yield COLLECTOR_SPACE, {**COLLECTOR, "hosts": {"web1": host}}, f"hosts: {how}"
    yield COLLECTOR_SPACE, {**COLLECTOR, "hosts": {"web1": unknown(HOST, "dumpedBytes")}}, "dumpedBytes unknown"
    yield COLLECTOR_SPACE, {**COLLECTOR, "hosts": unknown({"web1": HOST}, "web1")}, "a host unknown"
    yield COLLECTOR_SPACE, {**COLLECTOR, "hosts": "many"}, "hosts of another kind"
    yield COLLECTOR_SPACE, {**COLLECTOR, "space": unknown(SPACE, "freeBytes")}, "freeBytes unknown"
    yield COLLECTOR_SPACE, {**COLLECTOR, "space": unknown(SPACE, "totalBytes")}, "totalBytes unknown"
    for limit in (unknown({"rack-7": 1.0}, "rack-7"), {"rack-7": "all"}, {"rack-7": 0.0}):
        yield COLLECTOR_SPACE, {**COLLECTOR, "crashTogether": limit}, f"crashTogether {limit}"
    for inputs in (ON_SUSE, BLIND):
        yield from _both(CLUSTER_WAITS, inputs, "seconds", "parts")
        for _, parts, how in _both(CLUSTER_WAITS, inputs["parts"], *inputs["parts"]):
            # cman's delay is told from SUSE's timeout by the interval, which only the latter has.
            if how != "intervalSeconds missing":
                yield CLUSTER_WAITS, {**inputs, "parts": parts}, f"{inputs['stack']}: {how}"
        yield CLUSTER_WAITS, unknown(inputs, "dumpSeconds"), "drills unknown"
        for drills in (unknown({"db1": 1.0}, "db1"), {"db1": "long"}):
            yield CLUSTER_WAITS, {**inputs, "dumpSeconds": drills}, f"drills {drills}"
    yield CLUSTER_WAITS, {**BLIND, "seconds": -1.0}, "less than nothing"
    yield from _both(FAILURE_DOMAIN, dump_target(SSH, collector="vault", **DOMAINS), *DOMAINS)
    yield from _both(FAILURE_DOMAIN, dump_target(), "destination")
    fenced = dump_target(RAW, cluster=CLUSTER)
    yield from _both(FENCE_AND_TARGET, fenced, "destination")
    yield FENCE_AND_TARGET, unknown(fenced, "cluster"), "cluster unknown"
    for _, cluster, how in _both(FENCE_AND_TARGET, CLUSTER, "storageFencing"):
        yield FENCE_AND_TARGET, {**fenced, "cluster": cluster}, how
    nameless = {"name": "db"}
    yield FENCE_AND_TARGET, {**fenced, "cluster": unknown(nameless, "name")}, "name unknown"
    yield from _both(OPEN_EXPORT, EXPORT, "client", "options", "squashTo")
    yield OPEN_EXPORT, {**EXPORT, "options": ["rw", 7.0]}, "an option that is none"
    yield from _both(COLLECTOR_KEY, KEYS, "host", "directory", "path")
    yield from _both(COLLECTOR_KEY, dump_target(SSH, collector="vault"), "destination", "collector")
    yield from _both(FLEET_TRIGGERS, TRIGGERS, "sysctls", "bootArguments")
    yield from _both(FLEET_TRIGGERS, crash_kernel(), "bootArguments")
    yield FLEET_TRIGGERS, {**TRIGGERS, "sysctls": unknown({"kernel.panic": "1"}, "kernel.panic")}, "a value unknown"
    yield from _both(DEPRECATED_WAYS, VOLUME, "multipath")
    yield from _both(DEPRECATED_WAYS, dump_target(), "destination")
    facts = {"source": "recorded", "asOf": {"web1": "2026-11-24"}}
    yield FACTS_AGE, unknown({"facts": facts}, "facts"), "facts unknown"
    for _, told, how in _both(FACTS_AGE, facts, "source", "asOf"):
        yield FACTS_AGE, {"facts": told}, how
    yield FACTS_AGE, {"facts": {**facts, "source": "guessed"}}, "another source"
    yield FACTS_AGE, {"facts": {**facts, "asOf": unknown({"web1": ""}, "web1")}}, "a day unknown"


CASES = list(_cases())


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [(rule, inputs) for rule, inputs, _ in CASES],
    ids=[f"{rule.name}: {how}" for rule, _, how in CASES],
)
def test_what_is_not_known_never_passes(rule: Rule, inputs: dict[str, Any]) -> None:
    (said,) = judged_by_sdk(rule, inputs)
    assert ": found " in said


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        (COLLECTOR_SPACE, COLLECTOR),
        (CLUSTER_WAITS, ON_SUSE),
        (CLUSTER_WAITS, BLIND),
        (FAILURE_DOMAIN, dump_target(SSH, collector="vault", **DOMAINS)),
        (FENCE_AND_TARGET, dump_target(RAW, cluster=CLUSTER)),
        (OPEN_EXPORT, EXPORT),
        (COLLECTOR_KEY, KEYS),
        (COLLECTOR_KEY, dump_target(SSH, collector="vault")),
        (FLEET_TRIGGERS, TRIGGERS),
        (FLEET_TRIGGERS, crash_kernel()),
        (DEPRECATED_WAYS, VOLUME),
    ],
)
def test_with_all_of_it_known_the_same_passes(rule: Rule, inputs: dict[str, Any]) -> None:
    assert judged_by_sdk(rule, inputs) == []


@pytest.mark.parametrize(
    "rule",
    [COLLECTOR_SPACE, CLUSTER_WAITS, FAILURE_DOMAIN, OPEN_EXPORT, COLLECTOR_KEY, FLEET_TRIGGERS, DEPRECATED_WAYS],
    ids=lambda rule: rule.name,
)
def test_a_component_without_inputs_never_passes(rule: Rule) -> None:
    assert judged_by_sdk(rule, {}) != []
