"""Red Hat's releases 5 to 10, what is built from them, and Fedora."""

from __future__ import annotations

from kdump.platforms import Platform
from provider.families.base import Family


def family(platform: Platform) -> Family:
    """The ways of one Red Hat release."""
    raise NotImplementedError(platform)
