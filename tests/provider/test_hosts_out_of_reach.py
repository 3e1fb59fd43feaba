"""A host that cannot be reached, or must not be trusted: one message each, and nothing is done anywhere."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, configuration, public_key
from tests.provider.fixture.host import FixtureHost, free_address

pytestmark = pytest.mark.fixture
Change = Callable[[FixtureHost], dict[str, Any]]

UNREACHABLE: dict[str, tuple[Change, tuple[str, ...]]] = {
    "another host key": (
        lambda host: {"hostKeys": [public_key(3)]},
        ("host key", "hostKeys", "reinstalled"),
    ),
    "host key unknown": (
        lambda host: {"hostKeys": []},
        ("host key", "known_hosts"),
    ),
    "nobody listens": (
        lambda host: {"port": 23},
        ("cannot be reached", "refused", "sshd"),
    ),
    "no such name": (
        lambda host: {"host": "no-such-host.invalid"},
        ("cannot be resolved", "connection.host"),
    ),
    "another user": (
        lambda host: {"user": "nobody-here"},
        ("does not let user nobody-here in", "connection.user", "authorized_keys"),
    ),
    "identity file missing": (
        lambda host: {"identityFile": "/nowhere/id"},
        ("/nowhere/id", "identityFile"),
    ),
    "identity file is none": (
        lambda host: {"identityFile": "/etc/hostname"},
        ("cannot be used", "identityFile"),
    ),
    "ssh configuration missing": (
        lambda host: {"sshConfig": "/nowhere/config"},
        ("/nowhere/config", "sshConfig"),
    ),
    "jump host down": (
        lambda host: {"proxyJump": "gate@127.77.255.254:22"},
        ("127.77.255.254",),
    ),
}


@pytest.mark.parametrize("what", UNREACHABLE)
def test_each_reason_is_said(engine: Engine, host: FixtureHost, what: str) -> None:
    change, meaning = UNREACHABLE[what]
    connection = host.connection(**change(host))
    one = engine.resource(CONFIGURATION)
    with pytest.raises(Failed) as failed:
        one.up(configuration(host, connection=connection))
    assert failed.value.initialised is None
    assert_clear(failed.value.message, *meaning, host=str(connection["host"]))
    facts = engine.facts(connection)
    assert not facts["reachable"]
    assert_clear(facts["problem"], *meaning, host=str(connection["host"]))
    assert facts["readiness"] == "unknown"


def test_a_key_that_is_not_known_there(engine: Engine, host: FixtureHost, tmp_path: Path) -> None:
    host.run("sed -i 's/AAAAC3/AAAAC4/' /root/.ssh/authorized_keys")
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up(configuration(host))
    assert_clear(failed.value.message, "does not let user root in", "authorized_keys", host=host.address)


def test_the_check_of_host_keys_cannot_be_turned_off(engine: Engine, host: FixtureHost, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host *\n StrictHostKeyChecking no\n UserKnownHostsFile none\n")
    connection = host.connection(sshConfig=str(config), hostKeys=[])
    with pytest.raises(Failed) as failed:
        engine.resource(BOOT).up({"connection": connection, "crashkernel": "256M"})
    assert_clear(failed.value.message, "host key", "cannot be turned off", host=host.address)


def test_known_hosts_of_the_ssh_configuration_are_used(engine: Engine, host: FixtureHost, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text("".join(f"{host.address} {key}\n" for key in host.host_keys))
    config = tmp_path / "config"
    config.write_text(
        f"Host web\n HostName {host.address}\n User root\n UserKnownHostsFile {known}\n"
        f" IdentityFile {host.template.identity}\n"
    )
    facts = engine.facts({"host": "web", "sshConfig": str(config)})
    assert (facts["reachable"], facts["machineId"]) == (True, host.machine_id)


# ---- servers that are no SSH servers, or strange ones


@contextmanager
def server(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something listens on port 22 of an address, and does `handle` with every connection."""
    address = free_address()
    listener = socket.create_server((address, 22))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=guarded, args=(connection,), daemon=True).start()

    def guarded(connection: socket.socket) -> None:
        with connection:
            try:
                handle(connection)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield address
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _garbage(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n" * 20)


def _endless_banner(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 65536)


def _silence(connection: socket.socket) -> None:
    connection.recv(1024)
    threading.Event().wait(8)


def _hangs_up(connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize(
    ("handle", "meaning"),
    [
        (_garbage, ("SSH", "connection")),
        (_endless_banner, ("SSH|no answer", "connection")),
        (_silence, ("no answer within 1 s", "connectTimeout")),
        (_hangs_up, ("SSH|cannot be reached", "connection")),
    ],
)
def test_what_is_no_ssh_server(engine: Engine, handle: Callable[[socket.socket], None], meaning: Any) -> None:
    with server(handle) as address:
        facts = engine.facts({"host": address, "sshConfig": "/dev/null", "connectTimeout": 1})
    assert not facts["reachable"]
    assert_clear(facts["problem"], *meaning, host=address)
