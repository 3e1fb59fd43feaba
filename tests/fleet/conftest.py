"""Fleet hosts for tests: any of the releases, and the engines of the provider's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.fleet.host import ReleaseHost, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import release_named
from tests.fleet.tree import Tree, shared_tree
from tests.provider.conftest import engine, nothing_remembered, stack_of_things, start_engine
from tests.provider.fixture.host import wait_until_all_gone

__all__ = ["engine", "nothing_remembered", "stack_of_things", "start_engine"]

StartReleaseHost = Callable[..., ReleaseHost]


@pytest.fixture(scope="session")
def fleet_tree() -> Iterator[Tree]:
    """The file system that all fleet hosts share, made once on this machine (half a minute or more)."""
    tree = shared_tree()
    yield tree
    tree.use.end()
    assert wait_until_all_gone() == [], "processes of fleet hosts are left"


@pytest.fixture
def start_release_host(
    fleet_tree: Tree, stack_of_things: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> StartReleaseHost:
    """Starts a host of a release, by its name in `releases.RELEASES`; it ends with the test."""
    shared = tmp_path_factory.mktemp("fleet")

    def start(release: str = "rhel-9.4", name: str = "db1", *, complete: bool = True) -> ReleaseHost:
        layers = layers_of(release_named(release), fleet_tree)
        stack_of_things.callback(layers.use.end)
        return stack_of_things.enter_context(
            ReleaseHost(layers, template_of(layers, shared), name=name, complete=complete)
        )

    return start
