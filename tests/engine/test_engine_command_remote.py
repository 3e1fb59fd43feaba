"""remote.Command against a real SSH server in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncssh
import pytest

from engine.command import inputs, remote, schema
from engine.command.output import Captured, CommandFailed, LiveLog, shown_streams
from engine.command.values import reveal

PASSWORD = "correct horse"


class SilentEngine:
    async def Log(self, _request: object) -> None:
        return None


class Server(asyncssh.SSHServer):
    """Takes one password, one key, and the password as the answer to a question."""

    def __init__(self, host: "Host") -> None:
        self.host = host

    def connection_made(self, _connection: asyncssh.SSHServerConnection) -> None:
        self.host.connections += 1

    def connection_lost(self, _error: Exception | None) -> None:
        self.host.lost += 1

    def begin_auth(self, username: str) -> bool:
        self.host.users.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return not self.host.only_questions

    def validate_password(self, _username: str, password: str) -> bool:
        self.host.attempts += 1
        return password == PASSWORD and self.host.attempts > self.host.refuse_first

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, _username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data == self.host.client_key.public_data

    def kbdint_auth_supported(self) -> bool:
        return self.host.only_questions

    def get_kbdint_challenge(self, *_: object) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Say it", False), ("Again", False)]

    def validate_kbdint_response(self, _username: str, responses: list[str]) -> bool:
        return responses == [PASSWORD, PASSWORD]

    def connection_requested(self, *_: object) -> bool:
        self.host.forwarded += 1
        return True


class Host:
    """A running server and what it has seen."""

    def __init__(self) -> None:
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        self.accepted_names = ["LANG"]
        self.only_questions = False
        self.refuse_first = 0
        self.attempts = self.connections = self.lost = self.forwarded = 0
        self.users: list[str] = []
        self.port = 0

    async def handle(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run the command with sh; like sshd, drop variables that are not accepted."""
        env = {name: value for name, value in process.env.items() if name in self.accepted_names}
        if process.command == "drop":
            process.channel.get_connection().abort()
            return
        if process.command == "signal":
            process.exit_with_signal("KILL")
            return
        child = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", process.command or "", env={"PATH": "/usr/bin:/bin", **env}, stdin=-1, stdout=-1, stderr=-1
        )
        try:
            out, err = await child.communicate(await process.stdin.read())
        except asyncio.CancelledError:
            child.kill()
            await child.communicate()
            raise
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(await child.wait())

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Host"]:
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.key],
            server_factory=lambda: Server(self),
            process_factory=self.handle,
            encoding=None,
        )
        self.port = server.get_port()
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    def connection(self, **more: Any) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "password": PASSWORD, "dialErrorLimit": 0, **more}

    @property
    def public_key(self) -> str:
        return self.key.export_public_key().decode().strip()


@pytest.fixture(autouse=True)
def _fast_and_alone(monkeypatch):
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr("engine.command.ssh._FIRST_DELAY_SECONDS", 0.01)


class SayingLog(LiveLog):
    """Keeps the lines instead of sending them."""

    def __init__(self) -> None:
        super().__init__(SilentEngine(), "")
        self.said: list[str] = []

    async def line(self, text: str) -> None:
        self.said.append(text)


async def run(command: str, connection: dict[str, Any], **more: Any) -> tuple[Captured, list[str]]:
    """Check the inputs as the engine has them checked, run the command, return its output and the log."""
    checked, failures = inputs.check(schema.REMOTE, {"connection": connection, **more})
    assert failures == []
    log = SayingLog()
    captured = Captured(log, shown_streams("none"))
    await remote.run(command, reveal(checked), {}, captured)
    return captured, log.said


