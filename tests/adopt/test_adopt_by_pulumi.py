"""The real engine: a host's printed entry in the stack file, its printed imports run, and `up` moves them in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.adopt.adopting import adopt, seen
from tests.project_copy import copy_checkout
from tests.provider.fixture.host import FixtureHost, changes
from tests.provider.pulumi_stack import PULUMI, Fleet

pytestmark = [pytest.mark.fixture, pytest.mark.engine]


def test_imported_resources_move_below_their_components_unchanged(tmp_path: Path, host: FixtureHost) -> None:
    host.run("rm -f /etc/default/grub.d/kdump-tools.cfg; systemctl enable kdump-tools")
    host.write("/etc/default/grub", 'GRUB_CMDLINE_LINUX="crashkernel=256M"\n')
    host.run("update-grub")
    page = adopt(host)
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    written = {"config": {"pulumi-kdump:fleet": yaml.safe_load(page)}}
    fleet.stack_file("test").write_text(json.dumps(written))
    fleet.shell(f"{PULUMI} stack select test --non-interactive || {PULUMI} stack init test --non-interactive")
    before = seen(host, times=True)
    for line in page.splitlines():
        if line.startswith("#   pulumi import "):
            said = fleet.pulumi(f"{line.removeprefix('#   pulumi ')} --yes --protect=false")
            assert "failed to validate" not in said
    assert changes(before, seen(host, times=True)) == {}
    ours = _ours(json.loads(fleet.pulumi("stack export"))["deployment"]["resources"])
    assert len(ours) == 3
    said = fleet.pulumi("preview --json")
    steps = json.loads(said[said.index("{") :])["steps"]
    types = {step["urn"].split("::")[2].rpartition("$")[2] for step in steps}
    assert "kdump:fleet:CrashKernel" in types, "new components are told"
    assert {each for each in types if each.startswith("kdump:host:")} == set(), "and nothing else"
    fleet.pulumi("up --yes --skip-preview")
    assert changes(before, seen(host, times=True)) == {}
    after = _ours(json.loads(fleet.pulumi("stack export"))["deployment"]["resources"])
    assert len(after) == 3
    assert all("kdump:fleet:" in urn for urn in after)
    fleet.pulumi("preview --refresh --expect-no-changes")


def _ours(resources: list[dict[str, Any]]) -> list[str]:
    return [each["urn"] for each in resources if each["type"].startswith("kdump:host:")]
