"""The inputs of a resource as a rule reads them: what is unknown, missing or of another kind than expected is None.

The SDK raises for each value that is not known yet, and turns that into an advice: a mandatory rule would silently stop
being one. Here such a value is as good as none, and every rule says what it makes of that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy.proxy import UnknownValueError


class Inputs:
    """A group of inputs, of a resource or of a part of it."""

    def __init__(self, values: Any = None) -> None:
        self._values: Mapping[Any, Any] = values if isinstance(values, Mapping) else {}

    def _value(self, name: str) -> Any:
        try:
            return self._values.get(name)
        except UnknownValueError:
            return None

    def names(self) -> Iterator[str]:
        """The names in a group whose names are free to choose, those of hosts say."""
        return iter(sorted(map(str, self._values)))

    def is_unknown(self, name: str) -> bool:
        """Whether there is a value, which nobody knows yet: for inputs that may also be left out."""
        try:
            self._values.get(name)
        except UnknownValueError:
            return True
        return False

    def text(self, name: str) -> str | None:
        """A text."""
        value = self._value(name)
        return value if isinstance(value, str) else None

    def whole(self, name: str) -> int | None:
        """A whole number that is not negative: bytes, seconds, a count. Numbers arrive as floats."""
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return int(value) if value >= 0 and value == int(value) else None

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._value(name)
        return value if isinstance(value, bool) else None

    def group(self, name: str) -> Inputs:
        """The inputs below a name; nothing where nobody knows them."""
        return Inputs(self._value(name))

    def texts(self, name: str) -> list[str] | None:
        """A list of texts; None where one of them is not known, too."""
        found = self._list(name)
        return None if found is None or not all(isinstance(each, str) for each in found) else list(found)

    def groups(self, name: str) -> list[Inputs]:
        """A list of groups; those that are not known are left out."""
        return [Inputs(each) for each in self._list(name) or [] if isinstance(each, Mapping)]

    def mapping(self, name: str) -> dict[str, Any] | None:
        """All below a name as it is, for a model of the rules to judge; None where some of it is not known."""
        try:
            value = _plain(self._value(name))
        except UnknownValueError:
            return None
        return value if isinstance(value, dict) else None

    def _list(self, name: str) -> list[Any] | None:
        value = self._value(name)
        if isinstance(value, str) or not isinstance(value, Sequence):
            return None
        try:
            return list(value)
        except UnknownValueError:
            return None


def _plain(value: Any) -> Any:
    """Without the SDK's wrappers. Raises UnknownValueError."""
    if isinstance(value, Mapping):
        return {name: _plain(value[name]) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
