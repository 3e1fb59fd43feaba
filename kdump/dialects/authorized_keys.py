"""A collector's authorized_keys: one restricted line per host, found again by its comment.

Source: sshd(8) "AUTHORIZED_KEYS FILE FORMAT": options (with double quotes round values, ``\\"`` for a quote in
one), key type, key, comment. ``restrict`` switches everything off that a key may do beyond its command.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from kdump.dialects.lines import lines_of, replaced_lines, without_lines
from kdump.errors import Refusal
from kdump.labels import checked_label
from kdump.public_keys import KEY_TYPES, checked_public_key

_COMMENT = "pulumi-kdump:"
_KEY = "|".join(re.escape(name) for name in KEY_TYPES)
# Options hold no blank outside of double quotes; that is how sshd tells them from the key.
_LINE = re.compile(
    rf'[ \t]*(?:(?P<options>(?:[^\s"]|"(?:\\"|[^"])*")+)[ \t]+)?'
    rf"(?P<key>(?:{_KEY})[ \t]+[A-Za-z0-9+/=]+)[ \t]+(?P<comment>.*?)[ \t\r]*"
)
_COMMAND = re.compile(r'(?:^|,)command="((?:\\"|[^"])*)"', re.IGNORECASE)


class Entry(BaseModel):
    """One host's line: ``line`` as it stands (without its line end), and what it says.

    ``public_key`` is "type base64", ``options`` the text in front of it ("" for none), ``command`` the forced
    command ("" for none: such a key may do anything).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: str
    label: str
    public_key: str
    options: str
    command: str


def entry(public_key: str, label: str, command: str) -> str:
    """The line that lets *public_key* run *command* and nothing else, marked as that of *label*.

    Raises :class:`Refusal` for what is no public key, for a label that could not be found again, and for a
    command with a backslash or anything beyond one line of ASCII, which cannot be quoted there.
    """
    key = checked_public_key(public_key)
    mark = _COMMENT + checked_label(label)
    if not command or "\\" in command or not (command.isascii() and command.isprintable()):
        raise Refusal(
            "command",
            command,
            "one line of ASCII without a backslash",
            "Use the command that kdump.receiver gives",
            "sshd could not read it back from a line of authorized_keys",
        )
    quoted = command.replace('"', '\\"')
    return f'restrict,command="{quoted}" {key} {mark}'


def find(text: str, label: str) -> Entry | None:
    """The first line of *label* in authorized_keys *text*, None if there is none (comment lines aside)."""
    return next((found for line in lines_of(text) if (found := _entry_of(line, label)) is not None), None)


def with_entry(text: str, label: str, line: str) -> str:
    """*text* with *line* as the one line of *label*: in the place of an older one, else at the end."""
    return replaced_lines(text, lambda old: _entry_of(old, label) is not None, [line])


def without_entry(text: str, label: str) -> str:
    """*text* without any line of *label*."""
    return without_lines(text, lambda old: _entry_of(old, label) is not None)


def _entry_of(line: str, label: str) -> Entry | None:
    bare = line.rstrip("\n")
    found = None if bare.lstrip().startswith("#") else _LINE.fullmatch(bare)
    if found is None or found["comment"] != _COMMENT + label:
        return None
    options = found["options"] or ""
    command = _COMMAND.search(options)
    return Entry(
        line=bare,
        label=label,
        public_key=" ".join(found["key"].split()),
        options=options,
        command=command[1].replace('\\"', '"') if command else "",
    )
