"""Connections that break, hosts that lose power and providers that are killed in the middle of a change."""

from __future__ import annotations

import itertools
import random
import re
import threading
import time
from collections.abc import Callable

import pytest

from tests.provider.conftest import StartEngine
from tests.provider.engine_driver import Engine, Failed, Managed
from tests.provider.every_kind import ACCOUNT, BOOT, CONFIGURATION, INPUTS, KEY, account, key
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
MOMENTS = 4
SEED = 20


def left_over(host: FixtureHost) -> list[str]:
    """Temporary files of ours, wherever they could be."""
    return [name for name in host.listing(times=True) if re.search(r"\.pulumi-kdump(\.\d+|\.pub)?$|\.new$", name)]


class Change(threading.Thread):
    """Waits until a change of the host begins (its lock is taken), and does something a while later."""

    def __init__(self, host: FixtureHost, then: Callable[[], object] = lambda: None, after: float = 0) -> None:
        super().__init__(daemon=True)
        self._lock, self._then, self._after = host.path("/run/pulumi-kdump.lock"), then, after
        self._began = self.done_at = 0.0
        self._lock.unlink(missing_ok=True)
        self.start()

    def run(self) -> None:
        deadline = time.monotonic() + 60
        while not self._lock.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        self._began = time.monotonic()
        time.sleep(self._after)
        self._then()
        self.done_at = time.monotonic()

    def seconds_until_now(self) -> float:
        """How long ago the change began."""
        self.join()
        return time.monotonic() - self._began


def try_to_converge(one: Managed, news: dict[str, object]) -> str:
    """Up, or what went wrong."""
    try:
        if one.identifier:
            one.force_update()
        else:
            one.up(news)
    except Failed as failed:
        return failed.message
    return ""


@pytest.mark.parametrize("cut", ["session", "power"])
@pytest.mark.parametrize("token", [CONFIGURATION, BOOT, ACCOUNT])
def test_cut_at_many_moments_then_converged(start_engine: StartEngine, host: FixtureHost, token: str, cut: str) -> None:
    before = host.listing()
    wanted = INPUTS[token](host)
    one = start_engine().resource(token)
    one.up(wanted)
    one.destroy()
    changing = Change(host)
    one.up(wanted)
    took = changing.seconds_until_now()
    one.destroy()
    chance = random.Random(SEED)
    cuts = 0
    # Looking for the processes to kill takes a while, too: the first cut is made as soon as that allows.
    for after in (0.0, *(chance.uniform(0, 0.6 * took) for _ in range(MOMENTS - 1))):
        knife = Change(host, {"session": host.drop_sessions, "power": host.lose_power}[cut], after)
        message = try_to_converge(one, wanted)
        returned = time.monotonic()
        knife.join()
        # A connection cut between two questions is opened again without a word: that counts, too.
        cuts += knife.done_at < returned
        if message:
            assert host.address in message
            assert "Traceback" not in message
            if not one.identifier:
                # The engine has no state of it, so the next run is of another process that creates again.
                one = start_engine().resource(token)
            again = try_to_converge(one, wanted)
            assert again == "" or "connection broke" in again, again
            if again:
                assert try_to_converge(one, wanted) == ""
        assert one.refresh() == {}
        assert left_over(host) == []
        one.destroy()
        assert host.listing() == before
    assert cuts, "no moment was within a change"


def test_two_providers_converge_the_same_host_at_once(start_engine: StartEngine, host: FixtureHost) -> None:
    before = host.listing()
    engines = [start_engine(), start_engine()]
    ones = [engine.resource(CONFIGURATION) for engine in engines]
    run_together([lambda one=one: one.up(INPUTS[CONFIGURATION](host)) for one in ones])
    assert [one.refresh() for one in ones] == [{}, {}]
    assert left_over(host) == []
    ones[0].destroy()
    assert host.listing() == before


def test_ten_hosts_keys_on_one_collector_at_once(start_engine: StartEngine, host: FixtureHost) -> None:
    here, there = start_engine(), start_engine()
    base = here.resource(ACCOUNT)
    base.up(account(host))
    with_account = host.listing()
    labels = [f"host{number}" for number in range(10)]
    ones = [engine.resource(KEY, label) for label, engine in zip(labels, itertools.cycle([here, there]), strict=False)]
    run_together([lambda one=one: one.up(key(host, one.name)) for one in ones])
    text = host.read("/var/lib/pulumi-kdump-kdump/.ssh/authorized_keys")
    assert sorted(line.rpartition("pulumi-kdump:")[2] for line in text.splitlines()) == sorted(labels)
    assert [one.refresh() for one in ones] == [{}] * 10
    run_together([one.destroy for one in ones])
    assert host.listing() == with_account


def test_a_foreign_lock_is_waited_for_and_then_named(
    engine: Engine, host: FixtureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provider.shell.script.LOCK_SECONDS", 1)
    holding = threading.Thread(target=lambda: host.run("flock /run/pulumi-kdump.lock sleep 2.5", check=False))
    holding.start()
    while not host.path("/run/pulumi-kdump.lock").exists():
        time.sleep(0.01)
    one = engine.resource(CONFIGURATION)
    with pytest.raises(Failed, match="another run has been changing this host"):
        one.up(INPUTS[CONFIGURATION](host))
    holding.join()
    assert one.up(INPUTS[CONFIGURATION](host)) == "create"


def run_together(works: list[object]) -> None:
    """Run all at once; the first failure is raised."""
    failures: list[BaseException] = []

    def guarded(work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
