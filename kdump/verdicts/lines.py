"""Lines of a configuration file as a tool sees them."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One setting: ``number`` of its line in the file, from 1, ``name`` and ``value`` as the tool takes them."""

    number: int
    name: str
    value: str
