"""One exchange with a host answers all that is read of it, and a first converge takes few, whatever it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from provider.shell.script import Answers, Call
from provider.ssh import Session
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.fleet.releases import RELEASES
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import BOOT, CONFIGURATION, INPUTS, SERVICE

pytestmark = pytest.mark.fixture


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of hosts: the words of each question, an exchange after the other."""
    seen: list[str] = []
    ask, act = Session.ask, Session.act

    async def asking(self: Session, calls: Sequence[Call]) -> Answers:
        seen.append(" | ".join(" ".join([one.function, *map(bytes.decode, one.words)]) for one in calls))
        return await ask(self, calls)

    async def acting(self: Session, calls: Sequence[Call], key: str, then: Sequence[Call] = ()) -> Answers:
        seen.append(f"{key}: " + " | ".join(one.function for one in calls))
        return await act(self, calls, key, then)

    monkeypatch.setattr(Session, "ask", asking)
    monkeypatch.setattr(Session, "act", acting)
    return seen


def as_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in one run of Pulumi, where the answers of a moment ago still count."""
    monkeypatch.setattr("provider.host.REMEMBER_SECONDS", 300)
    monkeypatch.setattr("provider.service.FRESH_SECONDS", 60)
    monkeypatch.setattr("provider.states.FRESH_SECONDS", 60)


def forget_answers(engine: Engine) -> None:
    """As in the next run."""
    assert engine.service is not None
    for asking in engine.service.states._asking.values():
        asking.forget()


def wanted(host: ReleaseHost, token: str) -> dict[str, Any]:
    """What the release can do, and what it would not be found with."""
    old = host.release.name == "rhel-5.11"
    more = {
        BOOT: {"crashkernel": "128M@16M" if old else "512M", "arguments": {}},
        CONFIGURATION: {"target": {"kind": "local", "path": "/var/crash"}}
        | ({"dumpLevel": 0, "compression": "none"} if old else {}),
        SERVICE: {},
    }
    return {**INPUTS[token](host), **more[token]}


@pytest.mark.parametrize("release", RELEASES)
def test_facts_and_three_resources_are_one_exchange(
    engine: Engine,
    start_release_host: StartReleaseHost,
    exchanges: list[str],
    monkeypatch: pytest.MonkeyPatch,
    release: str,
) -> None:
    host = start_release_host(release)
    resources = [engine.resource(token) for token in (BOOT, CONFIGURATION, SERVICE)]
    for one in resources:
        one.up(wanted(host, one.token))
    as_in_one_run(monkeypatch)
    forget_answers(engine)
    exchanges.clear()
    assert engine.facts(host.connection(), "/var/crash")["reachable"]
    for one in resources:
        assert one.refresh() == {}
    assert len(exchanges) == 1, exchanges[1:]


@pytest.mark.parametrize("release", [release for release in RELEASES if release.startswith("rhel")])
def test_a_first_converge_is_one_look_and_one_exchange_for_each_resource(
    engine: Engine,
    start_release_host: StartReleaseHost,
    exchanges: list[str],
    monkeypatch: pytest.MonkeyPatch,
    release: str,
) -> None:
    host = start_release_host(release)
    as_in_one_run(monkeypatch)
    assert engine.facts(host.connection(), "/var/crash")["reachable"]
    for token in (BOOT, CONFIGURATION, SERVICE):
        engine.resource(token).up(wanted(host, token))
    facts = engine.facts(host.connection())
    assert [each.partition(":")[0] for each in exchanges[1:]] == ["BootArguments", "DumpConfiguration", "DumpService"]
    # What the facts say comes from what the actions brought back, and it is how the host is by now.
    assert facts["configured"] == wanted(host, BOOT)["crashkernel"]
    forget_answers(engine)
    assert engine.facts(host.connection()) == facts
