"""Every release of Red Hat's: made, made again, read, and taken away so that the host is as it was before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE, boot, configuration, service
from tests.provider.fixture.host import changes

pytestmark = pytest.mark.fixture
RELEASES = ("rhel-5.11", "rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-9.4", "rhel-10.0")


def inputs(host: ReleaseHost, token: str) -> dict[str, Any]:
    """What is wanted of each kind, in words that every release understands."""
    old = host.release.name.startswith("rhel-5")
    if token == BOOT:
        return boot(host, crashkernel="128M@16M" if old else "256M")
    if token == SERVICE:
        return service(host)
    if old:
        # Release 5 copies all memory where no target is named, whatever else the file says.
        return configuration(host, target={"kind": "local", "path": "/var/crash"}, dumpLevel=0, compression="none")
    return configuration(host, target={"kind": "local", "path": "/var/crash"})


# What rpm and its front ends keep for themselves, and a query touches.
_RPMS_OWN = ("var/lib/rpm", "var/lib/dnf", "var/lib/yum", "var/cache", "var/log", "var/tmp", "usr/lib/sysimage/rpm")


def settled(host: ReleaseHost) -> ReleaseHost:
    """The host, once whatever its boot began has come to an end: kdump builds an image then."""
    if host.release.init == "systemd":
        host.run("systemctl is-system-running --wait", check=False)
    return host


def seen(host: ReleaseHost, *, times: bool = False) -> dict[str, str]:
    """Everything on the host but the package manager's own."""
    return {path: line for path, line in host.listing(times=times).items() if not path.startswith(_RPMS_OWN)}


def packages(host: ReleaseHost) -> str:
    """All packages."""
    return host.run("rpm -qa | sort")


def standing(host: ReleaseHost) -> str:
    """How the service stands."""
    if host.release.init == "systemd":
        return host.run("systemctl is-enabled kdump; systemctl is-active kdump", check=False)
    return host.run("chkconfig --list kdump", check=False)


@pytest.mark.parametrize("release", RELEASES)
def test_every_kind_comes_stays_and_goes(engine: Engine, start_release_host: StartReleaseHost, release: str) -> None:
    host = settled(start_release_host(release))
    for token in (BOOT, CONFIGURATION, SERVICE):
        before, had, stood = seen(host), packages(host), standing(host)
        one = engine.resource(token)
        assert one.up(inputs(host, token)) == "create"
        made = seen(host, times=True)
        assert one.up(inputs(host, token)) == "same"
        assert one.refresh() == {}
        one.force_update()
        assert changes(made, seen(host, times=True)) == {}
        one.destroy()
        assert changes(before, seen(host)) == {}, token
        assert (packages(host), standing(host)) == (had, stood)
    assert not host.path("/var/lib/pulumi-kdump").exists()
    assert engine.log.warnings == []


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-7.9", "rhel-10.0"])
def test_what_was_installed_goes_again(engine: Engine, start_release_host: StartReleaseHost, release: str) -> None:
    host = settled(start_release_host(release, complete=False))
    before, had = seen(host), packages(host)
    written, armed = engine.resource(CONFIGURATION, "c"), engine.resource(SERVICE, "s")
    written.up(inputs(host, CONFIGURATION))
    armed.up(inputs(host, SERVICE))
    assert "kexec-tools" in packages(host)
    assert (written.refresh(), armed.refresh()) == ({}, {})
    armed.destroy()
    written.destroy()
    assert packages(host) == had
    assert changes(before, seen(host)) == {}
    # The service alone, too.
    armed.up(inputs(host, SERVICE))
    armed.destroy()
    assert packages(host) == had
    assert changes(before, seen(host)) == {}
