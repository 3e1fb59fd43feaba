"""The ResourceProvider service of the `command` package.

Nothing partial ever goes into the state: a command that fails leaves no new resource and no new outputs.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from engine.command import inputs, lifecycle, schema
from engine.command.diff import diff
from engine.command.output import CommandFailed, Engine
from engine.command.values import Properties, from_struct, reveal, to_struct

Context = grpc.aio.ServicerContext[Any, Any]
Result = TypeVar("Result")


class CommandProvider(provider_pb2_grpc.ResourceProviderServicer):
    """remote.Command, local.Command and local.run; what else pulumi-command has is refused by Check."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[Any]] = set()

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def Cancel(self, _request: empty_pb2.Empty, _context: Context) -> empty_pb2.Empty:
        for task in self._running:
            task.cancel()
        return empty_pb2.Empty()

    async def Attach(self, _request: plugin_pb2.PluginAttach, _context: Context) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    async def GetPluginInfo(self, _request: empty_pb2.Empty, _context: Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=schema.VERSION)

    async def GetSchema(
        self, _request: provider_pb2.GetSchemaRequest, _context: Context
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=schema.schema())

    async def CheckConfig(self, request: provider_pb2.CheckRequest, _context: Context) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    async def DiffConfig(self, _request: provider_pb2.DiffRequest, _context: Context) -> provider_pb2.DiffResponse:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    async def Configure(
        self, _request: provider_pb2.ConfigureRequest, _context: Context
    ) -> provider_pb2.ConfigureResponse:
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    async def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        token = _type(request.urn)
        await _require_known(token, context)
        checked, failures = inputs.check(token, from_struct(request.news))
        return provider_pb2.CheckResponse(inputs=to_struct(checked), failures=_failures(failures))

    async def Diff(self, request: provider_pb2.DiffRequest, _context: Context) -> provider_pb2.DiffResponse:
        old, new = from_struct(request.old_inputs), from_struct(request.news)
        found = diff(old, new, set(request.ignoreChanges))
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if found else response.DIFF_NONE,
            diffs=sorted({path.split(".")[0].split("[")[0] for path in found}),
            hasDetailedDiff=True,
            detailedDiff={
                path: provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True)
                for path, kind in found.items()
            },
        )

    async def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        token, given = _type(request.urn), from_struct(request.properties)
        outputs = lifecycle.previewed(given, token)
        if not request.preview:
            work = lifecycle.created(token, given, self._engine, request.urn)
            outputs = await self._work(work, request.timeout, context)
        return provider_pb2.CreateResponse(id=lifecycle.new_id(_name(request.urn)), properties=to_struct(outputs))

    async def Read(self, request: provider_pb2.ReadRequest, _context: Context) -> provider_pb2.ReadResponse:
        # A command has run or not; there is nothing to look at.
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    async def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        token, given, state = _type(request.urn), from_struct(request.news), from_struct(request.olds)
        if request.preview:
            outputs = lifecycle.previewed(given, token)
        else:
            work = lifecycle.updated(token, given, state, self._engine, request.urn)
            outputs = await self._work(work, request.timeout, context)
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    async def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        state = from_struct(request.properties)
        work = lifecycle.deleted(_type(request.urn), state, self._engine, request.urn)
        await self._work(work, request.timeout, context)
        return empty_pb2.Empty()

    async def Invoke(self, request: provider_pb2.InvokeRequest, context: Context) -> provider_pb2.InvokeResponse:
        await _require_known(request.tok, context)
        given, failures = inputs.check(request.tok, from_struct(request.args))
        if failures:
            return provider_pb2.InvokeResponse(failures=_failures(failures))
        command = reveal(given["command"])
        work = lifecycle.run(request.tok, command, given, {}, self._engine, urn="")
        outputs: Properties = {**given, **await self._work(work, 0, context)}
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(outputs))  # the field's name is a keyword
        return response

    async def _work(self, work: Coroutine[Any, Any, Result], timeout: float, context: Context) -> Result:
        """Run something that takes time: it ends by itself, by its timeout, by Cancel or with the engine."""
        task = asyncio.create_task(work)
        self._running.add(task)
        try:
            return await asyncio.wait_for(task, timeout or None)
        except CommandFailed as failure:
            await _refuse(context, grpc.StatusCode.UNKNOWN, str(failure))
        except TimeoutError:
            text = f"the command was ended after its timeout of {timeout:g} seconds"
            await _refuse(context, grpc.StatusCode.DEADLINE_EXCEEDED, text)
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            await _refuse(context, grpc.StatusCode.CANCELLED, "the command was ended: the update was cancelled")
        finally:
            self._running.discard(task)


async def _require_known(token: str, context: Context) -> None:
    if token not in schema.INPUTS:
        known = ", ".join(schema.INPUTS)
        text = f"{token} is not offered by engine/command of pulumi-kdump, which has {known}"
        await _refuse(context, grpc.StatusCode.UNIMPLEMENTED, text)


async def _refuse(context: Context, code: grpc.StatusCode, text: str) -> NoReturn:
    await context.abort(code, text)
    raise AssertionError("abort raises")


def _failures(failures: list[inputs.Failure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=one.property, reason=one.reason) for one in failures]


def _type(urn: str) -> str:
    """The resource's own type: the last of the types in its URN, which begin with its parents'."""
    return urn.split("::")[2].split("$")[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
