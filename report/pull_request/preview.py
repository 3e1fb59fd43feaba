"""`python -m report comment -s staging`: previews a stack with the policy pack, and prints the comment.

Progress goes to stderr, Markdown to stdout, and into a file where one is named. With `--drift` the machines are read
before (`--refresh`), whatever the stack file says about where facts come from.

Exit code: pulumi's own. Where pulumi was content, 1 all the same if `up` would fail on a machine, and with `--drift` if
anything differs from what is declared, or a machine could not be read. 2 for a wrong use.
"""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from report.pull_request.comment import comment
from report.pull_request.log import read
from report.pull_request.verdict import Run, exit_code
from report.running import run_pulumi

USAGE = "python -m report comment -s STACK [--output FILE] [--drift] [options of pulumi …]"
PACK = "policies"
FACTS = "PULUMI_KDUMP_FACTS"
LAST_LINES = 30


def main(arguments: Sequence[str]) -> int:
    """Preview and print. Raises FileNotFoundError where pulumi is not on PATH."""
    words = list(arguments)
    drift = "--drift" in words
    words = [word for word in words if word != "--drift"]
    output = _taken(words, ("--output",))
    named = _taken(words, ("--stack", "-s"))
    if output == "" or named == "":
        print(f"usage: {USAGE}", file=sys.stderr)
        return 2
    stack = named or _selected()
    if stack is None:
        print("No stack is selected here: name one, -s staging.", file=sys.stderr)
        return 2
    own_pack = any(word == "--policy-pack" or word.startswith("--policy-pack=") for word in words)
    pulumi = ["preview", "-s", stack, *(["--refresh"] if drift else []), *([] if own_pack else _pack(stack)), *words]
    done = run_pulumi(pulumi, to=sys.stderr, environment={FACTS: "measured"} if drift else None)
    with done.log.open(encoding="utf-8", errors="replace") as lines:
        found = read(lines)
    said = tuple(done.output.read_text(errors="replace").splitlines()[-LAST_LINES:])
    run = Run(_short(stack), done.code, drift, said)
    shutil.rmtree(done.log.parent)
    text = comment(run, found, datetime.date.today())
    print(text, end="", flush=True)
    if output is not None:
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as fault:
            print(f"{output} could not be written: {fault.strerror}.", file=sys.stderr)
            return exit_code(run, found) or 1
    return exit_code(run, found)


def _taken(words: list[str], options: Sequence[str]) -> str | None:
    """The value of an option, which is taken out of the words; None without it, "" where its value is missing."""
    for position, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in options and equals:
            del words[position]
            return value
        if word in options:
            value = words[position + 1] if position + 1 < len(words) else ""
            del words[position : position + 2]
            return value
    return None


def _selected() -> str | None:
    """The stack that is selected here, if there is one."""
    command = ["pulumi", "stack", "--show-name", "--non-interactive"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def _short(stack: str) -> str:
    """staging of acme/pulumi-kdump/staging."""
    return stack.rpartition("/")[2]


def _pack(stack: str) -> list[str]:
    """The pack of this checkout, with the settings for this stack where there are some."""
    settings = Path("stacks") / f"policies.{_short(stack)}.json"
    return ["--policy-pack", PACK, *(["--policy-pack-config", str(settings)] if settings.is_file() else [])]
