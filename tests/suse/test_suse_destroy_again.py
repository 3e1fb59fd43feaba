"""A destroy on SLES that broke off and is run again, and one that comes when another stack keeps the state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provider.families.suse.packages import Zypper
from provider.host import Host
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import StartEngine
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import CONFIGURATION, SERVICE, service
from tests.provider.fixture.host import changes
from tests.suse.test_suse_life import CONF, INPUTS, listing

pytestmark = pytest.mark.fixture


@pytest.fixture
def cut_after_the_removal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The provider ends as soon as the packages are gone; undone, it does not."""
    remove = Zypper.remove

    async def cut(self: Zypper, host: Host, *, purge: bool = True) -> list[str]:
        await remove(self, host, purge=purge)
        raise host.refuse("", "killed at this moment", "")

    monkeypatch.setattr(Zypper, "remove", cut)
    return monkeypatch


def test_a_destroy_that_broke_off_after_the_removal_goes_on(
    engine: Engine, start_release_host: StartReleaseHost, cut_after_the_removal: pytest.MonkeyPatch
) -> None:
    host = start_release_host("sles-15.7", complete=False)
    before = listing(host)
    one = engine.resource(SERVICE)
    one.up(service(host))
    with pytest.raises(Failed, match="killed at this moment"):
        one.destroy()
    assert host.path(CONF).exists(), "the cut is behind the removal and before the rest"
    assert "kdump" not in host.run("rpm -qa --qf '%{NAME}\\n'").split()
    cut_after_the_removal.undo()
    one.destroy()
    assert changes(before, listing(host)) == {}
    assert engine.log.warnings == []


def test_what_was_written_after_such_a_cut_is_not_taken_away(
    engine: Engine, start_release_host: StartReleaseHost, cut_after_the_removal: pytest.MonkeyPatch
) -> None:
    host = start_release_host("sles-15.7", complete=False)
    one = engine.resource(SERVICE)
    one.up(service(host))
    with pytest.raises(Failed, match="killed at this moment"):
        one.destroy()
    cut_after_the_removal.undo()
    host.write(CONF, 'KDUMP_SAVEDIR="/mine"\n')
    one.destroy()
    assert host.read(CONF) == 'KDUMP_SAVEDIR="/mine"\n'


@pytest.mark.parametrize("token", [CONFIGURATION, SERVICE])
def test_what_another_stack_keeps_by_now_is_left_and_told(
    start_engine: StartEngine, sles: ReleaseHost, token: str
) -> None:
    ours, theirs = start_engine(), start_engine(stack="prod")
    one = ours.resource(token)
    one.up(INPUTS[token](sles))
    # A run that was killed before it could write down that it had destroyed this.
    again = replace(one)
    one.destroy()
    theirs.resource(token).up(INPUTS[token](sles))
    sles.run(f"mkdir -p /var/lib/pulumi-kdump/{token.split(':')[-1]}/notes")
    sles.write(f"/var/lib/pulumi-kdump/{token.split(':')[-1]}/notes/packages", "kdump")
    before = listing(sles, times=True)
    again.destroy()
    assert listing(sles, times=True) == before
    assert "it is kept by " in str(ours.log.warnings)
    assert "prod" in str(ours.log.warnings)
