"""Runs of pulumi on a stack of fleet hosts, as a user types them, and what they print taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fleet.host import ReleaseHost
from tests.provider.pulumi_stack import Fleet

#: What the installer of RHEL 9 sets, so that a host that was just booted has no reboot due.
BOOTED_WITH = "1G-4G:192M,4G-64G:256M,64G-:512M"
REPORT = "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=test; python -m report"
# What rpm and its front ends keep for themselves; a query touches it.
_BOOKS = ("var/lib/rpm", "var/lib/dnf", "var/lib/yum", "var/lib/zypp", "var/cache", "var/log", "var/tmp",
          "usr/lib/sysimage/rpm")  # fmt: skip


class Runs(Fleet):
    """A copy of the project with a stack called test."""

    def settings(
        self,
        hosts: Mapping[str, Any],
        collectors: Mapping[str, Any] | None = None,
        exemptions: Sequence[Mapping[str, Any]] = (),
        **defaults: Any,
    ) -> None:
        """Write the stack file, and make the stack if it is not there. JSON is YAML, too."""
        fleet = {
            "defaults": {"crashkernel": BOOTED_WITH, **defaults},
            "hosts": hosts,
            "collectors": collectors or {},
            "exemptions": exemptions,
        }
        file = self.stack_file("test")
        made = file.exists()
        # What pulumi wrote there when the stack was made, to know the passphrase again by.
        salt = re.findall(r'encryptionsalt"?: "?(v1:[^"\s]+)', file.read_text()) if made else []
        config = {"config": {"pulumi-kdump:fleet": fleet}, **({"encryptionsalt": salt[0]} if salt else {})}
        file.write_text(json.dumps(config, indent=1))
        if not made:
            self.pulumi("stack init")

    def readiness(self) -> dict[str, dict[str, Any]]:
        """The stack's output of that name."""
        told: dict[str, dict[str, Any]] = json.loads(self.pulumi("stack output readiness --json"))
        return told


def collector(host: ReleaseHost) -> dict[str, Any]:
    """A host as a collector of the stack file."""
    return {"connection": host.connection(), "address": host.address, "directory": "/srv/dumps"}


def listing(host: ReleaseHost, *, times: bool = False) -> dict[str, str]:
    """All files of a host but the package manager's own, which a query touches."""
    return {path: line for path, line in host.listing(times=times).items() if not path.startswith(_BOOKS)}


def refreshed(preview: str) -> dict[str, str]:
    """What `preview --refresh --diff` found changed on a stack of one host: kind -> the lines about it."""
    blocks = re.split(r"^ *[~ -] (\S+): \((\w+)\)$", preview, flags=re.MULTILINE)[1:]
    return {
        kind: text
        for kind, verb, text in zip(blocks[::3], blocks[1::3], blocks[2::3], strict=True)
        if verb == "refresh"
    }


def seconds_of(up: str, host: str) -> float:
    """How long pulumi says that it took to create the resources of a host."""
    return sum(float(seconds) for seconds in re.findall(rf" {host}-\S+ created \(([0-9.]+)s\)", up))
