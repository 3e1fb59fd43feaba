"""Generations: releases whose dump tools follow the same rules.

Every rule that changed at some release names the generations it holds for; nothing else compares releases.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from kdump.errors import Refusal
from kdump.platforms import Platform


class Generation(Enum):
    """One set of rules. The value is the name messages give it; the order is that of time within a family."""

    NETDUMP = "Red Hat Enterprise Linux 3 and 4"
    EL5 = "Red Hat Enterprise Linux 5"
    EL6_0 = "Red Hat Enterprise Linux 6.0 to 6.2"
    EL6_3 = "Red Hat Enterprise Linux 6.3 and newer 6"
    EL7 = "Red Hat Enterprise Linux 7"
    EL8_0 = "Red Hat Enterprise Linux 8.0"
    EL8_1 = "Red Hat Enterprise Linux 8.1 and newer 8"
    EL9_0 = "Red Hat Enterprise Linux 9.0 and 9.1"
    EL9_2 = "Red Hat Enterprise Linux 9.2 to 9.6"
    EL9_7 = "Red Hat Enterprise Linux 9.7 and newer 9"
    KDUMP_UTILS = "Red Hat Enterprise Linux 10 and Fedora"
    SUSE_CALIBRATE = "SUSE Linux Enterprise 12 and 15"
    SUSE_2 = "SUSE Linux 16 and openSUSE Tumbleweed"
    KDUMP_TOOLS = "Debian and Ubuntu"

    @property
    def has_kdump_conf(self) -> bool:
        """Whether the dump is configured in /etc/kdump.conf."""
        return self.name.startswith(("EL", "KDUMP_UTILS"))

    @property
    def has_kdumpctl(self) -> bool:
        """Whether kdumpctl checks /etc/kdump.conf: Red Hat Enterprise Linux 7 and everything after it."""
        return self.has_kdump_conf and self not in (Generation.EL5, Generation.EL6_0, Generation.EL6_3)

    def __str__(self) -> str:
        return self.value


class _From(NamedTuple):
    base: str
    version: tuple[int, int]
    generation: Generation | None
    """None: too old for kdump, or of a time whose rules nobody wrote down."""
    source: str


# The newest row whose release is not newer than the platform's is the one that holds.
_ROWS = (
    _From("rhel", (0, 0), None, "no release number"),
    _From("rhel", (3, 0), Generation.NETDUMP, "Red Hat's how-to of kdump: netdump on 3 and 4"),
    _From("rhel", (5, 0), Generation.EL5, "kexec-tools of 2008, kdump.init"),
    _From("rhel", (6, 0), Generation.EL6_0, "kexec-tools 2.0.0-145.el6"),
    _From("rhel", (6, 3), Generation.EL6_3, "kexec-tools changelog 2.0.0-232 (2012-03): nfs, nfs4, ssh"),
    _From("rhel", (7, 0), Generation.EL7, "kexec-tools 2.0.15-33.el7"),
    _From("rhel", (8, 0), Generation.EL8_0, "kdump-utils history: failure_action came in 2019-05, after 8.0"),
    _From("rhel", (8, 1), Generation.EL8_1, "kexec-tools 2.0.19-3: failure_action and final_action"),
    _From("rhel", (9, 0), Generation.EL9_0, "kexec-tools 2.0.23, auto_reset_crashkernel since 2021-11"),
    _From("rhel", (9, 2), Generation.EL9_2, "kexec-tools 2.0.25: virtiofs since 2022-09"),
    _From("rhel", (9, 7), Generation.EL9_7, "kexec-tools 2.0.29-7.el9: default reservation from 2G"),
    _From("rhel", (10, 0), Generation.KDUMP_UTILS, "kdump-utils 1.0.42 and newer"),
    _From("rhel", (11, 0), None, "not out when this was written"),
    _From("fedora", (41, 0), Generation.KDUMP_UTILS, "kdump-utils split off kexec-tools in Fedora 41"),
    _From("sles", (12, 0), Generation.SUSE_CALIBRATE, "openSUSE kdump 0.9 and 1.9"),
    _From("sles", (16, 0), Generation.SUSE_2, "openSUSE kdump 2.0"),
    _From("sles", (17, 0), None, "not out when this was written"),
    _From("opensuse-tumbleweed", (0, 0), Generation.SUSE_2, "openSUSE kdump 2.1.9"),
    _From("debian", (0, 0), Generation.KDUMP_TOOLS, "testing and unstable have no number"),
    _From("debian", (1, 0), None, "kdump-tools older than 1:1.6.8 was not read"),
    _From("debian", (11, 0), Generation.KDUMP_TOOLS, "kdump-tools 1:1.6.8.4"),
    _From("ubuntu", (20, 4), Generation.KDUMP_TOOLS, "kdump-tools 1:1.6.7"),
)


def generation_of(platform: Platform) -> Generation:
    """The rules that *platform* follows; raises :class:`Refusal` where none are known.

    Red Hat Enterprise Linux 3 and 4 are known, as :attr:`Generation.NETDUMP`: what to use there instead of
    kdump, :mod:`kdump.support` says.
    """
    rows = [row for row in _ROWS if row.base == platform.base]
    held = max((row for row in rows if row.version <= platform.version), key=lambda row: row.version, default=None)
    if held is not None and held.generation is not None:
        return held.generation
    # A platform without a release number is no release to ask for.
    known = [row.version for row in rows if row.generation is not None and row.version[0]]
    needed, instead = "a distribution of the Red Hat, SUSE or Debian family", "Leave the host out of the fleet"
    if known and platform.version > known[-1]:
        needed = f"{platform.base} {_named(known[0])} to {known[-1][0]}"
        instead = "Correct the release; of one this new, a newer pulumi-kdump may know"
    elif known:
        needed = f"{platform.base} {_named(known[0])} or newer"
        instead = "Upgrade the host, or leave it out of the fleet"
    raise Refusal(
        "platform", str(platform), needed, instead, "Nothing is known of what this platform's dump tools accept"
    )


def _named(version: tuple[int, int]) -> str:
    """A release as people write it; a minor number of two digits is a month, as in Ubuntu's 20.04."""
    return f"{version[0]}.{version[1]:02}" if version[1] else str(version[0])
