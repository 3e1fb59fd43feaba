"""Running a command and seeing what it takes: seconds, CPU of all its processes, and memory at its height."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kdump.units import human

HEADING = f"{'':42}{'seconds':>9}{'ratio':>8}{'CPU s':>9}{'memory':>11}"
SAMPLE_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Taken:
    """What a command took: `cpu` and `seconds` in seconds; `memory` in bytes, the most its processes had at once."""

    seconds: float
    cpu: float
    memory: int

    def row(self, what: str, under: Taken | None = None) -> str:
        """A line below :data:`HEADING`, with the ratio to what it is compared with."""
        ratio = f"{self.seconds / under.seconds:.2f}" if under else ""
        return f"{what:42}{self.seconds:9.1f}{ratio:>8}{self.cpu:9.1f}{human(self.memory):>11}"


class CommandFailed(Exception):
    """A command of the bench ended otherwise than it should; the message is what it said."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], *, code: int = 0) -> tuple[Taken, str]:
    """Run it and wait. Returns what it took and what it printed. Raises CommandFailed."""
    before = os.times()
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
    ) as process:  # fmt: skip
        watch = _Watch(process.pid)
        watch.start()
        said, _ = process.communicate()
        watch.stop()
    seconds = time.monotonic() - started
    after = os.times()
    if process.returncode != code:
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{said[-4000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Taken(seconds, cpu, watch.highest), said


class _Watch(threading.Thread):
    """Adds up the resident memory of a session's processes, again and again."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session, self._done = session, threading.Event()
        self.highest = 0

    def run(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self.highest = max(self.highest, _resident(self._session))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _resident(session: int) -> int:
    total = 0
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                words = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(words[3]) == session:
                total += int(words[21]) * PAGE
    return total
