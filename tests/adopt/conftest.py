"""Hosts and engines for the tests of adopting a running host."""

from __future__ import annotations

from tests.fleet.conftest import fleet_tree, start_release_host
from tests.provider.conftest import (
    engine,
    host,
    nothing_remembered,
    stack_of_things,
    start_engine,
    start_host,
    template,
)

__all__ = [
    "engine", "fleet_tree", "host", "nothing_remembered", "stack_of_things", "start_engine", "start_host",
    "start_release_host", "template",
]  # fmt: skip
