"""What became of an option of the old platform: where it is said on the new one, or why it need not be said.

Source: kdump.conf(5) of 7 (deprecated options), dracut.cmdline(7), kdump(5) of SUSE, kdump-tools(5) of Debian.
"""

from __future__ import annotations

from kdump.errors import shown
from kdump.generations import Generation
from kdump.platforms import Family
from kdump.verdicts.directives import DEPRECATED

_BEHIND = "in /etc/sysconfig/kdump, behind what is there"
_FILES: dict[Family, str] = {
    "redhat": "/etc/kdump.conf",
    "suse": "/etc/sysconfig/kdump",
    "debian": "/etc/default/kdump-tools",
}

# What does the same in the files of another family.
_COUNTERPARTS: dict[Family, dict[str, str]] = {
    "suse": {
        "kdump_pre": "KDUMP_PRESCRIPT",
        "kdump_post": "KDUMP_POSTSCRIPT",
        "extra_bins": "KDUMP_REQUIRED_PROGRAMS",
        "KDUMP_CMDLINE_APPEND": "KDUMP_COMMANDLINE_APPEND",
        "KDUMP_NUM_DUMPS": "KDUMP_KEEP_OLD_DUMPS",
    },
    "redhat": {
        "KDUMP_PRESCRIPT": "kdump_pre",
        "KDUMP_POSTSCRIPT": "kdump_post",
        "KDUMP_REQUIRED_PROGRAMS": "extra_bins",
        "KDUMP_CMDLINE_APPEND": "KDUMP_COMMANDLINE_APPEND",
        "KDUMP_COMMANDLINE_APPEND": "KDUMP_COMMANDLINE_APPEND",
    },
    "debian": {
        "KDUMP_COMMANDLINE_APPEND": "KDUMP_CMDLINE_APPEND",
        "KDUMP_KEEP_OLD_DUMPS": "KDUMP_NUM_DUMPS",
    },
}


def successor(name: str, value: str, generation: Generation) -> str:
    """What does on *generation*, of the same family, what the option *name* with *value* did; "" where that is the
    option itself.

    The answer is a sentence for people, the option in front. From release 7 on the capture kernel is set up by
    dracut, like the running one, and modules are told their options on its command line.
    """
    if not generation.has_kdumpctl or name not in DEPRECATED:
        return ""
    words = value.split()
    arguments = {
        "debug_mem_level": f"rd.memdebug={value}",
        "blacklist": f"rd.driver.blacklist={','.join(words)}",
        "options": " ".join(f"{words[0]}.{word}" for word in words[1:]),
    }
    if name == "options" and words[0] == "bonding":
        what = "it is not needed any more, the bond is made as on the running host"
    elif name in arguments:
        what = f"add {shown(arguments[name])} to KDUMP_COMMANDLINE_APPEND {_BEHIND}"
    else:
        what = "it is not needed any more, the capture kernel waits by itself"
    return f"{shown(f'{name} {value}')}: {what}"


def counterpart(name: str, value: str, family: Family) -> str:
    """What does on *family* what the option *name* with *value* did on another family, as a sentence for people."""
    other = _COUNTERPARTS.get(family, {}).get(name)
    where = f"in {_FILES[family]}" if family in _FILES else "there"
    if other is None:
        return f"{shown(f'{name} {value}')}: nothing {where} does the same"
    if other.isupper() and family == "redhat":
        return f"{shown(f'{name} {value}')}: what does the same is {other} {_BEHIND}"
    return f"{shown(f'{name} {value}')}: what does the same is {other} {where}; check its value before you set it"
