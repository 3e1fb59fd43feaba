"""Reading the settings that `python -m kdump render` takes: the dump's part of a host in the stack file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any

import yaml
from pydantic.alias_generators import to_camel, to_snake

from kdump.command.files import Misuse
from kdump.configuration import DumpConfiguration, configuration_from
from kdump.errors import Refusal, shown

_NAMES = {name: to_camel(name) for name in DumpConfiguration.model_fields}


class _Twice(Exception):
    """A key that stands twice where it may stand once."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _refuse_twice(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise _Twice(key)
        seen.add(key)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _refuse_twice(key for key, _ in pairs)
    return dict(pairs)


def _composed(loader: yaml.SafeLoader, anchor: str | None) -> yaml.MappingNode:
    """A mapping as it is written: later, keys that it merges from elsewhere stand among its own."""
    node = yaml.SafeLoader.compose_mapping_node(loader, anchor)
    _refuse_twice(str(key.value) for key, _ in node.value if isinstance(key, yaml.ScalarNode))
    return node


# Reads YAML, but numbers and words such as "no" stay what was written, whatever tag they have: to the dump tools all of
# them are words. A key given twice, of which PyYAML takes the last, is refused.
_Verbatim = type(
    "_Verbatim",
    (yaml.SafeLoader,),
    {
        "compose_mapping_node": _composed,
        "yaml_constructors": {
            **yaml.SafeLoader.yaml_constructors,
            **{
                f"tag:yaml.org,2002:{name}": yaml.SafeLoader.construct_yaml_str
                for name in ("bool", "int", "float", "timestamp", "binary")
            },
        },
        "yaml_implicit_resolvers": {
            first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        },
    },
)


def configuration_in(name: str, text: str) -> DumpConfiguration:
    """The configuration that *text*, the YAML or JSON of file *name*, describes.

    Settings are named as in the stack file (dumpLevel); as in the rules' own models (dump_level) does as well. Raises
    :class:`Misuse` for what holds no settings, :class:`Refusal` for settings that cannot be.
    """
    settings = _loaded(name, text)
    if not isinstance(settings, dict):
        raise Misuse(f"{name} has no settings. Write for example: target: {{kind: local, path: /var/crash}}")
    known: dict[str, Any] = {}
    for key, value in settings.items():
        field = to_snake(str(key))
        if field not in _NAMES:
            raise _unknown(str(key), value)
        if field in known:
            raise Misuse(f"{name} has the setting {_NAMES[field]} twice. Keep one of them.")
        known[field] = value
    level = known.get("dump_level")
    if isinstance(level, str) and level.isdecimal() and len(level) < 9:
        known["dump_level"] = int(level)
    return configuration_from(known)


def _loaded(name: str, text: str) -> object:
    try:
        try:
            return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=_once_each)
        except ValueError:
            return yaml.load(text, _Verbatim)
    except _Twice as problem:
        raise Misuse(f"{name} has {shown(problem.key)} twice in one place. Keep one of them.") from None
    except yaml.YAMLError as problem:
        raise Misuse(f"{name} is neither YAML nor JSON: {' '.join(str(problem).split())}") from None
    except ValueError as problem:  # such as a key that is no text
        raise Misuse(f"{name} is neither YAML nor JSON: {problem}") from None


def _unknown(key: str, value: object) -> Refusal:
    near = difflib.get_close_matches(key, _NAMES.values(), n=1, cutoff=0.5)
    return Refusal(
        key,
        value,
        "one of the settings " + ", ".join(_NAMES.values()),
        f"Write {near[0]}" if near else f"Remove {shown(key)}; keys of the dump tools' own files belong below options",
        "An unknown setting would be ignored, and nobody would notice",
    )
