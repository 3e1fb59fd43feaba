"""Directories on the host itself that a dump goes to, or that dump tools want to be there."""

from __future__ import annotations

from collections.abc import Sequence

from provider.shell.script import Call, call


def directories(path: str, *litter: str) -> Sequence[Call]:
    """Actions that make a directory and those above it; on revert, each goes again if nobody put anything into it.

    *litter* are names of files that the platform's own tools leave there unasked.
    """
    parts = path.strip("/").split("/")
    paths = ["/" + "/".join(parts[:number]) for number in range(1, len(parts) + 1)]
    return [call("a_directory", each, "=", "=", *litter) for each in paths]
