"""Previews of staging and production by the real CLI, with the policy pack, on a machine without a way to any host."""

from __future__ import annotations

import os
import re
import shlex
import time

import pytest

from tests.project_copy import ProjectCopy, copy_checkout
from tests.stacks.stack_files import NAMES, as_of_today, stack_file

pytestmark = [pytest.mark.engine, pytest.mark.fixture]

# Ten seconds for the larger one where nothing else runs; the machines of tests are busy.
SECONDS = 120
# A network of its own with nothing in it but the loopback that the engine and its plugins talk over.
CUT_OFF = "unshare --net " + ("" if os.geteuid() == 0 else "--map-root-user ") + "bash -c"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """A copy of the project with the stacks made, and their dates moved to today."""
    folder = tmp_path_factory.mktemp("stacks") / "project"
    copy_checkout(folder)
    project = ProjectCopy(folder)
    for stack in NAMES:
        project.stack_file(stack).write_text(as_of_today(stack_file(stack).read_text()))
    return project


def previewed(project: ProjectCopy, stack: str, *, code: int = 0, settings: str = "", facts: str = "") -> str:
    """What a preview with the policy pack says where nothing can be reached."""
    passphrase = "lab" if stack == "lab" else "example"
    script = f"""
        ip link set lo up
        . engine/env.sh
        export PULUMI_CONFIG_PASSPHRASE={passphrase} PULUMI_KDUMP_FACTS={facts}
        pulumi stack select {stack} --create --non-interactive
        exec pulumi preview -s {stack} --non-interactive --color never --policy-pack policies \
            --policy-pack-config {settings or f"stacks/policies.{stack}.json"}
    """
    return project.shell(f"{CUT_OFF} {shlex.quote(script)}", code=code, seconds=SECONDS)


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_a_preview_without_a_way_to_any_host_holds_every_policy_in_seconds(project: ProjectCopy, stack: str) -> None:
    started = time.monotonic()
    said = previewed(project, stack)
    assert time.monotonic() - started < SECONDS
    assert "to create" in said
    assert "not asked in this preview" in said
    assert "error" not in said.lower()
    assert "up will fail here" not in said
    assert "mandatory" not in said


def test_production_breaks_no_rule_and_shows_its_exemptions(project: ProjectCopy) -> None:
    said = previewed(project, "production")
    assert set(re.findall(r"\[severity: \w+\]  (\S+)", said)) == {"exemptions"}
    assert "encrypted-dumps for erp1, erp2" in said
    assert "erases for licence1" in said


def test_the_same_preview_that_asks_the_hosts_says_that_none_can_be_reached(project: ProjectCopy) -> None:
    # What shows that nobody was asked above: this one asks, in the same place.
    said = previewed(project, "staging", code=1, facts="measured")
    assert "gate.staging.example.com does not let us through" in said


def test_production_is_refused_what_staging_is_only_told(project: ProjectCopy) -> None:
    staging = previewed(project, "staging")
    assert "advisory" in staging
    strict = previewed(project, "staging", code=1, settings="stacks/policies.production.json")
    assert "mandatory" in strict


def test_the_settings_of_the_labs_policies_are_taken(project: ProjectCopy) -> None:
    # Without a lab nothing is known of its hosts, and what is not known never passes. But the rules were held.
    said = previewed(project, "lab", code=1, facts="recorded")
    assert "free-space" in said
    assert "policy config" not in said
    assert "configuring policy pack" not in said
