"""What getHostFacts measures, and the one act: a reboot that is waited for, of a host that needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kdump.platforms import platform_named
from provider.facts import advice
from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import BOOT, SERVICE, boot, service
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
PROJECT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024


# The act itself, only less patient than it allows anyone to be.
IMPATIENT = """
import sys
import provider.reboot
class Order(provider.reboot.Order):
    timeout_seconds: int
provider.reboot.Order, provider.reboot.POLL_SECONDS = Order, 0.3
sys.exit(provider.reboot.main())
"""


def reboot(host: FixtureHost, seconds: int = 30) -> subprocess.CompletedProcess[str]:
    """The reboot act as the project's Command runs it."""
    order = {"host": "web1", "connection": host.connection(), "timeoutSeconds": seconds}
    return subprocess.run(
        [sys.executable, "-c", IMPATIENT],
        input=json.dumps(order), text=True, capture_output=True, check=False, cwd=PROJECT, timeout=90,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip


def test_facts_of_an_armed_host(engine: Engine, host: FixtureHost) -> None:
    facts = engine.facts(host.connection(), "/var/crash", "/not/there/yet", "/proc")
    expected: dict[str, Any] = {
        "reachable": True, "problem": "", "machineId": host.machine_id, "hostname": host.name, "family": "debian",
        "distribution": "debian", "release": "12", "reservedBytes": 128 * MIB, "loaded": True,
        "running": "384M-:128M", "configured": "384M-:128M", "rebootRequired": False, "sshHostKeys": host.host_keys,
        "readiness": "armed", "bootId": host.read("/fixture/kernel/boot_id").strip(),
    }  # fmt: skip
    assert {name: facts[name] for name in expected} == expected
    assert set(facts["space"]) == {"/var/crash", "/not/there/yet", "/proc"}
    assert facts["space"]["/not/there/yet"]["mountPoint"] == "/"
    assert 0 < facts["space"]["/var/crash"]["freeBytes"] <= facts["space"]["/var/crash"]["totalBytes"]
    assert set(facts) == set(engine.schema()["functions"]["kdump:index:getHostFacts"]["outputs"]["properties"])


def test_what_is_worth_knowing_of_a_host_is_a_fact(engine: Engine, host: FixtureHost) -> None:
    assert engine.facts(host.connection())["advice"] == []
    modules = "hpsa 98304 2 - Live 0x0000000000000000\nxfs 1 0 - Live 0x0\n"
    (hpsa,) = advice(platform_named("rhel-6.9"), 64 << 30, modules, "")
    assert "Controllers of hpsa that cannot be reset" in hpsa
    (console, memory) = advice(platform_named("debian-12"), 2 << 40, modules, "0 simpledrmdrmfb\n")
    assert "garbled or missing on a framebuffer console" in console
    assert "With 2 TiB of memory" in memory
    assert advice(platform_named("debian-9"), 2 << 40, modules, "") == []


def test_asking_changes_nothing(engine: Engine, host: FixtureHost) -> None:
    before = host.listing(times=True)
    engine.facts(host.connection(), "/var/crash")
    assert host.listing(times=True) == before


def test_a_reservation_is_taken_up_by_a_reboot_and_never_twice(engine: Engine, host: FixtureHost) -> None:
    one = engine.resource(BOOT)
    one.up(boot(host))
    engine.resource(SERVICE).up(service(host))
    first_boot = host.read("/fixture/kernel/boot_id").strip()
    assert one.outputs["rebootToken"].split()[0] == first_boot
    assert engine.facts(host.connection())["rebootRequired"]
    done = reboot(host)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"rebooted": True, "armed": True, "reason": "armed after the reboot"}
    # Facts are those of the new boot, though another process did it a moment after the last look.
    facts = engine.facts(host.connection())
    assert (facts["running"], facts["reservedBytes"], facts["readiness"]) == ("256M", 256 * MIB, "armed")
    assert not facts["rebootRequired"]
    assert facts["bootId"] != first_boot
    again = reboot(host)
    assert json.loads(again.stdout)["rebooted"] is False
    assert host.read("/fixture/kernel/boot_id").strip() == facts["bootId"]
    # The token stays what it was: the Command that it triggers must not run again.
    one.force_update()
    assert one.outputs["rebootToken"].split()[0] == first_boot


def test_a_host_that_comes_back_without_the_reservation(engine: Engine, host: FixtureHost) -> None:
    engine.resource(BOOT).up(boot(host))
    host.write("/fixture/no-room-for-crashkernel", "")
    done = reboot(host, seconds=5)
    assert done.returncode == 1
    assert_clear(done.stderr, "not armed", "without the reservation|memory", "No further host", host=host.address)


def test_a_host_that_does_not_go_down(engine: Engine, host: FixtureHost) -> None:
    engine.resource(BOOT).up(boot(host))
    host.write("/fixture/no-reboot", "")
    host.run("cp /fixture/no-reboot /usr/sbin/shutdown; chmod 755 /usr/sbin/shutdown")
    done = reboot(host, seconds=5)
    assert done.returncode == 1
    assert_clear(done.stderr, "not armed", "has not gone down", host=host.address)


def test_an_order_that_is_none() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "provider.reboot"], input='{"host": "x"}', text=True, capture_output=True, check=False,
        cwd=PROJECT,
    )  # fmt: skip
    assert done.returncode == 2
    assert_clear(done.stderr, "connection")
