"""How the mode of a bond gets into the capture kernel, where the dump goes over that bond.

Sources: Red Hat's how-to of kdump (release 5); mkdumprd of kexec-tools 2.0.0-145.el6 and 2.0.0-310.el6, which copy
ifcfg files but read no BONDING_OPTS in them; dracut-module-setup.sh of 2.0.15-33.el7 and newer.
"""

from __future__ import annotations

from kdump.dialects.kdump_conf.options import check_option
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

# mkdumprd of these loads the module with its options from kdump.conf, or else from modprobe's configuration.
_BY_MODULE_OPTIONS = (Generation.EL5, Generation.EL6_0, Generation.EL6_3)


def bonding_options(platform: Platform, bonding_opts: str) -> dict[str, str]:
    """What belongs into ``options`` of a :class:`kdump.configuration.DumpConfiguration` for a dump over a bond.

    *bonding_opts* is the BONDING_OPTS of the bond's ifcfg file, without its quotes ("mode=active-backup miimon=100").
    Empty where the tools take the bond over as it runs on the host: from Red Hat Enterprise Linux 7 on, and in the
    other families. On 5, mkdumprd knows the option from later updates on. Raises :class:`kdump.errors.Refusal` for
    options that cannot be carried to a host, and for platforms of which nothing is known. Sources: see the file's head.
    """
    if generation_of(platform) not in _BY_MODULE_OPTIONS:
        return {}
    value = f"bonding {bonding_opts}"
    check_option("options", value)
    return {"options": value}
