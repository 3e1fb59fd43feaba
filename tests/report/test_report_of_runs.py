"""The report of real runs on fixture hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project_copy import copy_checkout
from tests.provider.conftest import StartHost
from tests.provider.pulumi_stack import Fleet, local

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
REPORT = "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=test; python -m report"


def test_the_others_are_done_and_each_failed_host_has_a_line(tmp_path: Path, start_host: StartHost) -> None:
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    good, down, broken = start_host("good"), start_host("down"), start_host("broken")
    fleet.declare({host.name: local(host) for host in (good, down, broken)}, good)
    down.stop()
    broken.run("rm /usr/sbin/update-grub")
    before, _, said = fleet.shell(f"{REPORT} up --yes -s test", code=1).partition("-- up\n")
    assert "down: up will fail here: " in before
    lines = said.splitlines()
    assert "4 of 4 done, 0 under way, 2 failed" in said
    assert [line.partition(":")[0] for line in lines if line.startswith(("down:", "broken:", "good:"))] == [
        "broken",
        "down",
    ]
    assert "it cannot be reached" in next(line for line in lines if line.startswith("down:"))
    assert "update-grub" in next(line for line in lines if line.startswith("broken:"))
    assert good.path("/etc/default/grub.d/zz-pulumi-kdump.cfg").exists()


def test_what_a_destroy_leaves_is_named(tmp_path: Path, start_host: StartHost) -> None:
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    host = start_host("web1")
    fleet.declare({"web1": {**local(host), "dumpLevel": 17}}, host)
    fleet.shell(f"{REPORT} up --yes --skip-preview -s test")
    host.write("/etc/default/kdump-tools", 'USE_KDUMP="1"\nKDUMP_COREDIR="/var/mine"\n')
    said = fleet.shell(f"{REPORT} destroy --yes -s test")
    assert "web1: warning: " in said
    assert "/etc/default/kdump-tools was changed since" in said


def test_a_wrong_use_says_how_it_is_meant(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    assert "usage: python -m report up|preview" in fleet.shell(f"{REPORT} sideways", code=2)
    assert "no stack named" in fleet.shell(f"{REPORT} preview -s nowhere", code=6)