async def agent_at(socket: str) -> asyncssh.SSHAgentClient:
    """The agent, as soon as it listens: its socket is there a moment before."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            return await asyncssh.connect_agent(socket)
        await asyncio.sleep(0.05)
    raise AssertionError("the agent did not start")


def on_a_host(body: Callable[[Host], Awaitable[Any]], **settings: Any) -> Any:
    async def main() -> Any:
        host = Host()
        vars(host).update(settings)
        async with host.listening():
            return await asyncio.wait_for(body(host), 60)

    return asyncio.run(main())


def test_output_and_stdin_travel_and_the_connection_is_closed():
    async def body(host: Host) -> None:
        captured, _ = await run("cat; echo err >&2", host.connection(user="me"), stdin="from here")
        assert captured.text("stdout") == "from here"
        assert captured.text("stderr") == "err"
        assert host.users == ["me"]
        for _ in range(100):
            if host.lost:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the connection stayed open")

    on_a_host(body)


def test_a_failure_names_status_command_and_output():
    async def body(host: Host) -> None:
        with pytest.raises(CommandFailed) as failed:
            await run("echo no; exit 4", host.connection())
        assert str(failed.value) == 'Process exited with status 4: running "echo no; exit 4":\nno\n'

    on_a_host(body)


def test_a_command_that_ends_by_signal_or_with_the_connection_is_a_failure():
    async def body(host: Host) -> None:
        with pytest.raises(CommandFailed, match="Process exited with signal KILL"):
            await run("signal", host.connection())
        with pytest.raises(CommandFailed, match='running "drop"'):
            await run("drop", host.connection())

    on_a_host(body)


def test_a_pinned_host_key_is_checked():
    async def body(host: Host) -> None:
        captured, _ = await run("echo in", host.connection(hostKey=f"{host.public_key} a comment"))
        assert captured.text("stdout") == "in"
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
        before = host.attempts
        with pytest.raises(CommandFailed, match=r"after 0 failed attempts: .*[Hh]ost key"):
            await run("echo in", host.connection(hostKey=other))
        assert host.attempts == before, "the password must not be sent to a host with another key"

    on_a_host(body)


def test_a_host_key_that_is_none_is_told():
    async def body(host: Host) -> None:
        with pytest.raises(CommandFailed, match=r"connection\.hostKey is no public key"):
            await run("true", host.connection(hostKey="web1.example.org"))

    on_a_host(body)


def test_a_private_key_with_a_password_logs_in():
    async def body(host: Host) -> None:
        pem = host.client_key.export_private_key("pkcs8-pem", passphrase="pp").decode()
        connection = host.connection(password=None, privateKey=pem, privateKeyPassword="pp")
        captured, _ = await run("echo in", connection)
        assert captured.text("stdout") == "in"
        with pytest.raises(CommandFailed, match=r"connection\.privateKey cannot be read"):
            await run("true", {**connection, "privateKeyPassword": "wrong"})

    on_a_host(body)


def test_the_password_answers_every_question():
    async def body(host: Host) -> None:
        captured, _ = await run("echo in", host.connection())
        assert captured.text("stdout") == "in"

    on_a_host(body, only_questions=True)


def test_keys_in_the_users_home_are_not_tried(tmp_path, monkeypatch):
    async def body(host: Host) -> None:
        ssh = tmp_path / ".ssh"
        ssh.mkdir()
        host.client_key.write_private_key(ssh / "id_ed25519")
        with pytest.raises(CommandFailed, match="Permission denied"):
            await run("true", host.connection(password=None))

    monkeypatch.setenv("HOME", str(tmp_path))
    on_a_host(body)


def test_an_agent_that_is_gone_does_not_stop_a_given_key(tmp_path):
    async def body(host: Host) -> None:
        pem = host.client_key.export_private_key().decode()
        gone = str(tmp_path / "no-agent")
        captured, _ = await run("echo in", host.connection(password=None, privateKey=pem, agentSocketPath=gone))
        assert captured.text("stdout") == "in"

    on_a_host(body)


def test_an_agents_key_logs_in(tmp_path):
    """With the agent of OpenSSH, as users have it."""

    async def body(host: Host) -> None:
        socket = str(tmp_path / "agent")
        agent = await asyncio.create_subprocess_exec("ssh-agent", "-D", "-a", socket, stdout=-3)
        try:
            while not (tmp_path / "agent").exists():
                await asyncio.sleep(0.05)
            async with await asyncssh.connect_agent(socket) as client:
                await client.add_keys([host.client_key])
            captured, _ = await run("echo in", host.connection(password=None, agentSocketPath=socket))
            assert captured.text("stdout") == "in"
        finally:
            agent.terminate()
            await agent.wait()

    on_a_host(body)


def test_dialling_is_tried_again_until_the_host_lets_in():
    async def body(host: Host) -> None:
        captured, said = await run("echo in", host.connection(dialErrorLimit=3))
        assert captured.text("stdout") == "in"
        assert said == ["Dial 1/3 failed: retrying", "Dial 2/3 failed: retrying"]

    on_a_host(body, refuse_first=2)


def test_after_the_allowed_failures_it_gives_up_and_says_of_whom():
    async def body(host: Host) -> None:
        connection = host.connection(dialErrorLimit=2, password="wrong")
        with pytest.raises(CommandFailed, match=rf"after 2 failed attempts: root@127\.0\.0\.1:{host.port}: "):
            await run("true", connection)
        assert host.attempts == 3

    on_a_host(body)


def test_a_port_nobody_listens_on_is_told():
    async def body(host: Host) -> str:
        return str(host.port)

    port = int(on_a_host(body))
    with pytest.raises(CommandFailed, match=r"after 1 failed attempts: .*Connect call failed"):
        asyncio.run(run("true", {"host": "127.0.0.1", "port": port, "dialErrorLimit": 1}))


def test_a_host_behind_a_proxy_is_reached_through_it():
    async def body(host: Host) -> None:
        gate = Host()
        async with gate.listening():
            captured, _ = await run("echo in", host.connection(proxy=gate.connection(hostKey=gate.public_key)))
            assert captured.text("stdout") == "in"
            assert (gate.forwarded, host.connections) == (1, 1)
            with pytest.raises(CommandFailed, match="after 0 failed attempts"):
                await run("true", host.connection(proxy=gate.connection(password="wrong")))
            assert host.connections == 1

    on_a_host(body)


def test_variables_the_server_accepts_reach_the_command_and_others_are_an_error():
    async def body(host: Host) -> None:
        captured, _ = await run('echo "$LANG"', host.connection(), environment={"LANG": "C.UTF-8"})
        assert captured.text("stdout") == "C.UTF-8"
        with pytest.raises(CommandFailed, match=r"could not set WORD .*`AcceptEnv WORD`"):
            await run("true", host.connection(), environment={"WORD": "x", "LANG": "C"})

    on_a_host(body)


def test_a_cancelled_command_closes_its_connection():
    async def body(host: Host) -> None:
        running = asyncio.ensure_future(run("sleep 5", host.connection()))
        while not host.connections:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        for _ in range(100):
            if host.lost:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the connection stayed open")

    on_a_host(body)
