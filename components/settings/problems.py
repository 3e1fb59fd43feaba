"""What is wrong with a stack file, in sentences for the person who wrote it."""

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from components.settings.shape import place_at, settings_of
from kdump.errors import Refusal

_MOST_NAMED = 5


class SettingsRefused(ValueError):
    """The stack file can't be used. `problems` has one text for each thing that is wrong, with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Problems:
    """Collects what is wrong, so that all of it is told at once; the same thing is told once."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        """Each text, with the hosts that it is about where it stands in what hosts share."""
        self._noted = 0

    def __len__(self) -> int:
        """How often something was noted, also what had been noted before."""
        return self._noted

    def add(self, where: str, what: str) -> None:
        """Note a problem: the place in the stack file, and what was found there, is needed, and is to be written."""
        self._noted += 1
        self._texts.setdefault(f"{where}: {what}", [])

    def refused(self, where: str, refusal: Refusal, host: str = "") -> None:
        """Note a rule's refusal, its setting named as it is called in the stack file.

        Rules name one of several entries themselves (`options.DEBUG`); that part is kept. `host`: the rule is one of
        this host's platform, so others that share the setting may be content with it.
        """
        above, _, last = where.rpartition(".")
        if refusal.setting.startswith(f"{last}."):
            where = f"{above}.{refusal.setting}"
        named = Refusal(where, refusal.found, refusal.needed, refusal.instead, refusal.why)
        self._noted += 1
        about = self._texts.setdefault(str(named), [])
        if host and not where.startswith(f"hosts.{host}."):
            about.append(host)

    def invalid(self, error: ValidationError, model: type[BaseModel]) -> None:
        """Note all that a settings model refused."""
        for detail in error.errors(include_url=False):
            self._one_invalid(detail, model)

    def refuse_if_any(self) -> None:
        """Raise SettingsRefused when a problem was noted."""
        if self._texts:
            raise SettingsRefused([text + _about(text, hosts) for text, hosts in self._texts.items()])

    def _one_invalid(self, detail: ErrorDetails, model: type[BaseModel]) -> None:
        # Errors about a name in a map point at the name and then say that it is the name that they mean.
        path = [step for step in detail["loc"] if step != "[key]"]
        where = _path_text(path)
        kind, found = detail["type"], detail["input"]
        place = place_at(model, path)
        takes = place.takes if place else "something else"
        meaning = f" ({place.meaning.rstrip('.')})" if place and place.meaning else ""
        if kind == "value_error":
            error = detail["ctx"]["error"]
            if isinstance(error, Refusal):
                self.refused(where, error)
            else:
                self.add(where, str(error))
        elif kind == "extra_forbidden":
            self.add(where, _no_such_setting(path, model))
        elif kind == "missing":
            self.add(where, f"is missing, needed {takes}{meaning}")
        else:
            is_number = isinstance(found, int | float) and str(found) in takes.removeprefix("one of ").split(", ")
            quotes = "; write it in quotes" if is_number or (isinstance(found, bool) and takes == "a text") else ""
            self.add(where, f"found {_found(found)}, needed {takes}{quotes}{meaning}")


def unknown_name(kind: str, name: str, known: Sequence[str]) -> str:
    """What to say of a name that is not declared: the known ones, and the one that was probably meant."""
    among = f"one of {', '.join(known)}" if known else f"a {kind} declared under `{kind}s`"
    return f"found {name!r}, which is no {kind} of this stack file; needed {among}{_closest(name, known)}"


def _about(text: str, hosts: Sequence[str]) -> str:
    """Which hosts a problem is about that stands in what they share, and how to leave the others alone."""
    if not hosts:
        return ""
    setting = text.partition(":")[0].partition(".")[2]
    named = ", ".join(hosts[:_MOST_NAMED]) + (
        f" and {len(hosts) - _MOST_NAMED} more" if len(hosts) > _MOST_NAMED else ""
    )
    own = setting if text.startswith("defaults.") else setting.partition(".")[2]
    # A target is taken whole from the layer that has one.
    what = (
        f"the whole target at hosts.{hosts[0]}.target" if own.startswith("target") else f"it at hosts.{hosts[0]}.{own}"
    )
    return f" This is so for {named}: write {what}, or in a group, where others need another value."


def _closest(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; probably meant: {near[0]}" if near else ""


def _path_text(path: Sequence[str | int]) -> str:
    """A place as people write it: hosts.web1.connection.hostKeys[0]."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".") or "fleet"


def _no_such_setting(path: Sequence[str | int], model: type[BaseModel]) -> str:
    above = place_at(model, path[:-1])
    names = list(settings_of(above.model)) if above and above.model else []
    written = str(path[-1])
    meant = to_camel(written)
    hint = f"; write {meant}" if meant in names else _closest(meant, names)
    return f"there is no such setting{hint or ''}; needed one of {', '.join(names)}"


def _found(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value)
        case int() | float():
            return f"the number {value}"
        case dict():
            return f"settings ({', '.join(map(str, value)) or 'none'})"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "something else"
