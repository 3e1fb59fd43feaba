"""Sizes in words."""

from __future__ import annotations

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30

_NAMES = ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def human(size_bytes: int) -> str:
    """*size_bytes* as people read it: binary units, at most one decimal ("1.5 GiB", "256 MiB", "0 bytes")."""
    if abs(size_bytes) < KIB:
        return f"{size_bytes} bytes"
    size, unit = size_bytes / KIB, 0
    # 1023.95 and up would print as "1024.0": that belongs to the next unit.
    while abs(size) >= 1023.95 and unit < len(_NAMES) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f}".removesuffix(".0") + f" {_NAMES[unit]}"
