"""Fleet hosts that the tests of a module share, and copies of the project in which pulumi runs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from tests.fleet.conftest import fleet_tree
from tests.fleet.host import ReleaseHost, started_together, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import release_named
from tests.fleet.tree import Tree
from tests.fleet_runs.pulumi_runs import Runs
from tests.project_copy import copy_checkout
from tests.provider.conftest import nothing_remembered
from tests.provider.engine_driver import Engine

__all__ = ["fleet_tree", "nothing_remembered"]

NewRuns = Callable[[], Runs]


@dataclass
class Machines:
    """Starts hosts, which end with the module."""

    tree: Tree
    paths: pytest.TempPathFactory
    things: ExitStack = field(default_factory=ExitStack)

    def together(self, **releases: str) -> dict[str, ReleaseHost]:
        """Hosts by name, of the release that is given for each, all starting at once and done with it."""
        shared = self.paths.mktemp("fleet")
        hosts = []
        for name, release in releases.items():
            layers = layers_of(release_named(release), self.tree)
            self.things.callback(layers.use.end)
            hosts.append(ReleaseHost(layers, template_of(layers, shared), name=name))
        self.things.enter_context(started_together(hosts))
        for host in hosts:
            if host.release.init == "systemd":
                # sshd answers before kdump's own service has built its image and loaded it.
                host.run("systemctl is-system-running --wait", check=False)
        return {host.name: host for host in hosts}


@pytest.fixture(scope="module")
def machines(fleet_tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Starts fleet hosts for a module."""
    found = Machines(fleet_tree, tmp_path_factory)
    with found.things:
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """A copy of the project without a stack yet."""
    runs = Runs(tmp_path_factory.mktemp("runs") / "project")
    copy_checkout(runs.folder)
    return runs


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One provider for a module, with an engine in front of it."""
    with Engine() as started:
        yield started
