"""The language host's service, called as the engine calls it but without an engine."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from engine.language.host import LanguageHost
from engine.language.processes import Children, Chunk


def _call(body: Callable[[Any, LanguageHost], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        host = LanguageHost("127.0.0.1:1")
        server = grpc.aio.server()
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            try:
                return await body(language_pb2_grpc.LanguageRuntimeStub(channel), host)
            finally:
                await host.stop()
                await server.stop(0)

    return asyncio.run(main())


def _info(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    info = language_pb2.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".")
    info.options.update(options)
    return info


async def _collect(stream: Any) -> tuple[bytes, bytes, int | None]:
    out, err, code = b"", b"", None
    async for item in stream:
        out, err = out + item.stdout, err + item.stderr
        if item.WhichOneof("output") == "exitcode":
            code = item.exitcode
    return out, err, code


def test_it_has_the_version_of_the_sdk_it_runs():
    async def ask(stub, _host):
        await stub.Handshake(language_pb2.LanguageHandshakeRequest())
        return await stub.GetPluginInfo(empty_pb2.Empty())

    assert _call(ask).version == "3.259.0"


def test_it_names_the_providers_that_installed_packages_need(tmp_path):
    async def ask(stub, _host):
        return await stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=_info(tmp_path)))

    packages = {package.name: package for package in _call(ask).packages}
    assert packages["command"].version == "1.2.1"
    assert packages["command"].kind == "resource"


def test_about_and_dependencies_speak_of_the_python_that_runs_the_program(tmp_path):
    async def ask(stub, _host):
        about = await stub.About(language_pb2.AboutRequest(info=_info(tmp_path)))
        request = language_pb2.GetProgramDependenciesRequest(info=_info(tmp_path), transitiveDependencies=True)
        return about, await stub.GetProgramDependencies(request)

    about, dependencies = _call(ask)
    assert about.executable == sys.executable
    assert ("pulumi", "3.259.0") in [(one.name, one.version) for one in dependencies.dependencies]


def test_a_virtualenv_that_is_not_there_is_told_before_anything_runs(tmp_path):
    async def ask(stub, _host):
        await stub.Run(language_pb2.RunRequest(info=_info(tmp_path, virtualenv="gone")))

    with pytest.raises(grpc.aio.AioRpcError) as told:
        _call(ask)
    assert told.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "engine/setup" in str(told.value.details())


def test_a_provider_runs_from_its_folder_with_the_arguments_and_environment_it_is_given(tmp_path):
    (tmp_path / "__main__.py").write_text(
        "import os, sys\n"
        "print(sys.argv[1:], os.environ['GIVEN'], os.getcwd())\n"
        "print('trouble', file=sys.stderr)\n"
        "sys.exit(7)\n"
    )
    work = tmp_path / "work"
    work.mkdir()

    async def ask(stub, _host):
        request = language_pb2.RunPluginRequest(
            kind="resource", pwd=str(work), args=["127.0.0.1:9"], env=["GIVEN=a=b"], info=_info(tmp_path)
        )
        return await _collect(stub.RunPlugin(request))

    out, err, code = _call(ask)
    assert out.decode().strip() == f"['127.0.0.1:9'] a=b {work}"
    assert err == b"trouble\n"
    assert code == 7


def test_a_policy_pack_is_served_by_the_sdk_in_its_own_folder(tmp_path):
    (tmp_path / "__main__.py").write_text("import os, sys\nprint(os.getcwd(), sys.argv)\n")

    async def ask(stub, _host):
        request = language_pb2.RunPluginRequest(
            kind="analyzer", pwd="/", args=["127.0.0.1:9"], env=["PATH=/bin"], info=_info(tmp_path)
        )
        return await _collect(stub.RunPlugin(request))

    out, err, code = _call(ask)
    assert code == 0, err
    assert out.decode().startswith(str(tmp_path))
    assert f"'127.0.0.1:9', '{tmp_path}'" in out.decode()


def test_a_plugin_the_engine_has_no_use_for_any_more_is_ended(tmp_path):
    (tmp_path / "__main__.py").write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n")

    async def ask(stub, host):
        call = stub.RunPlugin(language_pb2.RunPluginRequest(kind="resource", info=_info(tmp_path)))
        pid = int((await call.read()).stdout)
        call.cancel()
        for _ in range(100):
            if not host._plugins._running:
                return pid
            await asyncio.sleep(0.1)
        raise AssertionError("the plugin still runs")

    assert not Path(f"/proc/{_call(ask)}").exists()


def test_cancel_ends_programs_and_leaves_providers_to_finish(tmp_path):
    (tmp_path / "__main__.py").write_text("import time\nprint('up', flush=True)\ntime.sleep(60)\n")

    async def ask(stub, host):
        plugin = stub.RunPlugin(language_pb2.RunPluginRequest(kind="resource", info=_info(tmp_path)))
        await plugin.read()
        request = language_pb2.RunRequest(info=_info(tmp_path), pwd=str(tmp_path), monitor_address="127.0.0.1:1")
        program = asyncio.ensure_future(stub.Run(request))
        while not host._programs._running:
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)  # until it has its signal handlers
        await stub.Cancel(empty_pb2.Empty())
        return await program, len(host._plugins._running)

    response, plugins = _call(ask)
    assert plugins == 1
    assert response.bail or "SIGTERM" in response.error


def test_install_makes_the_virtualenv_and_does_nothing_where_none_is_named(tmp_path):
    async def ask(stub, _host):
        plain = [
            one async for one in stub.InstallDependencies(language_pb2.InstallDependenciesRequest(info=_info(tmp_path)))
        ]
        request = language_pb2.InstallDependenciesRequest(info=_info(tmp_path, virtualenv="v"))
        return plain, [one async for one in stub.InstallDependencies(request)]

    plain, _ = _call(ask)
    assert plain == []
    assert (tmp_path / "v" / "bin" / "python").exists()


def test_an_installation_that_fails_says_which_command_and_how(tmp_path):
    (tmp_path / "requirements.txt").write_text("./not-a-package\n")
    python = tmp_path / "v" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 'no such package' >&2\nexit 3\n")
    python.chmod(0o755)

    async def ask(stub, _host):
        request = language_pb2.InstallDependenciesRequest(info=_info(tmp_path, virtualenv="v"))
        async for _ in stub.InstallDependencies(request):
            pass

    with pytest.raises(grpc.aio.AioRpcError, match=r"pip .*install -r .*requirements.txt: exited with code 3"):
        _call(ask)


def test_an_import_is_followed_by_advice_that_is_valid_python():
    async def ask(stub, _host):
        source = {"main.pp": 'resource web1 "kdump:host:DumpService" {\n  enabled = true\n}\n'}
        return await stub.GenerateProgram(language_pb2.GenerateProgramRequest(source=source))

    text = _call(ask).source["__main__.py"].decode()
    assert '#   resource web1 "kdump:host:DumpService" {' in text
    compile(text, "__main__.py", "exec")
    assert all(line.startswith("#") for line in text.splitlines())


@pytest.mark.parametrize("method", ["Link", "Pack", "GenerateProject", "GeneratePackage"])
def test_what_the_host_does_not_offer_says_what_does(method):
    async def ask(stub, _host):
        await getattr(stub, method)(getattr(language_pb2, f"{method}Request")())

    with pytest.raises(grpc.aio.AioRpcError, match="official Pulumi CLI") as told:
        _call(ask)
    assert told.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_process_that_ignores_the_request_to_leave_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.language.processes._GRACE_SECONDS", 0.2)
    stubborn = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)\n"
    )

    async def main() -> list[Chunk | int]:
        children, seen = Children(), []
        async for item in children.stream([sys.executable, "-c", stubborn], tmp_path, {}):
            seen.append(item)
            if isinstance(item, Chunk):
                await children.stop_all()
        return seen

    assert asyncio.run(main()) == [Chunk("stdout", b"up\n"), -9]


def test_settings_larger_than_an_argument_may_be_reach_the_program(tmp_path):
    """A fleet's settings are one value; as an argument or a variable Linux would allow 128 KiB of it."""
    shim = Path(__file__).parents[2] / "engine" / "language" / "program.py"
    fake_sdk = tmp_path / "sdk"
    (fake_sdk / "pulumi" / "runtime").mkdir(parents=True)
    (fake_sdk / "pulumi" / "__init__.py").write_text("")
    (fake_sdk / "pulumi" / "runtime" / "__init__.py").write_text(
        "import sys\n"
        "def set_all_config(config, secret_keys):\n"
        "    print(len(config['p:fleet']), secret_keys, sys.stdin.read() == '')\n"
        "    sys.exit(0)\n"
    )
    job = {"program": ".", "arguments": [], "config": {"p:fleet": "x" * 300_000}, "secretKeys": ["p:k"], "settings": {}}

    async def main() -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(shim), env={"PYTHONPATH": str(fake_sdk)}, stdin=-1, stdout=-1
        )
        return (await process.communicate(json.dumps(job).encode()))[0]

    assert asyncio.run(main()).decode() == "300000 ['p:k'] True\n"
