"""The command provider's service: what runs when, what the state becomes, and what a failure says."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, provider_pb2, provider_pb2_grpc

from engine.command.files import matching
from engine.command.provider import CommandProvider
from engine.command.values import UNKNOWN, from_struct, secret, to_struct

URN = "urn:pulumi:dev::test::my:Parent$command:local:Command::hello world"


class RecordingEngine:
    def __init__(self) -> None:
        self.lines: list[engine_pb2.LogRequest] = []

    async def Log(self, request: engine_pb2.LogRequest) -> None:
        self.lines.append(request)

    @property
    def messages(self) -> list[str]:
        return [line.message for line in self.lines]


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def call(engine: RecordingEngine) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    def run(body: Callable[[Any], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            provider = CommandProvider(engine)
            server = grpc.aio.server()
            provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
            port = server.add_insecure_port("127.0.0.1:0")
            await server.start()
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                try:
                    return await body(provider_pb2_grpc.ResourceProviderStub(channel))
                finally:
                    await provider.stop()
                    await server.stop(0)

        return asyncio.run(main())

    return run


def create(call: Any, preview: bool = False, timeout: float = 0, **inputs: Any) -> Any:
    async def ask(stub: Any) -> Any:
        request = provider_pb2.CreateRequest(urn=URN, properties=to_struct(inputs), preview=preview, timeout=timeout)
        return await stub.Create(request)

    return call(ask)


def update(call: Any, state: dict[str, Any], preview: bool = False, **inputs: Any) -> dict[str, Any]:
    async def ask(stub: Any) -> Any:
        request = provider_pb2.UpdateRequest(urn=URN, olds=to_struct(state), news=to_struct(inputs), preview=preview)
        return from_struct((await stub.Update(request)).properties)

    return call(ask)


def delete(call: Any, **state: Any) -> None:
    async def ask(stub: Any) -> Any:
        await stub.Delete(provider_pb2.DeleteRequest(urn=URN, properties=to_struct(state)))

    call(ask)


def test_a_preview_runs_nothing_and_knows_no_output(call, tmp_path):
    response = create(call, preview=True, create=f"touch {tmp_path}/ran", assetPaths=["*"])
    assert from_struct(response.properties) == {
        "create": f"touch {tmp_path}/ran",
        "assetPaths": ["*"],
        "stdout": UNKNOWN,
        "stderr": UNKNOWN,
        "assets": UNKNOWN,
    }
    assert not (tmp_path / "ran").exists()


def test_create_keeps_the_output_without_its_last_newline_and_the_inputs_as_given(call):
    given = secret("printf 'a\\n\\n'; printf 'b\\n' >&2")
    response = create(call, create=given)
    assert from_struct(response.properties) == {"create": given, "stdout": "a\n", "stderr": "b"}
    assert re.fullmatch(r"hello world[0-9a-f]{8}", response.id)


def test_without_create_nothing_runs_and_the_output_is_empty(call):
    assert from_struct(create(call, delete="false").properties) == {"delete": "false", "stdout": "", "stderr": ""}


def test_a_failure_says_how_it_ended_what_ran_and_all_it_wrote(call):
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        create(call, create='echo "one"; sleep 0.2; echo two >&2; exit 3')
    assert failed.value.code() == grpc.StatusCode.UNKNOWN
    assert failed.value.details() == (
        'exit status 3: running "echo \\"one\\"; sleep 0.2; echo two >&2; exit 3":\none\ntwo\n'
    )


def test_an_interpreter_that_is_not_there_is_a_failure_of_the_command(call):
    with pytest.raises(grpc.aio.AioRpcError, match=r"/no/such/shell.*: running"):
        create(call, create="true", interpreter=["/no/such/shell"])


def test_stdin_environment_directory_and_interpreter_reach_the_command(call, tmp_path):
    response = create(
        call,
        create="import os, sys; print(sys.stdin.read(), os.environ['WORD'], os.getcwd())",
        interpreter=["python3", "-c"],
        stdin="from stdin",
        environment={"WORD": secret("word")},
        dir=str(tmp_path),
    )
    assert from_struct(response.properties)["stdout"] == f"from stdin word {tmp_path}"


def test_a_command_that_reads_no_stdin_may_be_given_much_of_it(call):
    response = create(call, create="echo done", stdin="x" * 1_000_000)
    assert from_struct(response.properties)["stdout"] == "done"


def test_update_runs_update_else_create_else_nothing(call):
    state = {"stdout": "old", "stderr": ""}
    assert update(call, state, update="echo u", create="echo c")["stdout"] == "u"
    assert update(call, state, create="echo c")["stdout"] == "c"
    assert update(call, state, delete="echo d") == {"delete": "echo d", "stdout": "old", "stderr": ""}


def test_the_preview_of_an_update_knows_no_output(call):
    assert update(call, {"stdout": "old", "stderr": ""}, preview=True, create="echo c") == {
        "create": "echo c",
        "stdout": UNKNOWN,
        "stderr": UNKNOWN,
    }


def test_the_previous_output_is_in_the_environment_unless_switched_off(call):
    state = {"stdout": secret("old out"), "stderr": "old err"}
    show = 'echo "$PULUMI_COMMAND_STDOUT|$PULUMI_COMMAND_STDERR"'
    assert update(call, state, create=show)["stdout"] == "old out|old err"
    assert update(call, state, create=show, addPreviousOutputInEnv=False)["stdout"] == "|"
    own = {"PULUMI_COMMAND_STDOUT": "own"}
    assert update(call, state, create=show, environment=own)["stdout"] == "own|old err"


def test_delete_runs_what_the_state_says(call, tmp_path):
    delete(call, create="false", delete='echo "$PULUMI_COMMAND_STDOUT" > gone', dir=str(tmp_path), stdout="was")
    assert (tmp_path / "gone").read_text() == "was\n"


def test_a_delete_that_fails_is_an_error_and_none_given_is_not(call):
    delete(call, create="false")
    with pytest.raises(grpc.aio.AioRpcError, match="exit status 1"):
        delete(call, delete="false")


def test_lines_are_shown_while_they_come_as_passing_status_of_the_resource(call, engine):
    create(call, create="echo out; sleep 0.2; printf 'err' >&2")
    assert engine.messages == ["out", "err"]
    assert {(line.urn, line.ephemeral) for line in engine.lines} == {(URN, True)}


@pytest.mark.parametrize(
    ("logging", "shown"),
    [("none", []), ("stdout", ["o"]), ("stderr", ["e"]), ("stdoutAndStderr", ["o", "e"])],
)
def test_logging_chooses_what_is_shown_and_the_state_gets_all(call, engine, logging, shown):
    properties = from_struct(create(call, create="echo o; sleep 0.2; echo e >&2", logging=logging).properties)
    assert engine.messages == shown
    assert (properties["stdout"], properties["stderr"]) == ("o", "e")


def test_a_line_longer_than_64_kib_does_not_hang_the_command(call, engine):
    response = create(call, create="head -c 300000 /dev/zero | tr '\\0' x; echo")
    assert len(from_struct(response.properties)["stdout"]) == 300_000
    assert engine.messages == ["x" * 300_000]


def test_output_that_is_no_utf8_is_kept_readable(call):
    assert from_struct(create(call, create="printf 'a\\377b'").properties)["stdout"] == "a\ufffdb"


def test_a_timeout_ends_the_command_and_all_it_started(call, tmp_path):
    with pytest.raises(grpc.aio.AioRpcError, match=r"after its timeout of 0\.5 seconds"):
        create(call, timeout=0.5, create=f"(sleep 60 & echo $! > {tmp_path}/pid; wait)")
    status = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/status")
    # Nobody may have collected the dead process yet.
    assert not status.exists() or "\nState:\tZ" in status.read_text()


def test_cancel_ends_what_runs_and_says_so(call):
    async def ask(stub: Any) -> None:
        request = provider_pb2.CreateRequest(urn=URN, properties=to_struct({"create": "sleep 60"}))
        running = asyncio.ensure_future(stub.Create(request))
        await asyncio.sleep(0.5)
        await stub.Cancel(empty_pb2.Empty())
        await running

    with pytest.raises(grpc.aio.AioRpcError, match="the update was cancelled"):
        call(ask)


def test_read_gives_back_what_it_is_given(call):
    async def ask(stub: Any) -> Any:
        properties, inputs = to_struct({"stdout": "x"}), to_struct({"create": "y"})
        return await stub.Read(provider_pb2.ReadRequest(id="i", urn=URN, properties=properties, inputs=inputs))

    response = call(ask)
    assert (response.id, from_struct(response.properties), from_struct(response.inputs)) == (
        "i",
        {"stdout": "x"},
        {"create": "y"},
    )


def test_diff_compares_inputs_and_not_state(call):
    async def ask(stub: Any) -> Any:
        request = provider_pb2.DiffRequest(
            urn=URN,
            olds=to_struct({"create": "other", "stdout": "x"}),
            old_inputs=to_struct({"create": "a", "environment": {"A": "1"}, "stdin": "x"}),
            news=to_struct({"create": "a", "environment": {"A": "2"}, "stdin": "y"}),
            ignoreChanges=["stdin"],
        )
        return await stub.Diff(request)

    response = call(ask)
    assert response.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(response.diffs) == ["environment"]
    assert {path: one.inputDiff for path, one in response.detailedDiff.items()} == {"environment.A": True}
    assert response.hasDetailedDiff
    assert not response.deleteBeforeReplace


def test_check_reports_failures_and_refuses_types_it_does_not_have(call):
    async def check(stub: Any, urn: str, **news: Any) -> Any:
        return await stub.Check(provider_pb2.CheckRequest(urn=urn, news=to_struct(news)))

    response = call(lambda stub: check(stub, URN, creat="true"))
    assert [one.property for one in response.failures] == ["creat"]
    copy = URN.replace("local:Command", "remote:CopyToRemote")
    with pytest.raises(grpc.aio.AioRpcError, match="CopyToRemote is not offered by engine/command"):
        call(lambda stub: check(stub, copy))


def test_configuration_says_what_the_provider_takes(call):
    async def ask(stub: Any) -> Any:
        info = await stub.GetPluginInfo(empty_pb2.Empty())
        schema = await stub.GetSchema(provider_pb2.GetSchemaRequest())
        return info.version, schema.schema, await stub.Configure(provider_pb2.ConfigureRequest())

    version, schema, answer = call(ask)
    assert version == "1.2.1"
    assert '"command:local:run"' in schema
    assert answer.acceptSecrets
    assert answer.supportsPreview
    assert answer.acceptResources
    assert answer.acceptOutputs


def test_run_runs_at_once_and_returns_its_arguments_and_output(call):
    async def ask(stub: Any, **arguments: Any) -> Any:
        request = provider_pb2.InvokeRequest(tok="command:local:run", args=to_struct(arguments))
        return await stub.Invoke(request)

    response = call(lambda stub: ask(stub, command="echo hi"))
    assert from_struct(getattr(response, "return")) == {"command": "echo hi", "stdout": "hi", "stderr": ""}
    assert [one.property for one in call(lambda stub: ask(stub, comand="echo hi")).failures] == ["command", "comand"]


def test_files_found_after_the_command_become_assets_and_an_archive(call, tmp_path):
    response = create(
        call,
        create="mkdir -p sub; echo a > a.txt; echo b > sub/b.txt",
        dir=str(tmp_path),
        assetPaths=["*.txt"],
        archivePaths=["**"],
    )
    properties = from_struct(response.properties)
    assert sorted(properties["assets"]) == ["a.txt"]
    assert properties["assets"]["a.txt"]["path"] == str(tmp_path / "a.txt")
    assert sorted(properties["archive"]["assets"]) == ["a.txt", "sub/b.txt"]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["assets/**", "src/**.js", "!**secret.*"], ["assets/logos/logo.svg", "src/index.js"]),
        (["*"], ["top.txt"]),
        (["src/{index,secret}.js"], ["src/index.js", "src/secret.js"]),
        (["to?.txt", "src/[!i]*.js"], ["src/secret.js", "top.txt"]),
        (["!**", "top.txt"], ["top.txt"]),
        ([], []),
    ],
)
def test_globs_choose_files_as_upstream_documents(tmp_path, patterns, found):
    for name in ("assets/logos/logo.svg", "src/index.js", "src/secret.js", "top.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert matching(tmp_path, patterns) == found
