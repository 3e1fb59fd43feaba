"""`python -m tools.bench.policies --hosts 500 --collectors 20`: a preview without and with the policy pack, in one run.

All facts are declared, so that no host is needed, and none is asked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.bench.run import HEADING, CommandFailed, Taken
from tools.bench.stack import Stack

PREVIEW = "preview -s bench --non-interactive --suppress-outputs"
PLATFORMS = ("rhel-9.4", "rhel-8.10", "rhel-7.9", "sles-15.7", "debian-12", "ubuntu-24.04")
SITES = ("north", "south")


def fleet(hosts: int, collectors: int) -> dict[str, Any]:
    """A fleet that breaks no mandatory rule: each host dumps to a collector of the other site."""
    names = [f"vault{number:02}" for number in range(collectors)]
    return {
        "facts": "declared",
        "defaults": {"crashkernel": "512M", "memory": "64G"},
        "groups": {site: {"failureDomains": [site]} for site in SITES},
        # A wave of updates stops after a few.
        "crashTogether": dict.fromkeys(SITES, 5),
        "hosts": {
            f"host{number:03}": {
                "connection": {"host": f"host{number:03}.example.com"},
                "address": f"10.{number // 250}.1.{number % 250 + 1}",
                "platform": PLATFORMS[number % len(PLATFORMS)],
                "groups": [SITES[number % collectors % 2]],
                "target": {("nfs" if number % 3 == 0 else "ssh"): {"collector": names[number % collectors]}},
            }
            for number in range(hosts)
        },
        "collectors": {
            name: {
                "connection": {"host": f"{name}.example.com"},
                "address": f"10.9.9.{number + 1}",
                "failureDomains": [SITES[(number + 1) % 2]],
                "space": {"free": "20T", "total": "40T"},
            }
            for number, name in enumerate(names)
        },
    }


def measure(folder: Path, hosts: int, collectors: int) -> tuple[Taken, Taken]:
    """What a preview takes without and with the pack. Raises CommandFailed."""
    stack = Stack.declaring(folder, fleet(hosts, collectors))
    return stack.pulumi(PREVIEW), stack.pulumi(f"{PREVIEW} --policy-pack policies")


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="tools.bench.policies", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--collectors", type=int, default=20)
    asked = parser.parse_args()
    print(f"{asked.hosts} hosts and {asked.collectors} collectors, declared")
    print(HEADING)
    try:
        with tempfile.TemporaryDirectory(prefix="kdump-bench-") as folder:
            without, with_pack = measure(Path(folder) / "project", asked.hosts, asked.collectors)
    except CommandFailed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    for what, taken, under in (
        ("preview without the pack", without, None),
        ("preview with all rules", with_pack, without),
    ):
        print(taken.row(what, under))
    return 0


if __name__ == "__main__":
    sys.exit(main())
