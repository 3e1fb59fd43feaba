"""Ports, QEMU's network option, and the relay that carries a guest's connections to its collector."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab import network
from lab.fleet import FLEET, SSH_HOST, VAULT
from lab.login import says_hello


def test_each_service_gets_a_port_of_its_own() -> None:
    chosen = network.choose_ports({}, running=[])
    ports = [port for services in chosen.values() for port in services.values()]
    assert len(set(ports)) == len(ports) == sum(len(guest.services) for guest in FLEET)
    assert set(chosen["vault"]) == {"ssh", "nfs"}


def test_ports_stay_as_they_were_where_that_is_possible() -> None:
    first = network.choose_ports({}, running=[])
    assert network.choose_ports(first, running=[], free=lambda _: True) == first


def test_a_port_that_somebody_took_is_exchanged_but_never_under_a_running_guest() -> None:
    first = network.choose_ports({}, running=[])
    second = network.choose_ports(first, running=["vault"], free=lambda _: False)
    assert second["vault"] == first["vault"]
    assert second["ssh-host"]["ssh"] not in {first["ssh-host"]["ssh"], *first["vault"].values()}


def test_a_port_in_use_is_seen_as_such() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not network.is_free(listener.getsockname()[1])


def test_a_host_is_cut_off_from_everything_but_its_collector() -> None:
    ports = network.choose_ports({}, running=[])
    option = network.netdev(SSH_HOST, ports, Path("/lab/ports.json"))
    assert "restrict=on" in option.split(",")
    assert f"hostfwd=tcp:127.0.0.1:{ports['ssh-host']['ssh']}-:22" in option.split(",")
    assert option.count("guestfwd=tcp:10.0.2.100:22-cmd:") == 1
    assert option.count("guestfwd=tcp:10.0.2.100:2049-cmd:") == 1


def test_the_collector_has_no_way_to_itself_through_the_relay() -> None:
    assert "guestfwd" not in network.netdev(VAULT, network.choose_ports({}, running=[]), Path("/lab/ports.json"))


def test_the_relay_command_survives_qemus_commas_and_the_shells_blanks() -> None:
    odd = Path("/tmp/a b,c'd/ports.json")
    option = network.netdev(SSH_HOST, network.choose_ports({}, running=[]), odd)
    # As QEMU does: a single comma ends an option, a doubled one is a comma.
    options = [part.replace("\0", ",") for part in option.replace(",,", "\0").split(",")]
    command = next(part for part in options if ":22-cmd:" in part).split("-cmd:", 1)[1]
    assert shlex.split(command)[-3:] == [str(odd), "vault", "ssh"]


def test_the_relay_carries_both_ways_and_passes_on_the_end_of_each(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ports_file = tmp_path / "ports.json"
        ports_file.write_text(json.dumps({"vault": {"ssh": server.getsockname()[1]}}))
        heard: list[bytes] = []

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    heard.append(data)
                # Only now, after the guest's side has ended: half-closed connections must work.
                connection.sendall(b"goodbye " * 100_000)

        serving = threading.Thread(target=serve)
        serving.start()
        guest_side, relay_side = socket.socketpair()
        command = shlex.split(network.relay_command(ports_file, "ssh"))
        running = subprocess.Popen(command, stdin=relay_side.fileno(), stdout=relay_side.fileno())
        relay_side.close()
        guest_side.settimeout(60)
        guest_side.sendall(b"hello " * 100_000)
        guest_side.shutdown(socket.SHUT_WR)
        answer = b""
        while data := guest_side.recv(65536):
            answer += data
        guest_side.close()
        serving.join(60)
        assert running.wait(60) == 0
    assert b"".join(heard) == b"hello " * 100_000
    assert answer == b"goodbye " * 100_000


def test_the_relay_needs_nothing_but_the_interpreter(tmp_path: Path) -> None:
    command = shlex.split(network.relay_command(tmp_path / "ports.json", "nfs"))
    assert Path(command[0]).samefile(sys.executable)
    assert command[1:3] == ["-I", "-S"]


@pytest.mark.parametrize(("greeting", "expected"), [(b"SSH-2.0-x\r\n", True), (b"HTTP/1.1\r\n", False), (b"", False)])
def test_only_an_ssh_greeting_counts_as_an_answer(greeting: bytes, expected: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)

        greeting_thread = threading.Thread(target=greet)
        greeting_thread.start()
        assert says_hello(server.getsockname()[1]) is expected
        greeting_thread.join()


def test_a_port_that_takes_connections_and_says_nothing_does_not_count() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert says_hello(server.getsockname()[1], patience=0.2) is False
