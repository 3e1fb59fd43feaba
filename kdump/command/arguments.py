"""What `python -m kdump` understands: four subcommands, all with --json."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import get_args

from kdump.command import crashkernel, migrate, render, verdict
from kdump.command.files import MISUSE, Misuse, complain
from kdump.command.node import add_node_options
from kdump.errors import Refusal
from kdump.platforms import Virtualisation

_PLATFORM = "the distribution and its release: rhel-8.6, rocky-9.4, fedora-42, sles-15.7, debian-12, ubuntu-24.04"
_EXAMPLES = """\
exit status: 0 accepted or done, 1 refused (the reasons are printed), 2 misuse

examples:
  python -m kdump verdict --platform rhel-8.6 /etc/kdump.conf
  python -m kdump render --platform rhel-9.4 web1.yaml
  python -m kdump crashkernel --platform rhel-9.4 --memory 64G
  python -m kdump migrate --from rhel-5.11 --to rhel-9.4 old/kdump.conf
"""


def main(arguments: Sequence[str]) -> int:
    """Run one subcommand; 0: accepted or done, 1: refused, with reasons, 2: misuse, or nobody takes the answer."""
    parsed = _parser().parse_args(arguments)
    try:
        status = int(parsed.run(parsed))
        if sys.stdout is not None:
            sys.stdout.flush()
    except (Misuse, Refusal) as problem:
        complain(f"python -m kdump {parsed.command}: {problem}")
        return MISUSE
    except RecursionError:
        complain(f"python -m kdump {parsed.command}: The file nests too deeply. Name a configuration file.")
        return MISUSE
    except OSError as problem:
        # Whoever reads may have seen enough, and that is fine. The interpreter shall not complain when it flushes.
        if not isinstance(problem, BrokenPipeError):
            complain(f"python -m kdump {parsed.command}: The answer cannot be written: {problem.strerror}.")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return MISUSE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kdump",
        description="What a platform's own dump tools accept, refuse and need, told without a host.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = _command(commands, "verdict", "what the platform's tools will say of an /etc/kdump.conf", verdict.run)
    one.add_argument("files", nargs="+", metavar="FILE", help="an /etc/kdump.conf; - for standard input")
    add_node_options(one)
    _platform(one, "--platform", "platform")
    one = _command(commands, "render", "the files that settings become on a platform", render.run)
    one.add_argument("files", nargs="+", metavar="SETTINGS", help="target, dumpLevel, options… as YAML or JSON; or -")
    add_node_options(one)
    _platform(one, "--platform", "platform")
    one = _command(commands, "crashkernel", "how much memory to set aside, and what a value does", crashkernel.run)
    one.add_argument("--memory", required=True, help="memory that the kernel sees, such as 64G or 1.8G")
    one.add_argument("--value", help="a crashkernel value to judge, instead of proposing one")
    _hardware(one)
    _platform(one, "--platform", "platform")
    one = _command(commands, "migrate", "an old host's file as a newer release has it", migrate.run)
    one.add_argument("files", nargs="+", metavar="FILE", help="the old host's configuration file; - for standard input")
    _platform(one, "--from", "old")
    one.add_argument("--to", required=True, metavar="PLATFORM", dest="new", help="the platform to move to")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    purpose: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
    command.add_argument("--json", action="store_true", help="print JSON, for programs")
    command.set_defaults(run=run)
    return command


def _platform(command: argparse.ArgumentParser, option: str, name: str) -> None:
    command.add_argument(option, required=True, metavar="PLATFORM", dest=name, help=_PLATFORM)
    command.add_argument("--architecture", default="x86_64", help="what `uname -m` prints; default x86_64")
    command.add_argument(
        "--virtualisation",
        choices=get_args(Virtualisation),
        default="none",
        help="what the kernel runs on; default none, the bare machine",
    )


def _hardware(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--page-size", choices=("4k", "64k"), help="of the kernel's pages (`getconf PAGESIZE`); default the release's"
    )
    for option, what in (
        ("--mlx5", "a network card of the mlx5 driver is there; counts on 64-bit Arm"),
        ("--smmu", "an Arm SMMU is there; counts with pages of 64 KiB"),
        ("--memory-encryption", "AMD's SME or SEV is active; counts on x86_64"),
        ("--fadump", "POWER's firmware-assisted dump shall be used instead of kdump"),
    ):
        command.add_argument(option, action="store_true", help=what)
