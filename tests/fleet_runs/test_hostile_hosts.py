"""Hosts that rave, lie, keep silent or are broken harm themselves alone: others are done, each bad one has a line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.fleet.host import ReleaseHost
from tests.fleet_runs.conftest import Machines
from tests.fleet_runs.hostile import HOSTILE, LIAR
from tests.fleet_runs.pulumi_runs import REPORT, Runs, seconds_of

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
BAD = {name: kind.says for name, kind in HOSTILE.items() if kind.says}
HARMLESS = [name for name, kind in HOSTILE.items() if not kind.says]


def settings(project: Runs, hosts: dict[str, ReleaseHost], **more: Any) -> None:
    """The stack file over these hosts."""
    project.settings(
        {name: {"connection": host.connection(connectTimeout=4)} for name, host in hosts.items()},
        target={"local": {"path": "/var/crash"}},
        **more,
    )


def test_each_harms_only_itself_and_is_converged_once_it_is_mended(machines: Machines, project: Runs) -> None:
    hosts = machines.together(**dict.fromkeys(("usual", "good", *HOSTILE), "rhel-9.4"))
    settings(project, {name: hosts[name] for name in ("usual", LIAR)})
    usual = seconds_of(project.pulumi("up --yes --skip-preview"), "usual")
    for name, kind in HOSTILE.items():
        kind.made(hosts[name])

    # Another level, so that there is something to do on the host that lies, too.
    settings(project, hosts, dumpLevel=17)
    said = project.shell(f"{REPORT} up --yes --skip-preview -s test", code=1)
    words = project.shell(f"cat {said.splitlines()[-1].partition(': ')[2]}")
    assert seconds_of(words, "good") < 5 * usual + 2, words
    lines = {name: [line for line in said.splitlines() if line.startswith(f"{name}: ")] for name in hosts}
    assert {name: len(found) for name, found in lines.items()} == {name: int(name in BAD) for name in hosts}, said
    for name, reason in BAD.items():
        assert re.search(reason, lines[name][0]), lines[name][0]
        assert f"root@{hosts[name].address}" in lines[name][0]
    assert f"{len(hosts)} of {len(hosts)} done" in said
    assert f"{len(BAD)} failed" in said
    readiness = project.readiness()
    for name in ("usual", "good", *HARMLESS):
        assert readiness[name]["level"] == "armed", (name, readiness[name])
        assert "-d 17" in hosts[name].read("/etc/kdump.conf")

    # Plain pulumi tells the same, also when it begins with a look at what is there.
    settings(project, hosts, dumpLevel=16)
    said = project.pulumi("up --refresh --yes --skip-preview", code=1)
    diagnostics = said.partition("Diagnostics:")[2].partition("Outputs:")[0]
    for name, reason in BAD.items():
        told = re.findall(rf"^.*root@{hosts[name].address}[ :].*$", diagnostics, re.MULTILINE)
        assert any(re.search(reason, line) for line in told), f"{name}:\n{said}"
    for name in ("usual", "good", *HARMLESS):
        assert f"root@{hosts[name].address}:" not in diagnostics
        assert "-d 16" in hosts[name].read("/etc/kdump.conf"), said

    for name, kind in HOSTILE.items():
        kind.mended(hosts[name])
    project.pulumi("up --yes --skip-preview")
    assert {name: told["level"] for name, told in project.readiness().items()} == dict.fromkeys(hosts, "armed")
    project.pulumi("preview --refresh --expect-no-changes")
