"""A rule that is broken stops `up` before anything is changed on a host, also where it is only known by measuring."""

from __future__ import annotations

import datetime

import pytest

from tests.fleet_runs.conftest import Machines, fleet_tree, machines, nothing_remembered, project
from tests.fleet_runs.pulumi_runs import Runs, listing
from tests.provider.fixture.host import changes

__all__ = ["fleet_tree", "machines", "nothing_remembered", "project"]

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
WITH_PACK = "--policy-pack policies"
TARGET = {"local": {"path": "/var/crash"}}


def test_up_stops_before_the_host_is_changed_and_goes_on_when_the_rule_is_kept(
    machines: Machines, project: Runs
) -> None:
    host = machines.together(db1="rhel-9.4")["db1"]
    before = listing(host)
    # Its disk is small, which nobody knows before it is measured.
    project.settings({"db1": {"connection": host.connection()}}, target=TARGET)
    for options in ("--yes", "--yes --skip-preview"):
        said = project.pulumi(f"up {options} {WITH_PACK}", code=1)
        assert "host db1, target local /var/crash: found" in said
        assert "[mandatory]" in said
        assert changes(before, listing(host)) == {}
        assert not host.path("/var/lib/pulumi-kdump").exists()
    until = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    excused = {
        "rule": "free-space", "machines": ["db1"], "until": until,
        "reason": "a host of a test, whose disk is a stand-in",
    }  # fmt: skip
    project.settings({"db1": {"connection": host.connection()}}, exemptions=[excused], target=TARGET)
    project.pulumi(f"up --yes --skip-preview {WITH_PACK}")
    assert changes(before, listing(host)) != {}
    project.pulumi("destroy --yes --skip-preview")
    assert changes(before, listing(host)) == {}
