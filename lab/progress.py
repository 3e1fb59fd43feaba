"""Says what is going on, how long it usually takes, and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """One line for whoever watches; on stderr, since `lab ssh` has stdout for the guest's own output."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(what: str, usually: str) -> Iterator[None]:
    """Announce a step and its usual duration, then say how long it took."""
    say(f"lab: {what} (usually {usually}) ...")
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"lab: {what}: stopped after {time.monotonic() - begun:.0f} s")
        raise
    say(f"lab: {what}: {time.monotonic() - begun:.0f} s")
