"""What a host gets from the fleet's defaults, its groups and itself, and which of them said it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.settings.fleet import FleetSettings

KEY_BY_KEY = ("connection", "bootArguments", "options", "dumpIdentity", "panicTriggers", "space")
"""Settings whose parts are put together over the layers; all others are taken whole from the last that has them."""


@dataclass(frozen=True)
class Inherited:
    """The settings of one host over all layers, by their names in the stack file."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    """Where in the stack file each setting was said last, as a path: defaults, groups.db, hosts.web1."""

    def path(self, setting: str, host: str) -> str:
        """Where a problem with a setting is to be mended: where it was said, or at the host."""
        return f"{self.origins.get(setting, f'hosts.{host}')}.{setting}"


def inherit(fleet: FleetSettings, name: str) -> Inherited:
    """Put the layers of one host together: defaults, then its groups in their order, then the host.

    A key without a value (`nmi_watchdog:`) takes back what a wider layer said. Groups that do not exist are
    passed over; whoever resolves the fleet reports them.
    """
    host = fleet.hosts[name]
    layers = [("defaults", fleet.defaults)]
    layers += [(f"groups.{group}", fleet.groups[group]) for group in host.groups if group in fleet.groups]
    layers.append((f"hosts.{name}", host))
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for path, layer in layers:
        for setting, value in layer.given().items():
            whole = {**values.get(setting, {}), **value} if setting in KEY_BY_KEY else value
            values[setting] = whole
            origins[setting] = path
    for setting in KEY_BY_KEY:
        values[setting] = {key: value for key, value in values.get(setting, {}).items() if value is not None}
    return Inherited(values, origins)
