"""A host's known_hosts: the pinned keys of its collector, marked by the comment ``pulumi-kdump``.

Source: sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT". Names are written plain, one a line, since kdump's tools connect
to the very name of the target, on port 22; lines of other people, hashed ones too, are never touched. Every
function raises :class:`kdump.errors.Refusal` for a name that is no host; an IPv6 address may stand in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kdump.dialects.lines import lines_of, replaced_lines, without_lines
from kdump.public_keys import checked_public_key
from kdump.targets import checked_server

_MARK = "pulumi-kdump"
_LINE = re.compile(rf"[ \t]*(?P<name>[^\s#@|]\S*)[ \t]+(?P<key>\S+[ \t]+\S+)[ \t]+{_MARK}[ \t\r]*")


def keys_of(text: str, name: str) -> list[str]:
    """The keys ("type base64") that our lines of known_hosts *text* pin for *name*, in their order."""
    host = checked_server(name, "knownHosts")
    return [key for line in lines_of(text) if (key := _our_key(line, host)) is not None]


def with_keys(text: str, name: str, keys: Iterable[str]) -> str:
    """*text* in which our lines pin exactly *keys* for *name*. All types of a host's keys should be given.

    Raises :class:`kdump.errors.Refusal` for a key that is none.
    """
    host = checked_server(name, "knownHosts")
    lines = [f"{host} {checked_public_key(key, f'knownHosts.{host}')} {_MARK}" for key in keys]
    return replaced_lines(text, lambda line: _our_key(line, host) is not None, list(dict.fromkeys(lines)))


def without_keys(text: str, name: str) -> str:
    """*text* without our lines for *name*."""
    host = checked_server(name, "knownHosts")
    return without_lines(text, lambda line: _our_key(line, host) is not None)


def _our_key(line: str, host: str) -> str | None:
    found = _LINE.fullmatch(line.rstrip("\n"))
    return " ".join(found["key"].split()) if found and found["name"] == host else None
