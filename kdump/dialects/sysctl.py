"""Sysctl settings: a file of our own in /etc/sysctl.d, or a marked block in /etc/sysctl.conf where that is all.

Source: sysctl.d(5) of systemd 252 and sysctl.conf(5) of procps 3.2 to 4: ``name = value`` a line, comments
begin with ``#`` or ``;``, a ``-`` in front of a name ignores failures, ``/`` may stand for ``.``; of several
lines for one name the last wins. Red Hat Enterprise Linux 5 and older read /etc/sysctl.conf only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kdump.dialects.endings import appended, replaced_span, without_span
from kdump.dialects.lines import lines_of
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

CONF = "/etc/sysctl.conf"
DROP_IN = "/etc/sysctl.d/99-pulumi-kdump.conf"

_BEGIN = "# Begin of pulumi-kdump. Changes made in this block are overwritten."
_END = "# End of pulumi-kdump."
_HEAD = "# Written by pulumi-kdump. Changes made here are overwritten.\n"

# The first separator decides how the rest is read; in the names we write it is a dot.
_NAME = re.compile(r"[a-z0-9_]+\.[A-Za-z0-9_:/.-]*[A-Za-z0-9_-]")
_ONLY_CONF = (Generation.NETDUMP, Generation.EL5)
_DROP_INS_SINCE = (6, 2)


def file_for(platform: Platform) -> str:
    """The file for sysctls on *platform*: a drop-in of our own, or /etc/sysctl.conf to be edited.

    Raises :class:`Refusal` for a platform nothing is known of. Source: initscripts of Red Hat: 9.03.24 (taken as 6.2)
    is the first whose boot reads drop-ins before sysctl.conf.
    """
    old = generation_of(platform) in _ONLY_CONF or (platform.base == "rhel" and platform.version < _DROP_INS_SINCE)
    return CONF if old else DROP_IN


def render(settings: Mapping[str, str]) -> str:
    """The whole drop-in file for *settings*, dotted name to value, in their order.

    Raises :class:`Refusal` for a name or a value that sysctl would not read back the same.
    """
    return _HEAD + "".join(f"{line}\n" for line in _checked_lines(settings))


def parse(text: str) -> dict[str, str]:
    """What a file of sysctl.conf(5) or sysctl.d(5) sets, dotted name to value; the last line for a name wins.

    Names written with slashes come back dotted, patterns (``net.ipv4.conf.*.rp_filter``) as they are. Lines
    without ``=`` set nothing. Never raises.
    """
    found: dict[str, str] = {}
    for line in lines_of(text):
        bare = line.strip()
        if bare.startswith(("#", ";")):
            continue
        name, equals, value = bare.removeprefix("-").partition("=")
        if equals and name.strip():
            found[_dotted(name.strip())] = value.strip()
    return found


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """*text* of /etc/sysctl.conf in which our block sets *settings* and nothing later sets them otherwise.

    Every byte outside of the block stays. The block stays where it is unless a later line overrules it; then,
    and where there is none yet, it goes to the end. No settings: no block. Raises :class:`Refusal` as
    :func:`render` does, and for a block of which only one end is there.
    """
    if not settings:
        return without_settings(text)
    block = [_BEGIN, *_checked_lines(settings), _END]
    spans = _blocks(text)
    if len(spans) == 1:
        replaced = replaced_span(text, *spans[0], block)
        if settings.items() <= parse(replaced).items():
            return replaced
    return appended(without_settings(text), block)


def without_settings(text: str) -> str:
    """*text* without our block: what was there before :func:`with_settings`. Raises :class:`Refusal` as it does."""
    for start, end in reversed(_blocks(text)):
        text = without_span(text, start, end)
    return text


def block_settings(text: str) -> dict[str, str]:
    """What our block in *text* sets, {} where there is none. Raises :class:`Refusal` for half a block."""
    lines = lines_of(text)
    return parse("".join(line for start, end in _blocks(text) for line in lines[start:end]))


def _blocks(text: str) -> list[tuple[int, int]]:
    """First line and the line behind the last of each of our blocks."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, line in enumerate(lines_of(text)):
        bare = line.rstrip()
        if bare == _BEGIN and start is None:
            start = index
        elif bare == _END and start is not None:
            found.append((start, index + 1))
            start = None
        elif bare in (_BEGIN, _END):
            raise _half_a_block(bare)
    if start is not None:
        raise _half_a_block(_BEGIN)
    return found


def _half_a_block(line: str) -> Refusal:
    return Refusal(
        "sysctls",
        line,
        f"both ends of our block in {CONF}",
        f"Remove the line {line!r} from the file, and what is left of the block",
        "Somebody has removed a part of it, so it cannot be told which lines are ours",
    )


def _checked_lines(settings: Mapping[str, str]) -> list[str]:
    for name, value in settings.items():
        if not _NAME.fullmatch(name):
            raise Refusal(
                "sysctls",
                name,
                "a dotted name of a sysctl",
                "Write a name such as 'kernel.panic'",
                "The name becomes a path below /proc/sys",
            )
        if not value or value != value.strip() or not (value.isascii() and value.isprintable()):
            raise Refusal(
                f"sysctls.{name}",
                value,
                "one line of ASCII, not empty and without blanks at its ends",
                "Write the value as 'sysctl -n' shows it, with single blanks between numbers",
                "sysctl takes a line as far as its end, and drops blanks in front and behind",
            )
    return [f"{name} = {value}" for name, value in settings.items()]


def _dotted(name: str) -> str:
    first = re.search(r"[./]", name)
    return name.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else name
