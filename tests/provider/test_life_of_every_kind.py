"""Every kind of state: made, made again, read, and taken away so that the host is as it was before."""

from __future__ import annotations

import pytest

from tests.provider.conftest import StartHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import EXPORT, INPUTS, KEY, with_account
from tests.provider.fixture.host import FixtureHost, changes

pytestmark = pytest.mark.fixture
KINDS = pytest.mark.parametrize("token", INPUTS)


@KINDS
def test_the_same_again_touches_nothing(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    one = engine.resource(token)
    assert one.up(INPUTS[token](host)) == "create"
    before = host.listing(times=True)
    assert one.up(INPUTS[token](host)) == "same"
    assert one.refresh() == {}
    assert one.up(INPUTS[token](host)) == "same"
    one.force_update()
    assert host.listing(times=True) == before


@KINDS
@pytest.mark.parametrize("complete", [True, False], ids=["with-kdump-tools", "without-kdump-tools"])
def test_delete_leaves_the_host_as_it_was(engine: Engine, start_host: StartHost, token: str, complete: bool) -> None:
    host = start_host(complete=complete)
    account = with_account(engine, host, token)
    before = host.listing()
    packages = host.run("dpkg-query -W")
    services = host.run("systemctl is-enabled kdump-tools; systemctl is-active kdump-tools", check=False)
    one = engine.resource(token)
    one.up(INPUTS[token](host))
    assert host.listing() != before or (token.endswith("Service") and complete)
    one.destroy()
    assert changes(before, host.listing()) == {}
    assert host.run("dpkg-query -W") == packages
    assert host.run("systemctl is-enabled kdump-tools; systemctl is-active kdump-tools", check=False) == services
    if account:
        account.destroy()
    assert not host.path("/var/lib/pulumi-kdump").exists()
    assert engine.log.warnings == []


@KINDS
def test_previews_change_nothing(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    before = host.listing(times=True)
    one = engine.resource(token)
    previewed = one.preview(INPUTS[token](host))
    assert host.listing(times=True) == before
    assert previewed["machineId"] == host.machine_id
    one.up(INPUTS[token](host))
    before = host.listing(times=True)
    assert one.preview(INPUTS[token](host))["machineId"] == host.machine_id
    assert host.listing(times=True) == before


@pytest.mark.parametrize("token", [KEY, EXPORT])
def test_a_directory_that_was_there_gets_its_mode_back(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    host.run("mkdir -p /srv/kdump/web1 && chown ops: /srv/kdump/web1 && chmod 751 /srv/kdump/web1")
    before = host.listing()
    one = engine.resource(token)
    one.up(INPUTS[token](host))
    assert host.run("stat -c '%U %a' /srv/kdump/web1") == "kdump 700\n"
    one.destroy()
    assert changes(before, host.listing()) == {}


@pytest.mark.parametrize("token", [KEY, EXPORT])
def test_a_directory_with_somebodys_files_is_left_alone(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    host.run("mkdir -p /srv/kdump/web1 && chown ops: /srv/kdump/web1")
    host.write("/srv/kdump/web1/mine", "mine")
    before = host.listing(times=True)
    with pytest.raises(Failed, match="/srv/kdump/web1 belongs to ops"):
        engine.resource(token).up(INPUTS[token](host))
    assert {name: line for name, line in host.listing(times=True).items() if name.startswith("srv")} == {
        name: line for name, line in before.items() if name.startswith("srv")
    }
