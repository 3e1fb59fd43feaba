"""Ten RHEL 9 hosts and the collector they share, in one run of pulumi: all ten armed, each with a key of its own."""

from __future__ import annotations

import re

import pytest

from tests.fleet.host import ReleaseHost
from tests.fleet_runs.conftest import Machines
from tests.fleet_runs.pulumi_runs import Runs, collector, listing
from tests.provider.fixture.host import changes

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
NAMES = tuple(f"db{number}" for number in range(10))
KEYS, DUMPS = "/var/lib/pulumi-kdump-kdump/.ssh/authorized_keys", "/srv/dumps"


def settings(project: Runs, hosts: dict[str, ReleaseHost], vault: ReleaseHost) -> None:
    """The stack file: all over SSH to one collector, which is all that is said of the way."""
    project.settings(
        {name: {"connection": host.connection()} for name, host in hosts.items()},
        {"vault": collector(vault)},
        target={"ssh": {"collector": "vault"}},
        dumpIdentity={"keyType": "ed25519", "path": "/root/.ssh/kdump_id_ed25519"},
    )


def test_all_ten_are_armed_by_one_run_and_all_eleven_are_as_before_when_it_is_taken_back(
    machines: Machines, project: Runs
) -> None:
    fleet = machines.together(vault="rhel-9.4", **dict.fromkeys(NAMES, "rhel-9.4"))
    vault, hosts = fleet["vault"], {name: fleet[name] for name in NAMES}
    for host in hosts.values():
        host.run("systemctl disable --now kdump; rm -f /boot/initramfs-*kdump.img")
        assert host.run("cat /sys/kernel/kexec_crash_loaded") == "0\n"
    before = {name: listing(host) for name, host in fleet.items()}
    settings(project, hosts, vault)

    said = project.pulumi("up --yes --skip-preview")
    assert "error" not in said
    assert "warning" not in said
    readiness = project.readiness()
    assert {name: told["level"] for name, told in readiness.items()} == dict.fromkeys(NAMES, "armed")

    lines = vault.read(KEYS).splitlines()
    assert len(lines) == 10
    for name, host in hosts.items():
        public = host.read("/root/.ssh/kdump_id_ed25519.pub").split()[1]
        own = [line for line in lines if public in line]
        assert len(own) == 1
        assert re.match(rf'restrict,command="\S*receive {DUMPS}/{name}[ "]', own[0]), own
        assert len(host.read("/root/.ssh/known_hosts").splitlines()) == len(vault.host_keys)
        assert host.run("cat /sys/kernel/kexec_crash_loaded") == "1\n"
        assert f"ssh kdump@{vault.address}" in host.read("/etc/kdump.conf")
        there = f"ssh -i /root/.ssh/kdump_id_ed25519 -o BatchMode=yes kdump@{vault.address}"
        answer = host.run(f"echo vmcore | {there} 'cat /etc/shadow'", check=False)
        assert "root:" not in answer
    assert sorted(vault.run(f"ls {DUMPS}").split()) == sorted(NAMES)

    project.pulumi("preview --refresh --expect-no-changes")
    untouched = {name: listing(host, times=True) for name, host in fleet.items()}
    assert "unchanged" in project.pulumi("up --yes --skip-preview --expect-no-changes")
    for name, host in fleet.items():
        assert changes(untouched[name], listing(host, times=True)) == {}, name

    project.pulumi("destroy --yes --skip-preview")
    for name, host in fleet.items():
        assert changes(before[name], listing(host)) == {}, name
        assert not host.path("/var/lib/pulumi-kdump").exists()
