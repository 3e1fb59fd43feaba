"""Ports on this machine's loopback, and QEMU's user network that leads to and from them."""

from __future__ import annotations

import json
import shlex
import socket
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from lab import relay
from lab.fleet import COLLECTOR_ADDRESS, FLEET, SERVICES, VAULT, Guest
from lab.folder import LabFolder, write_private
from lab.qemu import quoted

#: guest name -> service -> port on 127.0.0.1
Ports = dict[str, dict[str, int]]


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(taken: Collection[int]) -> int:
    """A free loopback port that is none of `taken`."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port


def read_ports(path: Path) -> Ports:
    """The ports of the last `up`; none when there was no such."""
    try:
        ports: Ports = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return ports


def choose_ports(before: Ports, running: Collection[str], free: Callable[[int], bool] = is_free) -> Ports:
    """Each guest's ports: those it had where they can be had, since they stand in people's terminals."""
    chosen: Ports = {}
    taken = {port for services in before.values() for port in services.values()}
    for guest in FLEET:
        chosen[guest.name] = {}
        for service in guest.services:
            port = before.get(guest.name, {}).get(service, 0)
            if not port or (guest.name not in running and not free(port)):
                port = free_port(taken)
                taken.add(port)
            chosen[guest.name][service] = port
    return chosen


def write_ports(folder: LabFolder, ports: Ports) -> None:
    """Keep them where the relay and the next command find them."""
    write_private(folder.ports, json.dumps(ports, indent=2) + "\n")


def netdev(guest: Guest, ports: Ports, ports_file: Path) -> str:
    """QEMU's -netdev value: no way out but to the collector, no way in but from this machine's loopback."""
    parts = ["user", "id=net0", "restrict=on"]
    for service in guest.services:
        parts.append(f"hostfwd=tcp:127.0.0.1:{ports[guest.name][service]}-:{SERVICES[service]}")
    if guest.reaches_collector:
        for service in VAULT.services:
            command = quoted(relay_command(ports_file, service))
            parts.append(f"guestfwd=tcp:{COLLECTOR_ADDRESS}:{SERVICES[service]}-cmd:{command}")
    return ",".join(parts)


def relay_command(ports_file: Path, service: str) -> str:
    """What QEMU starts for each connection to the collector, as a shell would read it."""
    # The interpreter itself, not the virtual environment's link to it, which may be made anew meanwhile.
    interpreter = str(Path(sys.executable).resolve())
    script = str(Path(relay.__file__).resolve())
    return shlex.join([interpreter, "-I", "-S", script, str(ports_file), VAULT.name, service])
