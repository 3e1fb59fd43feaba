"""The rule itself, the rule behind the SDK's real proxies, and the pack as the process that the engine starts."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.proxy import UNKNOWN_NUMBER_VALUE, UNKNOWN_OBJECT_VALUE, unknown_checking_proxy

from policies.free_space import DUMP_TARGET, FREE_SPACE, free_space_problem

GIB = 1 << 30
URN = f"urn:pulumi:lab::pulumi-kdump::{DUMP_TARGET}::web1-dump-target"
POLICIES = Path(__file__).resolve().parents[2] / "policies"


def target(memory: Any = 16 * GIB, free: Any = 20 * GIB, **changes: Any) -> dict[str, Any]:
    space = {"memoryBytes": memory, "freeBytes": free}
    return {
        "host": "web1",
        "enabled": True,
        "target": "ssh kdump@vault:/srv/kdump/web1",
        "space": {name: size for name, size in space.items() if size is not None},
        **changes,
    }


# The rule.


def test_more_space_than_memory_is_enough() -> None:
    assert free_space_problem(target(memory=16 * GIB, free=16 * GIB + 1)) is None


@pytest.mark.parametrize("free", [0, 15 * GIB, 16 * GIB])
def test_no_more_space_than_memory_is_refused(free: int) -> None:
    assert free_space_problem(target(memory=16 * GIB, free=free)) is not None


def test_the_message_names_host_target_found_needed_and_what_to_do() -> None:
    problem = free_space_problem(target(memory=16 * GIB, free=3 * GIB))
    assert problem is not None
    assert problem.startswith(
        "host web1, target ssh kdump@vault:/srv/kdump/web1: found 3 GiB free, needed more than 16 GiB"
    )
    assert "Free space there, or give the host a target with more." in problem


def test_a_margin_asks_for_more() -> None:
    assert free_space_problem(target(memory=16 * GIB, free=20 * GIB), margin=1.5) is not None


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [
        (target(memory=None), "the host's memory could"),
        (target(free=None), "the target's free space could"),
        (target(memory=None, free=None), "the host's memory and the target's free space could"),
        (target(memory="much"), "the host's memory could"),
        (target(space=None), "the host's memory and the target's free space could"),
        ({}, "the host's memory and the target's free space could"),
    ],
)
def test_what_is_not_known_is_refused_and_told(inputs: Mapping[str, Any], missing: str) -> None:
    problem = free_space_problem(inputs)
    assert problem is not None
    assert missing in problem
    assert "set `enabled: false` for the host" in problem


def test_the_reason_why_something_is_not_known_is_passed_on() -> None:
    problem = free_space_problem(target(space={"problem": "vault refused the login"}))
    assert problem is not None
    assert "(vault refused the login)" in problem


def test_a_host_that_dumps_nothing_needs_no_space() -> None:
    assert free_space_problem(target(memory=16 * GIB, free=0, enabled=False)) is None


# The policy, with the proxies that the SDK puts around inputs.


def violations(inputs: dict[str, Any], kind: str = DUMP_TARGET) -> list[str]:
    options = PolicyResourceOptions(
        protect=False,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=None,
        additional_secret_outputs=[],
    )
    proxied = unknown_checking_proxy(inputs)
    args = ResourceValidationArgs(kind, proxied, URN, "web1-dump-target", options, None, {"margin": 1.0})
    found: list[str] = []
    FREE_SPACE.validate(args, lambda message, urn=None: found.append(message))
    return found


def test_the_policy_reports_what_the_rule_finds() -> None:
    assert violations(target()) == []
    assert len(violations(target(free=1.0 * GIB))) == 1


@pytest.mark.parametrize(
    "inputs",
    [
        target(memory=UNKNOWN_NUMBER_VALUE),
        target(free=UNKNOWN_NUMBER_VALUE),
        target(space=UNKNOWN_OBJECT_VALUE),
        target(free=UNKNOWN_NUMBER_VALUE, host=UNKNOWN_OBJECT_VALUE, target=UNKNOWN_OBJECT_VALUE),
    ],
)
def test_values_not_known_in_a_preview_are_a_violation_and_not_an_advice(inputs: dict[str, Any]) -> None:
    assert len(violations(inputs)) == 1


def test_other_resources_are_left_alone() -> None:
    assert violations({"space": UNKNOWN_OBJECT_VALUE}, kind="kdump:host:DumpConfiguration") == []


# The pack, as the engine runs it.


@pytest.fixture(scope="module")
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    # The engine gives no path to the project's packages: the pack must find them by itself.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(command, cwd=POLICIES, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.kill()


def analyze(pack: analyzer_pb2_grpc.AnalyzerStub, inputs: dict[str, Any], kind: str = DUMP_TARGET) -> list[Any]:
    properties = struct_pb2.Struct()
    properties.update(inputs)
    request = analyzer_pb2.AnalyzeRequest(type=kind, properties=properties, urn=URN, name="web1-dump-target")
    return list(pack.Analyze(request).diagnostics)


def configure(pack: analyzer_pb2_grpc.AnalyzerStub, margin: float) -> None:
    config = analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.MANDATORY)
    config.properties.update({"margin": margin})
    pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={"free-space": config}))


def test_the_pack_names_itself_and_its_rules(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert info.name == "pulumi-kdump"
    assert [policy.name for policy in info.policies] == ["free-space"]


def test_the_pack_lets_enough_space_pass_and_stops_at_too_little(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, 1.0)
    assert analyze(pack, target()) == []
    (violation,) = analyze(pack, target(free=1 * GIB))
    assert violation.enforcementLevel == analyzer_pb2.MANDATORY
    assert "found 1 GiB free, needed more than 16 GiB" in violation.message


def test_the_pack_stays_mandatory_where_a_value_is_not_known(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, 1.0)
    (violation,) = analyze(pack, target(free=UNKNOWN_NUMBER_VALUE))
    assert violation.enforcementLevel == analyzer_pb2.MANDATORY
    assert "could not be measured" in violation.message


def test_the_pack_takes_the_margin_of_its_configuration(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, 2.0)
    assert len(analyze(pack, target(memory=16 * GIB, free=20 * GIB))) == 1


def test_the_pack_leaves_other_resources_alone(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, 1.0)
    assert analyze(pack, {"enabled": True}, kind="kdump:host:DumpService") == []
