"""Debian and Ubuntu: GRUB with drop-ins, kdump-tools, systemd, apt."""

from __future__ import annotations

from kdump.platforms import Platform
from provider.families.base import Family, NfsNames
from provider.families.debian.boot import GrubDropin
from provider.families.debian.configuration import KdumpToolsFile
from provider.families.debian.packages import Apt
from provider.families.debian.tools import KdumpTools
from provider.families.systemd import Systemd


def family(platform: Platform) -> Family:
    """The ways of a Debian or Ubuntu."""
    packages = Apt()
    return Family(
        platform=platform,
        boot=GrubDropin(),
        configuration=KdumpToolsFile(packages),
        tools=KdumpTools(packages),
        packages=packages,
        services=Systemd(),
        nfs=NfsNames("nfs-common", "nfs-kernel-server", "nfs-server"),
    )
