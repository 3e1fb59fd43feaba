"""Red Hat's releases 5 to 10, what is built from them, and Fedora."""

from __future__ import annotations

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from provider.families.base import Family, NfsNames
from provider.families.redhat.boot import Grubby
from provider.families.redhat.configuration import KdumpConf
from provider.families.redhat.tools import Kdump
from provider.families.rpm import packages_of
from provider.families.systemd import Systemd
from provider.families.sysv import SysV


def family(platform: Platform) -> Family:
    """The ways of one Red Hat release. Raises Refusal for one whose rules are not known."""
    generation = generation_of(platform)
    packages = packages_of(platform)
    sysv = not generation.has_kdumpctl
    services = SysV() if sysv else Systemd()
    # kdumpctl can make the image by itself from 8 on.
    manager = "sysv" if sysv else "systemd" if generation is Generation.EL7 else "kdumpctl"
    # kdump-utils brings kexec-tools and makedumpfile along, which the other releases have in one package.
    package = "kdump-utils" if generation is Generation.KDUMP_UTILS else "kexec-tools"
    return Family(
        platform=platform,
        boot=Grubby(platform),
        configuration=KdumpConf(platform, packages, package, manager),
        tools=Kdump(packages, services, manager, package),
        packages=packages,
        services=services,
        nfs=NfsNames("nfs-utils", "nfs-utils", "nfs" if sysv else "nfs-server"),
    )
