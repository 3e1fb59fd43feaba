"""`python -m lab`: the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from lab import commands
from lab.fleet import guests_named
from lab.folder import LabFolder
from lab.login import ssh_command
from lab.paths import lab_folder
from lab.problem import LabProblem


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments."""
    top = argparse.ArgumentParser(prog="python -m lab", description="A small real fleet on this machine.")
    verbs = top.add_subparsers(dest="verb", required=True)
    guest_verbs = {
        "up": "boot the guests (all, or those named) and wait until they answer",
        "down": "end the guests; their disks stay",
        "reset": "end the guests and give them fresh disks",
    }
    for verb, about in guest_verbs.items():
        sub = verbs.add_parser(verb, help=about, description=about)
        sub.add_argument("guests", nargs="*", metavar="GUEST")
    verbs.choices["up"].add_argument(
        "--ephemeral",
        metavar="DIR",
        type=Path,
        help="a lab in DIR that ends with the process that asks for it (LAB_DIR=DIR for the other commands)",
    )
    gone = verbs.add_parser("destroy", help="end the guests and remove the lab's files")
    gone.add_argument("--cache", action="store_true", help="the cached images too")
    verbs.add_parser("status", help="show the guests")
    login = verbs.add_parser("ssh", help="log in to a guest, or run a command in it")
    login.add_argument("guest")
    login.add_argument("command", nargs=argparse.REMAINDER)
    console = verbs.add_parser("console", help="show what a guest writes on its serial console")
    console.add_argument("guest")
    console.add_argument("--no-follow", action="store_true", help="end at the end of what is there")
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = parser().parse_args(words)
    chosen = getattr(asked, "ephemeral", None)
    folder = LabFolder(chosen.absolute() if chosen else lab_folder())
    try:
        return _run(asked, folder)
    except LabProblem as problem:
        print(f"lab: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: stopped; guests that were started go on (python -m lab down ends them)", file=sys.stderr)
        return 130


def _run(asked: argparse.Namespace, folder: LabFolder) -> int:
    match asked.verb:
        case "up":
            owner = os.getppid() if asked.ephemeral else None
            commands.up(folder, guests_named(asked.guests), owner)
        case "down":
            commands.down(folder, guests_named(asked.guests))
        case "reset":
            commands.reset(folder, guests_named(asked.guests))
        case "destroy":
            commands.destroy(folder, asked.cache)
        case "status":
            commands.status(folder)
        case "ssh":
            guests_named([asked.guest])
            command = ssh_command(folder, asked.guest, asked.command)
            sys.stdout.flush()
            os.execv(command[0], command)
        case "console":
            commands.console(folder, guests_named([asked.guest])[0], follow=not asked.no_follow)
    return 0


if __name__ == "__main__":
    sys.exit(main())
