"""`python -m tests.fleet`: a fleet of hosts in namespaces of this machine, by hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fleet import by_hand
from tests.fleet.plan import MIXED, plan
from tests.fleet.releases import RELEASES


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments."""
    top = argparse.ArgumentParser(prog="python -m tests.fleet", description="Many hosts in namespaces of this machine.")
    verbs = top.add_subparsers(dest="verb", required=True)
    start = verbs.add_parser("up", help="start hosts and wait until they answer")
    start.add_argument("hosts", type=int, nargs="?", default=8, help="how many, besides collectors (8)")
    start.add_argument(
        "--release", action="append", choices=[*RELEASES, MIXED], help="what they run; several take turns (mixed: all)"
    )
    start.add_argument("--collectors", type=int, default=2, help="hosts that receive dumps (2)")
    start.add_argument("--bare", action="store_true", help="without the packages that kdump needs")
    verbs.add_parser("down", help="end them all")
    verbs.add_parser("status", help="show the hosts")
    login = verbs.add_parser("ssh", help="log in to a host, or run a command on it")
    login.add_argument("name")
    login.add_argument("command", nargs=argparse.REMAINDER)
    supervisor = verbs.add_parser("serve", help="what `up` leaves in the background")
    supervisor.add_argument("folder", type=Path)
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    asked = parser().parse_args(words)
    try:
        match asked.verb:
            case "up":
                by_hand.up(plan(asked.hosts, asked.release or [MIXED], asked.collectors, asked.bare))
            case "down":
                by_hand.down()
            case "status":
                by_hand.status()
            case "ssh":
                return by_hand.ssh(asked.name, asked.command)
            case "serve":
                by_hand.serve(asked.folder)
    except by_hand.FleetProblem as problem:
        print(f"fleet: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
