"""Values that a shell, a configuration file or a boot loader could misread: refused, or carried literally."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import (
    ACCOUNT,
    BOOT,
    CONFIGURATION,
    EXPORT,
    INPUTS,
    NEEDS_ACCOUNT,
    SERVICE,
    account,
    export,
    public_key,
)
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
CANARY = "/srv/canary"
STRANGE = (
    "a b",
    "/srv/x y",
    "it's",
    'say "x"',
    f"$(touch {CANARY})",
    f"/x$(touch {CANARY})",
    f"`touch {CANARY}`",
    f"x; touch {CANARY}",
    f"x' ; touch {CANARY} ; '",
    f'x" ; touch {CANARY} ; "',
    f"x\ntouch {CANARY}",
    f"/x\ntouch {CANARY}\n",
    f"x | touch {CANARY}",
    "back\\slash",
    "-rf",
    "--help",
    "../../etc",
    "/srv/../etc",
    "${IFS}",
    "%s%n",
    "*",
    "~",
    "é",
    "#x",
    "",
    "x\r",
    "x\tb",
    "\x7f",
    "\x1b[2J",
    "A" * 5000,
)
EXTRA: dict[str, dict[str, Any]] = {
    CONFIGURATION: {"options": {"KDUMP_CMDLINE_APPEND": "irqpoll"}},
}
TARGETS = (
    {"kind": "nfs", "server": "vault", "export": "/srv/kdump/web1"},
    {"kind": "ssh", "server": "vault", "user": "kdump", "path": "/srv/kdump/web1", "identity": "/root/.ssh/id"},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every string in a value; keys of maps, too (marked by a second element "key")."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
            if path and path[0] in ("arguments", "options", "knownHosts") and len(path) == 1:
                yield (*path, ("key", name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def with_value(inputs: dict[str, Any], path: tuple[Any, ...], value: str) -> dict[str, Any]:
    """The inputs with a string put in a place."""
    changed = copy.deepcopy(inputs)
    at: Any = changed
    for step in path[:-1]:
        at = at[step]
    last = path[-1]
    if isinstance(last, tuple):
        at[value] = at.pop(last[1])
    else:
        at[last] = value
    return changed


@pytest.mark.parametrize("token", [token for token in INPUTS if token != SERVICE])
def test_refused_or_carried_literally(engine: Engine, host: FixtureHost, token: str) -> None:
    if token in NEEDS_ACCOUNT:
        engine.resource(ACCOUNT, "account").up(account(host))
    inputs = INPUTS[token](host, **EXTRA.get(token, {}))
    before = host.listing()
    refused = carried = 0
    for path in places({name: value for name, value in inputs.items() if name != "connection"}):
        for value in STRANGE:
            news = with_value(inputs, path, value)
            _, failures = engine.check(token, "one", news)
            if failures:
                refused += 1
                assert any(name.startswith(str(path[0])) for name in failures), (path, value, failures)
                for reason in failures.values():
                    assert_clear(reason, "needed|leave|write|Set")
                    assert "\n" not in reason
                continue
            carried += 1
            one = engine.resource(token)
            try:
                one.up(news)
            except Failed as failed:
                assert_clear(failed.message, host=host.address)
            else:
                assert one.refresh() == {}, (path, value)
            if one.identifier:
                one.destroy()
    assert not host.path(CANARY).exists()
    assert host.listing() == before
    assert refused > carried


@pytest.mark.parametrize("target", TARGETS, ids=["nfs", "ssh"])
def test_remote_targets_refuse_all_of_it(engine: Engine, host: FixtureHost, target: dict[str, Any]) -> None:
    inputs = INPUTS[CONFIGURATION](host, target=target)
    for path in places({"target": target}):
        for value in STRANGE:
            _, failures = engine.check(CONFIGURATION, "one", with_value(inputs, path, value))
            assert failures, (path, value)
            assert all(name.startswith("target") for name in failures), failures


@pytest.mark.parametrize("field", ["host", "user", "identityFile", "sshConfig", "proxyJump", "hostKeys"])
def test_connections(engine: Engine, host: FixtureHost, field: str) -> None:
    for value in STRANGE:
        connection = host.connection(**{field: [value] if field == "hostKeys" else value, "connectTimeout": 2})
        _, failures = engine.check(BOOT, "one", {"connection": connection, "crashkernel": "256M"})
        facts, refused = engine.invoke("kdump:index:getHostFacts", {"connection": connection, "paths": []})
        assert bool(failures) == bool(refused), value
        if failures:
            assert all(name.startswith(f"connection.{field}") for name in failures), failures
        elif not facts["reachable"]:
            assert_clear(facts["problem"], host=str(connection["host"]))
    assert not host.path(CANARY).exists()


def test_labels_that_sit_in_one_another_stay_apart(engine: Engine, host: FixtureHost) -> None:
    engine.resource(ACCOUNT, "account").up(account(host))
    short, long = engine.resource(EXPORT, "short"), engine.resource(EXPORT, "long")
    short.up(export(host, "web"))
    long.up(export(host, "web.1"))
    short.destroy()
    assert long.refresh() == {}


def test_a_public_key_with_options_in_it_is_refused(engine: Engine, host: FixtureHost) -> None:
    for wrong in (f'command="sh" {public_key()}', f"{public_key()}\nssh-ed25519 AAAA", f"{public_key()} comment"):
        news = INPUTS["kdump:collector:AuthorizedKey"](host, publicKey=wrong)
        _, failures = engine.check("kdump:collector:AuthorizedKey", "one", news)
        assert set(failures) == {"publicKey"}, wrong


@pytest.mark.parametrize("directory", ["/etc", "/", "/usr", "/var/lib", "/root", "/srv/../etc", "/srv//x", "/proc/x"])
def test_a_directory_that_must_not_be_given_away(engine: Engine, host: FixtureHost, directory: str) -> None:
    for token in NEEDS_ACCOUNT:
        _, failures = engine.check(token, "one", INPUTS[token](host, directory=directory))
        assert set(failures) == {"directory"}, token
