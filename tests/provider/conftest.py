"""Fixture hosts and engines for the tests of the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.provider.engine_driver import Engine
from tests.provider.fixture.host import FixtureHost, wait_until_all_gone
from tests.provider.fixture.template import Template, build_template, install_what_is_missing

StartHost = Callable[..., FixtureHost]
StartEngine = Callable[..., Engine]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The shared layer of all fixture hosts; installs sshd and sudo on this machine if they are missing."""
    installed = install_what_is_missing()
    if installed:
        print(f"installed for the fixture hosts: {', '.join(installed)}")
    yield build_template(tmp_path_factory.mktemp("template"))
    assert wait_until_all_gone() == [], "processes of fixture hosts are left"


@pytest.fixture
def stack_of_things() -> Iterator[ExitStack]:
    """Ends what was started, in reverse, whatever happened to the test."""
    with ExitStack() as things:
        yield things


@pytest.fixture
def start_host(template: Template, stack_of_things: ExitStack) -> StartHost:
    """Starts a fixture host; it ends with the test."""

    def start(name: str = "web1", *, complete: bool = True) -> FixtureHost:
        return stack_of_things.enter_context(FixtureHost(template, name=name, complete=complete))

    return start


@pytest.fixture
def host(start_host: StartHost) -> FixtureHost:
    """A Debian host with kdump-tools installed, as from the installer."""
    return start_host()


@pytest.fixture
def start_engine(stack_of_things: ExitStack) -> StartEngine:
    """Starts a provider with an engine in front of it; it ends with the test."""

    def start(address: str | None = None, stack: str = "dev") -> Engine:
        return stack_of_things.enter_context(Engine(address, stack))

    return start


@pytest.fixture
def engine(start_engine: StartEngine) -> Engine:
    """One provider of one stack."""
    return start_engine()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that appears if something that should be text is run."""
    return tmp_path / "canary"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is a new one, as in the next run of Pulumi, which is a new process."""
    monkeypatch.setattr("provider.host.REMEMBER_SECONDS", 0)
    monkeypatch.setattr("provider.states.FRESH_SECONDS", 0)
