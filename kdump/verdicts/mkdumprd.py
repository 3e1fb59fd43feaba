"""What mkdumprd says of a configuration that kdumpctl let pass, as far as it needs no host for it.

Source: mkdumprd of kexec-tools 2.0.15-33.el7, 2.0.26-8 (el8, el9) and kdump-utils 1.0.61.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kdump.verdicts.collecting import Findings
from kdump.verdicts.lines import Line
from kdump.verdicts.makedumpfile import parameter_problem
from kdump.verdicts.shell_reading import words

_COMMAND = "makedumpfile"
_DD_OPERAND = re.compile("(if|of|[io]?bs|cbs|count|skip|seek|conv|[io]flag|status)=")


class Target(NamedTuple):
    """What mkdumprd takes the target for: its own checks are not those of kdumpctl."""

    is_ssh: bool
    is_raw: bool


class Ways(NamedTuple):
    """What differs between releases: whether makedumpfile itself is asked about its parameters (8.3 and newer), and
    whether the value of ``raw`` is split into words (7 and 8), whether ``makedumpfile`` alone is fine (kdump-utils).
    """

    checks_parameters: bool
    splits_raw: bool
    bare_command_is_fine: bool = False


def check(lines: Iterable[Line], target: Target, findings: Findings, ways: Ways) -> None:
    """What mkdumprd says of *lines*, as it reads them."""
    for line in lines:
        if line.name == "ssh" and "@" not in line.value:
            findings.refuse(
                line,
                f"mkdumprd (run by {findings.tool}) wants user@host, and finds no '@'",
                f"Write 'ssh kdump@{line.value}'",
            )
        elif line.name == "raw" and ways.splits_raw and not all(map(_DD_OPERAND.match, words(line.value)[1:])):
            findings.refuse(
                line,
                f"mkdumprd (run by {findings.tool}) gives all of this to dd, which takes one device",
                f"Write 'raw {words(line.value)[0]}'",
            )
        elif line.name == "core_collector":
            _core_collector(line, target, findings, ways)


def _core_collector(line: Line, target: Target, findings: Findings, ways: Ways) -> None:
    command, blank, rest = line.value.partition(" ")
    if command != _COMMAND:
        _other_collector(line, command, target, findings)
        return
    streams = target.is_ssh or target.is_raw
    if streams and "-F" not in rest:
        findings.refuse(
            line,
            f"mkdumprd (run by {findings.tool}) wants makedumpfile's option -F for a target that is no file",
            f"Write 'core_collector {_with_flattened(line.value)}'",
        )
        return
    # Without a blank, releases 8 and 9 take the command itself for its parameter.
    parameters = rest if blank or ways.bare_command_is_fine else line.value
    problem = parameter_problem(words(parameters), ["vmcore"] if streams else ["vmcore", "dumpfile"])
    if problem and ways.checks_parameters:
        findings.refuse(
            line,
            f"makedumpfile, which mkdumprd (run by {findings.tool}) asks, does not accept its parameters: {problem}",
            f"Write 'core_collector makedumpfile -l --message-level 7 -d 31{' -F' if streams else ''}'",
        )


def _other_collector(line: Line, command: str, target: Target, findings: Findings) -> None:
    if target.is_raw:
        findings.warn(
            line,
            "what another command than makedumpfile writes to a raw device must be got back by hand",
            "Write 'core_collector makedumpfile -l --message-level 7 -d 31 -F'",
        )
    elif command.startswith(_COMMAND) or command.endswith(f"/{_COMMAND}"):
        findings.warn(
            line,
            f"mkdumprd takes {command!r} for another command than makedumpfile, and does not check its options",
            "Write 'makedumpfile' and one blank",
        )


def _with_flattened(value: str) -> str:
    command, _, rest = value.partition(" ")
    return " ".join([command, "-F", *rest.split()])
