"""Reading the settings that `python -m kdump render` takes: the dump's part of a host in the stack file."""

from __future__ import annotations

import difflib
import json
from typing import Any

import yaml
from pydantic.alias_generators import to_camel, to_snake

from kdump.command.files import Misuse
from kdump.configuration import DumpConfiguration, configuration_from
from kdump.errors import Refusal, shown

_NAMES = {name: to_camel(name) for name in DumpConfiguration.model_fields}


# Reads YAML, but numbers and words such as "no" stay what was written: to the dump tools all of them are words.
_Verbatim = type(
    "_Verbatim",
    (yaml.SafeLoader,),
    {
        "yaml_implicit_resolvers": {
            first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
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
        return json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        pass
    try:
        return yaml.load(text, _Verbatim)
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
