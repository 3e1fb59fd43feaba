"""The further keys of SUSE's /etc/sysconfig/kdump that may be set as ``options``: which release reads which,
and what each may hold.

Source: openSUSE kdump, define_opt.h of 0.8.15, 0.8.16 and the branches SLE-15-SP4 and SP5, kdump-read-config.sh of
the branches SLE-15-SP6, SP7 and of 2.1.9, and kdump(5). Values that a script of theirs puts unquoted on a command
line, hands to ``eval`` or runs must not hold anything for a shell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.dialects.option_rules import check_key
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

Release = tuple[int, int]

# Releases of SUSE Linux Enterprise (Leap has the same numbers) with which the tools changed.
OLDEST: Release = (12, 0)
NETWORK_CHECK: Release = (12, 3)  # kdump 0.8.16; KDUMP_SSH_IDENTITY came as FATE#321583 in May 2017
RESIZE: Release = (15, 4)  # kdump 1.0.1, January 2022
ZSTD: Release = (15, 5)  # branch SLE-15-SP5: "Support for zstd-compressed dumps"
REWRITTEN: Release = (15, 6)  # kdump 1.9 and newer: scripts instead of kdumptool (openSUSE/supportutils#158)
FADUMP_APPEND: Release = (15, 7)  # kdump 2.0.12
COMMANDLINE: Release = (16, 0)  # kdump 2.0.19: "kdumptool commandline"
_TUMBLEWEED: Release = (99, 0)
_TO_THIS_DAY: Release = (100, 0)

FENCE_SENDER = "/usr/lib/fence_kdump_send"


class _Rule(NamedTuple):
    accepted: re.Pattern[str]
    needed: str
    example: str
    why: str
    since: Release
    before: Release
    power_only: bool


def _rule(
    pattern: str,
    needed: str,
    example: str,
    why: str,
    since: Release = OLDEST,
    before: Release = _TO_THIS_DAY,
    power_only: bool = False,
) -> _Rule:
    return _Rule(re.compile(pattern), needed, example, why, since, before, power_only)


_WORD = r"[A-Za-z0-9_.,:=/+@%~^-]+"
_WORDS = f"{_WORD}( {_WORD})*"
_FILE = r"(/[A-Za-z0-9._+-]+)+"
_ADDRESS = r"[A-Za-z0-9._+-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_ENCODED = r"[A-Za-z0-9+/]{20,4000}={0,2}"
_EVALUATED = "kdump's scripts hand this value to the shell's eval when they load the capture kernel"
_RUN = "The capture kernel hands this value to a shell, and settings must not carry commands to hosts"


def _words(what: str, example: str, why: str, since: Release = OLDEST, power_only: bool = False) -> _Rule:
    needed = f"{what} of letters, digits and _ . , : = / + @ % ~ ^ -"
    return _rule(_WORDS, needed, example, why, since=since, power_only=power_only)


def _truth(
    example: str, why: str, since: Release = OLDEST, before: Release = _TO_THIS_DAY, power_only: bool = False
) -> _Rule:
    return _rule("true|false", "true or false", example, why, since, before, power_only)


def _count(highest: int, example: str, why: str, since: Release = OLDEST) -> _Rule:
    digits = len(str(highest)) - 1
    return _rule(f"0|[1-9][0-9]{{0,{digits}}}", f"a number from 0 to {highest}", example, why, since)


RULES: dict[str, _Rule] = {
    "KDUMP_CRASHKERNEL": _rule(
        "auto|crashkernel=[A-Za-z0-9,:@-]+( crashkernel=[A-Za-z0-9,:@-]+)*",
        "'auto', or one or two words that begin with crashkernel=",
        "crashkernel=72M,low crashkernel=300M,high",
        "kdumptool puts these words on the boot command line, and ignores others",
        since=COMMANDLINE,
    ),
    "KDUMP_UPDATE_BOOTLOADER": _truth("false", "kdumptool runs this very value as a command", since=COMMANDLINE),
    "KDUMP_KERNELVER": _rule(
        f"[A-Za-z0-9._+-]+|{_FILE}",
        "the version of a kernel, or the absolute path of its image",
        "6.4.0-150600.21-default",
        "It becomes part of the name of the kernel image",
    ),
    "KDUMP_CPUS": _count(9999, "32", "It becomes nr_cpus of the capture kernel, and 0 means all"),
    "KDUMP_COMMANDLINE": _words("boot arguments", "root=kdump irqpoll reset_devices", _EVALUATED),
    "KDUMP_COMMANDLINE_APPEND": _words("boot arguments", "net_delay=20", _EVALUATED),
    "KDUMP_AUTO_RESIZE": _truth("true", "It makes kdump shrink the reservation when it starts", since=RESIZE),
    "KDUMP_FADUMP": _truth("true", "It replaces the capture kernel by the firmware's dump", power_only=True),
    "KDUMP_FADUMP_SHELL": _truth(
        "false", "It opens a shell after a firmware-assisted dump", since=NETWORK_CHECK, power_only=True
    ),
    "FADUMP_COMMANDLINE_APPEND": _words(
        "boot arguments",
        "numa=off cgroup_disable=memory udev.children-max=2",
        "kdump hands it to the firmware-assisted dump's kernel",
        since=FADUMP_APPEND,
        power_only=True,
    ),
    "KEXEC_OPTIONS": _words("arguments of kexec", "--elf64-core-headers", _EVALUATED),
    "MAKEDUMPFILE_OPTIONS": _rule(
        r"(-X|--[a-z][a-z-]+(=[A-Za-z0-9_.,/-]+)?)( (-X|--[a-z][a-z-]+(=[A-Za-z0-9_.,/-]+)?))*",
        "-X and long options of makedumpfile",
        "-X",
        "dumpLevel and compression are makedumpfile's other options, and a shell reads them all",
    ),
    "KDUMP_IMMEDIATE_REBOOT": _rule(
        "false",
        "'false', which opens a shell when the dump is written",
        "false",
        "The setting finalAction says it where the host shall reboot",
    ),
    "KDUMP_KEEP_OLD_DUMPS": _rule(
        "-1|0|[1-9][0-9]{0,3}",
        "a number from 0 (keep all) to 9999, or -1 (keep none)",
        "5",
        "kdump removes older local dumps before it writes a new one",
    ),
    "KDUMP_FREE_DISK_SIZE": _count(9999999, "64", "kdump removes the dump again when fewer MB than that are left"),
    "KDUMP_VERBOSE": _rule(
        "[0-9]|[12][0-9]|3[01]", "a bit mask from 0 to 31", "3", "kdump looks at five bits: 1, 2, 4, 8 and 16"
    ),
    "KDUMP_REQUIRED_PROGRAMS": _rule(
        f"{_FILE}( {_FILE})*",
        "the absolute paths of programs, with one blank between them",
        "/usr/bin/logger",
        "dracut copies them to the capture kernel, and reads the list unquoted",
    ),
    "KDUMP_PRESCRIPT": _rule(_FILE, "the absolute path of a program", "/usr/local/sbin/before-dump", _RUN),
    "KDUMP_POSTSCRIPT": _rule(
        f"{_FILE}|{FENCE_SENDER}( {_WORD})+",
        f"the absolute path of a program, or {FENCE_SENDER} and its arguments",
        f"{FENCE_SENDER} -i 10 -c 5 node1 node2",
        _RUN,
    ),
    "KDUMP_COPY_KERNEL": _truth("true", "It copies the kernel next to the dump", before=REWRITTEN),
    "KDUMPTOOL_FLAGS": _rule(
        "(NOSPARSE|SPLIT|SINGLE|XENALLDOMAINS)( (NOSPARSE|SPLIT|SINGLE|XENALLDOMAINS))*",
        "words of NOSPARSE, SPLIT, SINGLE and XENALLDOMAINS",
        "SINGLE",
        "kdumptool knows no other flags",
        before=REWRITTEN,
    ),
    "KDUMP_NETCONFIG": _rule(
        "(auto|[A-Za-z0-9_.-]{1,15}:(auto|static|dhcp|dhcp4|dhcp6|auto6))(:force)?",
        "'auto', or a network interface, a colon and one of auto, static, dhcp, dhcp4, dhcp6, auto6",
        "eth0:dhcp",
        "dracut sets the capture kernel's network up from it",
    ),
    "KDUMP_NET_TIMEOUT": _count(9999, "30", "kdump waits that many seconds for the network", since=NETWORK_CHECK),
    "KDUMP_SMTP_SERVER": _rule(
        r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?",
        "the name of a mail server, perhaps with a colon and its port",
        "mail.example.org:25",
        "kdump hands it to a mail program",
    ),
    "KDUMP_NOTIFICATION_TO": _rule(_ADDRESS, "one mail address", "ops@example.org", "kdump hands it to a mail program"),
    "KDUMP_NOTIFICATION_CC": _rule(
        f"{_ADDRESS}( {_ADDRESS})*",
        "mail addresses, with one blank between them",
        "ops@example.org",
        "kdump hands them to a mail program",
    ),
    "KDUMP_HOST_KEY": _rule(
        f"(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) {_ENCODED}",
        "the type and the key of the collector, as known_hosts has them",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI...",
        "The dump holds the host's secrets, so the collector must prove who it is; '*' would trust anybody",
        since=REWRITTEN,
    ),
}
"""What each key may hold, and from which release (``since``) to below which (``before``) it is read."""

BOOLEANS = frozenset(key for key, rule in RULES.items() if rule.accepted.pattern == "true|false")

# Keys that the settings proper say, and where.
_RENDERED = {
    "KDUMP_SAVEDIR": "target",
    "KDUMP_SSH_IDENTITY": "dumpIdentity.path",
    "KDUMP_DUMPLEVEL": "dumpLevel",
    "KDUMP_DUMPFORMAT": "compression",
    "KDUMP_CONTINUE_ON_ERROR": "failureAction",
}

_NO_PASSWORDS = ("no password", "Let the hosts use a mail server that takes their mail without one")
# Keys that kdump knows and we never write: what is needed, what to do instead, and why.
NEVER: dict[str, tuple[str, str, str]] = {
    "KDUMP_TRANSFER": (
        "a dump that kdump itself saves",
        "Remove KDUMP_TRANSFER, and use KDUMP_POSTSCRIPT for what shall happen after the dump",
        "The command would replace the saving, so that neither the target nor the dump level meant anything",
    ),
    "KDUMP_SMTP_USER": (*_NO_PASSWORDS, "It only works together with a password, and settings hold none"),
    "KDUMP_SMTP_PASSWORD": (*_NO_PASSWORDS, "Settings hold no passwords"),
}


def release_of(platform: Platform) -> Release:
    """The release of SUSE Linux Enterprise whose tools *platform* has; Tumbleweed has newer ones than any.

    Raises :class:`Refusal` for a platform that is not of the SUSE family, or too old.
    """
    generation = generation_of(platform)
    if generation not in (Generation.SUSE_CALIBRATE, Generation.SUSE_2):
        raise Refusal(
            "platform",
            str(platform),
            "SUSE Linux Enterprise, Leap or Tumbleweed",
            "Use the settings of the platform's own family",
            "Only SUSE's kdump reads this form of /etc/sysconfig/kdump",
        )
    return platform.version if platform.base == "sles" else _TUMBLEWEED


def ignored(key: str, platform: Platform) -> str:
    """Why *platform*'s kdump ignores *key*, as a sentence without its full stop; "" where it reads it.

    Unknown keys count as ignored. Raises :class:`Refusal` where :func:`release_of` does.
    """
    release = release_of(platform)
    if key in _RENDERED or key in NEVER:
        late = key == "KDUMP_SSH_IDENTITY" and release < NETWORK_CHECK
        return "kdump reads this key from SUSE Linux Enterprise 12 SP3 on" if late else ""
    rule = RULES.get(key)
    if rule is None:
        return "kdump does not know this key"
    if release < rule.since:
        return f"kdump reads this key from SUSE Linux Enterprise {_named(rule.since)} on"
    if release >= rule.before:
        return f"kdump has not read this key since SUSE Linux Enterprise {_named(rule.before)}"
    if rule.power_only and not platform.architecture.startswith("ppc64"):
        return "Only POWER machines have firmware-assisted dumps"
    return ""


def check_option(key: str, value: str) -> None:
    """Raise :class:`Refusal` unless *key* is a key that may be set on some release, and *value* safe for it."""
    if key in NEVER:
        # A password must not come back in a message.
        found = "(not shown)" if key.startswith("KDUMP_SMTP") else value
        raise Refusal(f"options.{key}", found, *NEVER[key])
    check_key(key, value, RULES, said_by=_RENDERED, path="/etc/sysconfig/kdump", reader="kdump")


def _named(release: Release) -> str:
    return f"{release[0]} SP{release[1]}" if release[1] else str(release[0])
