"""Ends a process that leads a process group of its own, and all it started."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process


async def end(process: Process, grace_seconds: float) -> None:
    """Ask the group to leave by SIGTERM, kill it when the grace is over; nothing if it has left already."""
    if process.returncode is None:
        _signal_group(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), grace_seconds)
        except TimeoutError:
            _signal_group(process, signal.SIGKILL)
            await process.wait()
        # Nobody reads its pipes to the end any more, so they do not close by themselves.
        process._transport.close()  # type: ignore[attr-defined]  # asyncio has no public way


def _signal_group(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
