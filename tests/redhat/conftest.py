"""Fleet hosts and engines for the tests of the Red Hat family."""

from __future__ import annotations

from tests.fleet.conftest import fleet_tree, start_release_host
from tests.provider.conftest import engine, nothing_remembered, stack_of_things, start_engine

__all__ = ["engine", "fleet_tree", "nothing_remembered", "stack_of_things", "start_engine", "start_release_host"]
