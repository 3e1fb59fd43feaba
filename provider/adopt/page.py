"""The printed entry: YAML for the stack file, with what is worth knowing as comments."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from provider.adopt.draft import Entry

WIDTH = 118
LONGEST = 1 << 16
"""So that a value is never broken over two lines."""

_LIKE_A_NUMBER = re.compile(r"[-+.0-9][0-9a-fA-FxXoOeE_.:+-]*")


def page(entry: Entry, heading: str) -> str:
    """The entry below ``pulumi-kdump:fleet``, its notes above what they are about. Reads back as `Entry.fleet`."""
    lines = [*_comment(heading, 0), *_notes(entry, "", 0), "hosts:", f"  {_key(entry.name)}:"]
    for setting, value in entry.settings.items():
        lines += [*_notes(entry, setting, 4), *_written(setting, value, 4)]
    for setting in dict.fromkeys(note.setting for note in entry.notes):
        if setting and setting not in entry.settings and not setting.startswith("collectors."):
            lines += [*_comment(f"{setting}:", 4), *_notes(entry, setting, 4)]
    if entry.collectors:
        lines.append("collectors:")
    for name, settings in entry.collectors.items():
        lines += [*_notes(entry, f"collectors.{name}", 2), *_written(name, settings, 2)]
    if entry.imports:
        text = "To have what is there in Pulumi's state before the first `up` (which adopts it just as well):"
        lines += _comment(text, 0)
        lines += [f"#   pulumi import {kind} {name} {shlex.quote(where)} --generate-code=false"
                  for kind, name, where in entry.imports]  # fmt: skip
    return "\n".join(lines) + "\n"


def _notes(entry: Entry, setting: str, indent: int) -> Iterator[str]:
    for note in entry.notes:
        if note.setting == setting:
            yield from _comment(note.text, indent)


def _comment(text: str, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}#   ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _written(name: str, value: Any | Mapping[str, Any], indent: int) -> list[str]:
    """A setting and its value: on one line where it fits."""
    if isinstance(value, Mapping):
        line = f"{_key(name)}: {_dumped(value, True)[0]}"
        lines = [line] if len(line) <= WIDTH - indent else _dumped({name: value}, False)
    else:
        lines = _dumped({name: value}, False)
    return [f"{' ' * indent}{line}" for line in lines]


def _key(name: str) -> str:
    return _dumped({name: 0}, False)[0].removesuffix(": 0")


def _dumped(value: Any, flow: bool) -> list[str]:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=flow, width=LONGEST)
    return text.splitlines()


def _text(dumper: Any, text: str) -> Any:
    style = "'" if _LIKE_A_NUMBER.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


# Quotes whatever some reader of YAML takes for a number: Pulumi's knows other ones than Python's.
_Dumper = type("_Dumper", (yaml.SafeDumper,), {"yaml_representers": {**yaml.SafeDumper.yaml_representers, str: _text}})
