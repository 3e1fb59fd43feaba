"""A stack of fixture hosts in a copy of the project, and pulumi on it."""

from __future__ import annotations

import json
from typing import Any

from tests.project_copy import ProjectCopy
from tests.provider.fixture.host import FixtureHost

PULUMI = "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=test; pulumi"


class Fleet(ProjectCopy):
    """A stack of fixture hosts: one dumps locally, one over SSH to a third."""

    def declare(self, hosts: dict[str, Any], collector: FixtureHost) -> None:
        """Write the stack file. JSON is YAML, too."""
        vault = {"connection": collector.connection(), "address": collector.address, "directory": "/srv/dumps"}
        fleet = {"defaults": {"crashkernel": "256M"}, "hosts": hosts, "collectors": {"vault": vault}}
        self.stack_file("test").write_text(json.dumps({"config": {"pulumi-kdump:fleet": fleet}}))
        self.shell(f"{PULUMI} stack select test --non-interactive || {PULUMI} stack init test --non-interactive")

    def pulumi(self, arguments: str, *, code: int = 0) -> str:
        """Run pulumi on the stack."""
        return self.shell(f"{PULUMI} {arguments} -s test --non-interactive", code=code)


def local(host: FixtureHost) -> dict[str, Any]:
    """A host that dumps to its own disk."""
    return {"connection": host.connection(), "target": {"local": {"path": "/var/crash"}}}


def over_ssh(host: FixtureHost) -> dict[str, Any]:
    """A host that dumps to the collector."""
    return {
        "connection": host.connection(),
        "target": {"ssh": {"collector": "vault"}},
        "dumpIdentity": {"keyType": "ed25519", "path": "/root/.ssh/kdump_id_ed25519"},
    }
