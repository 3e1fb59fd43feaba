"""Drives the provider as the Pulumi engine does: over gRPC, with olds and news, keeping state in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from provider.service import Service
from provider.wire import decode, encode

CALL_SECONDS = 240
# The engine's own gRPC takes messages of any size in trailers; Python's stops at 8 KiB unless told.
LIMITS = (("grpc.max_metadata_size", 1 << 24), ("grpc.absolute_max_metadata_size", 1 << 24))


class Failed(Exception):
    """The provider said no. `initialised`: what it says of a resource that is there but not as wanted."""

    def __init__(self, code: grpc.StatusCode, message: str, initialised: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.initialised = code, message, initialised


class Log(engine_pb2_grpc.EngineServicer):
    """The engine's side: takes the provider's warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    async def Log(self, request: Any, context: Any) -> Any:
        self.warnings.append(request.message)
        return empty_pb2.Empty()


class Engine:
    """A provider, in this process on a thread of its own unless an address is given, and a client of it."""

    def __init__(self, address: str | None = None, stack: str = "dev") -> None:
        self.stack, self.log = stack, Log()
        self.service: Service | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None
        self._address = address

    def __enter__(self) -> Self:
        if self._address is None:
            ready = threading.Event()
            self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
            self._thread.start()
            assert ready.wait(30)
        assert self._address
        self._channel = grpc.insecure_channel(self._address, options=LIMITS)
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(30)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        listener = grpc.aio.server()
        engine_pb2_grpc.add_EngineServicer_to_server(self.log, listener)
        engine_port = listener.add_insecure_port("127.0.0.1:0")
        await listener.start()
        server = grpc.aio.server()
        self.service = Service(f"127.0.0.1:{engine_port}")
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(self.service, server)
        self._address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        ready.set()
        await self._stop.wait()
        await self.service.close()
        await server.stop(0.2)
        await listener.stop(0.2)

    # ---- single calls

    def urn(self, token: str, name: str) -> str:
        """The URN of a resource of this engine's stack."""
        return f"urn:pulumi:{self.stack}::pulumi-kdump::{token}::{name}"

    def check(self, token: str, name: str, news: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Inputs with defaults, and failures by property."""
        urn = self.urn(token, name)
        answer = _call(self.stub.Check, provider_pb2.CheckRequest(urn=urn, news=encode(news)))
        return decode(answer.inputs), {failure.property: failure.reason for failure in answer.failures}

    def invoke(self, token: str, args: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The answer of a function, and failures by property."""
        answer = _call(self.stub.Invoke, provider_pb2.InvokeRequest(tok=token, args=encode(args)))
        returned: struct_pb2.Struct = getattr(answer, "return")
        return decode(returned), {failure.property: failure.reason for failure in answer.failures}

    def facts(self, connection: Mapping[str, Any], *paths: str, devices: Sequence[str] = ()) -> dict[str, Any]:
        """What getHostFacts says."""
        args = {"connection": connection, "paths": list(paths), "devices": list(devices)}
        found, failures = self.invoke("kdump:index:getHostFacts", args)
        assert not failures, failures
        return found

    def schema(self) -> dict[str, Any]:
        """The package schema."""
        answer = _call(self.stub.GetSchema, provider_pb2.GetSchemaRequest())
        parsed: dict[str, Any] = json.loads(answer.schema)
        return parsed

    def resource(self, token: str, name: str = "one") -> Managed:
        """A resource that is not there yet."""
        return Managed(self, token, name)


@dataclass
class Managed:
    """A resource as the engine keeps it: what was asked for, and what the provider made of it."""

    engine: Engine
    token: str
    name: str
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    identifier: str = ""

    @property
    def urn(self) -> str:
        """Its URN."""
        return self.engine.urn(self.token, self.name)

    def checked(self, news: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs after Check, which must not refuse them."""
        inputs, failures = self.engine.check(self.token, self.name, news)
        assert not failures, failures
        return inputs

    def preview(self, news: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs that `pulumi preview` shows."""
        inputs = self.checked(news)
        if not self.identifier:
            request = provider_pb2.CreateRequest(urn=self.urn, properties=encode(inputs), preview=True)
            return decode(_call(self.engine.stub.Create, request).properties)
        return decode(_call(self.engine.stub.Update, self._update_request(inputs, preview=True)).properties)

    def diff(self, news: Mapping[str, Any]) -> Any:
        """The provider's DiffResponse."""
        request = provider_pb2.DiffRequest(
            id=self.identifier,
            urn=self.urn,
            olds=encode(self.outputs),
            old_inputs=encode(self.inputs),
            news=encode(self.checked(news)),
        )
        return _call(self.engine.stub.Diff, request)

    def up(self, news: Mapping[str, Any]) -> str:
        """Make it so as `pulumi up` would. Returns "create", "update", "replace" or "same"."""
        inputs = self.checked(news)
        if not self.identifier:
            self._create(inputs)
            return "create"
        difference = self.diff(news)
        if difference.changes != provider_pb2.DiffResponse.DIFF_SOME:
            self.inputs = inputs
            return "same"
        if difference.replaces:
            self.destroy()
            self._create(inputs)
            return "replace"
        self._update(inputs)
        return "update"

    def force_update(self) -> None:
        """Update although nothing differs, as after an initialisation that failed."""
        self._update(self.inputs)

    def _create(self, inputs: dict[str, Any]) -> None:
        request = provider_pb2.CreateRequest(urn=self.urn, properties=encode(inputs))
        with self._kept_when_partly_done():
            answer = _call(self.engine.stub.Create, request)
            self.identifier, self.inputs, self.outputs = answer.id, inputs, decode(answer.properties)

    def _update(self, inputs: dict[str, Any]) -> None:
        with self._kept_when_partly_done():
            answer = _call(self.engine.stub.Update, self._update_request(inputs))
            self.inputs, self.outputs = inputs, decode(answer.properties)

    def _update_request(self, inputs: dict[str, Any], *, preview: bool = False) -> Any:
        return provider_pb2.UpdateRequest(
            id=self.identifier,
            urn=self.urn,
            olds=encode(self.outputs),
            old_inputs=encode(self.inputs),
            news=encode(inputs),
            preview=preview,
        )

    @contextlib.contextmanager
    def _kept_when_partly_done(self) -> Iterator[None]:
        try:
            yield
        except Failed as failed:
            if failed.initialised is not None:
                self.identifier = failed.initialised.id
                self.inputs, self.outputs = decode(failed.initialised.inputs), decode(failed.initialised.properties)
            raise

    def refresh(self) -> dict[str, tuple[Any, Any]]:
        """Read it again. Returns the inputs that were found changed: name -> (before, now)."""
        request = provider_pb2.ReadRequest(
            id=self.identifier, urn=self.urn, properties=encode(self.outputs), inputs=encode(self.inputs)
        )
        answer = _call(self.engine.stub.Read, request)
        if not answer.id:
            self.identifier = ""
            return {"": (self.inputs, None)}
        now = decode(answer.inputs)
        changed = {
            name: (self.inputs.get(name), now.get(name))
            for name in sorted({*self.inputs, *now})
            if self.inputs.get(name) != now.get(name)
        }
        self.inputs, self.outputs = now, decode(answer.properties)
        return changed

    def adopt(self, identifier: str) -> None:
        """Import it."""
        answer = _call(self.engine.stub.Read, provider_pb2.ReadRequest(id=identifier, urn=self.urn))
        self.identifier, self.inputs, self.outputs = answer.id, decode(answer.inputs), decode(answer.properties)

    def destroy(self) -> None:
        """Delete it."""
        request = provider_pb2.DeleteRequest(
            id=self.identifier, urn=self.urn, properties=encode(self.outputs), old_inputs=encode(self.inputs)
        )
        _call(self.engine.stub.Delete, request)
        self.identifier, self.inputs, self.outputs = "", {}, {}


def _call(method: Any, request: Any) -> Any:
    try:
        return method(request, timeout=CALL_SECONDS)
    except grpc.RpcError as error:
        failure: Any = error
        raise Failed(failure.code(), failure.details(), _initialised(failure)) from None


def _initialised(error: Any) -> Any:
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            detail = provider_pb2.ErrorResourceInitFailed()
            if status.details and status.details[0].Unpack(detail):
                return detail
    return None
