"""Carries one connection from a guest to its collector: standard input and output to a loopback port.

QEMU starts it for each connection. The port is looked up each time, since a restarted collector may have
another one.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from contextlib import suppress


def port_of(ports_file: str, guest: str, service: str) -> int:
    """The loopback port that leads to a guest's service."""
    with open(ports_file, encoding="utf-8") as handle:  # noqa: PTH123 - pathlib would double the start-up time
        return int(json.load(handle)[guest][service])


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def join_ends(near: socket.socket, far: socket.socket) -> None:
    """Carry bytes both ways until both directions have ended."""
    back = threading.Thread(target=_pump, args=(far, near), daemon=True)
    back.start()
    _pump(near, far)
    back.join()


def main() -> None:
    near = socket.socket(fileno=os.dup(0))
    far = socket.create_connection(("127.0.0.1", port_of(*sys.argv[1:4])))
    join_ends(near, far)


if __name__ == "__main__":
    main()
