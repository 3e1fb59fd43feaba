"""What kdumpctl and mkdumprd of kdump-utils (release 10, Fedora 41 and newer) say of /etc/kdump.conf.

Source: kdump-utils 1.0.61, kdumpctl (parse_config, _set_config, check_ssh_config, need_initrd_rebuild), mkdumprd, and
kdump-lib-initramfs.sh (kdump_get_conf_val).
"""

from __future__ import annotations

import re

from kdump.configuration import FAILURE_ACTIONS, FINAL_ACTIONS
from kdump.generations import Generation
from kdump.verdicts import options
from kdump.verdicts.collecting import Findings
from kdump.verdicts.directives import targets
from kdump.verdicts.fence import check_nodes
from kdump.verdicts.lines import Line
from kdump.verdicts.mkdumprd import Target, Ways, check
from kdump.verdicts.node import Node
from kdump.verdicts.shell_reading import SPACE, numbered, read_raw, words
from kdump.verdicts.ssh_destination import destination_problem

_NO_CONTENT = re.compile(f"{SPACE}*(?:#.*)?", re.DOTALL)
_TRAILING = re.compile(f"{SPACE}+\\Z")
_MOUNT = re.compile(r".*--mount .(.*)", re.DOTALL)


def judge(text: str, generation: Generation, node: Node) -> Findings:
    """The findings of kdump-utils on *text*, the whole of /etc/kdump.conf, on the host that is *node*."""
    lines = numbered(text)
    findings = Findings(lines, "kdumpctl of kdump-utils")
    seen = read(lines)
    given = _parse(seen, generation, findings)
    for name, allowed in (("failure_action", FAILURE_ACTIONS), ("final_action", FINAL_ACTIONS)):
        line = given.get(name)
        if line is not None and line.value not in allowed:
            options.action(line, line.value, generation, findings)
    if "fence_kdump_nodes" in given:
        line = given["fence_kdump_nodes"]
        check_nodes(line, words(line.value), node, findings, anywhere=False)
    if given.get("_target", Line(0, "", "")).name == "ssh":
        _check_ssh(given["_target"], findings)
    never = _forced(given, findings)
    before = len(findings.refused)
    last = {line.name: line.value for line in seen if line.value}
    target = Target(is_ssh="@" in last.get("ssh", ""), is_raw=bool(last.get("raw")))
    check(
        [line for line in seen if line.name != "ssh"],
        target,
        findings,
        Ways(checks_parameters=True, splits_raw=False, bare_command_is_fine=True),
    )
    if never:
        findings.warned += findings.refused[before:]
        del findings.refused[before:]
    return findings


def read(lines: list[tuple[int, str]]) -> list[Line]:
    """``kdump_read_conf``: comments behind a value cut off, and one pair of double quotes around it."""
    found = []
    for line in read_raw((number, text) for number, text in lines if not _NO_CONTENT.fullmatch(text)):
        value = line.value
        if "#" in value:
            value = _TRAILING.sub("", value.partition("#")[0])
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        # The reader of what is printed here splits it once more.
        found += [again for again in read_raw([(line.number, f"{line.name} {value}")]) if again.name]
    return found


def _parse(lines: list[Line], generation: Generation, findings: Findings) -> dict[str, Line]:
    """What parse_config keeps: by name, "_target" for the target, "failure_action" for ``default`` too."""
    counted: list[tuple[str, Line]] = []
    for line in lines:
        if not options.is_known(line, generation, findings) or not options.has_value(line, findings):
            continue
        if line.name == "dracut_args" and "--mount" in line.value:
            options.one_mount(line, line.value.count("--mount"), findings)
            _check_mount(line, findings)
            counted.append(("_target", line))
        elif line.name == "default":
            if line.value in FAILURE_ACTIONS:
                findings.warn(line, "the option has a new name", f"Write 'failure_action {line.value}'")
            counted.append(("failure_action", line))
        elif line.name == "kdump_emergency":
            findings.warn(line, "kdump-utils older than 1.0.60 refuses the option", "Remove it where such are in use")
        counted.append(("_target" if line.name in targets(generation) else line.name, line))
    options.only_once(counted, findings)
    return dict(reversed(counted))


def _check_mount(line: Line, findings: Findings) -> None:
    """``get_dracut_args_fstype`` and ``get_dracut_args_target``: cut at blanks, one character (a quote) left out."""
    found = _MOUNT.match(line.value)
    # Where there is no blank, cut gives the whole of it, for every field; a missing field is empty.
    fields = found[1].split(" ") if found else [""]
    kind = fields[0] if len(fields) == 1 else fields[2] if len(fields) > 2 else ""
    if not kind or not fields[0]:
        findings.refuse(
            line,
            f"{findings.tool} wants a device, a directory and a type behind '--mount', one blank between each",
            """Write 'dracut_args --mount "DEVICE /mnt TYPE OPTIONS"'""",
        )


def _check_ssh(line: Line, findings: Findings) -> None:
    problem = destination_problem(line.value)
    if problem:
        findings.refuse(line, f"{findings.tool} {problem[0]}", problem[1])
    elif line.value.endswith("@"):
        findings.warn(
            line, "there is no host behind the '@', so the dump goes nowhere", f"Write 'ssh {line.value}HOST'"
        )


def _forced(given: dict[str, Line], findings: Findings) -> bool:
    """What need_initrd_rebuild says of the two switches; whether mkdumprd is never run."""
    switches = [given[name] for name in ("force_no_rebuild", "force_rebuild") if name in given]
    valid = [line for line in switches if options.switch(line, line.value, findings)]
    if len(valid) == 2 and all(line.value == "1" for line in valid):
        options.not_both(given["force_rebuild"], given["force_no_rebuild"], findings)
    return any(line.name == "force_no_rebuild" and line.value == "1" for line in valid)
