"""Fixture hosts for runs that are reported on."""

from tests.provider.conftest import stack_of_things, start_host, template

__all__ = ["stack_of_things", "start_host", "template"]
