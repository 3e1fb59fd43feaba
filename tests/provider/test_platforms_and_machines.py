"""Hosts that are not what they were taken for: other platforms, other machines, no GRUB, no packages."""

from __future__ import annotations

import uuid

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.conftest import StartEngine, StartHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import ACCOUNT, BOOT, CONFIGURATION, EXPORT, INPUTS, KEY, SERVICE, account, boot
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
NEEDY = """\
Package: needy
Version: 1
Architecture: all
Maintainer: Fixture <fixture@example.org>
Depends: makedumpfile
Description: somebody else's package
"""
RELEASES = {
    "RHEL 4": ('NAME="Red Hat Enterprise Linux AS"\nID="rhel"\nVERSION_ID="4"\n', "netdump"),
    "RHEL 11": ('NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="11.0"\n', "newer pulumi-kdump"),
    "Debian 10": ("ID=debian\nVERSION_ID=10\n", "11"),
    "Alpine": ("ID=alpine\nVERSION_ID=3.20\n", "alpine"),
    "nothing": ("", "unknown"),
}


@pytest.mark.parametrize("name", RELEASES)
def test_a_platform_that_is_not_supported(engine: Engine, host: FixtureHost, name: str) -> None:
    text, said = RELEASES[name]
    host.write("/etc/os-release", text)
    before = host.listing(times=True)
    for token in (BOOT, CONFIGURATION, SERVICE):
        with pytest.raises(Failed) as failed:
            engine.resource(token).up(INPUTS[token](host))
        assert_clear(failed.value.message, said, host=host.address)
        assert failed.value.initialised is None
    assert host.listing(times=True) == before
    facts = engine.facts(host.connection(), "/var/crash")
    assert facts["reachable"]
    assert_clear(facts["problem"], said)
    assert facts["readiness"] in ("unsupported", "unknown")
    assert facts["space"]["/var/crash"]["totalBytes"] > 0


def test_a_host_that_is_not_the_platform_it_was_declared_to_be(engine: Engine, host: FixtureHost) -> None:
    declared = {"family": "debian", "distribution": "ubuntu", "release": "24.04", "architecture": "x86_64"}
    before = host.listing(times=True)
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up({**INPUTS[CONFIGURATION](host), "platform": declared})
    assert_clear(failed.value.message, "ubuntu 24.04", "debian", "stack file", host=host.address)
    assert host.listing(times=True) == before


@pytest.mark.parametrize("token", INPUTS)
def test_another_machine_behind_the_same_name(engine: Engine, host: FixtureHost, token: str) -> None:
    if token in (KEY, EXPORT):
        engine.resource(ACCOUNT, "account").up(account(host))
    one = engine.resource(token)
    one.up(INPUTS[token](host))
    other = uuid.uuid4().hex
    host.write("/etc/machine-id", other + "\n")
    before = host.listing(times=True)
    for attempt in (one.refresh, one.force_update, one.destroy):
        with pytest.raises(Failed) as failed:
            attempt()
        assert_clear(failed.value.message, "another machine", other, host.machine_id, "state delete", host=host.address)
    assert host.listing(times=True) == before


def test_a_host_that_does_not_boot_by_grub(engine: Engine, host: FixtureHost) -> None:
    host.run("rm /boot/grub/grub.cfg")
    before = host.listing(times=True)
    with pytest.raises(Failed) as failed:
        engine.resource(BOOT).up(boot(host))
    assert_clear(failed.value.message, "crashkernel", "grub.cfg", "GRUB", host=host.address)
    assert host.listing(times=True) == before


def test_update_grub_fails(engine: Engine, host: FixtureHost) -> None:
    before = host.listing()
    host.write("/fixture/update-grub-fails", "")
    one = engine.resource(BOOT)
    with pytest.raises(Failed) as failed:
        one.up(boot(host))
    assert_clear(failed.value.message, "update-grub failed", "canonical path", host=host.address)
    assert failed.value.initialised is not None
    host.path("/fixture/update-grub-fails").unlink()
    one.force_update()
    assert one.refresh() == {}
    one.destroy()
    assert host.listing() == before


def test_no_package_source_has_the_package(engine: Engine, start_host: StartHost) -> None:
    host = start_host(complete=False)
    host.run("rm /etc/apt/sources.list; rm -rf /var/lib/apt/lists/*; apt-get -q update")
    before = host.listing()
    one = engine.resource(SERVICE)
    with pytest.raises(Failed) as failed:
        one.up(INPUTS[SERVICE](host))
    assert_clear(failed.value.message, "kdump-tools", "package source", host=host.address)
    host.write("/etc/apt/sources.list", "deb [trusted=yes] file:///fixture/apt ./\n")
    (one.force_update if one.identifier else lambda: one.up(INPUTS[SERVICE](host)))()
    assert one.refresh() == {}
    one.destroy()
    host.path("/etc/apt/sources.list").unlink()
    assert host.listing() == before


def test_packages_that_others_came_to_need_stay(engine: Engine, start_host: StartHost) -> None:
    host = start_host(complete=False)
    one = engine.resource(SERVICE)
    one.up(INPUTS[SERVICE](host))
    host.write("/tmp/needy/DEBIAN/control", NEEDY)
    host.run("dpkg-deb -b /tmp/needy /tmp && dpkg -i /tmp/needy_1_all.deb")
    one.destroy()
    assert "needy" in host.run("dpkg-query -W")
    assert "makedumpfile" in host.run("dpkg-query -W")
    assert any("makedumpfile" in text and "needy" in text for text in engine.log.warnings)


def test_the_capture_kernel_refuses_to_load(engine: Engine, host: FixtureHost) -> None:
    host.run("kdump-config unload")
    host.write("/fixture/load-fails", "")
    one = engine.resource(SERVICE)
    with pytest.raises(Failed) as failed:
        one.up(INPUTS[SERVICE](host))
    assert_clear(failed.value.message, "not loaded though memory is reserved", "failed to load", host=host.address)
    host.path("/fixture/load-fails").unlink()
    one.force_update()
    assert one.refresh() == {}
    assert host.read("/sys/kernel/kexec_crash_loaded") == "1\n"


def test_two_stacks_do_not_share_a_host_but_do_share_a_collector(start_engine: StartEngine, host: FixtureHost) -> None:
    dev, prod = start_engine(stack="dev"), start_engine(stack="prod")
    before = host.listing()
    first = dev.resource(CONFIGURATION)
    first.up(INPUTS[CONFIGURATION](host))
    with pytest.raises(Failed) as failed:
        prod.resource(CONFIGURATION).up(INPUTS[CONFIGURATION](host, dumpLevel=1))
    assert_clear(failed.value.message, "pulumi-kdump.dev", "destroy", host=host.address)
    assert first.refresh() == {}
    first.destroy()
    accounts = [engine.resource(ACCOUNT) for engine in (dev, prod)]
    for one in accounts:
        one.up(account(host))
    accounts[0].destroy()
    assert accounts[1].refresh() == {}
    accounts[1].destroy()
    assert host.listing() == before
