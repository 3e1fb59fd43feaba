"""cksum(1), as POSIX describes it: a CRC of the content and its length."""

from __future__ import annotations

_POLYNOMIAL = 0x04C11DB7


def _row(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
    return value & 0xFFFFFFFF


_TABLE = [_row(byte) for byte in range(256)]


def cksum(content: bytes) -> str:
    """What `cksum` prints of *content* on its standard input: the checksum, a blank, the length in bytes."""
    length, tail = len(content), bytearray()
    while length:
        tail.append(length & 0xFF)
        length >>= 8
    value = 0
    for byte in content + tail:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return f"{value ^ 0xFFFFFFFF} {len(content)}"
