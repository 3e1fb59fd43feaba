"""The real engine, program and provider on fixture hosts: what one broken host does, and kill -9 at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.project_copy import copy_checkout
from tests.provider.conftest import StartHost
from tests.provider.fixture.host import changes
from tests.provider.pulumi_stack import PULUMI, Fleet, local, over_ssh

pytestmark = [pytest.mark.fixture, pytest.mark.engine]

KILLS = 20


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """A copy of the project without a stack yet."""
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    return fleet


def test_one_host_that_is_down_fails_alone(fleet: Fleet, start_host: StartHost) -> None:
    vault, up, down = start_host("vault"), start_host("up1"), start_host("down1")
    fleet.declare({"up1": over_ssh(up), "down1": local(down)}, vault)
    down.stop()
    said = fleet.pulumi("up --yes --skip-preview", code=1)
    assert "down1" in said
    assert "it cannot be reached" in said
    assert "connection.host" in said
    assert 'SSH="kdump@' in up.read("/etc/default/kdump-tools")
    readiness = json.loads(fleet.pulumi("stack output readiness --json"))
    assert "cannot be reached" in readiness["down1"]["reason"]
    assert "reboot" in readiness["up1"]["reason"]


def test_killed_at_any_moment_the_next_up_converges_and_destroy_puts_back(fleet: Fleet, start_host: StartHost) -> None:
    guests = {name: start_host(name) for name in ("vault", "host1", "host2")}
    before = {name: guest.listing() for name, guest in guests.items()}
    fleet.declare({"host1": over_ssh(guests["host1"]), "host2": local(guests["host2"])}, guests["vault"])
    chance = random.Random(7)
    for _ in range(KILLS):
        run = subprocess.Popen(
            ["bash", "-c", f"{PULUMI} up --yes --skip-preview -s test --non-interactive"],
            cwd=fleet.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(1.5, 7))
        # All of the group at once: the engine, the program, the provider.
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        fleet.pulumi("cancel --yes")
    fleet.pulumi("up --yes --skip-preview")
    fleet.pulumi("preview --refresh --expect-no-changes")
    for guest in guests.values():
        assert ".pulumi-kdump." not in guest.run(
            "ls -A /etc/default /etc/default/grub.d /root/.ssh /etc/exports.d || true"
        )
        assert "crashkernel=256M" in guest.read("/boot/grub/grub.cfg") or guest is guests["vault"]
    fleet.pulumi("destroy --yes --skip-preview")
    for name, guest in guests.items():
        assert changes(before[name], guest.listing()) == {}
