"""What a user is told when a setting cannot work: the one kind of error this package raises on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

_LONGEST_QUOTE = 120
_TARGET_KINDS = ("local", "filesystem", "raw", "virtiofs", "nfs", "ssh")


# What pydantic says of these is about Python.
_NEEDED = {
    "union_tag_not_found": "a 'kind': one of " + ", ".join(_TARGET_KINDS),
    "model_attributes_type": "settings in braces, with a 'kind': one of " + ", ".join(_TARGET_KINDS),
    "dict_type": "settings in braces",
}


def shown(value: object) -> str:
    """*value* as a message quotes it: on one line, control characters escaped, never longer than a line.

    >>> shown("a\\nb")
    "'a\\\\nb'"
    """
    text = ascii(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}... ({len(text)} characters)"


class Refusal(ValueError):
    """A setting that cannot work, or must not be carried to a host.

    * ``setting``: its name as in the settings, dotted ("target.path")
    * ``found``: the value that was found, verbatim (quoted and shortened when shown)
    * ``needed``: what would be accepted, as a noun phrase
    * ``instead``: what to write instead, as a sentence without its full stop
    * ``why``: which tool or rule makes it so, as a sentence without its full stop

    ``str()`` gives one readable group of sentences. All five parts stay readable for policies and tests.
    """

    def __init__(self, setting: str, found: object, needed: str, instead: str, why: str) -> None:
        # All parts go to ValueError: that is what keeps pickling and copying of the exception working.
        super().__init__(setting, found, needed, instead, why)
        self.setting = setting
        self.found = found
        self.needed = needed
        self.instead = instead
        self.why = why

    def __str__(self) -> str:
        # A part of it may be a key that somebody wrote: on one line it stays, whatever it holds.
        setting = self.setting if self.setting.isprintable() else shown(self.setting)
        return (
            f"{setting}: found {shown(self.found)}, needed {self.needed}. "
            f"{_sentence(self.instead)} {_sentence(self.why)}"
        )

    def within(self, outer: str) -> Refusal:
        """The same refusal, its setting named from further out: ``within("hosts.web1")``."""
        setting = f"{outer}.{self.setting}" if self.setting else outer
        return Refusal(setting, self.found, self.needed, self.instead, self.why)


def refusals_in(error: ValidationError, outer: str = "") -> list[Refusal]:
    """Every problem of a failed pydantic model as a refusal, in the order of the fields.

    A refusal raised by a validator comes back with the place of its field for a setting (in the camelCase of
    the settings, *outer* in front; a dotted setting keeps what it says beyond the field). Pydantic's own
    findings (a missing or an unknown field, a wrong type) are put into the same words.
    """
    return [_refusal_of(dict(detail), outer) for detail in error.errors(include_url=False)]


def _refusal_of(detail: Mapping[str, Any], outer: str) -> Refusal:
    where = _setting_name(outer, detail["loc"])
    context = detail.get("ctx") or {}
    original = context.get("error")
    if isinstance(original, Refusal):
        first, dot, rest = original.setting.partition(".")
        beyond = "" if not dot else rest if first == where.rpartition(".")[2] else original.setting
        named = ".".join(filter(None, (where, beyond))) or original.setting
        return Refusal(named, original.found, original.needed, original.instead, original.why)
    kind = str(detail["type"])
    if kind == "missing":
        return Refusal(where, None, "a value", f"Set {where}", "Nothing sensible can be assumed for it")
    if kind == "extra_forbidden":
        return Refusal(
            where,
            detail["input"],
            "a setting that exists",
            f"Remove {where}, or correct its spelling",
            "An unknown setting would be ignored, and nobody would notice",
        )
    if kind == "value_error":
        return Refusal(where or "settings", detail["input"], "something else", str(original), "It cannot work as it is")
    needed = _NEEDED.get(kind, str(detail["msg"]).removeprefix("Input should be "))
    found = detail["input"]
    if kind == "union_tag_invalid":
        where, found, needed = f"{where}.kind", context["tag"], f"one of {context['expected_tags']}"
    return Refusal(
        where or "settings",
        found,
        needed,
        f"Write {needed}",
        "Nothing else can be carried to a host",
    )


def _setting_name(outer: str, location: tuple[int | str, ...]) -> str:
    """The path to a field as the settings spell it. The tag of a discriminated union is no setting."""
    names = outer.split(".") if outer else []
    for before, part in zip((outer.rpartition(".")[2], *location), location, strict=False):
        if part in _TARGET_KINDS and before == "target":
            continue
        # What stands below options is a key of the platform's own file, and spelt as there.
        below_options = names[-1:] == ["options"]
        names.append(str(part) if below_options else re.sub(r"_([a-z])", lambda m: m[1].upper(), str(part)))
    return ".".join(names)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
