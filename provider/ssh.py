"""One SSH connection per host and process, shared by everything that has to do with that host.

The user's OpenSSH configuration, agent and jump hosts are honoured. Host keys are checked, always: a
configuration that turns the check off is overruled, for jump hosts too.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh

from provider.connection import Connection
from provider.errors import HostError
from provider.shell.script import BEGIN, Answers, Call, Garbled, actions, questions, read_answers

PROJECT = Path(__file__).resolve().parent.parent
OUTPUT_LIMIT = 16 * 1024 * 1024
ASK_SECONDS = 120
ACT_SECONDS = 1800
REMEMBER_FAILURE_SECONDS = 120
# How often, and how long apart (seconds), a session is asked for that sshd refuses.
REFUSED_TIMES, REFUSED_SECONDS = 120, 0.5
SESSIONS_AT_ONCE = 4  # sshd's MaxSessions is 10 by default, and others may share the connection's limits
# Opening a connection takes this process tens of milliseconds of arithmetic: many at once would all come too late.
CONNECTING_AT_ONCE = 48


def _path(text: str) -> str:
    """A path of the settings: relative ones lie below the project's folder."""
    return str(PROJECT / Path(text).expanduser())


class Session:
    """The connection to one host; opened when first needed and again when it was lost."""

    def __init__(self, connection: Connection, connecting: asyncio.Semaphore | None = None) -> None:
        self.connection = connection
        self._connecting = connecting or asyncio.Semaphore(1)
        self._opening: asyncio.Task[asyncssh.SSHClientConnection] | None = None
        self._failed: tuple[float, HostError] | None = None
        self._sessions = asyncio.Semaphore(SESSIONS_AT_ONCE)
        self._shell: tuple[str, bytes] | None = None
        self._entering = asyncio.Lock()

    async def ask(self, calls: Sequence[Call]) -> Answers:
        """Put questions; nothing changes on the host. Raises HostError."""
        return await self._run(*questions(calls), ASK_SECONDS)

    async def act(self, calls: Sequence[Call], key: str, then: Sequence[Call] = ()) -> Answers:
        """Carry out actions in order under the host's lock, and answer the questions in `then`, numbered on.

        Raises HostError for a host out of reach; an action that failed is said in the answers.
        """
        return await self._run(*actions(calls, key, then), ACT_SECONDS)

    async def close(self) -> None:
        """End the connection, if there is one; the next question opens another."""
        opening, self._opening, self._failed = self._opening, None, None
        if opening is not None and opening.done() and not opening.cancelled() and not opening.exception():
            opening.result().close()

    def error(self, setting: str, problem: str, remedy: str) -> HostError:
        """An error on the way to this host."""
        return HostError(self.connection.label, setting, problem, remedy)

    async def _run(self, nonce: str, script: bytes, seconds: float) -> Answers:
        async with self._sessions:
            for waited in range(REFUSED_TIMES):
                live = await self._open()
                try:
                    command, opening = await self._become_root(live)
                    output, errors, code = await self._exchange(live, command, opening + script, seconds)
                    break
                except asyncssh.ChannelOpenError as refused:
                    # A hardened sshd allows fewer sessions at once, and others of ours are running on this connection.
                    if waited + 1 == REFUSED_TIMES:
                        raise self.error(
                            "connection",
                            f"it refuses to open a session on the connection ({refused})",
                            "Raise MaxSessions in its sshd_config, or see what else uses this connection.",
                        ) from None
                    await asyncio.sleep(REFUSED_SECONDS)
        try:
            return read_answers(nonce, output)
        except Garbled as problem:
            said = errors.decode("utf-8", "replace").strip()[-300:]
            raise self.error(
                "",
                f"the host did not carry out what it was sent ({problem}; exit code {code}"
                + (f"; it said: {said}" if said else "")
                + ")",
                f"Log in by hand ({self.connection.label}) and check that sh, od, stat and head work for root.",
            ) from None

    async def _exchange(
        self, live: asyncssh.SSHClientConnection, command: str, given: bytes, seconds: float
    ) -> tuple[bytes, bytes, int | None]:
        """Run a command with `given` on its standard input, with limits on time and on what it may print."""
        try:
            async with asyncio.timeout(seconds):
                process = await live.create_process(command, encoding=None, stderr=asyncssh.PIPE)
                try:
                    with suppress(BrokenPipeError):
                        # Whoever ends before having read it all is told by what it said.
                        process.stdin.write(given)
                        process.stdin.write_eof()
                    output, errors = await asyncio.gather(_bounded(process.stdout), _bounded(process.stderr))
                    await process.wait_closed()
                finally:
                    process.close()
            return output, errors, process.exit_status
        except TimeoutError:
            raise self.error(
                "", f"no answer within {seconds:.0f} s", "Log in by hand and see what keeps the host busy."
            ) from None
        except _Flood:
            raise self.error(
                "",
                f"the host printed more than {OUTPUT_LIMIT // 1024 // 1024} MiB in answer to a question",
                "Check the login scripts of this user on the host.",
            ) from None
        except asyncssh.ChannelOpenError:
            raise
        except (asyncssh.Error, OSError) as lost:
            await self.close()
            raise self.error(
                "connection", f"the connection broke ({lost})", "Run again; what was done is kept."
            ) from None

    async def _open(self) -> asyncssh.SSHClientConnection:
        if self._failed and time.monotonic() - self._failed[0] < REMEMBER_FAILURE_SECONDS:
            raise self._failed[1]
        if self._opening is not None and self._opening.done():
            broken = self._opening.cancelled() or self._opening.exception() is not None
            if broken or self._opening.result().is_closed():
                self._opening, self._shell = None, None
        if self._opening is None:
            self._opening = asyncio.create_task(self._connect())
        try:
            return await asyncio.shield(self._opening)
        except HostError as problem:
            self._failed = (time.monotonic(), problem)
            raise

    async def _connect(self) -> asyncssh.SSHClientConnection:
        """Open the connection, saying in the words of the settings what is wrong when it does not open."""
        to, label = self.connection, self.connection.host
        try:
            async with self._connecting, asyncio.timeout(to.connect_timeout):
                return await self._hop(to.host, to.port, to.user, jump=to.proxy_jump, last=True)
        except HostError:
            raise
        except TimeoutError:
            problem, setting = f"no answer within {to.connect_timeout} s", "connection.host"
            remedy = f"Check that {label} is up and reachable from here, or raise connection.connectTimeout."
        except socket.gaierror as unknown:
            problem, setting = (
                f"the name {label!r} cannot be resolved ({unknown.strerror})",
                "connection.host",
            )
            remedy = "Write a name or address that this machine knows, or an alias of the OpenSSH configuration."
        except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as wrong:
            problem, setting = f"its SSH host key is not one that is trusted ({wrong})", "connection.hostKeys"
            remedy = (
                "If the host was reinstalled, put its new public key into known_hosts or connection.hostKeys; "
                "otherwise someone else may be answering in its place. The check cannot be turned off."
            )
        except asyncssh.PermissionDenied:
            who = f"user {to.user}" if to.user else "the user of the OpenSSH configuration"
            problem, setting = f"it does not let {who} in", "connection.user, connection.identityFile"
            remedy = "Put the public key into authorized_keys there, load the key into the agent or name its file."
        except (
            FileNotFoundError,
            asyncssh.KeyImportError,
            asyncssh.ConfigParseError,
            ValueError,
        ) as unusable:
            problem, setting = f"one of its files cannot be used ({unusable})", "connection"
            remedy = "Check the paths in identityFile and sshConfig; relative ones start at the project's folder."
        except OSError as refused:
            problem, setting = f"it cannot be reached ({_why(refused)})", "connection.host"
            remedy = "Check the address and port, and that sshd runs there."
        except asyncssh.Error as other:
            problem, setting = f"SSH failed ({other})", "connection"
            remedy = f"Compare with: ssh -v {to.label}"
        raise self.error(setting, problem, remedy)

    async def _hop(
        self,
        host: str,
        port: int | None,
        user: str | None,
        *,
        tunnel: asyncssh.SSHClientConnection | None = None,
        jump: str | None = None,
        last: bool = False,
    ) -> asyncssh.SSHClientConnection:
        """Connect to the host, or to a jump host on the way to it."""
        to = self.connection
        settings: dict[str, Any] = {
            "username": user or (),
            "config": [_path(to.ssh_config)] if to.ssh_config else (),
            "client_keys": [_path(to.identity_file)] if last and to.identity_file else (),
            "keepalive_interval": 15,
            "keepalive_count_max": 4,
        }
        options = asyncssh.SSHClientConnectionOptions(host=host, port=port or (), **settings)
        if last and to.host_keys:
            settings["known_hosts"] = asyncssh.import_known_hosts("".join(f"* {key}\n" for key in to.host_keys))
        elif options.known_hosts is None:
            # "UserKnownHostsFile none" would turn the check off; an empty list is the default file.
            settings["known_hosts"] = []
        declared = jump or options.tunnel
        for step in str(declared).split(",") if declared and last else ():
            name, _, at_port = step.rpartition("@")[2].partition(":")
            try:
                tunnel = await self._hop(
                    name, int(at_port) if at_port else None, step.rpartition("@")[0] or None, tunnel=tunnel
                )
            except (asyncssh.Error, OSError) as problem:
                raise self.error(
                    "connection.proxyJump",
                    f"the jump host {name} does not let us through ({_why(problem)})",
                    f"Compare with: ssh -v {step}",
                ) from None
        return await asyncssh.connect(host, port or (), tunnel=tunnel or (), **settings)

    async def _become_root(self, live: asyncssh.SSHClientConnection) -> tuple[str, bytes]:
        """The command that runs a script as root, and what its standard input starts with."""
        async with self._entering:
            if self._shell is None:
                self._shell = await self._find_shell(live)
            return self._shell

    async def _find_shell(self, live: asyncssh.SSHClientConnection) -> tuple[str, bytes]:
        if not self.connection.sudo:
            return "sh -s", b""
        printed, said, code = await self._exchange(live, "sudo -n true", b"", ASK_SECONDS)
        if code == 0:
            return "sudo -n sh -s", b""
        setting = "connection.sudoPasswordEnv"
        try:
            password = self.connection.sudo_password()
        except LookupError as unset:
            raise self.error(
                setting, f"the environment variable {unset} is not set here", "Set it, then run again."
            ) from None
        if password is None:
            raise self.error(
                "connection.sudo",
                f"sudo asks for a password or refuses ({(said or printed).decode('utf-8', 'replace').strip()[-200:]})",
                "Allow this user NOPASSWD, or name the variable with its password in sudoPasswordEnv.",
            )
        # Tried alone first: a script must never be read as a second and third attempt at the password.
        _, said, code = await self._exchange(live, "sudo -k -S -p '' true", password.encode() + b"\n", ASK_SECONDS)
        if code != 0:
            raise self.error(
                setting,
                "sudo does not accept the password",
                f"Check what {self.connection.sudo_password_env} holds.",
            )
        # Should sudo not ask after all, the password is read away instead of being run as a command.
        skip = f'while IFS= read -r line; do [ "$line" = "{BEGIN}" ] && break; done; exec sh -s'
        return f"sudo -k -S -p '' sh -c {shlex.quote(skip)}", password.encode() + b"\n"


def _why(problem: OSError | asyncssh.Error) -> str:
    # asyncio puts a text of its own, with addresses, where the system's would be.
    number = problem.errno if isinstance(problem, OSError) else None
    return os.strerror(number) if number else str(problem)


class _Flood(Exception):
    """More output than anyone asked for."""


async def _bounded(stream: asyncssh.SSHReader[bytes]) -> bytes:
    collected = bytearray()
    while chunk := await stream.read(65536):
        collected += chunk
        if len(collected) > OUTPUT_LIMIT:
            raise _Flood
    return bytes(collected)


class Sessions:
    """The sessions of this process, one for each way a host is declared."""

    def __init__(self) -> None:
        self._sessions: dict[Connection, Session] = {}
        self._connecting = asyncio.Semaphore(CONNECTING_AT_ONCE)

    def of(self, connection: Connection) -> Session:
        """The session of a connection, made when first asked for; whether previews use it makes it no other one."""
        way = connection.model_copy(update={"contact_in_preview": True})
        return self._sessions.setdefault(way, Session(way, self._connecting))

    async def close(self) -> None:
        """End all connections."""
        for session in self._sessions.values():
            await session.close()
