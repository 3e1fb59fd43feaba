"""Runs a command on this machine."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping

from engine.command.output import Captured
from engine.command.values import Properties
from engine.processgroup import end

_INTERPRETER = ["/bin/sh", "-c"]
_GRACE_SECONDS = 2.0


async def run(command: str, inputs: Properties, previous: Mapping[str, str], captured: Captured) -> None:
    """Run `command`; CommandFailed if it does not end with 0. A cancelled call ends the command."""
    interpreter = inputs.get("interpreter") or _INTERPRETER
    stdin = inputs.get("stdin") or ""
    try:
        process = await asyncio.create_subprocess_exec(
            *interpreter,
            command,
            cwd=inputs.get("dir") or None,
            env={**os.environ, **previous, **(inputs.get("environment") or {})},
            stdin=PIPE if stdin else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            process_group=0,
        )
    except OSError as error:
        raise captured.failure(str(error), command) from error
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        await asyncio.gather(
            _feed(process, stdin),
            captured.read("stdout", process.stdout),
            captured.read("stderr", process.stderr),
        )
        code = await process.wait()
    finally:
        await end(process, _GRACE_SECONDS)
    if code:
        raise captured.failure(_ending(code), command)


async def _feed(process: Process, stdin: str) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not read everything
        process.stdin.write(stdin.encode())
        await process.stdin.drain()
    process.stdin.close()


def _ending(code: int) -> str:
    if code < 0:
        return f"signal: {signal.strsignal(-code) or -code}".lower()
    return f"exit status {code}"
