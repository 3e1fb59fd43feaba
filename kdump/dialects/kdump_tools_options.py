"""The further keys of /etc/default/kdump-tools that may be set as ``options``, and what each may hold.

Source: Debian kdump-tools(5), the comments of kdump-tools.conf, and what kdump-config 1.8.1 does with each
value: words that it puts unquoted on a command line, or hands to ``eval``, must not hold anything for a shell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kdump.dialects.option_rules import check_key
from kdump.errors import Refusal


class _Rule(NamedTuple):
    accepted: re.Pattern[str]
    needed: str
    example: str
    why: str


def _rule(pattern: str, needed: str, example: str, why: str) -> _Rule:
    return _Rule(re.compile(pattern), needed, example, why)


_WORDS = r"[A-Za-z0-9_.,:=/+@%~^-]+( [A-Za-z0-9_.,:=/+@%~^-]+)*"
_EVALUATED = "kdump-config hands this value to the shell's eval when it loads the capture kernel"


def _count(least: int, example: str, why: str) -> _Rule:
    # Four digits are plenty, and a number with a leading zero would be octal to the shell.
    return _rule(rf"{'0|' if least == 0 else ''}[1-9][0-9]{{0,3}}", f"a number from {least} to 9999", example, why)


def _file(example: str) -> _Rule:
    return _rule(r"(/[A-Za-z0-9._+-]+)+", "the absolute path of a file", example, _EVALUATED)


RULES: dict[str, _Rule] = {
    "KDUMP_KERNEL": _file("/boot/vmlinuz-6.1.0-18-amd64"),
    "KDUMP_INITRD": _file("/boot/initrd.img-6.1.0-18-amd64"),
    "KDUMP_FAIL_CMD": _rule(
        r"(reboot|poweroff|halt) -f",
        "one of 'reboot -f', 'poweroff -f' and 'halt -f'",
        "reboot -f",
        "The value is run as a command when a dump fails, and settings must not carry commands to hosts",
    ),
    "KDUMP_DUMP_DMESG": _rule("[01]", "0 or 1", "1", "kdump-config compares it as a number"),
    "KDUMP_NUM_DUMPS": _count(0, "5", "kdump-config keeps that many local dumps, and all for 0"),
    "KDUMP_COMPRESSION": _rule(
        "bzip2|gzip|lz4|xz",
        "one of bzip2, gzip, lz4 and xz",
        "gzip",
        "kdump-config ignores any other compressor of whole dump files; leave the key out for none",
    ),
    "KDUMP_KEXEC_ARGS": _rule(
        _WORDS,
        "words of letters, digits and _ . , : = / + @ % ~ ^ -",
        "--elf64-core-headers",
        _EVALUATED,
    ),
    "KDUMP_CMDLINE": _rule(
        _WORDS,
        "boot arguments of letters, digits and _ . , : = / + @ % ~ ^ -",
        "root=/dev/vda1 ro",
        _EVALUATED,
    ),
    "KDUMP_CMDLINE_APPEND": _rule(
        _WORDS,
        "boot arguments of letters, digits and _ . , : = / + @ % ~ ^ -",
        "reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll usbcore.nousb",
        _EVALUATED,
    ),
    "NFS_TIMEO": _count(1, "600", "It becomes an option of mount, in tenths of a second"),
    "NFS_RETRANS": _count(1, "3", "It becomes an option of mount"),
    "NFS_MOUNT_RETRY": _count(1, "4", "kdump-config counts it down to 0"),
    "SSH_KDUMP_RETRY": _count(1, "16", "kdump-config counts it down to 0"),
}

# Keys that the settings proper say, and where.
_RENDERED = {
    "USE_KDUMP": "enabled",
    "KDUMP_COREDIR": "target",
    "MAKEDUMP_ARGS": "dumpLevel and compression",
    "HOSTTAG": "target",
    "NFS": "target",
    "SSH": "target",
    "SSH_KEY": "dumpIdentity.path",
}


def check_option(key: str, value: str, defaults: Mapping[str, str]) -> None:
    """Raise :class:`Refusal` unless *key* is a key that may be set and *value* something safe it may hold.

    *defaults* are the values of keys that stand in every rendered file; repeating one is refused too, because
    a file could not tell it from the default, and the setting would look like a change for ever.
    """
    setting = f"options.{key}"
    if key.startswith("FTP"):
        raise Refusal(
            setting,
            value,
            "a target that keeps the dump from strangers",
            "Use an ssh or an nfs target",
            "FTP carries the dump and its password in clear text, and a dump holds the secrets of its host",
        )
    check_key(key, value, RULES, said_by=_RENDERED, path="/etc/default/kdump-tools", reader="kdump-tools")
    if defaults.get(key) == value:
        raise Refusal(
            setting,
            value,
            "a value other than the usual one",
            f"Remove {key} from the options",
            "The file says so anyway",
        )
