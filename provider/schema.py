"""The provider's schema, made from the models of its kinds, so that it cannot say anything else."""

from __future__ import annotations

from typing import Any

from provider.connection import Connection
from provider.facts import FACTS
from provider.kinds import KINDS
from provider.resources import VERSION

_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    list: {"type": "array", "items": {"type": "string"}},
    dict: {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}},
}
_CONNECTION = "kdump:index:Connection"
_IDENTITY = {
    "type": "string",
    "description": "/etc/machine-id of the host when it was first reached; another machine is refused.",
}


def _property(definition: dict[str, Any]) -> dict[str, Any]:
    """A property of a JSON schema in the terms of a Pulumi package schema."""
    described = {"description": definition["description"]} if "description" in definition else {}
    choices = [one for one in definition.get("anyOf", []) if one.get("type") != "null"]
    if choices:
        definition = choices[0]
    match definition.get("type"):
        case "array":
            return {"type": "array", "items": _property(definition.get("items", {"type": "string"})), **described}
        case "object" if isinstance(definition.get("additionalProperties"), dict):
            values = _property(definition["additionalProperties"])
            return {"type": "object", "additionalProperties": values, **described}
        case "string" | "integer" | "boolean" | "number" as plain:
            return {"type": plain, **described}
        case _:
            return {"$ref": "pulumi.json#/Any", **described}


def _properties(model: Any) -> tuple[dict[str, Any], list[str]]:
    schema = model.model_json_schema(by_alias=True)
    return {n: _property(d) for n, d in schema["properties"].items()}, schema.get("required", [])


def package_schema() -> dict[str, Any]:
    """The whole schema, as `pulumi package get-schema` prints it."""
    connection = {"$ref": f"#/types/{_CONNECTION}", "description": "How the host is reached."}
    resources: dict[str, Any] = {}
    for token, kind in KINDS.items():
        inputs, required = _properties(kind.wanted)
        outputs = {name: {**_TYPES[of], "description": text} for name, (of, text) in kind.outputs.items()}
        resources[token] = {
            "description": (kind.__doc__ or "").strip(),
            "inputProperties": {"connection": connection, **inputs},
            "requiredInputs": ["connection", *required],
            "properties": {**inputs, **outputs, "machineId": _IDENTITY},
            "required": [*inputs, *outputs, "machineId"],
        }
    fields, required = _properties(Connection)
    return {
        "name": "kdump",
        "displayName": "kdump",
        "version": VERSION,
        "description": "Crash dumps that are really there after a panic: kdump on hosts and collectors, over SSH.",
        "keywords": ["pulumi", "kdump", "category/infrastructure"],
        "types": {_CONNECTION: {"type": "object", "properties": fields, "required": required}},
        "config": {},
        "provider": {},
        "resources": resources,
        "functions": {
            "kdump:index:getHostFacts": {
                "description": "What a host is and has, measured now; `problem` says why it could not be asked.",
                "inputs": {
                    "properties": {
                        "connection": {**connection, "description": "How the host is reached."},
                        "paths": {**_TYPES[list], "description": "Paths whose free space is wanted."},
                        "devices": {
                            **_TYPES[list],
                            "description": "Devices of which it is wanted what they hold and who uses them, as targets "
                            "name them (/dev/…, UUID=…, LABEL=…), or wwid: and the WWID of a SAN LUN.",
                        },
                        "afterAct": {
                            **_TYPES[bool],
                            "description": "Something may have changed the host past the provider (a reboot): nothing "
                            "that it was asked before counts.",
                        },
                    },
                    "required": ["connection"],
                },
                "outputs": {
                    "properties": {name: {**_TYPES[of], "description": text} for name, (of, text) in FACTS.items()},
                    "required": list(FACTS),
                },
            }
        },
    }
