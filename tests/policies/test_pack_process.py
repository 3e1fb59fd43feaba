"""The pack as the process that the engine starts, asked as the engine asks: every rule, with whatever a stack holds."""

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
from pulumi_policy import EnforcementLevel
from pulumi_policy.proxy import UNKNOWN_NUMBER_VALUE, UNKNOWN_OBJECT_VALUE, unknown_checking_proxy

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.pack import RULES, STACK_RULES
from policies.reservation import CRASH_KERNEL
from policies.rule import Rule
from tests.policies.judging import GIB, TODAY, crash_kernel, dump_target, nfs

POLICIES = Path(__file__).resolve().parents[2] / "policies"

LEVELS = {
    EnforcementLevel.MANDATORY: analyzer_pb2.MANDATORY,
    EnforcementLevel.ADVISORY: analyzer_pb2.ADVISORY,
}
PAIRS = [(rule, kind) for rule in RULES for kind in rule.on]
IDS = [f"{rule.name}-{kind.rpartition(':')[2]}" for rule, kind in PAIRS]
# What components tell; of each type these, and more that it does not have.
NAMES = (
    "host",
    "collector",
    "cluster",
    "enabled",
    "target",
    "dumpLevel",
    "compression",
    "failureAction",
    "options",
    "destination",
    "space",
    "runs",
    "crashkernel",
    "bootArguments",
    "memoryBytes",
    "mayBeErased",
    "use",
    "drilled",
    "exemptions",
)
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSET = "c44067f5952c0a294b673a41bacd8c17"


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


@pytest.fixture(autouse=True)
def by_default(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, {})


def analyze(
    pack: analyzer_pb2_grpc.AnalyzerStub, inputs: Mapping[str, Any], kind: str, rule: str | None = None
) -> list[Any]:
    """What the pack, or one rule of it, says of a resource."""
    properties = struct_pb2.Struct()
    properties.update(dict(inputs))
    urn = f"urn:pulumi:lab::pulumi-kdump::{kind}::web1"
    said = pack.Analyze(analyzer_pb2.AnalyzeRequest(type=kind, properties=properties, urn=urn, name="web1"))
    return [each for each in said.diagnostics if rule in (None, each.policyName)]


def configure(
    pack: analyzer_pb2_grpc.AnalyzerStub,
    settings: Mapping[str, Mapping[str, Any]],
    level: int | None = None,
) -> None:
    """Give rules other settings, as --policy-pack-config does, and those another level."""
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for rule in RULES:
        config = request.policyConfig[rule.name]
        changed = rule.name in settings and level is not None
        config.enforcementLevel = level if changed else LEVELS[rule.level]
        config.properties.update({**rule.defaults, **settings.get(rule.name, {})})
    pack.Configure(request)


def messages(rule: Rule, said: list[Any]) -> list[str]:
    """The messages without the description of the rule, which the SDK puts in front of each."""
    assert all(each.message.startswith(f"{rule.description}\n") for each in said)
    return [each.message.removeprefix(f"{rule.description}\n") for each in said]


def straight(rule: Rule, inputs: Mapping[str, Any], **settings: Any) -> list[str]:
    """What the rule itself says of the same inputs."""
    proxied = unknown_checking_proxy(dict(inputs))
    return list(rule.violations(Inputs(proxied), {**rule.defaults, **settings}, TODAY))


def test_the_pack_names_itself_and_its_rules(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert info.name == "pulumi-kdump"
    assert [policy.name for policy in info.policies] == [rule.name for rule in (*RULES, *STACK_RULES)]
    for policy, rule in zip(info.policies, RULES, strict=False):
        assert policy.enforcementLevel == LEVELS[rule.level]
        assert policy.description == rule.description
        assert set(policy.configSchema.properties) == set(rule.settings)


def test_no_two_rules_have_one_name_and_each_setting_has_a_default() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        for schema in rule.settings.values():
            assert {"type", "default", "description"} <= set(schema)


@pytest.mark.parametrize(("rule", "kind"), PAIRS, ids=IDS)
def test_a_component_without_inputs_is_judged_as_the_rule_says(
    pack: analyzer_pb2_grpc.AnalyzerStub, rule: Rule, kind: str
) -> None:
    said = analyze(pack, {}, kind, rule.name)
    assert messages(rule, said) == straight(rule, {})
    assert {each.enforcementLevel for each in said} <= {LEVELS[rule.level]}


@pytest.mark.parametrize(("rule", "kind"), PAIRS, ids=IDS)
def test_of_inputs_that_are_all_unknown_no_less_is_said_and_no_less_strictly(
    pack: analyzer_pb2_grpc.AnalyzerStub, rule: Rule, kind: str
) -> None:
    unknown = dict.fromkeys(NAMES, UNKNOWN_OBJECT_VALUE)
    said = analyze(pack, unknown, kind, rule.name)
    assert messages(rule, said) == straight(rule, unknown)
    assert {each.enforcementLevel for each in said} <= {LEVELS[rule.level]}
    assert bool(said) >= bool(straight(rule, {}))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("kind", "inputs"), [(DUMP_TARGET, dump_target()), (CRASH_KERNEL, crash_kernel())])
