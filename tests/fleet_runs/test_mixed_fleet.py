"""One stack over seven releases: one run makes them all, a second changes nothing, destroy leaves each as it was."""

from __future__ import annotations

import pytest

from tests.fleet_runs.conftest import Machines
from tests.fleet_runs.pulumi_runs import Runs, listing
from tests.provider.fixture.host import changes

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
RELEASES = {
    "el5": "rhel-5.11", "el6": "rhel-6.10", "el7": "rhel-7.9", "el8": "rhel-8.10", "el9": "rhel-9.4",
    "el10": "rhel-10.0", "sles": "sles-15.7",
}  # fmt: skip
#: What a release needs other than the rest; 5 copies all memory where no target is named.
SPECIAL = {"el5": {"crashkernel": "128M@16M", "dumpLevel": 0, "compression": "none"}}
#: What the boot files of each release are to hold after the run.
ENTRIES = {
    "el5": "/boot/grub/grub.conf", "el6": "/boot/grub/grub.conf", "el7": "/boot/grub2/grub.cfg",
    "el8": "/boot/grub2/grubenv", "el9": "/boot/loader/entries/*.conf", "el10": "/boot/loader/entries/*.conf",
    "sles": "/boot/grub2/grub.cfg",
}  # fmt: skip


def test_seven_releases_in_one_stack(machines: Machines, project: Runs) -> None:
    hosts = machines.together(**RELEASES)
    before = {name: listing(host) for name, host in hosts.items()}
    packages = {name: host.run("rpm -qa | sort") for name, host in hosts.items()}
    project.settings(
        {name: {"connection": host.connection(), **SPECIAL.get(name, {})} for name, host in hosts.items()},
        crashkernel="256M",
        target={"local": {"path": "/var/crash"}},
    )

    said = project.pulumi("up --yes --skip-preview")
    assert "error" not in said
    for name, host in hosts.items():
        wanted = "crashkernel=128M@16M" if name == "el5" else "crashkernel=256M"
        assert host.run(f"grep -l {wanted} {ENTRIES[name]}"), name
    readiness = project.readiness()
    for name, told in readiness.items():
        assert told["level"] in ("reserved", "armed", "unreserved"), (name, told)
        assert "reboot" in told["reason"], (name, told)
    project.pulumi("preview --refresh --expect-no-changes")

    for host in hosts.values():
        host.reboot()
    assert {name: told["level"] for name, told in after_reboot(project).items()} == dict.fromkeys(hosts, "armed")
    project.pulumi("destroy --yes --skip-preview")
    for name, host in hosts.items():
        assert changes(before[name], listing(host)) == {}, name
        assert host.run("rpm -qa | sort") == packages[name]
        assert not host.path("/var/lib/pulumi-kdump").exists()


def after_reboot(project: Runs) -> dict[str, dict[str, str]]:
    """The readiness that the next run measures; it has nothing to change."""
    project.pulumi("up --refresh --yes --skip-preview")
    return project.readiness()
