"""What mkdumprd of RHEL 5 says of /etc/kdump.conf.

Source: mkdumprd in the public history of kexec-tools, 2008-06 ("Mass Update of RHEL5 patches"). That is close
to 5.2 but not the package that was shipped: near-certain, not byte-exact. What later updates are known to have
added (``options``, ``disk_timeout``, ext4) is accepted here, with a warning.

It reads the file twice: once for what the image needs, once to try each target. Over SSH the second reading may
lose the lines behind the target to ssh, which reads the same input; they are checked here all the same.
"""

from __future__ import annotations

from kdump.errors import shown
from kdump.generations import Generation
from kdump.verdicts.collecting import Findings
from kdump.verdicts.el6_checks import (
    check_filesystem,
    check_modules,
    check_nfs,
    check_raw,
    check_script,
    check_ssh,
    has_route,
    plain,
    written,
)
from kdump.verdicts.el6_directives import filesystems, known
from kdump.verdicts.el6_replacements import replacement
from kdump.verdicts.el6_shell import evaluated
from kdump.verdicts.lines import Line


def check(seen: list[Line], findings: Findings) -> None:
    """Note everything that makes mkdumprd refuse *seen*, the settings of the file, in its order: near-certain."""
    unsound: set[int] = set()
    for line in seen:
        accepted = True
        if line.name == "net":
            accepted = has_route(line, findings)
        elif line.name in ("kdump_pre", "kdump_post"):
            accepted = check_script(line, findings)
        if not accepted:
            unsound.add(line.number)
    check_modules(seen, findings)
    path = next((line for line in reversed(seen) if line.name == "path"), Line(0, "path", "/var/crash"))
    for line in seen:
        if line.number not in unsound and _has_value(line, findings):
            _set_up(line, path, findings)


def _has_value(line: Line, findings: Findings) -> bool:
    given = evaluated(f'"{line.value}"')
    if given is not None and len(given) == 1 and given[0]:
        return True
    if not line.value:
        instead = f"Write a value behind {shown(line.name)}, or remove the line"
        if line.name not in known(Generation.EL5):
            instead = replacement(line, Generation.EL5)
        findings.refuse(line, f"{findings.tool} refuses an option without a value", instead)
    else:
        bare = line.value.replace('"', "")
        findings.refuse(
            line,
            f"{findings.tool} puts the value between double quotes and gives it to the shell, where its own quotes "
            "end them",
            f"Write {written(line, plain(bare))}, without quotes",
        )
    return False


def _set_up(line: Line, path: Line, findings: Findings) -> None:
    if line.name == "raw":
        check_raw(line, findings)
    elif line.name == "net":
        if "@" in line.value:
            check_ssh(line, path, findings, by_address=True)
        else:
            check_nfs(line, "nfs", path, findings, one_directory=False)
    elif line.name in known(Generation.EL5):
        return
    elif line.name in filesystems(Generation.EL5):
        check_filesystem(line, None, path, findings)
    else:
        findings.refuse(
            line,
            f"{findings.tool} takes {shown(line.name)}, which it does not know, for a filesystem, and finds no "
            "program to check it",
            replacement(line, Generation.EL5),
        )