def test_one_unknown_input_never_turns_a_rule_into_an_advice(
    pack: analyzer_pb2_grpc.AnalyzerStub, kind: str, inputs: dict[str, Any], name: str
) -> None:
    levels = {rule.name: LEVELS[rule.level] for rule in RULES}
    for each in analyze(pack, {**inputs, name: UNKNOWN_NUMBER_VALUE}, kind):
        assert each.enforcementLevel == levels[each.policyName]
        assert "can't run policy" not in each.message


@pytest.mark.parametrize(("rule", "kind"), PAIRS, ids=IDS)
def test_secret_inputs_are_judged_as_plain_ones(pack: analyzer_pb2_grpc.AnalyzerStub, rule: Rule, kind: str) -> None:
    for inputs in (dump_target(), nfs("4", runs={}), crash_kernel("32M"), {"host": "web1", "mayBeErased": True}):
        secret = {name: {SIGNATURE: SECRET, "value": value} for name, value in inputs.items()}
        assert messages(rule, analyze(pack, secret, kind, rule.name)) == straight(rule, inputs)
        assert messages(rule, analyze(pack, inputs, kind, rule.name)) == straight(rule, inputs)


@pytest.mark.parametrize(
    "kind",
    [
        "pulumi:pulumi:Stack",
        "pulumi:providers:kdump",
        "kdump:index:DumpService",
        "kdump:fleet:Unheard",
        "command:local:Command",
        "random:index/randomPet:RandomPet",
    ],
)
def test_other_resources_are_left_alone(pack: analyzer_pb2_grpc.AnalyzerStub, kind: str) -> None:
    everything = {
        **dump_target(enabled=True, runs=None, space=None),
        "asset": {SIGNATURE: ASSET, "text": "words"},
        "secret": {SIGNATURE: SECRET, "value": "words"},
        "unknown": UNKNOWN_OBJECT_VALUE,
    }
    assert analyze(pack, everything, kind) == []


def test_what_breaks_no_rule_passes(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    mine = {rule.name for rule in RULES if rule.on in ((DUMP_TARGET,), (CRASH_KERNEL,))}
    assert {"free-space", "reservation", "refused-by-release"} <= mine
    assert analyze(pack, crash_kernel(), CRASH_KERNEL) == []
    assert analyze(pack, dump_target(), DUMP_TARGET, "free-space") == []
    assert analyze(pack, dump_target(), DUMP_TARGET, "refused-by-release") == []
    assert analyze(pack, dump_target(), DUMP_TARGET, "not-on-root") == []


def test_too_little_space_stops_the_run_with_the_numbers(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    small = dump_target(space={"memoryBytes": 16 * GIB, "freeBytes": 1 * GIB})
    (violation,) = analyze(pack, small, DUMP_TARGET, "free-space")
    assert violation.enforcementLevel == analyzer_pb2.MANDATORY
    assert "found 1 GiB free, needed more than 16 GiB" in violation.message


def test_the_pack_takes_settings_of_its_configuration(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    assert analyze(pack, dump_target(), DUMP_TARGET, "free-space") == []
    assert analyze(pack, nfs(), DUMP_TARGET, "encrypted-dumps") == []
    configure(pack, {"free-space": {"margin": 2.0}, "encrypted-dumps": {"required": True}})
    assert len(analyze(pack, dump_target(), DUMP_TARGET, "free-space")) == 1
    assert len(analyze(pack, nfs(), DUMP_TARGET, "encrypted-dumps")) == 1


def test_an_environment_makes_a_rule_stricter_or_turns_it_off(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    on_root = dump_target(space={"memoryBytes": GIB, "freeBytes": 2 * GIB, "mountPoint": "/"})
    (advice,) = analyze(pack, on_root, DUMP_TARGET, "not-on-root")
    assert advice.enforcementLevel == analyzer_pb2.ADVISORY
    configure(pack, {"not-on-root": {}}, analyzer_pb2.MANDATORY)
    (violation,) = analyze(pack, on_root, DUMP_TARGET, "not-on-root")
    assert violation.enforcementLevel == analyzer_pb2.MANDATORY
    configure(pack, {"not-on-root": {}}, analyzer_pb2.DISABLED)
    assert analyze(pack, on_root, DUMP_TARGET, "not-on-root") == []


def test_an_exemption_is_heeded(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    excused = [{"rule": "free-space", "machines": ["web1"], "reason": "moves next week", "until": "2999-12-31"}]
    small = dump_target(space={"memoryBytes": 16 * GIB, "freeBytes": GIB, "mountPoint": "/var/crash"})
    assert len(analyze(pack, small, DUMP_TARGET, "free-space")) == 1
    assert analyze(pack, {**small, "exemptions": excused}, DUMP_TARGET, "free-space") == []
