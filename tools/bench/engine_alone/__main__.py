"""The kdump provider without hosts: whatever is asked for is there. What a run takes with it, the engine takes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from provider.__main__ import serve
from provider.connection import Connection
from provider.facts import FACTS
from provider.kinds.base import Kind
from provider.service import Service
from provider.states import Preview, States, Urn

_VALUES: dict[type, Any] = {str: "there", int: 1, bool: True, list: [], dict: {}}
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXBWYLVy0cMyQnAh4hvtQWyJBO8UjTDHoHm4ACrCw8N"


class NoHosts(States):
    """Every state is as it is wanted."""

    async def preview_create(self, kind: Kind[Any], urn: Urn, news: Mapping[str, Any]) -> Preview:
        return Preview({**news, **_outputs(kind)})

    async def converge(
        self, kind: Kind[Any], urn: Urn, news: Mapping[str, Any], olds: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        return {**_without_connection(news), **_outputs(kind)}, []

    async def read(
        self, kind: Kind[Any], urn: Urn, identifier: str, inputs: Mapping[str, Any], olds: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return dict(inputs), dict(olds)

    async def delete(self, kind: Kind[Any], urn: Urn, inputs: Mapping[str, Any], olds: Mapping[str, Any]) -> list[str]:
        return []


def facts() -> dict[str, Any]:
    """Facts of a host that is armed."""
    blank = {name: _VALUES[of] for name, (of, _) in FACTS.items()}
    return blank | {"problem": "", "readiness": "armed", "rebootRequired": False, "sshHostKeys": [_KEY]}


def _outputs(kind: Kind[Any]) -> dict[str, Any]:
    outputs = {name: _VALUES[of] for name, (of, _) in kind.outputs.items()}
    keys = {"publicKey": _KEY, "hostKeys": [_KEY]}
    return outputs | {name: key for name, key in keys.items() if name in outputs} | {"machineId": "there"}


def _without_connection(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != "connection"}


class EngineAlone(Service):
    """The service over no hosts."""

    def __init__(self, engine_address: str | None) -> None:
        super().__init__(engine_address)
        self.states = NoHosts()

    async def facts_of(
        self, connection: Connection, paths: Sequence[str], devices: Sequence[str], *, after_act: bool
    ) -> dict[str, Any]:
        return facts()


if __name__ == "__main__":
    address = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    asyncio.run(serve(address, EngineAlone))
