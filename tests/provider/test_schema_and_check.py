"""The schema says what the kinds take, Python's resources are the same, and Check settles and refuses inputs."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from provider.kinds import KINDS
from provider.resources import RESOURCES, HostResource
from provider.schema import package_schema
from provider.states import States
from provider.wire import UNKNOWN

# Filled by the provider for what drifted; nobody declares them.
FOR_DRIFT_ALONE = {
    "present", "restricted", "directoryOwner", "served", "mode", "owner", "unrecognised", "problems",
    "installed", "open", "formatted", "mounted",
}  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "kdump:host:BootArguments": {"crashkernel": "256M"},
    "kdump:host:DumpIdentity": {"knownHosts": {}},
    "kdump:host:DumpConfiguration": {"target": {"kind": "local", "path": "/var/crash"}},
    "kdump:host:DumpService": {},
    "kdump:host:CrashVolume": {"wwid": "3600508b400105e210000900000490000"},
    "kdump:host:Sysctls": {"settings": {"kernel.panic_on_oops": "1"}},
    "kdump:collector:Account": {"user": "kdump", "directory": "/srv/kdump"},
    "kdump:collector:AuthorizedKey": {
        "user": "kdump", "publicKey": UNKNOWN, "directory": "/srv/kdump/web1", "label": "web1",
    },
    "kdump:collector:Export": {
        "directory": "/srv/kdump/web1", "client": "192.0.2.1", "options": ["rw"], "squashTo": "kdump", "label": "web1",
    },
    "kdump:cluster:FenceNode": {"stack": "pcs"},
    "kdump:cluster:Fencing": {
        "stack": "pcs", "timeoutSeconds": 120, "power": {"n1": ["ipmi1"], "n2": ["ipmi2"]},
    },
}  # fmt: skip


def test_every_kind_is_in_the_schema() -> None:
    schema = package_schema()
    assert set(schema["resources"]) == set(KINDS) == {resource.token for resource in RESOURCES} == set(GOOD)
    json.dumps(schema)
    for token, resource in schema["resources"].items():
        assert resource["description"], token
        assert "connection" in resource["requiredInputs"]
        assert set(resource["requiredInputs"]) <= set(resource["inputProperties"])
        for name, definition in {**resource["inputProperties"], **resource["properties"]}.items():
            assert {"type", "$ref"} & set(definition), (token, name)
            assert definition.get("description"), (token, name)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: str(resource.token))
def test_python_resources_have_the_schemas_properties(resource: type[HostResource]) -> None:
    declared = package_schema()["resources"][resource.token]
    takes = set(inspect.signature(resource.__init__).parameters) - {"self", "resource_name", "opts"}
    assert {to_camel(name) for name in takes} == set(declared["inputProperties"]) - FOR_DRIFT_ALONE
    attributes = {to_camel(name) for name in resource._properties()} - {"token", "outputs"}
    assert attributes == set(declared["properties"]) - FOR_DRIFT_ALONE
    assert {to_camel(name) for name in resource.outputs} == set(KINDS[resource.token].outputs)


@pytest.mark.parametrize("token", KINDS)
def test_check_fills_in_defaults_and_passes_what_is_unknown(token: str) -> None:
    states, kind = States(), KINDS[token]
    settled, failures = states.check(kind, {"connection": {"host": "web1"}, **GOOD[token]})
    assert failures == {}
    assert set(settled) == {"connection", *package_schema()["resources"][token]["inputProperties"]}
    again, failures = states.check(kind, settled)
    assert (again, failures) == (settled, {})
    unknown = dict.fromkeys(GOOD[token], UNKNOWN)
    settled, failures = states.check(kind, {"connection": UNKNOWN, **unknown})
    assert failures == {}
    assert all(settled[name] is UNKNOWN for name in unknown)


@pytest.mark.parametrize("token", KINDS)
def test_check_names_what_is_wrong(token: str) -> None:
    states, kind = States(), KINDS[token]
    _, failures = states.check(kind, {"connection": {"host": "a b"}, **GOOD[token], "nonsense": 1})
    assert set(failures) == {"connection.host", "nonsense"}
    required = {name for name, field in kind.wanted.model_fields.items() if field.is_required()}
    _, failures = states.check(kind, {"connection": {"host": "web1"}})
    assert set(failures) == {to_camel(name) for name in required}
    _, failures = states.check(kind, {})
    assert any(name.startswith("connection") for name in failures)


def test_an_unknown_value_inside_a_map_excuses_that_map_alone() -> None:
    states, kind = States(), KINDS["kdump:host:DumpIdentity"]
    news = {"connection": {"host": "web1"}, "knownHosts": {"vault": UNKNOWN}, "keyType": "dsa"}
    settled, failures = states.check(kind, news)
    assert set(failures) == {"keyType"}
    assert settled["knownHosts"] == {"vault": UNKNOWN}


@pytest.mark.parametrize(
    ("release", "changes", "property", "said"),
    [
        ("8.6", {"options": {"auto_reset_crashkernel": "no"}}, "options.auto_reset_crashkernel", "does not know"),
        ("7.9", {"finalAction": "poweroff"}, "finalAction", "known from 8.1"),
        ("9.0", {"target": {"kind": "virtiofs", "tag": "dumps"}}, "target", "virtiofs"),
    ],
)
def test_check_judges_a_declared_platform_without_its_host(
    release: str, changes: dict[str, Any], property: str, said: str
) -> None:
    kind = KINDS["kdump:host:DumpConfiguration"]
    platform = {"family": "redhat", "distribution": "rhel", "release": release, "architecture": "x86_64"}
    news = {"connection": {"host": "web1"}, **GOOD[kind.token], **changes}
    assert States().check(kind, news)[1] == {}
    _, failures = States().check(kind, {**news, "platform": platform})
    assert set(failures) == {property}
    assert said in failures[property]
