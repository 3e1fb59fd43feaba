"""What mkdumprd of RHEL 6 and RHEL 5 says of /etc/kdump.conf: the entry for both.

Source: kexec-tools 2.0.0-145.el6 (6.0, taken for all of 6.0 to 6.2) and 2.0.0-310.el6 (for 6.3 and newer);
RHEL 5 see :mod:`kdump.verdicts.el5`. Told is all that needs no machine; mkdumprd itself stops at the first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.errors import shown
from kdump.generations import Generation
from kdump.verdicts import el5
from kdump.verdicts.collecting import Findings
from kdump.verdicts.directives import ACTIONS_OF_6
from kdump.verdicts.el6_checks import (
    check_filesystem,
    check_modules,
    check_nfs,
    check_raw,
    check_script,
    check_ssh,
    has_one_directory,
    has_route,
    plain,
    written,
)
from kdump.verdicts.el6_directives import REMOTE, actions, filesystems, known, looks_like_a_filesystem
from kdump.verdicts.el6_lines import lines
from kdump.verdicts.el6_replacements import replacement
from kdump.verdicts.el6_shell import evaluated
from kdump.verdicts.el6_warnings import warn
from kdump.verdicts.finding import Finding
from kdump.verdicts.lines import Line
from kdump.verdicts.node import NOBODY, Node
from kdump.verdicts.shell_reading import echoed, numbered, words

__all__ = ["judge", "lines", "refused", "warned"]

_TOOLS = {
    Generation.EL5: "mkdumprd of RHEL 5",
    Generation.EL6_0: "mkdumprd of RHEL 6.0",
    Generation.EL6_3: "mkdumprd of RHEL 6",
}


def refused(text: str, generation: Generation) -> list[Finding]:
    """What makes *generation*'s mkdumprd refuse *text*, the whole of /etc/kdump.conf, in the order it finds it.

    *generation* is EL5, EL6_0 or EL6_3. RHEL 5 is near-certain only: its own packages were not read.
    """
    return judge(text, generation).refused


def warned(text: str, generation: Generation) -> list[Finding]:
    """What *generation*'s mkdumprd accepts in *text*, though not as it was meant, by line; see :func:`refused`.

    Lines that are refused are left out.
    """
    return judge(text, generation).warned


def judge(text: str, generation: Generation, node: Node = NOBODY) -> Findings:
    """All findings on *text*. *node* is not asked: RHEL 5 and 6 compare nothing with the host's own names."""
    findings = Findings(numbered(text), _TOOLS[generation])
    seen = lines(text, generation)
    if generation is Generation.EL5:
        el5.check(seen, findings)
    else:
        _check(seen, generation, findings)
    warn(text, seen, generation, findings)
    refused_lines = {finding.line for finding in findings.refused}
    kept = [finding for finding in findings.warned if finding.line not in refused_lines]
    findings.warned = sorted(kept, key=lambda finding: finding.line or 0)
    return findings


class _Target(NamedTuple):
    line: Line
    device: str | None
    """What is mounted, where that is not the value of the line."""


def _check(seen: list[Line], generation: Generation, findings: Findings) -> None:
    target: _Target | None = None
    sound = True
    filesystem: Line | None = None
    for line in seen:
        if line.name in known(generation):
            accepted = _check_option(line, generation, findings)
            if line.name in REMOTE or line.name == "raw":
                target, sound = _Target(line, None), accepted
        elif looks_like_a_filesystem(echoed(words(line.name)), generation):
            device, sound = _labelled(line, findings)
            target, filesystem = _Target(line, device), line
        else:
            message = f"{findings.tool} does not know the option {shown(line.name)}, and builds no image"
            findings.refuse(line, message, replacement(line, generation))
    if filesystem is not None and filesystem.name not in filesystems(generation):
        findings.refuse(
            filesystem,
            f"{findings.tool} takes {shown(filesystem.name)} for a filesystem, and finds no program to check it",
            replacement(filesystem, generation),
        )
        sound = sound and target is not None and target.line is not filesystem
    check_modules(seen, findings)
    path = next((line for line in reversed(seen) if line.name == "path"), Line(0, "path", "/var/crash"))
    if target is None:
        has_one_directory(path, findings)
    elif sound:
        _check_target(target, path, generation, findings)


def _check_option(line: Line, generation: Generation, findings: Findings) -> bool:
    if line.name in REMOTE:
        return has_route(line, findings)
    if line.name in ("kdump_pre", "kdump_post"):
        return check_script(line, findings)
    if generation is Generation.EL6_3:
        if line.name == "blacklist" and "/" in line.value:
            names = " ".join(word for word in words(line.value) if "/" not in word)
            findings.refuse(
                line,
                f"{findings.tool} takes no folders here, and builds no image",
                f"Write {written(line, names)}" if names else "Name the modules, as in 'blacklist radeon nouveau'",
            )
        elif line.name == "default" and line.value not in actions(generation):
            _refuse_value(line, actions(generation), findings)
        elif line.name == "debug_mem_level" and not re.fullmatch("[0-3]", line.value):
            _refuse_value(line, ("0", "1", "2", "3"), findings)
    return True


def _refuse_value(line: Line, allowed: tuple[str, ...], findings: Findings) -> None:
    value = plain(line.value)
    if "\r" in line.value:
        instead = "Save the file with Unix line ends, without carriage returns"
    elif value in allowed:
        # What is left of the line is "reboot " then, with a blank at its end.
        instead = f"Put the comment on a line of its own, and write {written(line, value)}"
    else:
        near = ACTIONS_OF_6.get(value, allowed[0])
        near = value.lower() if value.lower() in allowed else near
        instead = f"Write {written(line, near)}, or another of {', '.join(allowed)}"
    said = f"{findings.tool} takes one of {', '.join(allowed)} and nothing else here, and builds no image"
    findings.refuse(line, said, instead)


def _labelled(line: Line, findings: Findings) -> tuple[str | None, bool]:
    """What mkdumprd makes of LABEL= and UUID=, which the shell reads twice; and whether it goes on."""
    text = " ".join(words(line.value))
    if not text.startswith(("LABEL=", "UUID=")):
        return None, True
    read = evaluated(text)
    if read is None:
        findings.refuse(
            line,
            f"{findings.tool} gives the value to the shell once more, which finds a quote without its end or an "
            "operator; it ends without a word",
            f"Write {written(line, re.sub('[^A-Za-z0-9._+@/=-]', '', text))}, or name the device",
        )
        return None, False
    return " ".join(read), True


def _check_target(target: _Target, path: Line, generation: Generation, findings: Findings) -> None:
    line = target.line
    if line.name == "raw":
        check_raw(line, findings)
    elif line.name not in REMOTE:
        check_filesystem(line, target.device, path, findings)
    elif "@" in line.value:
        check_ssh(line, path, findings)
    else:
        kind = "nfs" if line.name == "net" else line.name
        check_nfs(line, kind, path, findings, one_directory=generation is Generation.EL6_3)
