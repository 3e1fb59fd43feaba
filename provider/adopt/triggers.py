"""The sysctls that a host's own files set, as panic triggers of the stack file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic.alias_generators import to_camel, to_snake

from kdump.errors import Refusal, refusals_in
from kdump.platforms import Platform
from kdump.triggers import Triggers, settings_for
from kdump.triggers.table import ROWS
from provider.adopt.draft import Draft
from provider.adopt.read import Reading

_FIELDS = {row.sysctl: row.field for row in ROWS}
_FLAGS = frozenset(name for name, field in Triggers.model_fields.items() if field.annotation == bool | None)
_NUMBER = re.compile(r"-?[0-9]{1,10}")


def put_triggers(draft: Draft, reading: Reading, platform: Platform, more: Mapping[str, str]) -> None:
    """Set panicTriggers as *platform* takes them; *more*: sysctls that stand for boot arguments of an older release."""
    found = {name: setting.value for name, setting in reading.sysctls.items()} | dict(more)
    fields = {_FIELDS[name]: value for name, value in found.items() if _is_carried(draft, name, value)}
    values = {field: value == "1" if field in _FLAGS else int(value) for field, value in fields.items()}
    values = _accepted(draft, values, platform)
    draft.set("panicTriggers", {to_camel(field): value for field, value in values.items()})
    for name, setting in reading.sysctls.items():
        if _FIELDS[name] not in values:
            continue
        now = reading.running.get(name, "")
        differs = f", and the running kernel has {now}" if now and now != setting.value else ""
        draft.note("panicTriggers", f"{name} = {setting.value} is set by {setting.file}{differs}.")
    if any(_FIELDS[name] in values for name in reading.sysctls):
        draft.note("panicTriggers", "`up` keeps them in a place of its own, and leaves what others wrote alone.")


def _is_carried(draft: Draft, name: str, value: str) -> bool:
    flag = _FIELDS[name] in _FLAGS
    if _NUMBER.fullmatch(value) and not (flag and value not in ("0", "1")):
        return True
    draft.note("panicTriggers", f"Left out, so it stays as it is: {name} = {value} is nothing that a trigger can say.")
    return False


def _accepted(draft: Draft, values: dict[str, bool | int], platform: Platform) -> dict[str, bool | int]:
    """Those of *values* that *platform* takes; the others are told, one after the other."""
    kept = dict(values)
    while kept:
        try:
            settings_for(Triggers.model_validate(kept), platform)
        except (ValidationError, Refusal) as wrong:
            refusal = wrong if isinstance(wrong, Refusal) else refusals_in(wrong)[0]
            draft.note("panicTriggers", f"Left out: {refusal}")
            field = to_snake(refusal.setting.removeprefix("triggers."))
            if field not in kept:
                return {}
            del kept[field]
        else:
            return kept
    return {}
