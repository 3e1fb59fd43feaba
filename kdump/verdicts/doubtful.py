"""Values that kdumpctl accepts, and with which no dump will be written: the check of a reader, not of the tools.

Source: mkdumprd and dracut-kdump.sh of kexec-tools 2.0.15-33.el7, 2.0.26-8 and kdump-utils 1.0.61, which use the
values; kdump.conf(5) for their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kdump.verdicts.collecting import Findings
from kdump.verdicts.lines import Line
from kdump.verdicts.makedumpfile import parameter_problem

# What of the two is written depends on the target; here only that one of them would do.
_FILES = (["vmcore"], ["vmcore", "dumpfile"])
_COLLECTORS = ("makedumpfile", "cp", "scp", "cat", "dd")


def warn_of_doubtful_values(lines: Iterable[Line], findings: Findings) -> None:
    """Warn of each of *lines* whose value cannot be meant so, where the tools say nothing of it."""
    refused = {finding.line for finding in findings.refused}
    for line in lines:
        doubt = _doubt(line)
        if doubt is not None and line.number not in refused:
            findings.warn(line, *doubt)


def _doubt(line: Line) -> tuple[str, str] | None:
    value = line.value
    match line.name:
        case "nfs" if not re.search(r":/", value):
            return "there is no export in it, so nothing can be mounted", f"Write 'nfs {value.rstrip(':')}:/EXPORT'"
        case "ssh" if re.search(r"@[^:\[\]]+:[^:]*$", value):
            return (
                "what stands behind the ':' is taken for a part of the host's name",
                f"Write 'ssh {value.rpartition(':')[0]}', and the directory as 'path'",
            )
        case "path" if not value.startswith("/"):
            return (
                "a path that begins without '/' is found nowhere",
                f"Write 'path /{value.strip(chr(34)).lstrip('/')}'",
            )
        case "core_collector":
            return _doubt_about_collector(value)
    return None


def _doubt_about_collector(value: str) -> tuple[str, str] | None:
    command, _, rest = value.partition(" ")
    if command.rpartition("/")[2] not in _COLLECTORS:
        return (
            "the capture kernel has no such command unless extra_bins brings it",
            "Write 'core_collector makedumpfile' and its options",
        )
    problems = [parameter_problem(rest.split(), files) for files in _FILES]
    if command == "makedumpfile" and all(problems):
        return (f"makedumpfile does not accept its parameters: {problems[0]}", "Correct them: makedumpfile(8)")
    return None
