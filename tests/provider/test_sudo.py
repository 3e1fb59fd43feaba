"""Users who are not root: sudo with and without a password, and a password that nobody gets to see."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import CONFIGURATION, SERVICE, configuration, service
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
VARIABLE = "KDUMP_SUDO_TEST_PASSWORD"


@contextmanager
def watching_processes(host: FixtureHost) -> Iterator[list[str]]:
    """Collects arguments and environments of every process of the host while something goes on."""
    seen: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for pid in host.working():
                for name in ("cmdline", "environ"):
                    try:
                        text = Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
                    except OSError:
                        continue
                    seen.append(text)
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


@pytest.mark.parametrize("user", ["ops", "pat"])
def test_a_life_by_sudo(
    engine: Engine, host: FixtureHost, user: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, host.template.password)
    declared = {"sudo": True} | ({"sudoPasswordEnv": VARIABLE} if user == "pat" else {})
    before = host.listing()
    one = engine.resource(CONFIGURATION)
    with watching_processes(host) as seen:
        one.up(configuration(host, connection=host.connection(user, **declared)))
        assert one.refresh() == {}
        one.destroy()
    assert host.listing() == before
    assert any("sudo" in text for text in seen)
    assert not [text for text in seen if host.template.password in text]
    logs = host.read("/run/sshd.log") + host.run("cat /var/log/*.log /var/log/apt/* 2>/dev/null; true")
    assert host.template.password not in logs + str(one.inputs) + str(one.outputs) + str(engine.log.warnings)


def test_a_password_where_sudo_does_not_ask(
    engine: Engine, host: FixtureHost, monkeypatch: pytest.MonkeyPatch, canary: Path
) -> None:
    # Had it been fed to the shell, the host would have run it.
    monkeypatch.setenv(VARIABLE, "touch /srv/canary")
    host.run("echo 'Defaults!/usr/bin/true authenticate' > /etc/sudoers.d/zz")
    connection = host.connection("ops", sudo=True, sudoPasswordEnv=VARIABLE)
    assert engine.facts(connection)["reachable"]
    assert not host.path("/srv/canary").exists()


def test_a_wrong_password(engine: Engine, host: FixtureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "touch /srv/canary")
    before = host.listing()
    connection = host.connection("pat", sudo=True, sudoPasswordEnv=VARIABLE)
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up(configuration(host, connection=connection))
    assert_clear(failed.value.message, "does not accept the password", VARIABLE, host=host.address)
    assert "canary" not in failed.value.message
    assert host.listing() == before


def test_a_variable_that_is_not_set(engine: Engine, host: FixtureHost) -> None:
    facts = engine.facts(host.connection("pat", sudo=True, sudoPasswordEnv="KDUMP_SUDO_NOT_SET"))
    assert_clear(facts["problem"], "KDUMP_SUDO_NOT_SET is not set", host=host.address)


def test_sudo_asks_though_no_password_is_declared(engine: Engine, host: FixtureHost) -> None:
    facts = engine.facts(host.connection("pat", sudo=True))
    assert_clear(facts["problem"], "connection.sudo", "asks for a password", "NOPASSWD", host=host.address)


def test_a_user_without_sudo_at_all(engine: Engine, host: FixtureHost) -> None:
    host.run("rm /etc/sudoers.d/pat")
    with pytest.raises(Failed) as failed:
        engine.resource(SERVICE).up(service(host, connection=host.connection("pat", sudo=True)))
    assert_clear(failed.value.message, "connection.sudo", "sudo", host=host.address)


def test_sudo_that_wants_a_terminal(engine: Engine, host: FixtureHost) -> None:
    host.run("echo 'Defaults requiretty' > /etc/sudoers.d/zz")
    facts = engine.facts(host.connection("ops", sudo=True))
    assert_clear(facts["problem"], "tty|terminal", "sudo", host=host.address)


def test_no_root_and_no_sudo_declared(engine: Engine, host: FixtureHost) -> None:
    before = host.listing()
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up(configuration(host, connection=host.connection("ops")))
    assert_clear(failed.value.message, "sudo|root", host=host.address)
    assert host.listing() == before


def test_a_password_in_the_place_of_its_name_is_not_repeated(engine: Engine, host: FixtureHost) -> None:
    connection = host.connection("pat", sudo=True, sudoPasswordEnv="my secret!")
    _, failures = engine.check(CONFIGURATION, "one", configuration(host, connection=connection))
    assert "connection.sudoPasswordEnv" in failures
    assert "my secret!" not in str(failures)
    assert_clear(failures["connection.sudoPasswordEnv"], "name of an environment variable")
