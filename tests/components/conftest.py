"""A stand-in for the engine: answers as the provider would, keeps every registration, lets some fail."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest
import yaml
from google.protobuf import struct_pb2
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2

from components.facts import Facts, as_output, from_output, source_of
from components.fleet import Fleet
from components.settings import read_fleet

# As the engine's own program shim does: a failed resource leaves futures behind that nobody asks.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

GIB = 1 << 30

PROVIDER_OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "kdump:host:BootArguments": {"rebootToken": "boot-1", "machineId": "machine-1"},
    "kdump:host:DumpIdentity": {"publicKey": "ssh-rsa AAAAhost"},
    "kdump:collector:Account": {"uid": 990, "gid": 990, "hostKeys": ["ssh-ed25519 AAAAvault"]},
}

FACTS: Mapping[str, Any] = {
    "reachable": True,
    "problem": "",
    "memoryBytes": 2 * GIB,
    "freeBytes": 100 * GIB,
    "readiness": "armed",
    "reason": "the capture kernel is loaded",
    "rebootRequired": False,
}


@dataclass(frozen=True)
class Registration:
    """One resource as the program asked for it; other resources by their names."""

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    waits_for: frozenset[str]
    adopts_imported: bool


@dataclass(frozen=True)
class Question:
    """One getHostFacts: whom, and the space of which directories."""

    host: str
    paths: Sequence[str]


class Seen(mocks.MockMonitor):
    """All that one run of a program did. `failing` resources fail, and what waits for them is passed over."""

    def __init__(
        self,
        facts: Mapping[str, Mapping[str, Any]],
        failing: Sequence[str],
        machines: Mapping[str, str],
    ) -> None:
        super().__init__(_Unused())
        self.machines = machines
        self.facts = facts
        self.failed = set(failing)
        self.registrations: list[Registration] = []
        self.outputs: dict[str, Mapping[str, Any]] = {}
        self.questions: list[Question] = []
        self.exports: Any = None

    def all(self, kind: str) -> list[Registration]:
        return [each for each in self.registrations if each.type.rpartition(":")[2] == kind]

    def one(self, kind: str, name: str) -> Registration:
        """The only registration of a kind and name."""
        (found,) = [each for each in self.all(kind) if each.name == name]
        return found

    def waits(self, later: str, earlier: str) -> bool:
        """Whether a resource comes after another, directly or by others between them."""
        direct = {name for each in self.registrations if each.name == later for name in each.waits_for}
        return earlier in direct or any(self.waits(name, earlier) for name in direct)

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        waits_for = frozenset(_name(each) for each in request.dependencies)
        self.registrations.append(
            Registration(
                type=request.type,
                name=request.name,
                parent=_name(request.parent),
                inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
                waits_for=waits_for,
                adopts_imported=any(alias.spec.noParent for alias in request.aliases),
            )
        )
        if request.name in self.failed or waits_for & self.failed:
            self.failed.add(request.name)
            return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        outputs.update(PROVIDER_OUTPUTS.get(request.type, {}))
        if request.name in self.machines:
            outputs.update({"machineId": self.machines[request.name]})
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=f"{request.name}-id" if request.custom else "", object=outputs
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self.outputs[_name(request.urn)] = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        return super().RegisterResourceOutputs(request)

    def Invoke(self, request: Any) -> Any:
        arguments = rpc.deserialize_properties(request.args)
        host, paths = arguments["connection"]["host"], arguments["paths"]
        self.questions.append(Question(host, paths))
        facts = {**FACTS, **self.facts.get(host, {})}
        facts["space"] = {path: {"freeBytes": facts["freeBytes"]} for path in paths if facts["reachable"]}
        answer = struct_pb2.Struct()
        answer.update(facts)
        return resource_pb2.ResourceInvokeResponse(**{"return": answer})


def _outputs(recorded: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an earlier `up` kept, as the outputs of the stack have it: readiness is an output of its own."""
    machines = recorded.get("machines", {})
    ready = {
        name: {"level": facts["readiness"], "reason": facts["reason"]}
        for name, facts in machines.items()
        if "readiness" in facts
    }
    return {**as_output(recorded), "readiness": ready}


class _Unused(mocks.Mocks):
    """The monitor above answers by itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise AssertionError(args.typ)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


Run = Callable[..., Seen]


@pytest.fixture(autouse=True)
def event_loop() -> Iterator[None]:
    """A loop of one's own, as the engine's language host makes one: an `asyncio.run` elsewhere leaves none behind."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def run() -> Run:
    """Runs the fleet of a stack file until nothing is left to do: only then can absence be asserted."""

    def run_fleet(
        text: str,
        facts: Mapping[str, Mapping[str, Any]] | None = None,
        failing: Sequence[str] = (),
        preview: bool = False,
        machines: Mapping[str, str] | None = None,
        recorded: Mapping[str, Any] | None = None,
    ) -> Seen:
        """`machines` gives resources the machine-id that state has of them, `recorded` is what an earlier `up` kept."""
        seen = Seen(facts or {}, failing, machines or {})
        mocks.set_mocks(_Unused(), "pulumi-kdump", "lab", preview, monitor=seen)

        @mocks.test
        def program() -> pulumi.Output[None]:
            settings = read_fleet(yaml.safe_load(text))
            fleet = Fleet("fleet", settings, Facts(source_of(settings.facts), _outputs(recorded or {})))
            exports = {
                "readiness": fleet.readiness,
                "collectors": fleet.collectors,
                "clusters": fleet.clusters,
                "capacity": fleet.capacity,
                "facts": fleet.facts,
            }

            def keep(found: Any) -> None:
                facts = found["facts"]
                seen.exports = {**found, "facts": from_output(facts) if isinstance(facts, Mapping) else facts}

            return pulumi.Output.from_input(exports).apply(keep, True)

        program()
        return seen

    return run_fleet
