"""What a further key of a configuration file may hold, and what is said of one that may not stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from kdump.errors import Refusal


class OptionRule(Protocol):
    """The values that are ``accepted``, that in words (``needed``), an ``example``, and ``why`` no other may stand."""

    @property
    def accepted(self) -> re.Pattern[str]: ...
    @property
    def needed(self) -> str: ...
    @property
    def example(self) -> str: ...
    @property
    def why(self) -> str: ...


def check_key(
    key: str, value: str, rules: Mapping[str, OptionRule], *, said_by: Mapping[str, str], path: str, reader: str
) -> None:
    """Raise :class:`Refusal` unless *rules* has *key*, and accepts *value* for it.

    *said_by*: keys that are written from another setting, and its name; *path* is the file, *reader* who reads it.
    """
    setting = f"options.{key}"
    if key in said_by:
        raise Refusal(
            setting,
            value,
            "a key that no other setting decides",
            f"Use the setting {said_by[key]}",
            f"{key} is written from it, and two places for one value would contradict each other",
        )
    rule = rules.get(key)
    if rule is None:
        raise Refusal(
            setting,
            value,
            f"a key of {path}: one of " + ", ".join(rules),
            f"Remove {key}, or correct its spelling",
            f"{reader} ignores a key it does not know, and the shell that sources the file may not",
        )
    if not rule.accepted.fullmatch(value):
        raise Refusal(setting, value, rule.needed, f"Write {key}: {rule.example!r}", rule.why)
