"""For every rule a machine that breaks it, what is said of it, and the same machine with the fix that is asked for.

Facts are recorded ones: what is declared, the settings themselves refuse before any rule is asked.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GIB = 1 << 30
DRILLED = {
    "day": (datetime.date.today() - datetime.timedelta(days=20)).isoformat(),
    "kernel": "5.14.0-427",
    "size": "1G",
    "seconds": 60,
}
HOST: Mapping[str, Any] = {
    "crashkernel": "512M",
    "failureDomains": ["site-a"],
    "drilled": DRILLED,
    "target": {"local": {}},
}
"""The settings of a host that breaks no rule."""
ROOMY = {"freeBytes": 200 * GIB, "totalBytes": 300 * GIB, "filesystem": "xfs", "mountPoint": "/var/crash"}
FACTS: Mapping[str, Any] = {
    "family": "redhat", "distribution": "rhel", "release": "9.4", "architecture": "x86_64", "kernel": "5.14.0-427",
    "memoryBytes": 16 * GIB, "readiness": "armed", "reason": "the capture kernel is loaded",
    "space": {"/var/crash": ROOMY},
}  # fmt: skip
"""And its facts."""
COLLECTOR: Mapping[str, Any] = {"failureDomains": ["site-b"]}
"""The settings of a collector that breaks no rule; its room is recorded, see `collector_facts`."""
OLD = {"distribution": "rhel", "release": "6.2"}
RAW = "/dev/disk/by-id/scsi-3600508b400105e21"
LUN = {"wwid": "3600508b400105e210000900000490000"}
LUN_2 = {"wwid": "3600508b400105e210000900000490001"}
ON_LUN = {
    "distribution": "rhel",
    "release": "6.5",
    "space": {"/var/crashsan/var/crash": {**ROOMY, "mountPoint": "/var/crashsan"}},
}
ON_LUN_2 = {"space": {"/var/crashsan/var/crash": {**ROOMY, "mountPoint": "/var/crashsan"}}}
CLUSTER = {"fenceKdump": {}, "delay": {"captureBootSeconds": 60, "networkSeconds": 30}}


@dataclass(frozen=True)
class Machine:
    """A host: settings and facts that are other than those of a host that breaks no rule; None takes one back."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    collector: Mapping[str, Any] | None = None
    """Settings of a collector that it dumps to, which is called as the host is, with -vault behind."""
    collector_free_bytes: int = 1024 * GIB
    cluster: Mapping[str, Any] | None = None
    """Settings of a cluster of pcs that it is a node of, with another host; called as the host is."""


@dataclass(frozen=True)
class Case:
    """A rule, a machine that breaks it, words of what is then said, and the machine as these words ask for it."""

    rule: str
    says: str
    broken: Machine
    fixed: Machine


def to_vault(kind: str, name: str, **further: Any) -> dict[str, Any]:
    """A target on the collector of a host."""
    return {"target": {kind: {"collector": f"{name}-vault", **further}}}


