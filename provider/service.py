"""The provider protocol of the Pulumi engine, over the states of hosts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc
from pydantic import ValidationError

from kdump.errors import Refusal, refusals_in
from provider.connection import Connection
from provider.devices import checked_name
from provider.errors import HostError
from provider.facts import measure
from provider.host import FRESH_SECONDS, Host
from provider.kinds import KINDS
from provider.kinds.base import Kind
from provider.resources import VERSION
from provider.schema import package_schema
from provider.states import SOUGHT, PartlyDone, States, Urn
from provider.wire import decode, differences, encode, has_unknown

T = TypeVar("T")
LONGEST_MESSAGE = 2000

_Change = provider_pb2.PropertyDiff.Kind
_UPDATE = {"add": _Change.ADD, "delete": _Change.DELETE, "update": _Change.UPDATE}
_REPLACE = {"add": _Change.ADD_REPLACE, "delete": _Change.DELETE_REPLACE, "update": _Change.UPDATE_REPLACE}


class Service(provider_pb2_grpc.ResourceProviderServicer):
    """One servicer for all kinds."""

    def __init__(self, engine_address: str | None) -> None:
        self.states = States()
        self._running: set[asyncio.Task[Any]] = set()
        self._said: set[str] = set()
        self._engine: engine_pb2_grpc.EngineStub | None = None
        if engine_address:
            self._connect_engine(engine_address)

    def _connect_engine(self, address: str) -> None:
        self._engine = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(address))

    # ---- about the provider

    async def Handshake(self, request: Any, context: Any) -> Any:
        self._connect_engine(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=False, accept_resources=False, accept_outputs=False
        )

    async def Attach(self, request: Any, context: Any) -> Any:
        self._connect_engine(request.address)
        return empty_pb2.Empty()

    async def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    async def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps(package_schema()))

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    async def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    async def Cancel(self, request: Any, context: Any) -> Any:
        for task in list(self._running):
            task.cancel()
        return empty_pb2.Empty()

    # ---- resources

    async def Check(self, request: Any, context: Any) -> Any:
        kind = await _kind(request.urn, context)
        inputs, failures = self.states.check(kind, decode(request.news))
        return provider_pb2.CheckResponse(
            inputs=encode(inputs),
            failures=[provider_pb2.CheckFailure(property=name, reason=text) for name, text in failures.items()],
        )

    async def Diff(self, request: Any, context: Any) -> Any:
        kind = await _kind(request.urn, context)
        olds, news = decode(request.old_inputs), decode(request.news)
        changed = {
            path: how
            for path, how in differences(olds, news).items()
            # How a host is reached is no part of what is on it.
            if path.partition(".")[0].partition("[")[0] not in (*request.ignoreChanges, "connection")
            and not path.startswith("__")
        }
        top = {path: path.partition(".")[0].partition("[")[0] for path in changed}
        replaces = sorted({name for name in top.values() if name in kind.replace_on})
        detailed = {
            path: provider_pb2.PropertyDiff(
                kind=(_REPLACE if top[path] in kind.replace_on else _UPDATE)[how], inputDiff=True
            )
            for path, how in changed.items()
        }
        # A drift that is declared by now is still to be made so as a whole: it may have been seen in one place only.
        due = changed or SOUGHT in decode(request.olds)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if due else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces),
            diffs=sorted(set(top.values())),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    async def Create(self, request: Any, context: Any) -> Any:
        kind, urn, news = await _kind(request.urn, context), Urn(request.urn), decode(request.properties)
        if request.preview:
            preview = await self._guard(context, lambda: self.states.preview_create(kind, urn, news))
            await self._log(urn, preview.warnings)
            await self._log_problem(urn, preview.problem)
            return provider_pb2.CreateResponse(properties=encode(preview.outputs))
        identifier = _identifier(news)
        outputs = await self._converge(context, kind, urn, identifier, news, {})
        return provider_pb2.CreateResponse(id=identifier, properties=encode(outputs))

    async def Update(self, request: Any, context: Any) -> Any:
        kind, urn, news = await _kind(request.urn, context), Urn(request.urn), decode(request.news)
        olds = decode(request.olds)
        if request.preview:
            problem = await self._guard(context, lambda: self.states.preview_problem(kind, urn, news, olds))
            await self._log_problem(urn, problem)
            return provider_pb2.UpdateResponse(properties=encode(self.states.preview_update(kind, olds, news)))
        outputs = await self._converge(context, kind, urn, request.id, news, olds)
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    async def Read(self, request: Any, context: Any) -> Any:
        kind, urn = await _kind(request.urn, context), Urn(request.urn)
        inputs, olds = decode(request.inputs), decode(request.properties)
        found = await self._guard(context, lambda: self._read(context, kind, urn, request.id, inputs, olds))
        if found is None:
            return provider_pb2.ReadResponse()
        now, outputs = found
        return provider_pb2.ReadResponse(id=request.id, inputs=encode(now), properties=encode(outputs))

    async def Delete(self, request: Any, context: Any) -> Any:
        kind, urn = await _kind(request.urn, context), Urn(request.urn)
        inputs, olds = decode(request.old_inputs), decode(request.properties)
        left = await self._guard(context, lambda: self.states.delete(kind, urn, inputs, olds))
        await self._log(urn, left)
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> Any:
        if request.tok != "kdump:index:getHostFacts":
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no function {request.tok}")
        args = decode(request.args)
        try:
            connection = Connection.model_validate(args.get("connection", {}))
            devices = [checked_name(str(name)) for name in args.get("devices", []) if not has_unknown(name)]
        except (ValidationError, Refusal) as wrong:
            refusals = [wrong] if isinstance(wrong, Refusal) else refusals_in(wrong, "connection")
            failures = [
                provider_pb2.CheckFailure(property=refusal.setting, reason=str(refusal)) for refusal in refusals
            ]
            return provider_pb2.InvokeResponse(failures=failures)
        paths = [path for path in args.get("paths", []) if not has_unknown(path)]
        after_act = bool(args.get("afterAct"))
        facts = await self._guard(context, lambda: self.facts_of(connection, paths, devices, after_act=after_act))
        answer: Any = {"return": encode(facts)}  # "return" is a keyword
        return provider_pb2.InvokeResponse(**answer)

    async def facts_of(
        self, connection: Connection, paths: Sequence[str], devices: Sequence[str], *, after_act: bool
    ) -> dict[str, Any]:
        """What getHostFacts answers; the problem is among the facts where a host cannot be asked."""
        host = Host(self.states.asking(connection), connection.host, "", "")
        host.asking.forget(older_than=0 if after_act else FRESH_SECONDS)
        if after_act:
            # Acts run in processes of their own: a connection of before a reboot may look alive for minutes.
            await host.asking.session.close()
        return await measure(host, paths, devices)

    # ---- helpers

    async def _converge(
        self, context: Any, kind: Kind[Any], urn: Urn, identifier: str, news: dict[str, Any], olds: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            outputs, warnings = await self._guard(context, lambda: self.states.converge(kind, urn, news, olds))
        except PartlyDone as partly:
            await _abort_init_failed(context, identifier, news, partly.outputs, partly.reasons)
        await self._log(urn, warnings)
        return outputs

    async def _read(
        self, context: Any, kind: Kind[Any], urn: Urn, identifier: str, inputs: dict[str, Any], olds: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Read; a host that cannot be asked keeps its state, and the update that follows fails for it alone.

        A read that fails would end the run of `up --refresh` for all other hosts, too.
        """
        try:
            return await self.states.read(kind, urn, identifier, inputs, olds)
        except HostError as problem:
            if not olds:
                raise
            await _abort_init_failed(context, identifier, inputs, olds, [str(problem)])

    async def _guard(self, context: Any, work: Callable[[], Awaitable[T]]) -> T:
        """Run work that Cancel can end; what a host or a setting is at fault for becomes the engine's error text."""
        task = asyncio.ensure_future(work())
        self._running.add(task)
        try:
            return await task
        except HostError as problem:
            await _abort(context, grpc.StatusCode.UNKNOWN, str(problem))
        except ValidationError as wrong:
            await _abort(context, grpc.StatusCode.INVALID_ARGUMENT, "; ".join(str(r) for r in refusals_in(wrong)))
        except ValueError as wrong:
            await _abort(context, grpc.StatusCode.INVALID_ARGUMENT, str(wrong))
        except asyncio.CancelledError:
            await _abort(context, grpc.StatusCode.CANCELLED, "cancelled; what was done is kept, run up again")
        finally:
            self._running.discard(task)

    async def _log(
        self,
        urn: Urn,
        texts: Sequence[str],
        severity: engine_pb2.LogSeverity.ValueType = engine_pb2.LogSeverity.WARNING,
    ) -> None:
        for text in texts:
            if self._engine is not None:
                log: Any = self._engine.Log  # the stub is typed for the blocking kind of channel
                await log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn.text))

    async def _log_problem(self, urn: Urn, problem: str) -> None:
        """What an update will fail for. One host that is down is one line, not one for each of its resources."""
        if problem and problem not in self._said:
            self._said.add(problem)
            await self._log(urn, [problem], engine_pb2.LogSeverity.ERROR)

    async def close(self) -> None:
        """End all connections to hosts."""
        await self.states.sessions.close()


async def _abort(context: Any, code: grpc.StatusCode, text: str) -> NoReturn:
    await context.abort(code, text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}...")
    raise AssertionError("abort returned")


async def _abort_init_failed(
    context: Any, identifier: str, inputs: dict[str, Any], outputs: dict[str, Any], reasons: list[str]
) -> NoReturn:
    """Tell the engine that the resource is there but not as wanted: it is kept in state and taken up again."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=identifier, properties=encode(outputs), reasons=reasons, inputs=encode(inputs)
        )
    )
    text = "; ".join(reasons)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    await _abort(context, grpc.StatusCode.UNKNOWN, text)


async def _kind(urn: str, context: Any) -> Kind[Any]:
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in KINDS:
        await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no resource {token}")
    return KINDS[token]


def _identifier(inputs: dict[str, Any]) -> str:
    return Connection.model_validate(inputs["connection"]).label
