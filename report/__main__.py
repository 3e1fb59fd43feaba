"""`python -m report up -s production --yes …`: run pulumi, say now and then how far it is, at the end what came of it.

Everything behind the verb goes to pulumi as it is. Pulumi's own output is kept in a file, which is named at the end.
Exits as pulumi does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from report.events import event
from report.progress import Progress
from report.summary import summary

VERBS = ("up", "preview", "refresh", "destroy")
EVERY_SECONDS = 5.0
POLL_SECONDS = 0.2


def main(arguments: Sequence[str]) -> int:
    """Run and report. Returns pulumi's exit code, 2 for a wrong use."""
    if not arguments or arguments[0] not in VERBS:
        print(f"usage: python -m report {'|'.join(VERBS)} [options of pulumi …]", file=sys.stderr)
        return 2
    code = 0
    for title, words in _parts(arguments):
        if title:
            print(f"-- {title}", flush=True)
        try:
            code = _run(words)
        except FileNotFoundError:
            print("pulumi is not on PATH; source engine/env.sh first", file=sys.stderr)
            return 2
        if code != 0:
            break
    return code


def _parts(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What is run: a verb that changes something has its preview first, and each part has a log of its own."""
    verb, *rest = arguments
    agreed = [word for word in rest if word in ("--yes", "-y")]
    if verb == "preview" or not agreed or "--skip-preview" in rest or "-f" in rest:
        return [("", list(arguments))]
    others = [word for word in rest if word not in agreed]
    before = ["preview", *others] if verb == "up" else [verb, *others, "--preview-only"]
    return [("preview", before), (verb, [verb, *rest, "--skip-preview"])]


def _run(arguments: Sequence[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="pulumi-kdump-report-"))
    log, said = folder / "events.json", folder / "pulumi.txt"
    log.touch()
    with said.open("wb") as output, log.open(encoding="utf-8", errors="replace") as events:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--event-log", str(log)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            # The option for the log of events is one of pulumi's own for finding faults.
            env={**os.environ, "PULUMI_DEBUG_COMMANDS": "true"},
        )  # fmt: skip
        progress = follow(process, events)
    for line in summary(progress, process.returncode, said):
        print(line)
    return process.returncode


def follow(process: subprocess.Popen[bytes], events: TextIO) -> Progress:
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
                print(f"{_clock(now - started)}  {line}", flush=True)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
