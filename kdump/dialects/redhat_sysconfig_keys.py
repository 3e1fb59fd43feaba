"""The keys of Red Hat's /etc/sysconfig/kdump: which release's scripts read which, and what each may hold.

Source: kdump.init of kexec-tools of June 2008 (Red Hat Enterprise Linux 5), 2.0.0-145.el6 and 2.0.0-310.el6;
kdumpctl, kdump-lib.sh, kdump-logger.sh, mkdumprd and dracut's early-kdump of 2.0.15-33.el7, 2.0.26-8.el8,
2.0.26-8.el9 and kdump-utils 1.0.61. All of them source the file, and put most values unquoted on a command line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

_G = Generation
_SIX = (_G.EL6_0, _G.EL6_3)
_SINCE_EIGHT = (_G.EL8_0, _G.EL8_1, _G.EL9_0, _G.EL9_2, _G.EL9_7, _G.KDUMP_UTILS)
_SINCE_SEVEN = (_G.EL7, *_SINCE_EIGHT)
_ALL = (_G.EL5, *_SIX, *_SINCE_SEVEN)


class Key(NamedTuple):
    """``generations`` read the key, the oldest of them from minor release ``since_minor`` on; ``reader`` says which
    script does, and for what. ``accepted`` is what the value may be; the empty value always may.
    """

    generations: tuple[Generation, ...]
    since_minor: int
    reader: str
    accepted: re.Pattern[str]
    needed: str
    example: str
    power_only: bool = False


_WORD = r"[A-Za-z0-9_.,:=/+@%~^-]+"
_LETTERS = "letters, digits and _ . , : = / + @ % ~ ^ -"


def _words(
    what: str,
    example: str,
    reader: str,
    generations: tuple[Generation, ...] = _ALL,
    since_minor: int = 0,
    power_only: bool = False,
) -> Key:
    accepted = re.compile(f"{_WORD}( {_WORD})*")
    return Key(generations, since_minor, reader, accepted, f"{what} of {_LETTERS}", example, power_only)


def _name(what: str, example: str, reader: str, pattern: str = r"[A-Za-z0-9._+-]+") -> Key:
    return Key(_ALL, 0, reader, re.compile(pattern), what, example)


def _log_level(where: str) -> Key:
    # kexec-tools 2.0.20-37 of November 2020, which became 8.4. Another value stops kdumpctl.
    generations = tuple(generation for generation in _SINCE_EIGHT if generation is not _G.EL8_0)
    reader = f"kdump-logger.sh, for what kdumpctl says {where}"
    return Key(generations, 4, reader, re.compile("[0-4]"), "a log level from 0 (none) to 4 (debug)", "3")


KEYS: dict[str, Key] = {
    "KDUMP_KERNELVER": _name(
        "the version of an installed kernel",
        "5.14.0-427.el9.x86_64",
        "kdump.init, later kdumpctl, to find the kernel that captures the dump",
    ),
    "KDUMP_COMMANDLINE": _words(
        "boot arguments",
        "ro root=/dev/mapper/rhel-root",
        "kdump.init, later kdumpctl, instead of /proc/cmdline",
    ),
    # kexec-tools 2.0.14-2 of March 2017, which became 7.4.
    "KDUMP_COMMANDLINE_REMOVE": _words(
        "names of boot arguments",
        "hugepages hugepagesz slub_debug quiet",
        "kdumpctl, which leaves these out of the capture kernel's command line",
        _SINCE_SEVEN,
        4,
    ),
    "KDUMP_COMMANDLINE_APPEND": _words(
        "boot arguments",
        "irqpoll nr_cpus=1 reset_devices",
        "kdump.init, later kdumpctl, which adds them to the capture kernel's command line",
    ),
    "FADUMP_COMMANDLINE_APPEND": _words(
        "boot arguments",
        "nr_cpus=16 numa=off cgroup_disable=memory",
        "kdumpctl, for the kernel of a firmware-assisted dump",
        (_G.KDUMP_UTILS,),
        power_only=True,
    ),
    # kexec-tools 2.0.0-186 of April 2011, which became 6.1.
    "MKDUMPRD_ARGS": _words("arguments of mkdumprd", "--allow-missing", "kdump.init, which calls mkdumprd", _SIX, 1),
    "KEXEC_ARGS": _words("arguments of kexec", "-s", "kdump.init, later kdumpctl, which calls kexec"),
    "KDUMP_BOOTDIR": _name(
        "the absolute path of a directory",
        "/boot",
        "kdump.init, later kdumpctl, to find the kernel",
        r"(/[A-Za-z0-9._+-]+)+|/",
    ),
    "KDUMP_IMG": _name("the beginning of a kernel's file name", "vmlinuz", "kdump.init, later kdumpctl"),
    "KDUMP_IMG_EXT": _name("the end of a kernel's file name", ".gz", "kdump.init, later kdumpctl"),
    "VMCORE_CREATION_NOTIFICATION": Key(
        (_G.KDUMP_UTILS,),
        0,
        "kdumpctl, to tell at login whether the last test made a dump (kdump-utils 1.0.51)",
        re.compile("yes"),
        "'yes', or nothing",
        "yes",
    ),
    "KDUMP_STDLOGLVL": _log_level("on its standard error"),
    "KDUMP_SYSLOGLVL": _log_level("to syslog"),
    "KDUMP_KMSGLOGLVL": _log_level("to /dev/kmsg"),
}
"""Every key that some release's scripts read."""

