"""Whether a guest answers, asked the way its users will ask."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Sequence

from lab.folder import LabFolder
from lab.machine_packages import find_program


def ssh_command(folder: LabFolder, name: str, command: Sequence[str] = (), *options: str) -> list[str]:
    """The ssh command line for a guest."""
    program = find_program("ssh") or "ssh"
    return [program, "-F", str(folder.ssh_config), *options, name, *command]


def says_hello(port: int, patience: float = 3.0) -> bool:
    """Whether an SSH server greets on this port. QEMU takes the connection long before the guest does."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def ask(folder: LabFolder, name: str, command: str, seconds: float) -> str | None:
    """What a command prints in the guest; None when it did not work or not in time."""
    options = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=60")
    try:
        ran = subprocess.run(
            ssh_command(folder, name, [command], *options),
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return None
    return ran.stdout if ran.returncode == 0 else None


def wait_for_login(folder: LabFolder, name: str, port: int, worth_waiting: Callable[[], bool]) -> bool:
    """Wait until root can log in, host key checked, as long as that is worth waiting for."""
    while worth_waiting():
        if says_hello(port) and ask(folder, name, "hostname", 120) == f"{name}\n":
            return True
        time.sleep(1)
    return False
