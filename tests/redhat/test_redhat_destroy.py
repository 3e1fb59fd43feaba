"""Destroying on Red Hat hosts where something is in the way: a cut, a kdump that does not start, another stack."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from provider.errors import HostError
from provider.host import Host
from provider.shell.script import Answers
from provider.ssh import Session
from tests.fleet.conftest import StartReleaseHost
from tests.provider.conftest import StartEngine
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE, boot, configuration, service
from tests.provider.fixture.host import changes
from tests.redhat.test_redhat_drift import LOCAL, reserve
from tests.redhat.test_redhat_life import inputs, packages, seen, settled

pytestmark = pytest.mark.fixture
STORE = "/var/lib/pulumi-kdump/DumpConfiguration"


def test_a_kdump_that_does_not_start_keeps_nothing_from_going(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    reserve(host)
    one, two, three = (engine.resource(token) for token in (BOOT, CONFIGURATION, SERVICE))
    one.up(boot(host, crashkernel="512M"))
    two.up(configuration(host, target=LOCAL))
    three.up(service(host))
    host.run("echo 'nonsense here' >>/etc/kdump.conf; systemctl restart kdump; kexec -p -u", check=False)
    three.destroy()
    assert any("kdump does not start with what is configured" in warning for warning in engine.log.warnings)
    two.destroy()
    one.destroy()
    assert not host.path("/var/lib/pulumi-kdump").exists()


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-7.9", "rhel-10.0"])
@pytest.mark.parametrize("token", [CONFIGURATION, SERVICE])
def test_a_destroy_that_broke_off_after_the_packages_went_is_finished(
    engine: Engine,
    start_release_host: StartReleaseHost,
    monkeypatch: pytest.MonkeyPatch,
    release: str,
    token: str,
) -> None:
    host = settled(start_release_host(release, complete=False))
    before, had = seen(host), packages(host)
    one = engine.resource(token)
    one.up(inputs(host, token))

    async def broken_off(self: Host, *_: object) -> list[str]:
        raise self.refuse("", "broken off here", "")

    with monkeypatch.context() as cut:
        cut.setattr(Host, "give_up", broken_off)
        with pytest.raises(Failed, match="broken off here"):
            one.destroy()
        assert packages(host) == had
        with pytest.raises(Failed, match="broken off here"):
            one.destroy()
    one.destroy()
    assert packages(host) == had
    assert changes(before, seen(host)) == {}
    assert engine.log.warnings == []


def cut_after(monkeypatch: pytest.MonkeyPatch, exchanges: int) -> None:
    """Let a run end, as one that is killed, once this many exchanges that change a host and one more are done."""
    act, more = Session.act, iter(range(exchanges))

    async def acting(*words: Any) -> Answers:
        answers = await act(*words)
        if next(more, None) is None:
            raise HostError("db1", "", "killed here", "")
        return answers

    monkeypatch.setattr(Session, "act", acting)


@pytest.mark.parametrize("token", [CONFIGURATION, SERVICE])
def test_a_destroy_goes_on_wherever_it_broke_off(
    engine: Engine, start_release_host: StartReleaseHost, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    host = settled(start_release_host("rhel-7.9", complete=False))
    before, had = seen(host), packages(host)
    # What was installed, what was written, and the store go one after the other.
    for exchanges in range(3):
        one = engine.resource(token)
        one.up(inputs(host, token))
        with monkeypatch.context() as cut:
            cut_after(cut, exchanges)
            with pytest.raises(Failed, match="killed here"):
                one.destroy()
        one.destroy()
        assert packages(host) == had, exchanges
        assert changes(before, seen(host)) == {}, exchanges
    assert engine.log.warnings == []


def test_what_came_with_a_package_taken_away_by_hand_is_not_put_back(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4", complete=False))
    before = seen(host)
    one = engine.resource(CONFIGURATION)
    one.up(inputs(host, CONFIGURATION))
    assert "kdump.conf.rpmsave" in host.run("yum -y remove kexec-tools; ls /etc")
    one.destroy()
    assert changes(before, seen(host)) == {}


def test_a_store_that_is_half_gone_goes_and_nothing_is_put_back(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-7.9", complete=False))
    before = seen(host)
    one = engine.resource(CONFIGURATION)
    one.up(inputs(host, CONFIGURATION))
    kept = host.run(f"cat {STORE}/original/*kdump.conf")
    again = copy.copy(one)
    one.destroy()
    host.run(f"mkdir -p {STORE}/original; chmod 700 {STORE} {STORE}/..")
    host.write(f"{STORE}/original/%etc%kdump.conf", kept)
    again.destroy()
    assert changes(before, seen(host)) == {}


def test_what_was_installed_between_two_runs_is_no_ones_but_its_installers(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-7.9", complete=False))
    # The power failed in the middle of the first installation.
    host.run(f"mkdir -p {STORE}/notes; rpm -qa --qf '%{{NAME}}\\n' | sort -u >{STORE}/notes/packages-before")
    host.run(f"echo '1 yum' >{STORE}/notes/packages-by-of-another-boot; chmod 700 {STORE}/..")
    host.run("yum -y install nfs-utils")
    one = engine.resource(CONFIGURATION)
    one.up(inputs(host, CONFIGURATION))
    assert host.run(f"cat {STORE}/notes/packages").split() == ["kexec-tools"]
    one.destroy()
    assert host.run("rpm -q nfs-utils").startswith("nfs-utils")
    assert not host.path("/var/lib/pulumi-kdump").exists()


def test_what_an_installation_still_at_work_brings_is_ours(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-7.9", complete=False))
    had = packages(host)
    host.run(f"mkdir -p {STORE}/notes; rpm -qa --qf '%{{NAME}}\\n' | sort -u >{STORE}/notes/packages-before")
    host.run(f"chmod 700 {STORE}/..; yum -y install nfs-utils")
    host.run(
        f"sh -c 'sleep 60; :' yum </dev/null >/dev/null 2>&1 & "
        f"echo $! yum >{STORE}/notes/packages-by-$(cat /proc/sys/kernel/random/boot_id)"
    )
    one = engine.resource(CONFIGURATION)
    one.up(inputs(host, CONFIGURATION))
    assert host.run(f"cat {STORE}/notes/packages").split() == ["kexec-tools", "nfs-utils"]
    one.destroy()
    assert packages(host) == had


@pytest.mark.parametrize("token", [BOOT, CONFIGURATION, SERVICE])
def test_what_another_stack_keeps_by_now_is_left_to_it(
    engine: Engine, start_engine: StartEngine, start_release_host: StartReleaseHost, token: str
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    one = engine.resource(token)
    one.up(inputs(host, token))
    again = copy.copy(one)
    one.destroy()
    other = start_engine(stack="prod").resource(token)
    other.up(inputs(host, token))
    before = seen(host)
    again.destroy()
    assert any("it is kept by pulumi-kdump.prod" in warning for warning in engine.log.warnings)
    assert changes(before, seen(host)) == {}
    assert other.refresh() == {}
