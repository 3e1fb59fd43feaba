"""Sizes in words."""

from __future__ import annotations

import re

from kdump.errors import Refusal

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30

_SIZE = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?) ?(?:([KMGTPE])(?:i?B)?)?", re.IGNORECASE | re.ASCII)
_NAMES = ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def bytes_of(text: str, setting: str = "size") -> int:
    """*text* ("64G", "1.8 GiB", "512M") in bytes; units are binary, and a number without one is bytes.

    Raises :class:`Refusal` for anything else, and for nothing at all.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * (1 << 10 * (" KMGTPE".index((found[2] or " ").upper())))) if found else 0
    if size <= 0:
        raise Refusal(
            setting, text, "a size such as '64G'", "Write a number and K, M, G or T", "Memory is counted in these units"
        )
    return size


def memory_of(text: str, setting: str = "memory") -> int:
    """*text* as the memory of a host, in bytes; as :func:`bytes_of`, but nothing below 16 MiB.

    A number alone is bytes, and so few of them are no machine's memory: "64" was meant as 64G.
    """
    size = bytes_of(text, setting)
    if size < 16 * MIB:
        raise Refusal(
            setting,
            text,
            "the memory of a machine, such as '64G'",
            "Write the unit: K, M, G or T",
            f"Without one it is {human(size)}",
        )
    return size


def human(size_bytes: int) -> str:
    """*size_bytes* as people read it: binary units, at most one decimal ("1.5 GiB", "256 MiB", "0 bytes")."""
    if abs(size_bytes) < KIB:
        return f"{size_bytes} bytes"
    size, unit = size_bytes / KIB, 0
    # 1023.95 and up would print as "1024.0": that belongs to the next unit.
    while abs(size) >= 1023.95 and unit < len(_NAMES) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f}".removesuffix(".0") + f" {_NAMES[unit]}"
