"""Values in an engine's event: those not known yet, and those at a path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is only known after `up` (sdk/go/common/resource/plugin/rpc.go of Pulumi)."""

_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([^.\[\]]+)')


def is_unknown(value: Any) -> bool:
    """Whether a value, or the text around one, is only known after `up`."""
    return isinstance(value, str) and UNKNOWN in value


def at(value: Any, path: str) -> Any:
    """What is at a path as a detailed diff writes it, `target.path` or `power["db1"][0]`; None where nothing is."""
    for quoted, index, name in _STEP.findall(path):
        key = quoted or name
        if index and isinstance(value, Sequence) and not isinstance(value, str):
            value = value[int(index)] if int(index) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(key or index)
        else:
            return None
    return value


def shown(value: Any) -> str:
    """A value as people read it: `256M`, `yes`, `rw, sync`, `path=/srv/dumps, kind=ssh`, `(known after up)`."""
    if is_unknown(value):
        return "(known after up)"
    if value in (None, "", [], {}):
        return "(none)"
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case Mapping():
            return ", ".join(f"{name}={shown(each)}" for name, each in value.items())
        case list() | tuple():
            return ", ".join(shown(each) for each in value)
    return str(value)
