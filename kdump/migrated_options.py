"""What became of an option of the old platform: where it is said on the new one, or why it need not be said.

Source: kdump.conf(5) of 7 (deprecated options), dracut.cmdline(7), kdump(5) of SUSE, kdump-tools(5) of Debian,
kernel-parameters.txt, fence_kdump_send(8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kdump.dialects.kdump_conf.options import SEPARATOR
from kdump.dialects.suse_sysconfig_options import FENCE_SENDER
from kdump.errors import shown
from kdump.generations import Generation
from kdump.platforms import Family
from kdump.verdicts.directives import DEPRECATED

_BEHIND = "in /etc/sysconfig/kdump, behind what is there"
_COUNT = re.compile(r"(?<!\S)(-c |--count=)[0-9]+")
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


class _Way(NamedTuple):
    """Where a family takes words for the capture kernel's command line, and how modules are kept from loading there.

    ``traces``: the word that has memory use reported, "" where there is none.
    """

    key: str
    where: str
    blacklists: str
    traces: str
    source: str


_WAYS: dict[Family, _Way] = {
    "redhat": _Way(
        "KDUMP_COMMANDLINE_APPEND", _BEHIND, "rd.driver.blacklist", "rd.memdebug", "dracut.cmdline(7): dracut of 7"
    ),
    "suse": _Way(
        "KDUMP_COMMANDLINE_APPEND", _BEHIND, "rd.driver.blacklist", "rd.memdebug", "kdump(5): dracut since 12"
    ),
    # Its capture kernel boots with an image of initramfs-tools, which knows none of dracut's words; the kernel's own
    # word for modules is known since 4.8.
    "debian": _Way(
        "KDUMP_CMDLINE_APPEND",
        "in /etc/default/kdump-tools, behind what is there or is built in",
        "module_blacklist",
        "",
        "kdump-tools(5), kernel-parameters.txt",
    ),
}


def successor(name: str, value: str, generation: Generation) -> list[str]:
    """What does on *generation*, of the same family, what the option *name* with *value* did; [] where that is the
    option itself.

    The answers are sentences for people, the option in front. From release 7 on the capture kernel is set up by
    dracut, like the running one, and modules are told their options on its command line.
    """
    if not generation.has_kdumpctl or name not in DEPRECATED:
        return []
    return _on_the_command_line(name, value, "redhat") or [
        f"{shown(f'{name} {value}')}: it is not needed any more, the capture kernel waits by itself"
    ]


def counterpart(name: str, value: str, family: Family, options: Mapping[str, str]) -> list[str]:
    """What does on *family* what the option *name* with *value* did on another family, as sentences for people.

    *options* are all that the old platform had.
    """
    found = _on_the_command_line(name, value, family)
    if found:
        return found
    option = shown(f"{name} {value}")
    if family == "suse" and name in ("fence_kdump_nodes", "fence_kdump_args"):
        return [f"{option}: {_fencing(name, options)}"]
    other = _COUNTERPARTS.get(family, {}).get(name)
    where = f"in {_FILES[family]}" if family in _FILES else "there"
    if other is None:
        return [f"{option}: nothing {where} does the same"]
    if other.isupper() and family == "redhat":
        return [f"{option}: what does the same is {other} {_BEHIND}"]
    return [f"{option}: what does the same is {other} {where}; check its value before you set it"]


def _on_the_command_line(name: str, value: str, family: Family) -> list[str]:
    """What words for the capture kernel do what the option did, a sentence for each module; [] where none do."""
    way = _WAYS.get(family)
    if way is None:
        return []
    if name == "options":
        return [f"{shown(f'{name} {part}')}: {_of_module(part.split(), way)}" for part in value.split(SEPARATOR)]
    words = {
        "blacklist": f"{way.blacklists}={','.join(value.split())}",
        "debug_mem_level": f"{way.traces}={value}" if way.traces else "",
    }.get(name, "")
    return [f"{shown(f'{name} {value}')}: {_add(words, way)}"] if words else []


def _of_module(words: list[str], way: _Way) -> str:
    if words[0] == "bonding":
        return "it is not needed any more, the bond is made as on the running host"
    return _add(" ".join(f"{words[0]}.{word}" for word in words[1:]), way)


def _add(words: str, way: _Way) -> str:
    return f"add {shown(words)} to {way.key} {way.where}"


def _fencing(name: str, options: Mapping[str, str]) -> str:
    """How SUSE's kdump tells the other nodes. Source: kdump(5); fence_kdump_send(8) for -c, where 0 never ends."""
    nodes = options.get("fence_kdump_nodes", "")
    if not nodes:
        return "without fence_kdump_nodes it has no effect, and is not needed"
    if name == "fence_kdump_args":
        return "its words are in KDUMP_POSTSCRIPT, as said with fence_kdump_nodes"
    arguments = _COUNT.sub("", options.get("fence_kdump_args", "")).split()
    command = " ".join([FENCE_SENDER, *arguments, "-c 1", nodes])
    return (
        f"write {shown(command)} as KDUMP_POSTSCRIPT in /etc/sysconfig/kdump; it runs after the dump only, so the "
        "fence agent's timeout must be as long as a dump takes"
    )
