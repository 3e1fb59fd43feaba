"""SUSE Linux Enterprise 12 to 16, Leap and Tumbleweed: GRUB 2, /etc/sysconfig/kdump, systemd, zypper."""

from __future__ import annotations

from kdump.dialects.suse_sysconfig_options import release_of
from kdump.platforms import Platform
from provider.families.base import Family, NfsNames
from provider.families.suse.boot import SuseGrub
from provider.families.suse.configuration import SuseSysconfig
from provider.families.suse.packages import Zypper
from provider.families.suse.tools import SuseKdump
from provider.families.systemd import Systemd


def family(platform: Platform) -> Family:
    """The ways of one SUSE release. Raises Refusal for one whose kdump nobody has read."""
    release_of(platform)
    packages = Zypper()
    return Family(
        platform=platform,
        boot=SuseGrub(),
        configuration=SuseSysconfig(platform, packages),
        tools=SuseKdump(packages),
        packages=packages,
        services=Systemd(),
        nfs=NfsNames("nfs-client", "nfs-kernel-server", "nfs-server"),
    )
