"""Writes docs/settings.md from the models: `python -m components.settings.reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from components.settings.cluster import (
    ClusterSettings,
    DelaySettings,
    FenceKdumpSettings,
    MemberSettings,
    PostFailDelaySettings,
)
from components.settings.collector import CollectorNfsSettings, CollectorSettings
from components.settings.connection import ConnectionSettings
from components.settings.exemptions import ExemptionSettings
from components.settings.fleet import FleetSettings, RebootSettings
from components.settings.host import DumpIdentitySettings, HostDefaults, HostSettings
from components.settings.known import DrilledSettings, SpaceSettings
from components.settings.shape import Place, settings_of
from components.settings.target import (
    FilesystemTargetSettings,
    LocalTargetSettings,
    NfsTargetSettings,
    RawTargetSettings,
    SanTargetSettings,
    SshTargetSettings,
    TargetSettings,
    VirtiofsTargetSettings,
)
from components.settings.triggers import PanicTriggerSettings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"

_INTRODUCTION = """\
# Settings

<!-- Written by `python -m components.settings.reference`; change the models in components/settings instead. -->

Everything about a fleet stands in one object of its stack file, `stacks/Pulumi.<stack>.yaml`:

```yaml
config:
  pulumi-kdump:fleet:
    defaults: {crashkernel: 256M}
    hosts:
      web1:
        connection: {host: web1.example.com}
        target: {ssh: {collector: vault}}
    collectors:
      vault:
        connection: {host: vault.example.com}
        address: 10.0.0.9
```

Names of hosts, collectors and groups are small letters, digits and inner hyphens, 63 at most.

A host takes its settings from `defaults`, then from its groups in their order, then from itself; what comes later
wins. `connection`, `bootArguments`, `options`, `panicTriggers`, `dumpIdentity` and `space` are put together key by key,
and a key without a value takes back what came before; every other setting is taken whole from the last that has it.

Anything that does not fit is refused before a host is touched, with its place in the stack file. No setting takes a
password or a private key: those are named, by file, agent or environment variable.
"""

_SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The fleet", FleetSettings),
    ("`defaults`, `groups.<group>` and `hosts.<host>`", HostDefaults),
    ("`hosts.<host>` alone", HostSettings),
    ("`connection`", ConnectionSettings),
    ("`target`", TargetSettings),
    ("`target.local`", LocalTargetSettings),
    ("`target.filesystem`", FilesystemTargetSettings),
    ("`target.raw`", RawTargetSettings),
    ("`target.san`", SanTargetSettings),
    ("`target.virtiofs`", VirtiofsTargetSettings),
    ("`target.nfs`", NfsTargetSettings),
    ("`target.ssh`", SshTargetSettings),
    ("`panicTriggers`", PanicTriggerSettings),
    ("`dumpIdentity`", DumpIdentitySettings),
    ("`space`, of hosts and collectors", SpaceSettings),
    ("`hosts.<host>.drilled`", DrilledSettings),
    ("`collectors.<collector>`", CollectorSettings),
    ("`collectors.<collector>.nfs`", CollectorNfsSettings),
    ("`clusters.<cluster>`", ClusterSettings),
    ("`clusters.<cluster>.members.<host>`", MemberSettings),
    ("`clusters.<cluster>.fenceKdump`", FenceKdumpSettings),
    ("`clusters.<cluster>.postFailDelay`", PostFailDelaySettings),
    ("`clusters.<cluster>.delay`", DelaySettings),
    ("`exemptions[]`", ExemptionSettings),
    ("`reboot`", RebootSettings),
)


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(title, model) for title, model in _SECTIONS)])


def _section(title: str, model: type[BaseModel]) -> str:
    lines = [f"## {title}", "", (model.__doc__ or "").strip(), ""]
    lines += ["| setting | takes | default | meaning |", "|---|---|---|---|", *_rows(model), ""]
    return "\n".join(lines)


def _rows(model: type[BaseModel]) -> Iterator[str]:
    # A host's own section leaves out what it has in common with defaults and groups.
    shared = settings_of(HostDefaults) if model is HostSettings else {}
    for name, place in settings_of(model).items():
        if name not in shared:
            cells = (f"`{name}`", place.takes, _default(place), place.meaning)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(place: Place) -> str:
    value: Any = place.field.default if place.field else None
    if value is PydanticUndefined:
        return "needed"
    if value in (None, "", (), {}) or isinstance(value, BaseModel):
        return ""
    text = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return f"`{', '.join(value)}`" if isinstance(value, tuple) else f"`{text}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
