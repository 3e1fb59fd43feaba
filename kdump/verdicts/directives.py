"""Which directives of /etc/kdump.conf the releases with kdumpctl (7 and newer) know, and what replaced others.

Releases 5 and 6 have their own table, :mod:`kdump.verdicts.el6_directives`.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.generations import Generation

_G = Generation
_FROM_7 = frozenset(generation for generation in Generation if generation.has_kdumpctl)
_FROM_8_1 = _FROM_7 - {_G.EL7, _G.EL8_0}
_FROM_9 = _FROM_8_1 - {_G.EL8_1}
_FROM_9_2 = _FROM_9 - {_G.EL9_0}
_KDUMP_UTILS = frozenset({_G.KDUMP_UTILS})


class Directive(NamedTuple):
    """``generations`` that know it, whether it ``is_target``, and the ``source``."""

    generations: frozenset[Generation]
    is_target: bool
    source: str


_EL7 = "kexec-tools 2.0.15-33.el7 kdumpctl check_config; the same list in 8, 9 and kdump-utils"

DIRECTIVES: dict[str, Directive] = {
    **{name: Directive(_FROM_7, True, _EL7) for name in
       ("raw", "ext2", "ext3", "ext4", "minix", "btrfs", "xfs", "nfs", "ssh")},
    "virtiofs": Directive(_FROM_9_2, True, "kexec-tools 2.0.25 (2022-09): add virtiofs"),
    **{name: Directive(_FROM_7, False, _EL7) for name in
       ("sshkey", "path", "core_collector", "kdump_post", "kdump_pre", "extra_bins", "extra_modules", "default",
        "force_rebuild", "force_no_rebuild", "dracut_args", "fence_kdump_args", "fence_kdump_nodes")},
    "failure_action": Directive(_FROM_8_1, False, "kexec-tools 2.0.19-3 (2019-05)"),
    "final_action": Directive(_FROM_8_1, False, "kexec-tools 2.0.19-3 (2019-05)"),
    "auto_reset_crashkernel": Directive(_FROM_9, False, "kexec-tools 2.0.23 (2021-11)"),
    "kdump_emergency": Directive(_KDUMP_UTILS, False, "kdump-utils 1.0.60 (2026-02); earlier ones refuse it"),
}  # fmt: skip

# What kdumpctl calls deprecated and refuses, and what does the same today.
# Source: kdump.conf(5) of 7, deprecated options.
DEPRECATED: dict[str, str] = {
    "net": "",  # depends on its value: see replacement()
    "options": "Remove it, and put the module's options on KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump as "
    "'module.option=value'; bonding is taken from the running host's own connection",
    "link_delay": "Remove it: the capture kernel waits for the network by itself",
    "disk_timeout": "Remove it: the capture kernel waits for disks by itself",
    "debug_mem_level": "Remove it, and put 'rd.memdebug=' and the level on KDUMP_COMMANDLINE_APPEND in "
    "/etc/sysconfig/kdump",
    "blacklist": "Remove it, and put 'rd.driver.blacklist=' and the modules, separated by commas, on "
    "KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump",
}

# Source: kdump.conf(5) of 6 (2.0.0-310.el6) and of 7.
ACTIONS_SINCE_7: dict[str, str] = {"mount_root_run_init": "dump_to_rootfs"}
"""What release 7 and newer call the actions that release 6 had another name for."""
ACTIONS_OF_6: dict[str, str] = {new: old for old, new in ACTIONS_SINCE_7.items()}
"""The same the other way round."""


def known(generation: Generation) -> frozenset[str]:
    """The directives that *generation* (7 or newer) accepts, targets included."""
    return frozenset(name for name, row in DIRECTIVES.items() if generation in row.generations)


def targets(generation: Generation) -> frozenset[str]:
    """Those of :func:`known` that name a target."""
    return frozenset(name for name in known(generation) if DIRECTIVES[name].is_target)


def replacement(name: str, value: str, generation: Generation) -> str:
    """What to write on *generation* instead of a directive that it refuses, as a sentence without its full stop."""
    if name == "net":
        return f"Write '{'ssh' if '@' in value else 'nfs'} {value}'"
    if name in DEPRECATED:
        return DEPRECATED[name]
    if name == "nfs4":
        return (
            f"Write 'nfs {value}'; where it must be version 4, mount it with that version in /etc/fstab, or say "
            f"""'dracut_args --mount "{value} /mnt nfs4 defaults"' instead of it"""
        )
    if name == "failure_action" and "default" in known(generation):
        return f"Write 'default {value}'"
    rest = {
        "final_action": "Remove it: this release always reboots after the dump",
        "auto_reset_crashkernel": "Remove it: this release never changes crashkernel by itself",
        "override_resettable": "Remove it: it is in the manual page, but kdumpctl refuses it",
        "virtiofs": "Write an 'nfs' or 'ssh' target: virtiofs is known from 9.2 on",
        "kdump_emergency": "Write 'failure_action' instead; kdump_emergency is known from kdump-utils 1.0.60 on",
        "Kdump_not_supported_on_Xen_domU_guest": "Remove it: it is a note that release 6 left for itself",
    }
    return rest.get(name, "")
