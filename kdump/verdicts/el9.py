"""What kdumpctl and mkdumprd of release 9 say of /etc/kdump.conf.

Source: kexec-tools 2.0.26-8.el9, kdumpctl (check_config, check_failure_action_config, check_final_action_config,
check_fence_kdump_config, check_rebuild), mkdumprd, and kdump-lib-initramfs.sh (kdump_read_conf, kdump_get_conf_val).
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
from kdump.verdicts.shell_reading import NO_SPACE, SPACE, numbered, without_spaces, words

_NAME_AND_VALUE = re.compile(rf"({NO_SPACE}+){SPACE}*(.*)", re.DOTALL)


def judge(text: str, generation: Generation, node: Node) -> Findings:
    """The findings of release 9's tools on *text*, the whole of /etc/kdump.conf, on the host that is *node*."""
    lines = numbered(text)
    findings = Findings(lines, "kdumpctl of release 9")
    seen = read(lines)
    _check_options(seen, generation, findings)
    _check_actions(lines, generation, findings)
    nodes = _last(lines, "fence_kdump_nodes")
    check_nodes(nodes, words(nodes.value), node, findings, anywhere=False)
    never = _forced(lines, findings)
    before = len(findings.refused)
    target = Target(is_ssh="@" in _last(lines, "ssh").value, is_raw=bool(_last(lines, "raw").value))
    check(seen, target, findings, Ways(checks_parameters=True, splits_raw=False))
    if never:
        findings.warned += findings.refused[before:]
        del findings.refused[before:]
    return findings


def read(lines: list[tuple[int, str]]) -> list[Line]:
    """``kdump_read_conf``: the lines with content, as ``read -r`` then splits them."""
    found = []
    for number, line in lines:
        match = _NAME_AND_VALUE.match(without_spaces(line.partition("#")[0]))
        if match:
            found.append(Line(number, match[1], match[2].strip(" \t")))
    return found


def _last(lines: list[tuple[int, str]], name: str) -> Line:
    """``kdump_get_conf_val name``: the value of the last line that has *name* and a blank, "" where none has."""
    pattern = re.compile(rf"{SPACE}*{name}{SPACE}+")
    found = Line(0, name, "")
    for number, line in lines:
        match = pattern.match(line)
        if match:
            found = Line(number, name, without_spaces(line[match.end() :].partition("#")[0]))
    return found


def _check_options(lines: list[Line], generation: Generation, findings: Findings) -> None:
    counted = []
    for line in lines:
        if not options.is_known(line, generation, findings):
            continue
        if line.name == "dracut_args" and "--mount" in line.value:
            options.one_mount(line, line.value.count("--mount"), findings)
        if options.has_value(line, findings):
            counted.append((options.filed_under(line, generation), line))
    options.only_once(counted, findings)


def _check_actions(lines: list[tuple[int, str]], generation: Generation, findings: Findings) -> None:
    old, new, final = (_last(lines, name) for name in ("default", "failure_action", "final_action"))
    if old.value and new.value:
        options.two_names([old, new], findings)
    elif old.value or new.value:
        given = old if old.value else new
        options.action(given, given.value, generation, findings)
    if final.value:
        options.action(final, final.value, generation, findings)


def _forced(lines: list[tuple[int, str]], findings: Findings) -> bool:
    """What check_rebuild says of the two switches; whether mkdumprd is never run."""
    never, always = _last(lines, "force_no_rebuild"), _last(lines, "force_rebuild")
    valid = [line for line in (never, always) if line.value and options.switch(line, line.value, findings)]
    if len(valid) == 2 and all(line.value == "1" for line in valid):
        options.not_both(always, never, findings)
    return never.value == "1"
