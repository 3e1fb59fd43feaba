"""The processes the host starts for the engine. None of them outlives the host."""

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.processgroup import end

# The engine kills the host itself five seconds after it asked it to leave.
_GRACE_SECONDS = 3.0
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Chunk:
    """Some bytes a process wrote."""

    source: Literal["stdout", "stderr"]
    data: bytes


class Children:
    """Starts processes and ends them.

    Each one gets a process group of its own: the engine's SIGINT, which goes to the host's group, would
    otherwise reach them too and end every failed run in a KeyboardInterrupt traceback.
    """

    def __init__(self) -> None:
        self._running: set[Process] = set()

    async def run(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes) -> int:
        """Run to the end, with the host's own stdout and stderr, and return the exit code.

        The engine shows what comes over those two; a negative code is the signal that ended the process.
        """
        process = await asyncio.create_subprocess_exec(*argv, cwd=cwd, env=env, stdin=PIPE, process_group=0)
        async with self._tended(process):
            await process.communicate(stdin)
            return await process.wait()

    async def stream(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> AsyncGenerator[Chunk | int, None]:
        """Yield what the process writes as it comes and the exit code as the last item."""
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=cwd, env=env, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, process_group=0
        )
        async with self._tended(process):
            chunks: asyncio.Queue[Chunk | None] = asyncio.Queue(maxsize=64)

            async def pump(name: Literal["stdout", "stderr"], source: asyncio.StreamReader | None) -> None:
                while source is not None and (data := await source.read(_CHUNK)):
                    await chunks.put(Chunk(name, data))
                await chunks.put(None)

            pumps = [
                asyncio.ensure_future(pump("stdout", process.stdout)),
                asyncio.ensure_future(pump("stderr", process.stderr)),
            ]
            try:
                open_pipes = len(pumps)
                while open_pipes:
                    if (chunk := await chunks.get()) is None:
                        open_pipes -= 1
                    else:
                        yield chunk
                yield await process.wait()
            finally:
                for task in pumps:
                    task.cancel()

    @contextlib.asynccontextmanager
    async def _tended(self, process: Process) -> AsyncIterator[None]:
        self._running.add(process)
        try:
            yield
        finally:
            await end(process, _GRACE_SECONDS)
            self._running.discard(process)

    async def stop_all(self) -> None:
        """End every process that still runs."""
        await asyncio.gather(*(end(process, _GRACE_SECONDS) for process in self._running))
