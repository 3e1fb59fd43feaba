"""Writes docs/policies.md from the rules: `python -m policies.reference`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi_policy import EnforcementLevel, Severity

from policies.pack import RULES, STACK_RULES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policies.md"

_INTRODUCTION = """\
# Policies

<!-- Written by `python -m policies.reference`; change the rules in policies/ instead. -->

`pulumi preview --policy-pack policies` and `pulumi up --policy-pack policies` hold every rule below against the stack.
A mandatory rule that is broken ends the run before anything is changed; an advisory one is shown. What is not known
never passes: the message then says what to declare.

How strictly a rule holds, and with which settings, is decided per environment: `stacks/policies.<stack>.json`, given
with `--policy-pack-config`, has rule -> settings, among them `enforcementLevel` (mandatory, advisory, disabled):

```json
{"free-space": {"margin": 1.2}, "drill-age": {"enforcementLevel": "mandatory", "maxDays": 90}}
```

A rule that shall not hold for some machines for a while is named under `exemptions` of the stack file, with a reason
and a last day (docs/settings.md); each exemption in force is shown at every run.
"""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([_INTRODUCTION, *_rows(), ""])


def _rows() -> Iterator[str]:
    yield "| rule | holds when | by default | severity | settings |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        settings = "; ".join(_setting(name, schema) for name, schema in rule.settings.items())
        yield _row(rule.name, rule.description, rule.level, rule.severity, settings)
    for each in STACK_RULES:
        assert each.enforcement_level is not None
        assert each.severity is not None
        yield _row(each.name, each.description, each.enforcement_level, each.severity, "")


def _row(name: str, description: str, level: EnforcementLevel, severity: Severity, settings: str) -> str:
    cells = (f"`{name}`", description.rstrip("."), level.value, severity.value, settings)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _setting(name: str, schema: Mapping[str, Any]) -> str:
    value = schema["default"]
    default = str(value).lower() if isinstance(value, bool) else f"{value}"
    return f"`{name}` (default `{default}`): {str(schema['description']).rstrip('.')}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
