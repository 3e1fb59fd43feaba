"""Stacks that the real engine previews with the real pack, far from any host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from components.facts import as_output
from tests.policy_runs.violations import Violation, violations_in
from tests.project_copy import ProjectCopy, copy_checkout

ENVIRONMENT = ". engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=rules;"


@dataclass(frozen=True)
class Run:
    """How a run of pulumi ended, and what rules said in it."""

    code: int
    said: str
    violations: tuple[Violation, ...]

    def of(self, rule: str) -> list[Violation]:
        """What one rule said."""
        return [each for each in self.violations if each.rule == rule]


@dataclass
class Stacks:
    """A copy of the project, and one stack in it whose file is written anew for each run."""

    copy: ProjectCopy

    def run(
        self,
        fleet: Mapping[str, Any],
        settings: Mapping[str, Any] | None = None,
        *,
        command: str = "preview",
        pack: bool = True,
    ) -> Run:
        """Run a command on a stack with this fleet, and with these settings of the pack."""
        folder = self.copy.folder
        stack_file = self.copy.stack_file("rules")
        kept = yaml.safe_load(stack_file.read_text()) if stack_file.exists() else {}
        stack_file.write_text(yaml.safe_dump({**kept, "config": {"pulumi-kdump:fleet": dict(fleet)}}))
        (folder / "settings.json").write_text(json.dumps(settings or {}))
        (folder / "events.json").unlink(missing_ok=True)
        with_pack = "--policy-pack policies --policy-pack-config settings.json" if pack else ""
        said = self.copy.shell(
            f"{ENVIRONMENT} PULUMI_DEBUG_COMMANDS=true pulumi {command} -s rules --color never {with_pack} "
            '--event-log events.json 2>&1; echo "exit code $?"'
        )
        log = folder / "events.json"
        events = log.read_text().splitlines() if log.exists() else []
        return Run(int(said.rsplit("exit code ", 1)[1]), said, tuple(violations_in(events)))

    def keep_facts(self, facts: Mapping[str, Any]) -> None:
        """Have the stack's state hold these facts, as an earlier `up` would have kept them; and nothing else."""
        stack = {
            "urn": "urn:pulumi:rules::pulumi-kdump::pulumi:pulumi:Stack::pulumi-kdump-rules",
            "type": "pulumi:pulumi:Stack",
            "custom": False,
            "outputs": {"facts": dict(as_output(facts))},
        }
        manifest = {"time": "2026-11-20T00:00:00Z", "magic": "", "version": ""}
        state = {"version": 3, "deployment": {"manifest": manifest, "resources": [stack]}}
        (self.copy.folder / "state.json").write_text(json.dumps(state))
        self.copy.shell(f"{ENVIRONMENT} pulumi stack import -s rules --force --file state.json")


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    folder = tmp_path_factory.mktemp("project")
    copy_checkout(folder)
    copy = ProjectCopy(folder)
    copy.shell(f"{ENVIRONMENT} pulumi stack init rules")
    return Stacks(copy)
