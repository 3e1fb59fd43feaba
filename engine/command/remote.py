"""Runs a command on another host over SSH. One connection per command, closed after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

import asyncssh

from engine.command.output import Captured, CommandFailed
from engine.command.ssh import connect
from engine.command.values import Properties


async def run(command: str, inputs: Properties, previous: Mapping[str, str], captured: Captured) -> None:
    """Run `command` in the user's login shell; CommandFailed if it does not end with 0."""
    environment: dict[str, str] = inputs.get("environment") or {}
    async with connect(inputs["connection"], captured.log.line) as connection:
        try:
            if environment:
                await _require_accepted(connection, environment)
            process = await connection.create_process(
                command, env={**previous, **environment}, encoding=None, request_pty=False
            )
            async with _closing(process):
                await asyncio.gather(
                    _feed(process, inputs.get("stdin") or ""),
                    captured.read("stdout", process.stdout),
                    captured.read("stderr", process.stderr),
                )
                await process.wait_closed()
        except (OSError, asyncssh.Error) as error:
            raise captured.failure(str(error), command) from error
    if process.exit_status != 0:
        raise captured.failure(_ending(process), command)


async def _require_accepted(connection: asyncssh.SSHClientConnection, wanted: Mapping[str, str]) -> None:
    """A server drops variables it does not accept without a word; a command without them may do harm."""
    seen = await connection.run("env", env=wanted, stdin=asyncssh.DEVNULL, encoding="utf-8", errors="replace")
    lines = f"\n{seen.stdout!s}\n"
    if refused := sorted(name for name, value in wanted.items() if f"\n{name}={value}\n" not in lines):
        raise CommandFailed(
            f"could not set {', '.join(refused)} in the environment of the remote command: the SSH server "
            f"refuses it. Write `AcceptEnv {' '.join(refused)}` in its sshd_config, or set the variables in "
            f"the command, with their values on stdin"
        )


@contextlib.asynccontextmanager
async def _closing(process: asyncssh.SSHClientProcess[bytes]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        process.close()


async def _feed(process: asyncssh.SSHClientProcess[bytes], stdin: str) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionError):  # it need not read everything
        process.stdin.write(stdin.encode())
        await process.stdin.drain()
        process.stdin.write_eof()


def _ending(process: asyncssh.SSHClientProcess[bytes]) -> str:
    if process.exit_signal is not None:
        return f"Process exited with signal {process.exit_signal[0]}"
    if process.exit_status is None:
        return "wait: remote command exited without exit status or exit signal"
    return f"Process exited with status {process.exit_status}"
