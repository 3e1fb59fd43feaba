"""SUSE Linux Enterprise, Leap and Tumbleweed."""

from __future__ import annotations

from kdump.platforms import Platform
from provider.families.base import Family


def family(platform: Platform) -> Family:
    """The ways of one SUSE release."""
    raise NotImplementedError(platform)
