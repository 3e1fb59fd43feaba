"""Finds and ends the guests' QEMU processes, and never any other."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

PROC = Path("/proc")


def arguments_of(pid: int, proc: Path = PROC) -> list[str]:
    """A process's arguments; none when it is gone or not ours to see."""
    try:
        raw = (proc / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(part) for part in raw.split(b"\0")[:-1]]


def is_guest(arguments: list[str], pid_file: Path) -> bool:
    """Whether these are the arguments of the QEMU that was started with this pid file."""
    if not arguments or not Path(arguments[0]).name.startswith("qemu-system-"):
        return False
    return any(option == "-pidfile" and value == str(pid_file) for option, value in pairwise(arguments))


def running_pid(pid_file: Path, proc: Path = PROC) -> int | None:
    """The guest's process id, or None. A pid file that another process has inherited counts for nothing.

    A guest whose pid file was removed under it is found all the same, so that none runs on unseen.
    """
    try:
        noted = int(pid_file.read_text())
    except (OSError, ValueError):
        noted = 0
    if noted and is_guest(arguments_of(noted, proc), pid_file):
        return noted
    for entry in proc.iterdir():
        if entry.name.isdigit() and is_guest(arguments_of(int(entry.name), proc), pid_file):
            return int(entry.name)
    return None


def end(pid_file: Path, patience: float = 15.0) -> bool:
    """End the guest's process: asked first, forced after `patience` seconds. False when there was none."""
    pid = running_pid(pid_file)
    if pid is None:
        return False
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        # Looked at again before every signal: the number may belong to somebody else by now.
        if not is_guest(arguments_of(pid), pid_file):
            break
        os.kill(pid, sign)
        _wait_gone(pid, pid_file, seconds)
    pid_file.unlink(missing_ok=True)
    return True


def _wait_gone(pid: int, pid_file: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _reap(pid)
        if not is_guest(arguments_of(pid), pid_file):
            return
        time.sleep(0.1)


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
