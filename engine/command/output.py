"""What a command writes: kept for the state, and shown line by line while it comes."""

import asyncio
import codecs
from dataclasses import dataclass, field
from typing import Literal, Protocol

import grpc
from pulumi.runtime.proto import engine_pb2

Stream = Literal["stdout", "stderr"]

# Lines waiting to be shown. A command that writes faster than they are shown is slowed down, not lost.
_WAITING_LINES = 1000


class Engine(Protocol):
    """The one call of the engine that is used here."""

    async def Log(self, request: engine_pb2.LogRequest) -> object: ...


class CommandFailed(Exception):
    """A command could not be run or said no; the text is what the user sees."""


@dataclass
class Captured:
    """The output of one command, and where it is shown.

    Lines of any length are passed on; upstream's scanner stops at 64 KiB and hangs the command.
    """

    log: "LiveLog"
    shown: frozenset[Stream]
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    both: bytearray = field(default_factory=bytearray)

    async def read(self, stream: Stream, reader: "Reader") -> None:
        """Take everything from `reader` until it ends."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        while data := await reader.read(64 * 1024):
            (self.stdout if stream == "stdout" else self.stderr).extend(data)
            self.both.extend(data)
            if stream in self.shown:
                *lines, rest = (rest + decoder.decode(data)).split("\n")
                for line in lines:
                    await self.log.line(line)
        if rest:
            await self.log.line(rest)

    def text(self, stream: Stream) -> str:
        """The output as it goes into the state: without its last newline."""
        data = self.stdout if stream == "stdout" else self.stderr
        return data.decode("utf-8", "replace").removesuffix("\n")

    def failure(self, ending: str, command: str) -> CommandFailed:
        quoted = command.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        output = self.both.decode("utf-8", "replace")
        return CommandFailed(f'{ending}: running "{quoted}":\n{output}')


class Reader(Protocol):
    async def read(self, limit: int) -> bytes: ...


def shown_streams(logging: str | None) -> frozenset[Stream]:
    """Which streams the input `logging` lets through; absent means both."""
    names: dict[str | None, frozenset[Stream]] = {
        "none": frozenset(),
        "stdout": frozenset(["stdout"]),
        "stderr": frozenset(["stderr"]),
    }
    return names.get(logging, frozenset(["stdout", "stderr"]))


class LiveLog:
    """Sends lines to the engine as passing status of one resource, in order."""

    def __init__(self, engine: Engine, urn: str) -> None:
        self._engine = engine
        self._urn = urn
        self._lines: asyncio.Queue[str | None] = asyncio.Queue(_WAITING_LINES)
        self._sender: asyncio.Task[None] | None = None

    async def line(self, text: str) -> None:
        if text := text.rstrip("\r"):
            await self._lines.put(text)

    async def __aenter__(self) -> "LiveLog":
        self._sender = asyncio.create_task(self._send())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._lines.put(None)
        if self._sender is not None:
            await self._sender

    async def _send(self) -> None:
        while (text := await self._lines.get()) is not None:
            request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=self._urn, ephemeral=True)
            try:
                await self._engine.Log(request)
            except grpc.RpcError:
                continue  # an engine that is leaving shows no more; the command's result still counts
