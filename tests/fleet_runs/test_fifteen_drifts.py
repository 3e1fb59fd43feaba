"""Fifteen hand edits of a RHEL 9 host: each is named by `preview --refresh`, `up --refresh` repairs it unattended."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fleet.host import ReleaseHost
from tests.fleet.releases import release_named
from tests.fleet_runs.conftest import Machines
from tests.fleet_runs.drifts import DRIFTS, TOGETHER
from tests.fleet_runs.pulumi_runs import BOOTED_WITH, Runs, refreshed
from tests.provider.engine_driver import Engine, Managed
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
KERNELS = release_named("rhel-9.4").kernels
ORDER = (BOOT, CONFIGURATION, SERVICE)
NO_DRIFT: dict[str, dict[str, tuple[Any, Any]]] = {token: {} for token in ORDER}
LOCAL = {"kind": "local", "path": "/var/crash"}


@pytest.fixture(scope="module")
def hosts(machines: Machines) -> dict[str, ReleaseHost]:
    """One host for pulumi, one for the provider alone."""
    return machines.together(whole="rhel-9.4", single="rhel-9.4")


@pytest.fixture(scope="module")
def armed(hosts: dict[str, ReleaseHost], project: Runs) -> ReleaseHost:
    """A host that `up` has armed, and that has nothing to change."""
    host = hosts["whole"]
    target = {"local": {"path": "/var/crash"}}
    project.settings({"db1": {"connection": host.connection(), "target": target, "dumpLevel": 17}})
    project.pulumi("up --yes --skip-preview")
    assert project.readiness()["db1"]["level"] == "armed"
    return host


def test_the_table_has_fifteen_and_every_one_is_shown_in_some_run() -> None:
    assert len(DRIFTS) == 15
    assert sorted(name for names in TOGETHER for name in names) == sorted(DRIFTS)


@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: f"{names[0]} and {len(names) - 1} more")
def test_pulumi_names_and_repairs(armed: ReleaseHost, project: Runs, names: tuple[str, ...]) -> None:
    for name in names:
        armed.run(DRIFTS[name].by_hand)
    shown = refreshed(project.pulumi("preview --refresh --diff"))
    for name in names:
        drift = DRIFTS[name]
        assert re.search(drift.says, shown.get(drift.kind, "")), f"{name}: {shown}"
    project.pulumi("up --refresh --yes --skip-preview")
    project.pulumi("preview --refresh --expect-no-changes")
    assert armed.run("cat /sys/kernel/kexec_crash_loaded; systemctl is-active kdump") == "1\nactive\n"


@pytest.fixture(scope="module")
def kept(hosts: dict[str, ReleaseHost], engine: Engine) -> dict[str, tuple[Managed, dict[str, Any]]]:
    """The three resources of a host, made, and what each is to be."""
    connection = {"connection": hosts["single"].connection()}
    wanted = {
        BOOT: {"crashkernel": BOOTED_WITH},
        CONFIGURATION: {"target": LOCAL, "dumpLevel": 17},
        SERVICE: {"enabled": True, "loaded": True},
    }
    made = {}
    for token in ORDER:
        made[token] = (engine.resource(token), {**wanted[token], **connection})
        made[token][0].up(made[token][1])
    return made


def looked_at(kept: dict[str, tuple[Managed, dict[str, Any]]]) -> dict[str, dict[str, tuple[Any, Any]]]:
    """What a refresh finds of the three, all at once, as pulumi does it."""
    with ThreadPoolExecutor() as pool:
        looks = {token: pool.submit(one.refresh) for token, (one, _) in kept.items()}
        return {token: look.result() for token, look in looks.items()}


@pytest.mark.parametrize("name", DRIFTS)
def test_each_alone_shows_as_what_it_is_and_is_repaired(
    hosts: dict[str, ReleaseHost], kept: dict[str, tuple[Managed, dict[str, Any]]], name: str
) -> None:
    drift = DRIFTS[name]
    hosts["single"].run(drift.by_hand)
    found = looked_at(kept)
    assert set(found[drift.kind]) == drift.properties, found
    assert looked_at(kept) == NO_DRIFT, "a second look finds the same"
    assert [token for token in ORDER if found[token] and token not in (drift.kind, *drift.besides)] == [], found
    for one, wanted in kept.values():
        one.up(wanted)
    assert looked_at(kept) == NO_DRIFT
    assert hosts["single"].run("cat /sys/kernel/kexec_crash_loaded; systemctl is-active kdump") == "1\nactive\n"


def test_a_drift_of_one_kernel_that_is_declared_later_is_made_so_on_all(
    hosts: dict[str, ReleaseHost], kept: dict[str, tuple[Managed, dict[str, Any]]]
) -> None:
    one, wanted = kept[BOOT]
    hosts["single"].run(f"grubby --update-kernel=/boot/vmlinuz-{KERNELS[1]} --args=crashkernel=300M")
    assert one.refresh() == {"crashkernel": (BOOTED_WITH, "300M")}
    one.up({**wanted, "crashkernel": "300M"})
    assert one.refresh() == {}
    assert hosts["single"].run("grubby --info=ALL | grep -c crashkernel=300M") == "2\n"
    one.up(wanted)
    assert one.refresh() == {}


def test_a_service_that_is_masked_does_not_keep_the_configuration_from_being_repaired(
    hosts: dict[str, ReleaseHost], kept: dict[str, tuple[Managed, dict[str, Any]]]
) -> None:
    host = hosts["single"]
    host.run(DRIFTS["the service is masked"].by_hand)
    host.run(DRIFTS["a configuration value is changed"].by_hand)
    found = looked_at(kept)
    assert (set(found[CONFIGURATION]), set(found[SERVICE])) == ({"dumpLevel"}, {"enabled", "problems"})
    for one, wanted in kept.values():
        one.up(wanted)
    assert looked_at(kept) == NO_DRIFT
    image = f"/boot/initramfs-{KERNELS[0]}kdump.img"
    assert host.path(image).stat().st_mtime >= host.path("/etc/kdump.conf").stat().st_mtime - 1
    assert host.run("cat /sys/kernel/kexec_crash_loaded; systemctl is-active kdump") == "1\nactive\n"
