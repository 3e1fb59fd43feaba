"""What the command is told of the host itself, for checks that compare a file with it."""

from __future__ import annotations

import argparse

from kdump.verdicts.node import Node


def add_node_options(command: argparse.ArgumentParser) -> None:
    """Let *command* take ``--host-name`` and ``--addresses``."""
    command.add_argument("--host-name", help="what `hostname` prints there, for checks that compare with it")
    command.add_argument(
        "--addresses",
        action="append",
        default=[],
        metavar="ADDRESS[,…]",
        help="the host's own addresses (`hostname -I`); may be given several times",
    )


def node_of(arguments: argparse.Namespace) -> Node:
    """The host that *arguments* describe."""
    addresses = tuple(word for given in arguments.addresses for word in given.replace(",", " ").split())
    return Node(host_name=arguments.host_name, addresses=addresses)
