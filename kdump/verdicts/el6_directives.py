"""What may stand in /etc/kdump.conf on RHEL 5 and 6: options, filesystems and actions, each with its source.

RHEL 6.0 is kexec-tools 2.0.0-145.el6, and everything from 6.3 on was read in 2.0.0-310.el6; 6.1 and 6.2 know a
little more than 6.0, as the rows say. RHEL 5 was read in the public history of kexec-tools (2008-06, "Mass
Update of RHEL5 patches"), not in its own packages: near-certain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.generations import Generation

_EL5, _EL6_0, _EL6_3 = Generation.EL5, Generation.EL6_0, Generation.EL6_3
_ALL = (_EL5, _EL6_0, _EL6_3)
_SIX = (_EL6_0, _EL6_3)
_2008 = "mkdumprd of 2008-06, 2.0.0-145.el6 and 2.0.0-310.el6"
_BOTH_SIX = "mkdumprd of 2.0.0-145.el6 and 2.0.0-310.el6"


class Directive(NamedTuple):
    """One option: where it is known, whether several lines of it add up (else the last counts), and the source."""

    name: str
    generations: tuple[Generation, ...]
    adds_up: bool
    source: str


DIRECTIVES = (
    Directive("net", _ALL, False, f"{_2008}; called deprecated since 2.0.0-232 (6.3)"),
    Directive("nfs", (_EL6_3,), False, "kexec-tools changelog 2.0.0-232 (2012-03)"),
    Directive("nfs4", (_EL6_3,), False, "kexec-tools changelog 2.0.0-232 (2012-03)"),
    Directive("ssh", (_EL6_3,), False, "kexec-tools changelog 2.0.0-232 (2012-03)"),
    Directive("raw", _ALL, False, _2008),
    Directive("path", _ALL, False, _2008),
    Directive("core_collector", _ALL, False, f"{_2008}; not with SSH and raw targets in 5.0 (mkdumprd of 2007-04)"),
    Directive("link_delay", _ALL, False, _2008),
    Directive("kdump_pre", _ALL, False, f"{_2008}; not in 5.0 (mkdumprd of 2007-04)"),
    Directive("kdump_post", _ALL, False, f"{_2008}; not in 5.0 (mkdumprd of 2007-04)"),
    Directive("extra_bins", _ALL, True, f"{_2008}; not in 5.0 (mkdumprd of 2007-04)"),
    Directive("extra_modules", _ALL, True, f"{_2008}; not in 5.0 (mkdumprd of 2007-04)"),
    Directive("default", _ALL, False, _2008),
    Directive("options", _ALL, True, f"{_BOTH_SIX}; RHEL 5: Red Hat's how-to of kdump, not mkdumprd of 2008-06"),
    Directive("disk_timeout", _ALL, False, f"{_BOTH_SIX}; RHEL 5: its later updates, not mkdumprd of 2008-06"),
    Directive("blacklist", _SIX, True, f"{_BOTH_SIX}; no folders since the second"),
    Directive("debug_mem_level", (_EL6_3,), False, "kexec-tools changelog 2.0.0-199 (2011-08: in 6.2, not in 6.0)"),
    Directive("force_rebuild", (_EL6_3,), False, "kexec-tools changelog 2.0.0-204 (2011-09: in 6.2, not in 6.0)"),
    Directive("sshkey", (_EL6_3,), False, "mkdumprd of 2.0.0-310.el6; not in 2.0.0-145.el6"),
    Directive("fence_kdump_nodes", (_EL6_3,), False, "kexec-tools changelog 2.0.0-274 (2014-05)"),
    Directive("fence_kdump_args", (_EL6_3,), False, "kexec-tools changelog 2.0.0-274 (2014-05)"),
    Directive(
        "Kdump_not_supported_on_Xen_domU_guest", (_EL6_3,), False, "mkdumprd of 2.0.0-310.el6; not in 2.0.0-145.el6"
    ),
)

REMOTE = ("net", "nfs", "nfs4", "ssh")

# Which programs check a filesystem before the dump: without one of them mkdumprd refuses the type. RHEL 5 has
# fsck.ext4 in e4fsprogs, from 5.3 on; minix was taken for known until 2.0.0-145.el6 at least.
_FILESYSTEMS = {
    _EL5: ("ext2", "ext3", "ext4", "minix"),
    _EL6_0: ("ext2", "ext3", "ext4", "xfs", "btrfs", "minix"),
    _EL6_3: ("ext2", "ext3", "ext4", "xfs", "btrfs"),
}
# mkdumprd of release 6 looks for these anywhere in the name; RHEL 5 takes every unknown name for a type.
_LOOKS_LIKE_A_FILESYSTEM = {_EL5: "", _EL6_0: "ext[234]|minix|xfs|btrfs", _EL6_3: "ext[234]|xfs|btrfs"}

_ACTIONS = {
    _EL5: ("reboot", "halt", "shell"),
    _EL6_0: ("reboot", "halt", "poweroff", "shell"),
    _EL6_3: ("reboot", "halt", "poweroff", "shell", "mount_root_run_init"),
}


def known(generation: Generation) -> frozenset[str]:
    """The names of the options that *generation*'s mkdumprd knows, filesystem types left out."""
    return frozenset(row.name for row in DIRECTIVES if generation in row.generations)


def adds_up(name: str) -> bool:
    """Whether several lines of the option *name* add up. Of others the last counts, of targets too."""
    return any(row.adds_up for row in DIRECTIVES if row.name == name)


def filesystems(generation: Generation) -> tuple[str, ...]:
    """The filesystem types that *generation* can dump to, as far as its own packages have what it needs."""
    return _FILESYSTEMS[generation]


def looks_like_a_filesystem(name: str, generation: Generation) -> bool:
    """Whether mkdumprd takes the unknown option *name* for the type of a filesystem."""
    return re.search(_LOOKS_LIKE_A_FILESYSTEM[generation], name) is not None


def actions(generation: Generation) -> tuple[str, ...]:
    """The values that ``default`` may have."""
    return _ACTIONS[generation]
