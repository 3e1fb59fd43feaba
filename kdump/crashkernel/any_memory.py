"""Whether a ``crashkernel`` value would do on a host whose memory nobody knows."""

from __future__ import annotations

from kdump.crashkernel.grammar import read
from kdump.crashkernel.minimum import minimum_bytes
from kdump.platforms import Platform
from kdump.units import GIB, MIB

# The tables of kdump.crashkernel.minimum ask no host with more memory for more, and of this one for so much.
_LARGEST_MEMORY = 64 * 1024 * GIB
_LARGEST_LEAST = 512 * MIB


def enough_for_any_memory(value: str, platform: Platform | None = None) -> bool:
    """Whether *value* is a size that is enough for the capture kernel whatever memory its host has.

    False for ranges, whose size depends on memory, and for words such as ``auto``. Raises :class:`Refusal` where
    :func:`kdump.crashkernel.read` and :func:`kdump.crashkernel.minimum_bytes` do.
    """
    understood = read(value)
    size = understood.high if understood.high is not None else understood.size
    least = _LARGEST_LEAST if platform is None else minimum_bytes(platform, _LARGEST_MEMORY)
    return size is not None and size >= least