# What kdumpctl takes where the file does not say. Source: kdumpctl of 2.0.15-33.el7 to kdump-utils 1.0.61.
BUILT_IN = {"KDUMP_COMMANDLINE_REMOVE": "hugepages hugepagesz slub_debug"}


def ignored(key: str, platform: Platform) -> str:
    """Why *platform*'s scripts ignore *key*, as a sentence without its full stop; "" where they read it.

    Raises :class:`Refusal` for a platform without this file.
    """
    generation = generation_of(platform)
    if not generation.has_kdump_conf:
        raise Refusal(
            "platform",
            str(platform),
            "Red Hat Enterprise Linux 5 or newer, or Fedora",
            "Use the settings of the platform's own family",
            "Only Red Hat's kdump reads this form of /etc/sysconfig/kdump",
        )
    row = KEYS.get(key)
    if row is None:
        return "No release's scripts read this key"
    oldest = row.generations[0]
    if generation not in row.generations:
        known = ", ".join(str(held) for held in row.generations)
        return f"The scripts of {generation} do not read this key, only those of: {known}"
    if generation is oldest and platform.base == "rhel" and platform.version[1] < row.since_minor:
        return f"The scripts read this key from release {platform.version[0]}.{row.since_minor} on"
    if row.power_only and not platform.architecture.startswith("ppc64"):
        return "Only POWER machines have firmware-assisted dumps"
    return ""


def check(options: Mapping[str, str], platform: Platform) -> None:
    """Raise :class:`Refusal` unless *platform*'s scripts read every key of *options*, and each value is safe.

    An empty value is always allowed: to the scripts it is the same as none.
    """
    for key, value in options.items():
        setting = f"options.{key}"
        if reason := ignored(key, platform):
            read = [name for name in KEYS if not ignored(name, platform)]
            needed = "a key that this release reads: one of " + ", ".join(read)
            instead = f"Remove {key}, or correct its spelling: it would be ignored"
            raise Refusal(setting, value, needed, instead, reason)
        row = KEYS[key]
        if value and not row.accepted.fullmatch(value):
            raise Refusal(
                setting,
                value,
                row.needed,
                f"Write {key}: {row.example!r}",
                f"A shell reads the value, and then {row.reader}",
            )
        if key == "KDUMP_COMMANDLINE_APPEND" and value and not re.search(r"\b(nr_cpus|maxcpus)=", value):
            raise Refusal(
                setting,
                value,
                "the release's own words too, nr_cpus= or maxcpus= among them",
                "Write all that stands there in /etc/sysconfig/kdump on the host, and your words behind it",
                "The value replaces what the release has there, and without these words the capture kernel starts all "
                "processors in its little memory",
            )
