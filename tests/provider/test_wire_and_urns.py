"""Properties on their way between engine and provider, and what a URN says about the owner."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from provider.states import Urn
from provider.wire import UNKNOWN, decode, differences, encode, has_unknown

PLAIN = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(st.text(max_size=8), PLAIN, max_size=6)
SECRET = "4dabf18193072939515e22adb298388d"


@given(PROPERTIES)
def test_what_is_encoded_comes_back(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties
    assert differences(properties, decode(encode(properties))) == {} or any_float(properties)


def any_float(value: Any) -> bool:
    """A whole number written as a float comes back as an int: the wire does not tell them apart."""
    if isinstance(value, dict):
        return any(any_float(item) for item in value.values())
    if isinstance(value, list):
        return any(any_float(item) for item in value)
    return isinstance(value, float)


@given(PROPERTIES, PROPERTIES)
def test_differences_are_seen_from_both_sides(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = differences(old, new), differences(new, old)
    assert set(there) == set(back)
    turned = {"add": "delete", "delete": "add", "update": "update"}
    assert {path: turned[how] for path, how in there.items()} == back
    assert differences(old, old) == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, {"a": "update"}),
        ({}, {"a": {"b": 1}}, {"a": "add"}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a.c": "delete"}),
        ({"a": [1, 2]}, {"a": [1, 3]}, {"a[1]": "update"}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": "update"}),
        ({"a": {"x.y": 1}}, {"a": {"x.y": 2}}, {'a["x.y"]': "update"}),
        ({"a": "1"}, {"a": 1}, {"a": "update"}),
        ({"a": 1}, {"a": True}, {"a": "update"}),
        ({"a": "x"}, {"a": UNKNOWN}, {"a": "update"}),
    ],
)
def test_where_values_differ(old: Any, new: Any, expected: dict[str, str]) -> None:
    assert differences(old, new) == expected


@pytest.mark.parametrize("sentinel", [
    rpc.UNKNOWN, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
])  # fmt: skip
def test_sentinels_of_every_type_mean_unknown(sentinel: str) -> None:
    struct = struct_pb2.Struct()
    struct.update({"a": {"b": [sentinel]}})
    decoded = decode(struct)
    assert decoded["a"]["b"][0] is UNKNOWN
    assert has_unknown(decoded)
    assert encode(decoded)["a"]["b"][0] == rpc.UNKNOWN


def test_secrets_and_outputs_are_unwrapped() -> None:
    struct = struct_pb2.Struct()
    struct.update({
        "secret": {SECRET: "1b47061264138c4ac30d75fd1eb44270", "value": "word"},
        "output": {SECRET: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 5},
    })  # fmt: skip
    decoded = decode(struct)
    assert (decoded["secret"], decoded["output"]) == ("word", 5)


@pytest.mark.parametrize(
    ("text", "stack", "name"),
    [
        ("urn:pulumi:prod::pulumi-kdump::kdump:host:BootArguments::web1", "pulumi-kdump.prod", "web1"),
        ("urn:pulumi:dev::p::a:b:C$kdump:host:DumpService::x", "p.dev", "x"),
        ("urn:pulumi:org/proj/dev::p::kdump:host:DumpService::x", "p.org/proj/dev", "x"),
    ],
)
def test_a_urn_names_the_owner(text: str, stack: str, name: str) -> None:
    assert (Urn(text).stack, Urn(text).name) == (stack, name)
