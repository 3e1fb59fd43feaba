"""The shape of the settings in words: what each one takes, and which there are at a place of the stack file."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Place:
    """A place in the stack file: the type that stands there and, where it is a setting of its own, its field."""

    annotation: Any
    field: FieldInfo | None = None

    @property
    def model(self) -> type[BaseModel] | None:
        """The settings that stand directly at this place; None where a plain value, a map or a list stands."""
        core = _core(self.annotation)
        return core if isinstance(core, type) and issubclass(core, BaseModel) else None

    @property
    def takes(self) -> str:
        """What may be written here, in words that fit after "needed"."""
        return _takes(self.annotation, self.field)

    @property
    def meaning(self) -> str:
        """What the setting means; empty for places that are no setting of their own."""
        return (self.field.description or "") if self.field else ""

    def below(self, step: str | int) -> "Place | None":
        """The place one step further down; None when there is no such setting."""
        if self.model:
            return settings_of(self.model).get(str(step))
        core = _core(self.annotation)
        inner = get_args(core)
        if get_origin(core) is dict:
            return Place(inner[1])
        if get_origin(core) in (list, tuple):
            return Place(inner[0])
        return None


def settings_of(model: type[BaseModel]) -> Mapping[str, Place]:
    """All settings of a model by their names in the stack file, in the order in which they were declared."""
    return {field.alias or name: Place(field.annotation, field) for name, field in model.model_fields.items()}


def place_at(model: type[BaseModel], path: Sequence[str | int]) -> Place | None:
    """The place a path leads to, starting at a model; None when there is none."""
    place: Place | None = Place(model)
    for step in path:
        place = place.below(step) if place else None
    return place


def _core(annotation: Any) -> Any:
    """A type without what only qualifies it: `Annotated`, and `None` for "may be left out"."""
    if get_origin(annotation) is Annotated:
        return _core(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return _core(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _takes(annotation: Any, field: FieldInfo | None) -> str:
    core = _core(annotation)
    inner = get_args(core)
    if get_origin(core) is Literal:
        return "one of " + ", ".join(str(value) for value in inner)
    if get_origin(core) is dict:
        return f"names, each with {_takes(inner[1], None)}"
    if get_origin(core) in (list, tuple):
        return "a list"
    if core is int:
        return "a whole number" + _limits(field)
    return {str: "a text", bool: "true or false", datetime.date: "a day like 2026-12-31"}.get(core, "settings below it")


def _limits(field: FieldInfo | None) -> str:
    limits = field.metadata if field else []
    lowest = [limit.ge for limit in limits if isinstance(limit, Ge)]
    highest = [limit.le for limit in limits if isinstance(limit, Le)]
    return f" from {lowest[0]} to {highest[0]}" if lowest and highest else ""
