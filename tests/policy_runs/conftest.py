"""Stacks that the real engine previews with the real pack, far from any host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project_copy import ProjectCopy, copy_checkout

_COLOURS = re.compile(r"<\{%[^%]*%\}>")


ENVIRONMENT = ". engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=rules;"


@dataclass(frozen=True)
class Violation:
    """What a rule said of a resource."""

    level: str
    rule: str
    resource: str
    message: str


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
        return Run(int(said.rsplit("exit code ", 1)[1]), said, tuple(_violations(folder / "events.json")))


def _violations(log: Path) -> Iterator[Violation]:
    for line in log.read_text().splitlines() if log.exists() else ():
        told = json.loads(line).get("policyEvent")
        if told:
            message = _COLOURS.sub("", told["message"]).strip()
            name = told.get("resourceUrn", "").rpartition("::")[2]
            yield Violation(told["enforcementLevel"], told["policyName"], name, message)


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    folder = tmp_path_factory.mktemp("project")
    copy_checkout(folder)
    copy = ProjectCopy(folder)
    copy.shell(f"{ENVIRONMENT} pulumi stack init rules")
    return Stacks(copy)
