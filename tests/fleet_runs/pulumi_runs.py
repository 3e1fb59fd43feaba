"""Runs of pulumi on a stack of fleet hosts, as a user types them, and what they print taken apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fleet.host import ReleaseHost
from tests.provider.pulumi_stack import PULUMI, Fleet

#: What the installer of RHEL 9 sets, so that a host that was just booted has no reboot due.
BOOTED_WITH = "1G-4G:192M,4G-64G:256M,64G-:512M"
# What rpm and its front ends keep for themselves; a query touches it.
_BOOKS = ("var/lib/rpm", "var/lib/dnf", "var/lib/yum", "var/lib/zypp", "var/cache", "var/log", "var/tmp",
          "usr/lib/sysimage/rpm")  # fmt: skip


class Runs(Fleet):
    """A copy of the project with a stack called test."""

    def settings(
        self, hosts: Mapping[str, Any], collectors: Mapping[str, Any] | None = None, **defaults: Any
    ) -> None:
        """Write the stack file, and make the stack if it is not there. JSON is YAML, too."""
        fleet = {"defaults": {"crashkernel": BOOTED_WITH, **defaults}, "hosts": hosts, "collectors": collectors or {}}
        self.stack_file("test").write_text(json.dumps({"config": {"pulumi-kdump:fleet": fleet}}))
        self.shell(f"{PULUMI} stack select test --non-interactive || {PULUMI} stack init test --non-interactive")

    def readiness(self) -> dict[str, dict[str, Any]]:
        """The stack's output of that name."""
        told: dict[str, dict[str, Any]] = json.loads(self.pulumi("stack output readiness --json"))
        return told


def listing(host: ReleaseHost) -> dict[str, str]:
    """All files of a host but the package manager's own."""
    return {path: line for path, line in host.listing().items() if not path.startswith(_BOOKS)}
