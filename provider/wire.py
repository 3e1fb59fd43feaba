"""Properties on the wire: structs with signatures for secrets and sentinels for what is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc


class Unknown:
    """The value of an output that is known only after its resource was made."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = Unknown()
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SENTINELS = frozenset(
    {
        rpc.UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def decode(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Plain Python values; secrets unwrapped, unknown values as UNKNOWN, whole numbers as int."""
    return {name: _decode(value) for name, value in properties.fields.items()}


def _decode(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _SENTINELS else value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            fields = value.struct_value.fields
            if _SIGNATURE in fields:
                return _decode(fields["value"]) if "value" in fields else None
            return {name: _decode(item) for name, item in fields.items()}
        case _:
            return None


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The reverse of `decode`; what is None is left out."""
    struct = struct_pb2.Struct()
    struct.update({name: _encode(value) for name, value in properties.items() if value is not None})
    return struct


def _encode(value: Any) -> Any:
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {name: _encode(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    if isinstance(value, str):
        # Bytes of a host's file that are not UTF-8 came here as surrogates, which the wire does not know.
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value


def has_unknown(value: Any) -> bool:
    """Whether the value, or anything inside it, is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def differences(old: Any, new: Any, path: str = "") -> dict[str, str]:
    """Where two values differ: property path -> "add", "delete" or "update"."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found: dict[str, str] = {}
        for name in sorted({*old, *new}):
            plain = name.replace("_", "").replace("-", "").isalnum()
            at = (f"{path}.{name}" if path else name) if plain else f'{path}["{name}"]'
            if name not in new:
                found[at] = "delete"
            elif name not in old:
                found[at] = "add"
            else:
                found |= differences(old[name], new[name], at)
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        found = {}
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            found |= differences(before, after, f"{path}[{number}]")
        return found
    return {} if old == new and type(old) is type(new) else {path: "update"}
