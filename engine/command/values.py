"""Property values as they travel: JSON with envelopes for secrets, and sentinels for what is not known yet.

Envelopes are kept as they come, so that what is handed back to the engine has lost nothing. `reveal` takes
them off where a value is used.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

Value = Any
Properties = dict[str, Value]

SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = {
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}


def from_struct(struct: struct_pb2.Struct) -> Properties:
    return json_format.MessageToDict(struct)


def to_struct(properties: Mapping[str, Value]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(properties), struct_pb2.Struct())


def secret(value: Value) -> Value:
    """`value` in a secret's envelope, once."""
    return value if is_secret(value) else {SIGNATURE: _SECRET, "value": value}


def is_secret(value: Value) -> bool:
    if not isinstance(value, dict):
        return False
    return value.get(SIGNATURE) == _SECRET or (value.get(SIGNATURE) == _OUTPUT and bool(value.get("secret")))


def unwrap(value: Value) -> Value:
    """The value inside, if it is in an envelope; an output that has no value yet is unknown."""
    while isinstance(value, dict) and value.get(SIGNATURE) in (_SECRET, _OUTPUT):
        value = value.get("value", UNKNOWN)
    return value


def reveal(value: Value) -> Value:
    """The value without any envelope, at every depth."""
    value = unwrap(value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def is_unknown(value: Value) -> bool:
    return isinstance(value, str) and value in _UNKNOWNS


def has_unknown(value: Value) -> bool:
    value = unwrap(value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return is_unknown(value)


def is_asset(value: Value) -> bool:
    """An asset or an archive: one value to a diff, though it travels as an object."""
    return isinstance(value, dict) and value.get(SIGNATURE) in (ASSET, ARCHIVE)
