"""Check: are the inputs what the schema says, and what do they become with defaults and secret marks?"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.command import schema
from engine.command.values import Properties, Value, is_unknown, secret, unwrap

_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": (int, float),
    "array": list,
    "object": dict,
}


@dataclass(frozen=True)
class Failure:
    """What is wrong with one property; `property` is a path such as connection.host."""

    property: str
    reason: str


def check(token: str, given: Properties) -> tuple[Properties, list[Failure]]:
    """The inputs with defaults filled in and secrets marked, and everything that is wrong with them."""
    specs = schema.INPUTS[token]
    # Names that begin with __ are the engine's own notes, not the user's.
    inputs = {name: value for name, value in given.items() if not name.startswith("__")}
    failures = list(_object_failures(inputs, specs, schema.REQUIRED[token], path=""))
    if "connection" in inputs:
        inputs["connection"] = secret(_with_defaults(inputs["connection"], schema.CONNECTION_PROPERTIES))
    return inputs, failures


def _object_failures(value: Properties, specs: schema.Specs, required: list[str], path: str) -> Iterator[Failure]:
    for name in required:
        if value.get(name) is None:
            yield Failure(f"{path}{name}", f"Missing required field '{name}'")
    for name, item in value.items():
        if name not in specs:
            yield Failure(f"{path}{name}", f"Unrecognized field '{name}'; known are {', '.join(specs)}")
        else:
            yield from _failures(item, specs[name], f"{path}{name}")


def _failures(value: Value, spec: dict[str, Any], path: str) -> Iterator[Failure]:
    value = unwrap(value)
    if value is None or is_unknown(value):
        return
    reference = str(spec.get("$ref", "")).removeprefix("#/types/")
    if reference.endswith(":Logging"):
        if value not in schema.LOGGING:
            yield Failure(path, f"Field '{path}' is {value!r}; it may be {', '.join(schema.LOGGING)}")
    elif reference in (schema.CONNECTION, schema.PROXY):
        if not isinstance(value, dict):
            yield _wrong_type(path, "object", value)
            return
        proxy = reference == schema.PROXY
        specs = schema.PROXY_PROPERTIES if proxy else schema.CONNECTION_PROPERTIES
        yield from _object_failures(value, specs, ["host"], f"{path}.")
    elif "type" in spec:
        expected: str = spec["type"]
        number_got_bool = expected in ("number", "integer") and isinstance(value, bool)
        if number_got_bool or not isinstance(value, _JSON_TYPES[expected]):
            yield _wrong_type(path, expected, value)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from _failures(item, spec["items"], f"{path}[{index}]")
        elif isinstance(value, dict):
            for name, item in value.items():
                yield from _failures(item, spec["additionalProperties"], f"{path}.{name}")


def _wrong_type(path: str, expected: str, value: Value) -> Failure:
    names = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    return Failure(path, f"Field '{path}' must be a '{expected}'; got '{names[type(value)]}' instead")


def _with_defaults(value: Value, specs: schema.Specs) -> Value:
    """A connection with what was left out filled in and its secret fields marked."""
    value = unwrap(value)
    if not isinstance(value, dict):
        return value  # not known yet, or wrong and reported
    result = dict(value)
    for name, spec in specs.items():
        if result.get(name) is None:
            default = spec.get("default", _from_environment(spec))
            if default is not None:
                result[name] = default
        elif spec.get("secret"):
            result[name] = secret(result[name])
    if result.get("proxy") is not None:
        result["proxy"] = _with_defaults(result["proxy"], schema.PROXY_PROPERTIES)
    return result


def _from_environment(spec: dict[str, Any]) -> str | None:
    names = spec.get("defaultInfo", {}).get("environment", [])
    return next((os.environ[name] for name in names if os.environ.get(name)), None)
