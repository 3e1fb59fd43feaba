"""Connects by the fields of a `Connection`: nothing is taken from OpenSSH's configuration, as upstream."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncssh

from engine.command.output import CommandFailed
from engine.command.values import Properties

Say = Callable[[str], Awaitable[None]]

_FIRST_DELAY_SECONDS = 0.1
_DELAY_FACTOR = 1.5
_LONGEST_DELAY_SECONDS = 5.0


class _Client(asyncssh.SSHClient):
    """Answers every keyboard-interactive question with the password."""

    def __init__(self, password: str | None) -> None:
        self._password = password

    def kbdint_auth_requested(self) -> str | None:
        return None if self._password is None else ""

    def kbdint_challenge_received(
        self, _name: str, _instructions: str, _language: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str]:
        return [self._password or ""] * len(prompts)


@contextlib.asynccontextmanager
async def connect(wanted: Properties, say: Say) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection to the host, through its proxy if it has one. `say` gets a line for every retry."""
    async with contextlib.AsyncExitStack() as stack:
        tunnel = None
        names = ("Dial", "Dial")
        if proxy := wanted.get("proxy"):
            names = ("Dial proxy", "Dial from proxy")
            tunnel = await _dial(proxy, None, names[0], say, stack)
        yield await _dial(wanted, tunnel, names[1], say, stack)


async def _dial(
    wanted: Properties,
    tunnel: asyncssh.SSHClientConnection | None,
    name: str,
    say: Say,
    stack: contextlib.AsyncExitStack,
) -> asyncssh.SSHClientConnection:
    """Try until it works or `dialErrorLimit` failures have been allowed.

    Everything is tried again alike, as upstream: a host that is starting refuses connections first and then
    logins, so a refused login is no proof of a wrong key.
    """
    options = await _options(wanted, stack)
    limit = int(wanted["dialErrorLimit"])
    failures, delay = 0, _FIRST_DELAY_SECONDS
    while True:
        try:
            connection = await asyncssh.connect(wanted["host"], int(wanted["port"]), tunnel=tunnel or (), **options)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            failures += 1
            if 0 <= limit < failures:
                raise CommandFailed(_given_up(wanted, limit, error)) from error
        else:
            return await stack.enter_async_context(connection)
        await say(f"{name} {failures}/{'unlimited' if limit < 0 else limit} failed: retrying")
        await asyncio.sleep(delay)
        delay = min(delay * _DELAY_FACTOR, _LONGEST_DELAY_SECONDS)


def _given_up(wanted: Properties, limit: int, error: Exception) -> str:
    reason = str(error) or type(error).__name__
    where = f"{wanted['user']}@{wanted['host']}:{int(wanted['port'])}"
    return f"after {limit} failed attempts: {where}: {reason}"


async def _options(wanted: Properties, stack: contextlib.AsyncExitStack) -> dict[str, Any]:
    password = wanted.get("password")
    keys = _private_keys(wanted) + await _agent_keys(wanted.get("agentSocketPath"), stack)
    return {
        "config": None,
        "username": wanted["user"],
        "password": password,
        "client_factory": lambda: _Client(password),
        # None and not an empty list, which would mean the keys in the user's home directory.
        "client_keys": keys or None,
        "agent_path": None,
        "known_hosts": _known_hosts(wanted.get("hostKey")),
        "connect_timeout": wanted["perDialTimeout"] or None,
    }


def _known_hosts(host_key: str | None) -> Any:
    """Exactly the given key; without one every key is accepted, as upstream does."""
    if not host_key:
        return None
    try:
        key = asyncssh.import_public_key(host_key)
    except asyncssh.KeyImportError as error:
        raise CommandFailed(f"connection.hostKey is no public key: {error}") from error
    return ([key], [], [])


def _private_keys(wanted: Properties) -> list[Any]:
    if not wanted.get("privateKey"):
        return []
    try:
        return [asyncssh.import_private_key(wanted["privateKey"], wanted.get("privateKeyPassword"))]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise CommandFailed(f"connection.privateKey cannot be read: {error}") from error


async def _agent_keys(socket: str | None, stack: contextlib.AsyncExitStack) -> list[Any]:
    """The keys the agent offers. An agent that has gone offers none: a given key may still do."""
    if not socket:
        return []
    try:
        agent = await asyncssh.connect_agent(socket)
        stack.callback(agent.close)
        return list(await agent.get_keys())
    except (OSError, asyncssh.Error, ValueError):
        return []
