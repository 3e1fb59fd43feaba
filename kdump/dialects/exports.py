"""A collector's NFS exports: one file in /etc/exports.d for each host.

Source: exports(5) of nfs-utils: a path, then clients with their options in parentheses; blanks in a path as
octal ``\\040`` or between double quotes. exportfs reads the files of that folder that end in ``.exports``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.labels import checked_label
from kdump.targets import checked_server, normalised

_FLAGS = re.compile(
    "rw|ro|(a)?sync|(in)?secure|(no_)?wdelay|(no)?hide|crossmnt|(no_)?subtree_check|(in)?secure_locks|"
    "(no_)?auth_nlm|(no_)?acl|(no_)?root_squash|(no_)?all_squash|(no_)?pnfs|security_label|mp|mountpoint"
)
_WITH_VALUE = re.compile(r"(?:anonuid|anongid)=\d{1,10}|fsid=(?:\d{1,10}|root|[0-9a-fA-F:-]{32,40})|sec=[a-z0-9:]+")
_CONTRADICTIONS = (
    ("rw", "ro"),
    ("sync", "async"),
    ("secure", "insecure"),
    ("root_squash", "no_root_squash"),
    ("all_squash", "no_all_squash"),
    ("subtree_check", "no_subtree_check"),
)


def file_name(label: str) -> str:
    """The name of *label*'s file in /etc/exports.d."""
    return f"pulumi-kdump-{checked_label(label)}.exports"


def _checked_directory(value: str) -> str:
    if not (value.startswith("/") and value.isascii() and value.isprintable()) or normalised(value) != value:
        raise Refusal(
            "directory",
            value,
            "an absolute path in ASCII, without '.', '..', doubled or trailing slashes",
            "Write a directory such as '/srv/kdump/web1'",
            "exportfs exports a directory by the name that clients mount",
        )
    return value


def _checked_client(value: str) -> str:
    if re.fullmatch(r"[^\s()\"'\\,#=]+", value) and value.isascii() and value.isprintable() and value[0] != "-":
        return value
    raise Refusal(
        "client",
        value,
        "a host name, an address or a network such as '192.0.2.0/24'",
        "Write the address from which the host will mount",
        "A blank or a parenthesis in a client's name would export the directory to everyone",
    )


def _checked_options(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not (_FLAGS.fullmatch(value) or _WITH_VALUE.fullmatch(value)):
            raise Refusal(
                "options",
                value,
                "options of exports(5), such as 'rw', 'sync' or 'anonuid=1001'",
                "Correct or remove it",
                "exportfs passes over the whole line for one option it does not know",
            )
    for one, other in _CONTRADICTIONS:
        if one in values and other in values:
            raise Refusal(
                "options",
                ",".join(values),
                f"either '{one}' or '{other}'",
                "Remove one of them",
                "Of two contradicting options exportfs takes the last",
            )
    return values


class Export(BaseModel):
    """``directory`` exported to ``client`` with ``options``.

    The client may be anything exports(5) allows in one word, wildcards too, so that foreign files can be
    read; :func:`render` takes only a host, an address or a network.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    directory: Annotated[str, AfterValidator(_checked_directory)]
    client: Annotated[str, AfterValidator(_checked_client)]
    options: Annotated[tuple[str, ...], AfterValidator(_checked_options)] = ()


def render(export: Export, label: str) -> str:
    """The whole file for *export* in /etc/exports.d, said to belong to *label*.

    Raises :class:`Refusal` for a client that is no single host or network: a dump holds the secrets of its
    host, and whoever can mount the directory can read them.
    """
    options = f"({','.join(export.options)})" if export.options else ""
    return (
        f"# Written by pulumi-kdump for {checked_label(label)}. Changes made here are overwritten.\n"
        f"{_escaped(export.directory)} {_exact_client(export.client)}{options}\n"
    )


def parse(text: str) -> list[Export]:
    """The exports of a file of exports(5), one for each directory and client. Never raises.

    Default options (``-ro``) are counted in. A line that has a client without a name (``/x (rw)``, which is
    the whole world), or anything that is no valid export, gives none for that client.
    """
    found: list[Export] = []
    for line in re.sub(r"\\\n", " ", text).split("\n"):
        words = list(_words(line))
        defaults: tuple[str, ...] = ()
        for word in words[1:]:
            if word.startswith("-"):
                defaults = tuple(filter(None, word[1:].split(",")))
                continue
            client, _, options = word.partition("(")
            own = tuple(filter(None, options.removesuffix(")").split(",")))
            try:
                found.append(Export(directory=words[0], client=client, options=defaults + own))
            except ValueError:
                continue
    return found


def _exact_client(client: str) -> str:
    try:
        # strict: an address with bits behind its prefix is a typing error more often than a network
        network = ipaddress.ip_network(client, strict=True)
    except ValueError:
        # checked_server takes brackets off: exports(5) wants IPv6 bare, brackets are a wildcard there.
        return checked_server(client, "client")
    if network.prefixlen == 0:
        raise Refusal(
            "client",
            client,
            "a host, an address or a network",
            "Write the address from which the host will mount",
            "This is everyone, and a dump holds the secrets of its host",
        )
    return client


def _escaped(directory: str) -> str:
    return re.sub(r"[^A-Za-z0-9/._+@:,=-]", lambda m: f"\\{ord(m[0]):03o}", directory)


def _words(line: str) -> Iterator[str]:
    """The words of one line, quotes taken off and octal escapes read; nothing from a comment on."""
    word: str | None = None
    for piece in re.finditer(r'"([^"]*)"|\\([0-3][0-7]{2})|(\s+)|(#.*)|([^\s])', line):
        if piece[3] is not None or (piece[4] is not None and word is None):
            if word is not None:
                yield word
            word = None
            if piece[4] is not None:
                return
        else:
            part = chr(int(piece[2], 8)) if piece[2] else piece[1] if piece[1] is not None else piece[0]
            word = (word or "") + part
    if word is not None:
        yield word