CASES: tuple[Case, ...] = (
    Case(
        "free-space",
        "found 8 GiB free, needed more than 16 GiB. Free space there",
        Machine(facts={"space": {"/var/crash": {**ROOMY, "freeBytes": 8 * GIB}}}),
        Machine(facts={"space": {"/var/crash": {**ROOMY, "freeBytes": 17 * GIB}}}),
    ),
    Case(
        "reservation",
        "Write",
        Machine({"crashkernel": "64M"}),
        Machine({"crashkernel": "256M"}),
    ),
    Case(
        "empty-range",
        "found",
        Machine({"crashkernel": "64G-:1G"}),
        Machine({"crashkernel": "2G-64G:512M,64G-:1G"}),
    ),
    Case(
        "refused-by-release",
        "zstd",
        Machine({"compression": "zstd", "crashkernel": "256M"}, {"release": "7.9"}),
        Machine({"compression": "lzo", "crashkernel": "256M"}, {"release": "7.9"}),
    ),
    Case(
        "erases",
        "mounted on /data",
        Machine(
            {"target": {"raw": {"device": RAW, "overwrite": RAW}}},
            {"devices": {RAW: {"found": True, "sizeBytes": 100 * GIB, "freeBytes": -1, "use": "mounted on /data"}}},
        ),
        Machine(
            {"target": {"raw": {"device": RAW, "overwrite": RAW}}},
            {"devices": {RAW: {"found": True, "sizeBytes": 100 * GIB, "freeBytes": -1, "use": ""}}},
        ),
    ),
    Case(
        "nfs4-before-6.3",
        "6.3",
        Machine({"crashkernel": "256M", **to_vault("nfs", "nfs4-before-63", version="4")}, OLD, COLLECTOR),
        Machine({"crashkernel": "256M", **to_vault("nfs", "nfs4-before-63")}, OLD, COLLECTOR),
    ),
    Case(
        "not-on-root",
        "root file system",
        Machine(facts={"space": {"/var/crash": {**ROOMY, "mountPoint": "/"}}}),
        Machine(),
    ),
    Case(
        "encrypted-dumps",
        "ssh",
        Machine(to_vault("nfs", "encrypted-dumps"), collector=COLLECTOR),
        Machine(to_vault("ssh", "encrypted-dumps"), collector=COLLECTOR),
    ),
    Case(
        "collector-space",
        "found 17 GiB free, needed more than 20 GiB",
        Machine(to_vault("ssh", "collector-space"), collector=COLLECTOR, collector_free_bytes=17 * GIB),
        Machine(to_vault("ssh", "collector-space"), collector=COLLECTOR, collector_free_bytes=21 * GIB),
    ),
    Case(
        "failure-domain",
        "in the same failure domain (site-a)",
        Machine(to_vault("ssh", "failure-domain"), collector={"failureDomains": ["site-a", "rack-7"]}),
        Machine(to_vault("ssh", "failure-domain"), collector=COLLECTOR),
    ),
    Case(
        "open-export",
        "it open to 10.0.0.0/8",
        Machine(to_vault("nfs", "open-export"), collector={**COLLECTOR, "nfs": {"clients": "10.0.0.0/8"}}),
        Machine(to_vault("nfs", "open-export"), collector=COLLECTOR),
    ),
    Case(
        "fleet-triggers",
        "panicTriggers.hungTask on",
        Machine({"panicTriggers": {"hungTask": True}, "platform": "rhel-9.4"}),
        Machine({"panicTriggers": {"panicOnOops": True}, "platform": "rhel-9.4"}),
    ),
    Case(
        "drill-age",
        "kernel 5.14.0-503, needed the one of its drill, 5.14.0-427",
        Machine(facts={"kernel": "5.14.0-503"}),
        Machine({"drilled": {**DRILLED, "kernel": "5.14.0-503"}}, {"kernel": "5.14.0-503"}),
    ),
    Case(
        "deprecated-ways",
        "it taken out of multipath (blacklisted)",
        Machine({"crashkernel": "256M", "target": {"san": {**LUN, "multipath": "blacklisted"}}}, ON_LUN),
        Machine({"crashkernel": "256M", "target": {"san": LUN}}, ON_LUN),
    ),
    Case(
        "fence-and-target",
        "cluster fence-and-target cutting nodes off from storage",
        Machine({"target": {"san": LUN_2}}, ON_LUN_2, cluster={**CLUSTER, "storageFencing": True}),
        Machine({"target": {"san": LUN_2}}, ON_LUN_2, cluster={**CLUSTER, "storageFencing": False}),
    ),
    Case(
        "cluster-waits",
        "found 60 seconds, and not what they are made of",
        Machine(cluster={"fenceKdump": {"timeoutSeconds": 60}}),
        Machine(cluster=CLUSTER),
    ),
)
STRICT: Mapping[str, Any] = {
    "encrypted-dumps": {"required": True},
    "exemptions": {"enforcementLevel": "disabled"},
    **{
        rule: {"enforcementLevel": "mandatory"}
        for rule in ("not-on-root", "failure-domain", "fleet-triggers", "drill-age", "deprecated-ways")
    },
}
"""Settings of the pack with which each of the cases is an error."""


EXEMPT = {
    "rule": "encrypted-dumps",
    "machines": ["nfs4-before-63", "open-export"],
    "reason": "a dump over NFS has to be in clear",
    "until": (datetime.date.today() + datetime.timedelta(days=30)).isoformat(),
}
"""What a case may do beside the rule that it is for."""


def name_of(case: Case) -> str:
    """The name of a case's host."""
    return case.rule.replace(".", "")


def fleet_of(machines: Mapping[str, Machine]) -> dict[str, Any]:
    """The stack file of machines, by the names of their hosts."""
    hosts: dict[str, Any] = {}
    collectors: dict[str, Any] = {}
    clusters: dict[str, Any] = {}
    for number, (name, machine) in enumerate(machines.items(), 1):
        address = f"192.0.2.{number}"
        settings = {**HOST, "connection": {"host": address}, "address": address, **machine.settings}
        hosts[name] = {key: value for key, value in settings.items() if value is not None}
        if machine.collector is not None:
            address = f"198.51.100.{number}"
            collectors[f"{name}-vault"] = {"connection": {"host": address}, "address": address, **machine.collector}
        if machine.cluster is not None:
            other, power = f"{name}-other", {"power": ["ipmi"]}
            address = f"203.0.113.{number}"
            hosts[other] = {**HOST, "connection": {"host": address}, "address": address}
            clusters[name] = {"stack": "pcs", "members": {name: power, other: power}, **machine.cluster}
    return {"clusters": clusters, "facts": "recorded", "hosts": hosts, "collectors": collectors, "exemptions": [EXEMPT]}


def recorded(machines: Mapping[str, Machine], day: str) -> dict[str, Any]:
    """What an `up` on a day kept of the machines."""
    facts: dict[str, Any] = {}
    for name, machine in machines.items():
        facts[name] = {**FACTS, **machine.facts}
        if machine.cluster is not None:
            facts[f"{name}-other"] = dict(FACTS)
        room = {"freeBytes": machine.collector_free_bytes, "totalBytes": 4096 * GIB, "mountPoint": "/srv"}
        if machine.collector is not None:
            facts[f"{name}-vault"] = {"space": dict.fromkeys(["/srv/kdump", f"/srv/kdump/{name}"], room)}
    return {"source": "measured", "asOf": day, "machines": facts}
