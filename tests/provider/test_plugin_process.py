"""The real plugin: `python provider` as the engine starts it, killed in the middle, and what destroy then finds."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.provider.conftest import StartEngine
from tests.provider.engine_driver import Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, INPUTS
from tests.provider.fixture.host import FixtureHost, changes

pytestmark = pytest.mark.fixture
PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def plugin() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The plugin and its address."""
    process = subprocess.Popen(
        [sys.executable, str(PROJECT / "provider")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout
    try:
        yield process, f"127.0.0.1:{int(process.stdout.readline())}"
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def test_a_whole_life_and_a_quiet_end(start_engine: StartEngine, host: FixtureHost) -> None:
    before = host.listing()
    with plugin() as (process, address):
        engine = start_engine(address)
        assert engine.schema()["name"] == "kdump"
        one = engine.resource(CONFIGURATION)
        one.up(INPUTS[CONFIGURATION](host))
        one.destroy()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert host.listing() == before


@pytest.mark.parametrize("token", [CONFIGURATION, BOOT])
def test_killed_in_the_middle_then_destroyed(start_engine: StartEngine, host: FixtureHost, token: str) -> None:
    before = host.listing()
    wanted = INPUTS[token](host)
    killed = 0
    # On a busy machine the second run takes another time than the first: some moments may miss the change.
    for tried, part in enumerate((0.4, 0.75, 0.55, 0.3, 0.65, 0.85)):
        if tried >= 2 and killed:
            break
        with plugin() as (process, address):
            one = start_engine(address).resource(token)
            started = time.monotonic()
            one.up(wanted)
            took = time.monotonic() - started
            one.destroy()
        with plugin() as (process, address):
            half = start_engine(address).resource(token)
            killer = subprocess.Popen(["sh", "-c", f"sleep {took * part:.3f}; kill -9 {process.pid}"])
            try:
                half.up(wanted)
            except Failed:
                killed += 1
            killer.wait()
        # The engine has nothing in its state, or a resource it does not know to be complete: up, then destroy.
        again = start_engine().resource(token)
        again.up(wanted)
        assert again.refresh() == {}
        again.destroy()
        assert changes(before, host.listing()) == {}, part
    assert killed, "no moment was within the change"
    assert not [pid for pid in host.working() if "pulumi" in _arguments(pid)]


def _arguments(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def test_it_listens_on_the_loopback_interface_alone(start_engine: StartEngine) -> None:
    with plugin() as (process, address):
        port = int(address.rpartition(":")[2])
        table = Path(f"/proc/{process.pid}/net/tcp").read_text() + Path(f"/proc/{process.pid}/net/tcp6").read_text()
        listening = [line.split()[1] for line in table.splitlines() if f":{port:04X} " in line and " 0A " in line]
        mapped = "0000000000000000FFFF0000"
        assert [place.removeprefix(mapped) for place in listening] == [f"0100007F:{port:04X}"]
