"""The stack files of this project as its readers take them: without a problem, short, and with nothing idle in them."""

from __future__ import annotations

import ipaddress
import json
import re
from functools import cache
from typing import Any

import pytest

from components.settings import ResolvedFleet, SettingsRefused, read_fleet
from policies.pack import RULES
from tests.stacks.stack_files import NAMES, STACKS, places, stack_file, without, written_in

LEVELS = ("mandatory", "advisory", "disabled")
OF_A_COMPANY = ["staging", "production"]
# Said aloud although it is what would be without: whoever reads the file wants to know who reboots.
SAID_ALOUD = {("reboot",), ("reboot", "when"), ("reboot", "batchSize")}


@cache
def fleet_of(stack: str) -> ResolvedFleet:
    return read_fleet(written_in(stack))


def test_lab_staging_and_production_are_there() -> None:
    assert set(NAMES) >= {"lab", *OF_A_COMPANY}


@pytest.mark.parametrize("stack", NAMES)
def test_a_stack_file_is_read_without_a_problem(stack: str) -> None:
    assert fleet_of(stack).hosts


@pytest.mark.parametrize("stack", NAMES)
def test_nothing_in_a_stack_file_could_be_left_out(stack: str) -> None:
    written, idle = written_in(stack), []
    shared = one_host_of_each_kind(written)
    whole = outcome(shared)
    for path in places(shared):
        if path[0] != "hosts" and path not in SAID_ALOUD and outcome(without(shared, path)) == whole:
            idle.append(".".join(path))
    for path in places({"hosts": written["hosts"]}):
        if len(path) > 2:
            part = alone(written, path[1])
            if outcome(without(part, path)) == outcome(part):
                idle.append(".".join(path))
    assert idle == []


def one_host_of_each_kind(written: dict[str, Any]) -> dict[str, Any]:
    """A fleet in which of hosts with the same groups and settings one is left, and every node of a cluster."""
    nodes = {host for cluster in written.get("clusters", {}).values() for host in cluster["members"]}
    kinds: dict[tuple[Any, ...], str] = {}
    for name, host in written["hosts"].items():
        kinds.setdefault((*host.get("groups", ()), *sorted(host)), name)
    kept = nodes | set(kinds.values())
    return {**written, "hosts": {name: host for name, host in written["hosts"].items() if name in kept}}


def alone(written: dict[str, Any], host: str) -> dict[str, Any]:
    """A fleet of one host."""
    kept = {name: value for name, value in written.items() if name not in ("clusters", "exemptions")}
    return {**kept, "hosts": {host: written["hosts"][host]}}


def outcome(written: dict[str, Any]) -> ResolvedFleet | None:
    """What a fleet comes to; None where it is refused."""
    try:
        return read_fleet(written)
    except SettingsRefused:
        return None


@pytest.mark.parametrize("stack", OF_A_COMPANY)
def test_whatever_a_preview_without_a_way_to_the_hosts_needs_is_declared(stack: str) -> None:
    fleet = fleet_of(stack)
    assert fleet.facts == "declared"
    for host in fleet.hosts.values():
        assert host.platform is not None, host.name
        assert host.memory_bytes, host.name
        assert host.failure_domains is not None, host.name
        assert host.destination.collector or host.space.free_bytes, host.name
    for collector in fleet.collectors.values():
        assert collector.space.free_bytes, collector.name
        assert collector.failure_domains is not None, collector.name


@pytest.mark.parametrize("stack", OF_A_COMPANY)
def test_every_collector_has_hosts_and_no_host_dumps_into_its_own_failure_domain(stack: str) -> None:
    fleet = fleet_of(stack)
    used = {host.destination.collector for host in fleet.hosts.values()} - {None}
    assert used == set(fleet.collectors)
    for host in fleet.hosts.values():
        if host.destination.collector:
            there = fleet.collectors[host.destination.collector]
            assert not set(host.failure_domains or ()) & set(there.failure_domains or ()), host.name


def test_production_shows_what_it_is_there_to_show() -> None:
    fleet = fleet_of("production")
    platforms = {host.platform for host in fleet.hosts.values() if host.platform}
    assert 35 <= len(fleet.hosts) <= 45
    assert {platform.version[0] for platform in platforms if platform.base == "rhel"} == {6, 7, 8, 9, 10}
    assert {platform.family for platform in platforms} == {"redhat", "suse", "debian"}
    assert sorted(cluster.stack for cluster in fleet.clusters.values()) == ["cman", "crm", "pcs"]
    assert {host.destination.target.kind for host in fleet.hosts.values()} == {
        "ssh", "nfs", "raw", "local", "filesystem",
    }  # fmt: skip
    assert any(host.destination.volume for host in fleet.hosts.values())
    assert all(host.drilled for host in fleet.hosts.values())
    assert fleet.reboot.when == "never"
    assert fleet.exemptions


@pytest.mark.parametrize("stack", OF_A_COMPANY)
def test_the_company_does_not_exist(stack: str) -> None:
    fleet = fleet_of(stack)
    for machine in (*fleet.hosts.values(), *fleet.collectors.values()):
        assert machine.connection.host.endswith(".example.com"), machine.name
    for found in re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", stack_file(stack).read_text()):
        assert ipaddress.ip_address(found).is_private, found


@pytest.mark.parametrize("stack", NAMES)
def test_every_rule_that_a_stack_sets_exists_and_takes_its_settings(stack: str) -> None:
    rules = {rule.name: rule for rule in RULES}
    chosen = json.loads((STACKS / f"policies.{stack}.json").read_text())
    for name, said in chosen.items():
        assert name in rules, f"no rule {name}; there are {', '.join(sorted(rules))}"
        settings = {"enforcementLevel": said} if isinstance(said, str) else said
        assert settings.get("enforcementLevel", "mandatory") in LEVELS, name
        assert set(settings) - {"enforcementLevel"} <= set(rules[name].settings), name


@pytest.mark.parametrize("stack", NAMES)
def test_an_exemption_names_a_rule_that_is_there(stack: str) -> None:
    assert {each.rule for each in fleet_of(stack).exemptions} <= {rule.name for rule in RULES}


def test_production_is_the_strict_one() -> None:
    chosen = {stack: json.loads((STACKS / f"policies.{stack}.json").read_text()) for stack in NAMES}
    for rule in ("not-on-root", "failure-domain", "drill-age", "encrypted-dumps"):
        assert chosen["production"][rule]["enforcementLevel"] == "mandatory"
    assert not any("mandatory" in str(settings) for settings in chosen["lab"].values())
