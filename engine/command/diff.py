"""What changed between two sets of inputs, path by path."""

import re
from collections.abc import Collection
from enum import StrEnum

from engine.command.values import Properties, Value, has_unknown, is_asset, is_secret, reveal

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# The engine compares single triggers by the SDK's replaceOnChanges "triggers[*]", which does not reach a
# list that comes, goes or is secret as a whole.
_REPLACES = "triggers"


class Kind(StrEnum):
    ADD = "ADD"
    ADD_REPLACE = "ADD_REPLACE"
    DELETE = "DELETE"
    DELETE_REPLACE = "DELETE_REPLACE"
    UPDATE = "UPDATE"
    UPDATE_REPLACE = "UPDATE_REPLACE"


def diff(old: Properties, new: Properties, ignored: Collection[str] = ()) -> dict[str, Kind]:
    """Path to kind of change. `ignored` are names of inputs whose changes do not count."""
    found: dict[str, Kind] = {}
    for name in sorted(old.keys() | new.keys()):
        if name not in ignored:
            _compare(name, old.get(name), new.get(name), found)
    if _REPLACES in found:
        found[_REPLACES] = Kind[f"{found[_REPLACES]}_REPLACE"]
    return found


def _compare(path: str, old: Value, new: Value, found: dict[str, Kind]) -> None:
    if old is None or new is None:
        if old is not new:
            found[path] = Kind.ADD if old is None else Kind.DELETE
    elif is_secret(old) or is_secret(new) or is_asset(old) or is_asset(new):
        # A secret is one value: a path into it would tell which part of it changed.
        if has_unknown(new) or reveal(old) != reveal(new):
            found[path] = Kind.UPDATE
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            _compare(f"{path}{_step(name)}", old.get(name), new.get(name), found)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            _compare(f"{path}[{index}]", _at(old, index), _at(new, index), found)
    elif has_unknown(new) or reveal(old) != reveal(new):
        found[path] = Kind.UPDATE


def _at(items: list[Value], index: int) -> Value:
    return items[index] if index < len(items) else None


def _step(name: str) -> str:
    if _PLAIN_NAME.match(name):
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'
