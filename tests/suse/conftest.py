"""Fleet hosts and engines for the tests of the SUSE family."""

from __future__ import annotations

import pytest

from tests.fleet.conftest import StartReleaseHost, fleet_tree, start_release_host
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import engine, nothing_remembered, stack_of_things, start_engine

__all__ = ["engine", "fleet_tree", "nothing_remembered", "stack_of_things", "start_engine", "start_release_host"]


@pytest.fixture
def sles(start_release_host: StartReleaseHost) -> ReleaseHost:
    """A SLES 15 SP7 with kdump installed."""
    return start_release_host("sles-15.7")
