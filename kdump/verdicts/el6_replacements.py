"""What to write on RHEL 5 and 6 instead of an option that they do not know.

Source: the options of later releases (kexec-tools 2.0.15-33.el7, kdump-utils 1.0.61), and what mkdumprd of RHEL
5 and 6 has for the same purpose.
"""

from __future__ import annotations

import difflib

from kdump.generations import Generation
from kdump.verdicts.directives import ACTIONS_OF_6
from kdump.verdicts.el6_checks import plain
from kdump.verdicts.el6_directives import actions, filesystems, known
from kdump.verdicts.lines import Line

_EL5, _EL6_0, _EL6_3 = Generation.EL5, Generation.EL6_0, Generation.EL6_3
_REMOVE = {
    "sshkey": "Remove the line, and name the key as IdentityFile in root's ~/.ssh/config",
    "final_action": "Remove the line: what 'default' names is done after a dump too",
    "dracut_args": "Remove the line: the image for the capture kernel is not made by dracut here",
    "force_rebuild": "Remove the line: the image is built anew whenever /etc/kdump.conf changes",
    "force_no_rebuild": "Remove the line: the image is built anew only when something changed",
    "auto_reset_crashkernel": "Remove the line: nothing resets crashkernel= on this release",
    "override_resettable": "Remove the line: this release has no such option in /etc/kdump.conf",
    "fence_kdump_nodes": "Remove the line, and give the cluster a fence delay (post_fail_delay) longer than a dump",
    "fence_kdump_args": "Remove the line, and give the cluster a fence delay (post_fail_delay) longer than a dump",
    "kdump_emergency": "Remove the line: there is nothing like it on this release",
    "debug_mem_level": "Remove the line: there is nothing like it on this release",
    "blacklist": "Remove the line: there is nothing like it on this release",
    "virtiofs": "Name another target, such as 'ext3 /dev/vda1': this release has no virtiofs",
    "Kdump_not_supported_on_Xen_domU_guest": "Remove the line: kdump works in no Xen guest of this release",
}


def replacement(line: Line, generation: Generation) -> str:
    """What to write instead of *line*, whose option *generation* does not know, as a sentence without full stop."""
    name, value = line.name.strip(), plain(line.value)
    if "\r" in line.name:
        return "Save the file with Unix line ends, without carriage returns"
    if name in ("nfs", "nfs4", "ssh"):
        return f"Write {f'net {value}'.strip()!r}"
    if name == "failure_action":
        return _default_for(value, generation)
    if name == "final_action" and value in ("halt", "poweroff") and value in actions(generation):
        return f"Write {f'default {value}'!r}: what it names is done after a dump too"
    if name in _REMOVE:
        return _REMOVE[name]
    candidates = [*known(generation), *filesystems(generation)]
    spelled = name.lower().replace("-", "_").rstrip(":=")
    near = difflib.get_close_matches(spelled.partition("=")[0], sorted(candidates), 1, 0.75)
    if near:
        value = " ".join(filter(None, (spelled.partition("=")[2] and name.partition("=")[2], value)))
        return f"Write {f'{near[0]} {value}'.strip()!r}"
    if name in ("minix", "xfs", "btrfs", "reiserfs", "vfat", "jfs", "auto"):
        usual = "ext3" if generation is _EL5 else "ext4"
        return f"Use a filesystem of another type, such as {f'{usual} {value}'.strip()!r}"
    return "Remove the line, or correct its spelling"


def _default_for(action: str, generation: Generation) -> str:
    if action in actions(generation):
        return f"Write {f'default {action}'!r}"
    if action in ACTIONS_OF_6:
        if generation is _EL6_3:
            return f"Write 'default {ACTIONS_OF_6[action]}'"
        return "Remove the line: without 'default', this release starts from its root filesystem when a dump fails"
    return "Write 'default halt'" if action == "poweroff" else "Write 'default reboot'"
