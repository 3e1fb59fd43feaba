"""What mkdumprd of RHEL 5 and 6 makes of ``core_collector``, depending on the target.

Source: mkdumprd of 2008-06 (RHEL 5: near-certain), kexec-tools 2.0.0-145.el6 and 2.0.0-310.el6; kdump.conf(5)
of the last; makedumpfile 1.3.5 and 1.5.6 for -F, which mkdumprd adds itself where the dump goes through a pipe.
"""

from __future__ import annotations

import difflib
import posixpath
import re

from kdump.errors import shown
from kdump.generations import Generation
from kdump.verdicts.collecting import Findings
from kdump.verdicts.el6_checks import plain, written
from kdump.verdicts.el6_directives import REMOTE
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import words

_USUAL = "makedumpfile -c --message-level 1 -d 31"
_FLATTENS = re.compile("-[cDEflpRvVX]*F[cDEflpRvVX]*")


def warn_of_collector(seen: list[Line], targets: list[Line], generation: Generation, findings: Findings) -> None:
    """Note where the collector of *seen* does not fit the target that counts."""
    line = next((line for line in reversed(seen) if line.name == "core_collector"), None)
    # Before 6.3 it has no effect without a target, of which there is a warning of its own.
    if line is None or (not targets and generation is not Generation.EL6_3):
        return
    target = None
    if targets:
        target = targets[0] if generation is Generation.EL5 else targets[-1]
    is_raw = target is not None and target.name == "raw"
    is_ssh = target is not None and target.name in REMOTE and "@" in target.value
    command = words(plain(line.value))
    if not command:
        findings.warn(
            line,
            f"{findings.tool} takes an empty collector for none, and chooses one",
            f"Write {written(line, _USUAL)}",
        )
    elif command[0] == "makedumpfile":
        if not is_raw and not is_ssh and any(_FLATTENS.fullmatch(word) for word in command):
            right = " ".join(word for word in command if word != "-F")
            findings.warn(
                line,
                f"{findings.tool} gives makedumpfile a file to write, which it refuses with -F: no dump is written",
                f"Write {written(line, right)}",
            )
    elif posixpath.basename(command[0]) == "makedumpfile":
        right = " ".join(["makedumpfile", *command[1:]])
        findings.warn(
            line,
            f"{findings.tool} knows makedumpfile only by its bare name, and takes this for another program",
            f"Write {written(line, right)}",
        )
    elif is_raw:
        findings.warn(
            line,
            f"{findings.tool} puts what the program prints onto the partition; the dump must be got from there by hand",
            f"Write {written(line, _USUAL)}",
        )
    elif is_ssh:
        _over_ssh(line, command, generation, findings)
    elif difflib.get_close_matches(command[0], ["makedumpfile"], 1, 0.8):
        right = " ".join(["makedumpfile", *command[1:]])
        findings.warn(line, f"{findings.tool} takes any name for a program", f"Write {written(line, right)}")
    elif not _is_packed(command, seen):
        findings.warn(
            line,
            f"{findings.tool} puts {shown(command[0])} into the capture kernel's image only where extra_bins names it",
            f"Add 'extra_bins {command[0] if command[0].startswith('/') else '/bin/' + command[0]}'",
        )


def _over_ssh(line: Line, command: list[str], generation: Generation, findings: Findings) -> None:
    usual = f"Write {written(line, _USUAL)}"
    if generation is Generation.EL6_0:
        findings.warn(line, f"{findings.tool} copies with scp over SSH, unless makedumpfile is the collector", usual)
    elif generation is Generation.EL6_3 and posixpath.basename(command[0]) != "scp":
        findings.warn(
            line,
            f"{findings.tool} calls the program as if it were scp, with an identity and a remote file",
            f"{usual}, or 'core_collector scp'",
        )
    elif generation is Generation.EL5 and posixpath.basename(command[0]) in ("cp", "scp"):
        findings.warn(line, f"{findings.tool} sends what the program prints, and this one prints nothing", usual)


def _is_packed(command: list[str], seen: list[Line]) -> bool:
    # busybox, always in the image, has a cp without options of its own.
    if command == ["cp"]:
        return True
    name = posixpath.basename(command[0])
    packed = (word for line in seen if line.name == "extra_bins" for word in words(line.value))
    return any(posixpath.basename(word) == name for word in packed)
