"""A stack of fixture hosts in a copy of the project, with a state of its own, and pulumi on it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.project_copy import copy_checkout
from tests.provider.fixture.host import FixtureHost
from tools.bench.run import Taken, run

PULUMI = "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=bench; exec pulumi"


@dataclass(frozen=True)
class Stack:
    """The stack `bench` of a copy of the project."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, hosts: Sequence[FixtureHost], crashkernel: str) -> Stack:
        """Copy the project and declare the hosts."""
        return cls.declaring(
            folder,
            {
                "defaults": {"crashkernel": crashkernel, "target": {"local": {"path": "/var/crash"}}},
                "hosts": {host.name: {"connection": host.connection()} for host in hosts},
            },
        )

    @classmethod
    def declaring(cls, folder: Path, fleet: Mapping[str, Any]) -> Stack:
        """Copy the project, write the stack file (JSON is YAML, too) and make the stack."""
        copy_checkout(folder)
        (folder / "stacks" / "Pulumi.bench.yaml").write_text(json.dumps({"config": {"pulumi-kdump:fleet": fleet}}))
        stack = cls(folder)
        stack.pulumi("stack init bench --non-interactive")
        return stack

    def without_hosts(self) -> None:
        """From here on the provider is one that finds everything as it is wanted."""
        project = self.folder / "Pulumi.yaml"
        project.write_text(project.read_text().replace("path: ./provider", "path: ./tools/bench/engine_alone"))

    def pulumi(self, arguments: str) -> Taken:
        """Run pulumi on it. Raises CommandFailed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
        return run(["bash", "-c", f"{PULUMI} {arguments}"], self.folder, environment)[0]
