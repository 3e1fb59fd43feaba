"""The further directives of /etc/kdump.conf that may be set as ``options``, and what each may hold.

Source: kdump.conf(5) of releases 6 to 10, and what mkdumprd and the capture kernel's kdump.sh do with each value: words
that they put unquoted on a command line must not hold anything for a shell. A ``#`` would end the value.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.errors import Refusal


class _Rule(NamedTuple):
    accepted: re.Pattern[str]
    needed: str
    example: str
    why: str


def _rule(pattern: str, needed: str, example: str, why: str) -> _Rule:
    return _Rule(re.compile(pattern), needed, example, why)


_WORD = r"[A-Za-z0-9_.,:=/+@%-]+"
_FILE = r"(/[A-Za-z0-9._+-]+)+"
# A first "-" would make an option of it, to mkdumprd's echo as well as to modprobe.
_MODULE = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_MODULES_OPTIONS = f"{_MODULE}( {_WORD})+"
SEPARATOR = "; "
"""Between the modules of ``options``: each of them has a line of its own in the file."""
# fence_kdump_send(8); the nodes are put behind these.
_SEND = (
    r"(-p |--ipport=)[1-9][0-9]{0,4}|(-f |--family=)(auto|ipv4|ipv6)|(-c |--count=)[0-9]{1,5}"
    r"|(-i |--interval=)[1-9][0-9]{0,4}|-v|--verbose"
)
_UNQUOTED = "mkdumprd puts the value unquoted on a command line"


def _words(word: str, needed: str, example: str) -> _Rule:
    return _rule(f"{word}( {word})*", needed, example, _UNQUOTED)


def _one_of(*values: str) -> _Rule:
    named = " or ".join(repr(value) for value in values)
    return _rule("|".join(values), named, values[0], "kdumpctl knows no other value")


RULES: dict[str, _Rule] = {
    "core_collector": _rule(
        f"(makedumpfile|cp|scp|cat)( {_WORD})*",
        "makedumpfile, cp, scp or cat, and words of letters, digits and _ . , : = / + @ % -",
        "cp --sparse=always",
        "The capture kernel runs the value as a command, and settings must not carry commands to hosts",
    ),
    **{
        name: _rule(_FILE, "the absolute path of a program", f"/usr/local/sbin/{name}", _UNQUOTED)
        for name in ("kdump_pre", "kdump_post", "kdump_emergency")
    },
    "extra_bins": _words(_FILE, "absolute paths of programs, one blank between them", "/usr/bin/lftp /usr/bin/mutt"),
    "extra_modules": _words(_MODULE, "names of modules, one blank between them", "nfs bonding"),
    "force_rebuild": _one_of("0", "1"),
    "force_no_rebuild": _one_of("0", "1"),
    "dracut_args": _words(
        r"(?!\S*--mount)[A-Za-z0-9_.,:=/+@%-]+",
        "dracut's options without --mount, one blank between them",
        "--add earlykdump",
    ),
    "fence_kdump_args": _words(
        f"({_SEND})", "options of fence_kdump_send(8), one blank between them", "-p 7410 -f auto -c 0 -i 10"
    ),
    "fence_kdump_nodes": _words("[A-Za-z0-9][A-Za-z0-9.:-]*", "names or addresses, one blank between them", "node2"),
    "auto_reset_crashkernel": _one_of("no", "yes"),
    "link_delay": _rule("[1-9][0-9]{0,3}", "seconds, 1 to 9999", "60", "mkdumprd counts them down"),
    "disk_timeout": _rule("[1-9][0-9]{0,3}", "seconds, 1 to 9999", "180", "mkdumprd counts them down"),
    "options": _rule(
        f"{_MODULES_OPTIONS}({SEPARATOR}{_MODULES_OPTIONS})*",
        f"a module and its options, one blank between them, and {SEPARATOR!r} in front of the next module",
        f"bonding mode=1 miimon=100{SEPARATOR}e1000 debug=1",
        _UNQUOTED,
    ),
    "blacklist": _words(_MODULE, "names of modules, one blank between them", "qla2xxx"),
    "debug_mem_level": _one_of("0", "1", "2", "3"),
}


def check_option(name: str, value: str) -> None:
    """Raise :class:`Refusal` unless *name* is a directive that may be set so, and *value* may stand there."""
    rule = RULES.get(name)
    if rule is None:
        raise Refusal(
            f"options.{name}",
            value,
            "a directive of /etc/kdump.conf, or a key of /etc/sysconfig/kdump in capital letters",
            "Write one of " + ", ".join(RULES),
            "An unknown directive keeps kdump from starting; target, path and actions are settings of their own",
        )
    if not rule.accepted.fullmatch(value):
        raise Refusal(f"options.{name}", value, rule.needed, f"Write for example '{rule.example}'", rule.why)
