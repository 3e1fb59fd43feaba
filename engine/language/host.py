"""The LanguageRuntime service, as the engine of CLI 3.259.0 calls it."""

import asyncio
import contextlib
import json
import os
import platform
import signal
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from engine.language import imports, install
from engine.language.packages import Parameterization, installed, provider_packages
from engine.language.processes import Children
from engine.language.virtualenv import OptionProblem, PythonEnvironment, environment_for, variables

_PROGRAM_SHIM = Path(__file__).with_name("program.py")
# Exit code of the program shim for: the error has been shown, add nothing to it.
_ERROR_WAS_SHOWN = 32

Context = grpc.aio.ServicerContext[Any, Any]


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs, and providers and policy packs that are folders, with the Python their options name."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        # Programs apart from plugins: a cancelled update ends its program at once, while the providers
        # still have to finish, and to record, what they are doing.
        self._programs = Children()
        self._plugins = Children()

    async def stop(self) -> None:
        await asyncio.gather(self._programs.stop_all(), self._plugins.stop_all())

    async def Handshake(
        self, _request: language_pb2.LanguageHandshakeRequest, _context: Context
    ) -> language_pb2.LanguageHandshakeResponse:
        return language_pb2.LanguageHandshakeResponse()

    async def GetPluginInfo(self, _request: empty_pb2.Empty, _context: Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    async def Cancel(self, _request: empty_pb2.Empty, _context: Context) -> empty_pb2.Empty:
        await self._programs.stop_all()
        return empty_pb2.Empty()

    async def About(self, request: language_pb2.AboutRequest, context: Context) -> language_pb2.AboutResponse:
        environment = await _environment(request.info, context)
        return language_pb2.AboutResponse(
            executable=environment.python,
            version=platform.python_version(),
            metadata={"host": "engine/language of pulumi-kdump"},
        )

    async def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: Context
    ) -> language_pb2.GetRequiredPackagesResponse:
        environment = await _environment(request.info, context)
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(
                    name=package.name,
                    kind="resource",
                    version=package.version,
                    server=package.server,
                    parameterization=_parameterization(package.parameterization),
                )
                for package in provider_packages(environment.site_packages)
            ]
        )

    async def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: Context
    ) -> language_pb2.GetProgramDependenciesResponse:
        environment = await _environment(request.info, context)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in installed(environment.site_packages, request.transitiveDependencies)
            ]
        )

    async def RuntimeOptionsPrompts(
        self, _request: language_pb2.RuntimeOptionsRequest, _context: Context
    ) -> language_pb2.RuntimeOptionsResponse:
        # Asked by `pulumi new`; there is one toolchain, so there is nothing to choose.
        return language_pb2.RuntimeOptionsResponse()

    async def Template(
        self, _request: language_pb2.TemplateRequest, _context: Context
    ) -> language_pb2.TemplateResponse:
        return language_pb2.TemplateResponse()

    async def GenerateProgram(
        self, request: language_pb2.GenerateProgramRequest, _context: Context
    ) -> language_pb2.GenerateProgramResponse:
        return language_pb2.GenerateProgramResponse(source=imports.advice(dict(request.source)))

    async def _not_offered(self, _request: Any, context: Context) -> NoReturn:
        text = "the language host of engine/ runs Python and writes none; use the official Pulumi CLI for this"
        await _refuse(context, grpc.StatusCode.UNIMPLEMENTED, text)

    GenerateProject: Any = _not_offered
    GeneratePackage: Any = _not_offered
    Pack: Any = _not_offered
    Link: Any = _not_offered

    async def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: Context
    ) -> AsyncIterator[language_pb2.InstallDependenciesResponse]:
        environment = await _environment(request.info, context, must_exist=False)
        folder = Path(request.info.program_directory or request.directory)
        for argv in install.commands(environment, folder):
            code = 0
            async with contextlib.aclosing(self._plugins.stream(argv, folder, os.environ)) as output:
                async for item in output:
                    if isinstance(item, int):
                        code = item
                    elif item.source == "stdout":
                        yield language_pb2.InstallDependenciesResponse(stdout=item.data)
                    else:
                        yield language_pb2.InstallDependenciesResponse(stderr=item.data)
            if code:
                await _refuse(context, grpc.StatusCode.UNKNOWN, f"{' '.join(argv)}: {_ending(code)}")

    async def Run(self, request: language_pb2.RunRequest, context: Context) -> language_pb2.RunResponse:
        environment = await _environment(request.info, context)
        code = await self._programs.run(
            [environment.python, "-u", str(_PROGRAM_SHIM)],
            cwd=Path(request.pwd or request.info.program_directory),
            env=environment.environment(os.environ),
            stdin=json.dumps(_job(request, self._engine_address)).encode(),
        )
        if code == _ERROR_WAS_SHOWN:
            return language_pb2.RunResponse(bail=True)
        if code:
            return language_pb2.RunResponse(error=f"The Python program {_ending(code)}")
        return language_pb2.RunResponse()

    async def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: Context
    ) -> AsyncIterator[language_pb2.RunPluginResponse]:
        environment = await _environment(request.info, context)
        folder = Path(request.info.program_directory)
        if request.kind == "analyzer":
            # A policy pack is served by the SDK, and expects to be started in its own folder.
            argv = ["-m", "pulumi.policy", *request.args, str(folder)]
            cwd = folder
        else:
            argv = [str(folder / request.info.entry_point), *request.args]
            cwd = Path(request.pwd or folder)
        env = environment.environment(variables(request.env))
        command = [environment.python, "-u", *argv]
        async with contextlib.aclosing(self._plugins.stream(command, cwd, env)) as output:
            async for item in output:
                if isinstance(item, int):
                    yield language_pb2.RunPluginResponse(exitcode=item)
                elif item.source == "stdout":
                    yield language_pb2.RunPluginResponse(stdout=item.data)
                else:
                    yield language_pb2.RunPluginResponse(stderr=item.data)


def _job(request: language_pb2.RunRequest, engine_address: str) -> dict[str, Any]:
    """What the program shim has to know. It goes over a pipe: a fleet's settings outgrow an argument, and
    secrets would be readable in the process list."""
    return {
        "program": os.path.normpath(Path(request.info.program_directory) / request.info.entry_point),
        "arguments": list(request.args),
        "config": dict(request.config),
        "secretKeys": list(request.configSecretKeys),
        "settings": {
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "root_directory": request.info.root_directory,
            "dry_run": request.dryRun,
            "parallel": request.parallel,
            "monitor": request.monitor_address,
            "engine": engine_address,
        },
    }


def _parameterization(given: Parameterization | None) -> plugin_pb2.PackageParameterization | None:
    if given is None:
        return None
    return plugin_pb2.PackageParameterization(name=given.name, version=given.version, value=given.value)


async def _environment(info: language_pb2.ProgramInfo, context: Context, must_exist: bool = True) -> PythonEnvironment:
    """The Python that the options of this program, provider or policy pack ask for."""
    options = json_format.MessageToDict(info.options)
    try:
        environment = environment_for(options, info.root_directory or info.program_directory)
        if must_exist:
            environment.require()
    except OptionProblem as problem:
        await _refuse(context, grpc.StatusCode.FAILED_PRECONDITION, str(problem))
    return environment


async def _refuse(context: Context, code: grpc.StatusCode, text: str) -> NoReturn:
    await context.abort(code, text)
    raise AssertionError("abort raises")


def _ending(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"exited with code {code}"
