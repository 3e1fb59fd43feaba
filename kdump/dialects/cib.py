"""Pacemaker's configuration as XML, as far as it says how nodes are fenced: nodes, fence devices and their levels.

Source: Pacemaker Explained, "Fencing" and "Fencing topologies": a level holds for a target, levels are tried in the
order of their index (1 to 9), and several entries with one index are one level. `cibadmin --query` prints the whole,
with the root element <cib>; only read here, never written.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from kdump.dialects.xml_in_place import Element, read_xml
from kdump.errors import Refusal

_SETTING = "cib"
_ROOTS = ("cib", "configuration")

Levels = dict[int, tuple[str, ...]]
"""How a node is fenced: index of the level -> the devices that must all succeed."""


class StonithDevice(BaseModel):
    """A fence device: its name, its agent and its parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    agent: str
    options: dict[str, str] = {}


class Cib(BaseModel):
    """What a cluster says of fencing.

    * ``nodes``: by the names that the cluster knows them by
    * ``levels``: node -> its levels, where they are given by the node's name
    * ``other_targets``: how often levels are given by a pattern or an attribute of nodes instead
    * ``fencing_enabled``: false where the cluster was told to fence nobody (stonith-enabled)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[str, ...] = ()
    devices: tuple[StonithDevice, ...] = ()
    levels: dict[str, Levels] = {}
    other_targets: int = 0
    fencing_enabled: bool = True

    def device(self, name: str) -> StonithDevice | None:
        """The device of that name, None where there is none."""
        return next((device for device in self.devices if device.name == name), None)


def parse(text: str) -> Cib:
    """What *text* says; what tools print before the XML is passed over. Raises :class:`Refusal` for anything else."""
    _, root = read_xml(text[max(text.find("<"), 0) :], _SETTING)
    if root.name not in _ROOTS:
        raise Refusal(
            _SETTING,
            f"<{root.name}>",
            "Pacemaker's configuration, whose root element is <cib>",
            "Give what cibadmin --query prints",
            "This is something else",
        )
    configuration = root if root.name == "configuration" else next(iter(root.all("configuration")), root)
    levels: dict[str, Levels] = {}
    other_targets = 0
    for level in _within(configuration, "fencing-topology", "fencing-level"):
        target, index = level.attributes.get("target"), level.attributes.get("index", "")
        if target is None:
            other_targets += 1
        elif index.isdecimal():
            names = tuple(name.strip() for name in level.attributes.get("devices", "").split(",") if name.strip())
            of_node = levels.setdefault(target, {})
            of_node[int(index)] = of_node.get(int(index), ()) + names
    return Cib(
        nodes=tuple(node.attributes.get("uname", "") for node in _within(configuration, "nodes", "node")),
        devices=tuple(_devices(configuration)),
        levels=levels,
        other_targets=other_targets,
        fencing_enabled=_fencing_enabled(configuration),
    )


def _devices(configuration: Element) -> Iterator[StonithDevice]:
    for section in configuration.all("resources"):
        for element in _all_below(section):
            if element.name == "primitive" and element.attributes.get("class") == "stonith":
                yield StonithDevice(
                    name=element.attributes.get("id", ""),
                    agent=element.attributes.get("type", ""),
                    options=_pairs(element, "instance_attributes"),
                )


def _fencing_enabled(configuration: Element) -> bool:
    found: dict[str, str] = {}
    for section in configuration.all("crm_config"):
        found |= _pairs(section, "cluster_property_set")
    return found.get("stonith-enabled", "true").lower() not in ("false", "off", "no", "n", "0")


def _pairs(element: Element, holder: str) -> dict[str, str]:
    return {
        pair.attributes.get("name", ""): pair.attributes.get("value", "")
        for group in element.all(holder)
        for pair in group.all("nvpair")
    }


def _within(configuration: Element, section: str, name: str) -> list[Element]:
    return [element for part in configuration.all(section) for element in part.all(name)]


def _all_below(element: Element) -> Iterator[Element]:
    for child in element.children:
        yield child
        yield from _all_below(child)
