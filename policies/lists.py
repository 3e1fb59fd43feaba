"""Names in messages: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5


def some_of(names: Sequence[str]) -> str:
    """web1, web2 and 7 more; "" for none."""
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")
