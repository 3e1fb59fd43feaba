"""`make bench HOSTS=50`: the first converge, the run that finds nothing to do after it, a preview; the floor of each.

The floor is plain ssh, one connection per host, running one script that does the same; and, since Pulumi keeps a state
of every resource, what its engine takes for as many resources that no host is asked about. All in one run, since
machines differ and have moods: read the ratios.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.fleet.host import ReleaseHost, started_together, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import release_named
from tests.fleet.tree import shared_tree
from tests.provider.fixture.host import wait_until_all_gone
from tools.bench import floor
from tools.bench.run import HEADING, CommandFailed, Taken
from tools.bench.stack import Stack

CRASHKERNEL = "512M"
UP = "up --yes --skip-preview -s bench --non-interactive --suppress-outputs"
LOOK = "preview --refresh --expect-no-changes -s bench --non-interactive --suppress-outputs"
PREVIEW = "preview --expect-no-changes -s bench --non-interactive --suppress-outputs"


@contextmanager
def fleet(release: str, count: int, *, complete: bool) -> Iterator[Sequence[ReleaseHost]]:
    """Hosts that look like a release, started together."""
    tree = shared_tree()
    layers = layers_of(release_named(release), tree)
    with tempfile.TemporaryDirectory(prefix="kdump-bench-") as folder:
        template = template_of(layers, Path(folder))
        hosts = [
            ReleaseHost(layers, template, name=f"host{number:03}", complete=complete) for number in range(1, count + 1)
        ]
        with started_together(hosts):
            for host in hosts:
                # They serve SSH before they have done booting, which is none of what is measured.
                host.run("systemctl is-system-running --wait", check=False)
            yield hosts
    layers.use.end()
    tree.use.end()
    wait_until_all_gone()


def measure(hosts: Sequence[ReleaseHost], folder: Path) -> Iterator[tuple[str, Taken, Taken | None]]:
    """What was done, what it took, and the floor that it stands on."""
    stack = Stack.of(folder / "project", hosts, CRASHKERNEL)
    first = stack.pulumi(UP)
    again, preview = stack.pulumi(LOOK), stack.pulumi(PREVIEW)
    down = stack.pulumi("destroy --yes --skip-preview -s bench --non-interactive --suppress-outputs")
    plain = floor.converge(hosts, folder / "floor", CRASHKERNEL)
    look = floor.look(hosts, folder / "floor")
    stack.without_hosts()
    engine_first, engine_look = stack.pulumi(UP), stack.pulumi(LOOK)
    yield "first converge: plain ssh", plain, None
    yield "first converge: the engine alone", engine_first, None
    yield "first converge: pulumi up", first, plain
    yield "all read back: plain ssh", look, None
    yield "all read back: the engine alone", engine_look, None
    yield "all read back: pulumi preview --refresh", again, _both(look, engine_look)
    yield "pulumi preview", preview, None
    yield "pulumi destroy", down, None


def _both(one: Taken, other: Taken) -> Taken:
    return Taken(one.seconds + other.seconds, one.cpu + other.cpu, max(one.memory, other.memory))


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="tools.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--release", default="rhel-9.4")
    parser.add_argument("--bare", action="store_true", help="hosts that lack the package, too")
    asked = parser.parse_args()
    print(f"{asked.hosts} hosts of {asked.release}; CPU and memory are those of this side, not of the hosts")
    print(HEADING)
    try:
        with (
            fleet(asked.release, asked.hosts, complete=not asked.bare) as hosts,
            tempfile.TemporaryDirectory(prefix="kdump-bench-") as folder,
        ):
            for what, taken, under in measure(hosts, Path(folder)):
                print(taken.row(what, under), flush=True)
    except CommandFailed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
