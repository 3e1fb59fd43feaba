"""Runs pulumi, and says now and then how far it is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from report.events import event
from report.progress import Progress

EVERY_SECONDS = 5.0
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Done:
    """How a run ended: pulumi's exit code, how far it came, and the files with its own output and its events."""

    code: int
    progress: Progress
    output: Path
    log: Path


def run_pulumi(arguments: Sequence[str], *, to: TextIO, environment: Mapping[str, str] | None = None) -> Done:
    """Run pulumi with these words; progress goes to `to`, pulumi's own output into a file.

    `environment` is added to this process's own. Raises FileNotFoundError where pulumi is not on PATH.
    """
    folder = Path(tempfile.mkdtemp(prefix="pulumi-kdump-report-"))
    log, output = folder / "events.json", folder / "pulumi.txt"
    log.touch()
    with output.open("wb") as said, log.open(encoding="utf-8", errors="replace") as events:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--event-log", str(log)],
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            # The option for the log of events is one of pulumi's own for finding faults.
            env={**os.environ, **(environment or {}), "PULUMI_DEBUG_COMMANDS": "true"},
        )  # fmt: skip
        progress = follow(process, events, to)
    return Done(process.returncode, progress, output, log)


def follow(process: subprocess.Popen[bytes], events: TextIO, to: TextIO) -> Progress:
    """Read events until pulumi ends, printing a line now and then. An interrupt is pulumi's to handle."""
    progress, started, printed, rest = Progress(), time.monotonic(), "", ""
    last = started
    while True:
        ended = process.poll() is not None
        try:
            rest = _take(progress, rest + events.read())
            now = time.monotonic()
            line = progress.line()
            if progress.machines and line != printed and (now - last >= EVERY_SECONDS or ended):
                print(f"{_clock(now - started)}  {line}", file=to, flush=True)
                printed, last = line, now
            if ended:
                progress.end()
                return progress
            time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            print("interrupted: pulumi ends what is under way, then stops", file=sys.stderr)


def _take(progress: Progress, text: str) -> str:
    """Take the whole lines in; returns what is left of one that is not whole yet."""
    *lines, rest = text.split("\n")
    for line in lines:
        found = event(line)
        if found is not None:
            progress.take(found)
    return rest


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"
