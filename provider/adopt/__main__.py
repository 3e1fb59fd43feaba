"""`python -m provider.adopt ssh://ops@web1.example.com?sudo=true`: a running host's entry in the stack file.

Reads over SSH and changes nothing. Exit status: 0 printed, 1 the host's problem (said in words), 2 misuse.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from pydantic import ValidationError

from kdump.errors import refusals_in
from kdump.platforms import platform_named
from provider.adopt.draft import Entry
from provider.adopt.entry import Wish, entry_of
from provider.adopt.page import page
from provider.adopt.place import collector_named, is_name
from provider.adopt.read import Reading, read
from provider.connection import Connection, from_import_id
from provider.errors import HostError
from provider.host import Host
from provider.states import States

DONE, PROBLEM, MISUSE = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Ask the host, print its entry; the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        wish = _wish(parsed)
        reading = asyncio.run(ask(wish.connection))
        entry = entry_of(reading, wish)
    except HostError as problem:
        return _complain(str(problem), PROBLEM)
    except ValidationError as wrong:
        return _complain("; ".join(str(refusal) for refusal in refusals_in(wrong, "connection")), MISUSE)
    except ValueError as wrong:
        return _complain(str(wrong), MISUSE)
    print(_json(entry) if parsed.json else page(entry, _heading(reading, wish)), end="")
    return DONE


async def ask(connection: Connection) -> Reading:
    """What a host has, asked over a connection of its own. Raises HostError."""
    states = States()
    try:
        return await read(Host(states.asking(connection), connection.host, stack="", store="adopt"))
    finally:
        await states.sessions.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m provider.adopt",
        description="Print a running host's entry in the stack file. Reads over SSH and changes nothing.",
        epilog="exit status: 0 printed, 1 the host cannot be read (the reason is printed), 2 misuse",
    )
    parser.add_argument("where", help="the host: web1, root@10.0.0.5:22, 'ssh://ops@web1.example.com?sudo=true'")
    parser.add_argument("--name", default="", help="its name in the stack file; default its own host name")
    parser.add_argument(
        "--as", dest="release", default="", metavar="RELEASE", help="the entry for a newer release, such as rhel-9.4"
    )
    parser.add_argument(
        "--collector", action="append", default=[], metavar="NAME=[USER@]ADDRESS[:DIRECTORY]",
        help="a collector that the stack file has: vault=10.0.0.9:/srv/kdump; may be given more than once",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def _wish(parsed: argparse.Namespace) -> Wish:
    """Raises ValueError for what cannot be meant."""
    if parsed.name and not is_name(parsed.name):
        raise ValueError(
            f"--name: found {parsed.name!r}, needed at most 63 small letters, digits and inner hyphens, as in web1"
        )
    if parsed.release:
        platform_named(parsed.release)
    where = str(parsed.where).partition("#")[0]
    collectors = [collector_named(text) for text in parsed.collector]
    return Wish(where, from_import_id(where), parsed.name, parsed.release, collectors)


def _heading(reading: Reading, wish: Wish) -> str:
    return (
        f"Read from {wish.connection.label}, {reading.platform}. It belongs below pulumi-kdump:fleet in the stack "
        "file; `pulumi preview` then says what `up` would change."
    )


def _json(entry: Entry) -> str:
    imports = [{"type": kind, "name": name, "id": where} for kind, name, where in entry.imports]
    told = {"fleet": entry.fleet(), "notes": [asdict(note) for note in entry.notes], "imports": imports}
    return json.dumps(told, indent=2) + "\n"


def _complain(text: str, status: int) -> int:
    print(f"python -m provider.adopt: {text}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
