"""What kdumpctl and mkdumprd of release 7 say of /etc/kdump.conf.

Source: kexec-tools 2.0.15-33.el7, kdumpctl (check_config, check_default_config, check_fence_kdump_config,
check_rebuild) and mkdumprd. The blanks in front of an option are refused since 2017-09 (7.5).
"""

from __future__ import annotations

import re

from kdump.generations import Generation
from kdump.verdicts import options
from kdump.verdicts.collecting import Findings
from kdump.verdicts.fence import check_nodes
from kdump.verdicts.lines import Line
from kdump.verdicts.mkdumprd import Target, Ways, check
from kdump.verdicts.node import Node
from kdump.verdicts.plain_reading import (
    fence_nodes,
    forced,
    is_raw_target,
    is_ssh_target,
    not_rebuilt,
    resettable,
    stripped,
)
from kdump.verdicts.shell_reading import BLANK, awk_second_fields, captured, numbered, read_escaped

_TARGET = re.compile(rf"raw|ssh{BLANK}|nfs|ext[234]|xfs|btrfs|minix|dracut_args .*--mount")
_MOUNTS = re.compile(r"dracut_args .*--mount")
_LEADING_BLANK = re.compile(rf"{BLANK}+[a-z]")


def judge(text: str, generation: Generation, node: Node) -> Findings:
    """The findings of release 7's tools on *text*, the whole of /etc/kdump.conf, on the host that is *node*."""
    lines = numbered(text)
    findings = Findings(lines, "kdumpctl of release 7")
    _count_targets(lines, findings)
    _find_leading_blanks(lines, findings)
    seen = list(read_escaped(stripped(lines)))
    for line in seen:
        if line.name and not line.name.startswith("#") and options.is_known(line, generation, findings):
            options.has_value(line, findings)
    defaults = awk_second_fields(lines, "default")
    if value := captured(line.value for line in defaults):
        options.action(defaults[-1], value, generation, findings)
    line, nodes = fence_nodes(lines, re.compile("fence_kdump_nodes"))
    check_nodes(line, nodes, node, findings, anywhere=True)
    forced(lines, findings)
    with not_rebuilt(lines, findings):
        resettable(lines, findings)
        target = Target(is_ssh=is_ssh_target(lines), is_raw=is_raw_target(lines))
        check(seen, target, findings, Ways(checks_parameters=False, splits_raw=True))
    return findings


def _find_leading_blanks(lines: list[tuple[int, str]], findings: Findings) -> None:
    for number, line in lines:
        if _LEADING_BLANK.match(line):
            findings.refuse(
                Line(number, line.split()[0], ""),
                f"{findings.tool} allows no blank in front of an option",
                f"Write {line.strip()!r} at the beginning of the line",
            )


def _count_targets(lines: list[tuple[int, str]], findings: Findings) -> None:
    named = [(number, line) for number, line in lines if _TARGET.match(line)]
    for number, line in named[1:]:
        findings.refuse(
            Line(number, line.split()[0], ""),
            f"{findings.tool} counts the lines that begin like a target, and line {named[0][0]} is one already",
            "Keep one of the two lines; a '--mount' in dracut_args counts as a target",
        )
    mounts = [(number, line.count("--mount")) for number, line in lines if _MOUNTS.match(line)]
    if sum(count for _, count in mounts) > 1:
        options.one_mount(Line(mounts[-1][0], "dracut_args", ""), sum(count for _, count in mounts), findings)
