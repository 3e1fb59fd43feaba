"""Which of several files decides a sysctl at boot.

Source: sysctl.d(5) of systemd 219 to 257: all folders together in the order of the files' names, of two files with
one name the one in the folder named first counts, a later line wins over an earlier one; /etc/sysctl.conf counts by
its link in a folder. Before systemd, Red Hat's initscripts read /etc/sysctl.conf and after it the files of
/etc/sysctl.d in the order of their names: 5 since 8.45.37 (5.7), 6 since 9.03.24 (6.2), older ones the former alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kdump.dialects.sysctl import CONF, parse
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d")
"""Folders of drop-ins, the one whose files stand in for those of the others first."""

_BEFORE_SYSTEMD = (Generation.NETDUMP, Generation.EL5, Generation.EL6_0, Generation.EL6_3)
# Major -> first release whose initscripts read /etc/sysctl.d. Source: changelogs of initscripts, of 2011.
_DROP_INS_SINCE = {5: (5, 7), 6: (6, 2)}
# What they pass over: backups of editors and of rpm.
_BACKUPS = ("~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave")


class BootSetting(NamedTuple):
    """What a boot sets a sysctl to, and the file that has the last word."""

    file: str
    value: str


def in_boot_order(files: Iterable[str], platform: Platform) -> list[str]:
    """Those of *files* (absolute paths) that a boot of *platform* reads, the last to be read at the end.

    Raises :class:`kdump.errors.Refusal` for a platform nothing is known of.
    """
    there = set(files)
    if generation_of(platform) in _BEFORE_SYSTEMD:
        conf = [CONF] if CONF in there else []
        since = _DROP_INS_SINCE.get(platform.version[0])
        if since is None or platform.version < since:
            return conf
        return [*conf, *sorted(path for path in there if _folder(path) == FOLDERS[0] and not path.endswith(_BACKUPS))]
    counting: dict[str, str] = {}
    for folder in FOLDERS:
        for path in there:
            if _folder(path) == folder and path.endswith(".conf"):
                counting.setdefault(_name(path), path)
    return [counting[name] for name in sorted(counting)]


def settings_at_boot(files: Mapping[str, str], platform: Platform) -> dict[str, BootSetting]:
    """What a boot of *platform* sets, dotted name to value and file, where *files* (path to text) are all there are.

    Patterns (``kernel.panic*``) are passed over: a line that names a sysctl in full wins over every pattern.
    Raises as :func:`in_boot_order` does.
    """
    found: dict[str, BootSetting] = {}
    for path in in_boot_order(files, platform):
        found |= {name: BootSetting(path, value) for name, value in parse(files[path]).items()}
    return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]
