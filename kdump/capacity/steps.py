"""What every result of this arithmetic has: a paragraph that explains it, and its steps with their numbers."""

from __future__ import annotations

import math
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.units import KIB, human


class Explained(BaseModel):
    """A result that explains itself.

    * ``explanation``: one paragraph for people who do not want to calculate
    * ``steps``: lines "name = formula = value", inputs first, so that everybody can
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    explanation: str
    steps: tuple[str, ...]


def step(name: str, formula: str, value: str) -> str:
    """One line of a calculation: *name*, how it comes about, and its *value* with its unit."""
    return f"{name} = {formula} = {value}"


def given(name: str, value: str) -> str:
    """One line for an input."""
    return f"{name} = {value}"


def bytes_text(size_bytes: int) -> str:
    """*size_bytes* exactly and as people read it: "5460754432 bytes (5.1 GiB)"."""
    return human(size_bytes) if abs(size_bytes) < KIB else f"{size_bytes} bytes ({human(size_bytes)})"


def times(amount: int, factor: float) -> int:
    """*amount* multiplied by *factor*, rounded up.

    The factor is taken as it is written (1.02 is 102/100, not the nearest binary number), so that nobody who
    calculates along finds one byte too many.
    """
    return math.ceil(amount * Fraction(str(factor)))


def checked_least(setting: str, value: int, least: int, unit: str, why: str) -> int:
    """*value*, if it is not less than *least*; raises :class:`Refusal` otherwise. *unit* names both ("bytes")."""
    if value < least:
        raise Refusal(setting, value, f"a number of {unit}, {least} or more", "Correct the number", why)
    return value


def checked_factor(setting: str, value: float, why: str) -> float:
    """*value*, if it is a finite number above 0; raises :class:`Refusal` otherwise."""
    if not (math.isfinite(value) and value > 0):
        raise Refusal(setting, value, "a number above 0", "Correct the number", why)
    return value
