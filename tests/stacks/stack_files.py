"""The stack files of this project, read as Pulumi reads them, and moved to today."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

STACKS = Path(__file__).resolve().parents[2] / "stacks"
NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))
FLEET = "pulumi-kdump:fleet"
# The day as of which the drills and exemptions of the files were written.
WRITTEN = datetime.date(2026, 11, 25)
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


class _AsPulumi(yaml.SafeLoader):
    """`on` is a name and no answer, as in YAML 1.2; and a date is left as it was written."""


_AsPulumi.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith(":timestamp") and not (tag.endswith(":bool") and first in "oOyYnN")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def stack_file(stack: str) -> Path:
    """The file of a stack."""
    return STACKS / f"Pulumi.{stack}.yaml"


def written_in(stack: str) -> dict[str, Any]:
    """What a stack file says of its fleet."""
    loaded = yaml.load(stack_file(stack).read_text(), Loader=_AsPulumi)
    fleet: dict[str, Any] = loaded["config"][FLEET]
    return fleet


def as_of_today(text: str) -> str:
    """A stack file with its dates as far from today as they were from the day it was written.

    Drills grow old and exemptions end, in these files, too; what they were written to show does not.
    """
    passed = datetime.date.today() - WRITTEN
    return _DAY.sub(lambda found: (datetime.date.fromisoformat(found[0]) + passed).isoformat(), text)


def places(written: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place at which something is said, as a path of keys; of lists only the whole."""
    for key, value in written.items():
        yield (*above, key)
        if isinstance(value, Mapping):
            yield from places(value, (*above, key))


def without(written: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The same with nothing said at a place."""
    key, *rest = path
    if not rest:
        return {name: value for name, value in written.items() if name != key}
    return {**written, key: without(written[key], tuple(rest))}
