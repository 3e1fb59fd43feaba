"""One exchange with a host answers all that is read of it, whatever it runs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from provider.shell.script import Answers, Call
from provider.ssh import Session
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.releases import RELEASES
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import BOOT, CONFIGURATION, INPUTS, SERVICE

pytestmark = pytest.mark.fixture


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of hosts: the words of each question, an exchange after the other."""
    seen: list[str] = []
    ask = Session.ask

    async def asking(self: Session, calls: Sequence[Call]) -> Answers:
        seen.append(" | ".join(" ".join([one.function, *map(bytes.decode, one.words)]) for one in calls))
        return await ask(self, calls)

    monkeypatch.setattr(Session, "ask", asking)
    return seen


@pytest.mark.parametrize("release", RELEASES)
def test_facts_and_three_resources_are_one_exchange(
    engine: Engine,
    start_release_host: StartReleaseHost,
    exchanges: list[str],
    monkeypatch: pytest.MonkeyPatch,
    release: str,
) -> None:
    host = start_release_host(release)
    old = {"dumpLevel": 0, "compression": "none"} if release.startswith("rhel-5") else {}
    crashkernel = "128M@16M" if old else "256M"
    resources = [engine.resource(token) for token in (BOOT, CONFIGURATION, SERVICE)]
    more = [{"crashkernel": crashkernel, "arguments": {}}, old, {}]
    for one, extra in zip(resources, more, strict=True):
        path = {"target": {"kind": "local", "path": "/var/crash"}} if one.token == CONFIGURATION else {}
        one.up({**INPUTS[one.token](host), **path, **extra})
    # As in one run of Pulumi, where the answers of a moment ago still count.
    monkeypatch.setattr("provider.host.REMEMBER_SECONDS", 300)
    monkeypatch.setattr("provider.service.FRESH_SECONDS", 60)
    assert engine.service is not None
    for asking in engine.service.states._asking.values():
        asking.forget()
    exchanges.clear()
    assert engine.facts(host.connection(), "/var/crash")["reachable"]
    for one in resources:
        assert one.refresh() == {}
    assert len(exchanges) == 1, exchanges[1:]
