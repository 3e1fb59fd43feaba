"""What mkdumprd of RHEL 5 and 6 accepts, though not as it was meant.

Source: mkdumprd, kdump.init and kdump.conf(5) of 2008-06 (RHEL 5: near-certain), kexec-tools 2.0.0-145.el6 and
2.0.0-310.el6. The core collector has a file of its own.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from kdump.errors import shown
from kdump.generations import Generation
from kdump.verdicts.collecting import Findings
from kdump.verdicts.el6_checks import plain, remote_host, written
from kdump.verdicts.el6_collector import warn_of_collector
from kdump.verdicts.el6_directives import REMOTE, actions, adds_up, known, looks_like_a_filesystem
from kdump.verdicts.el6_lines import is_comment, read_lines, whole_lines
from kdump.verdicts.el6_shell import is_run_by_the_shell
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import cut_second, numbered, read_escaped, words

_EL5, _EL6_3 = Generation.EL5, Generation.EL6_3
_EXAMPLES = {"fence_kdump_nodes": "node1 node2", "fence_kdump_args": "-p 7410 -f auto -c 0 -i 10"}
_LATE = {"options": "options", "disk_timeout": "disk_timeout", "ext4": "ext4 (package e4fsprogs)"}
# What kdump.init of these releases does itself where no target is named, whatever the file says. Source: kexec-tools of
# 2008 (RHEL 5) and 2.0.0-145.el6, kdump.init, save_core.
_WITHOUT_TARGET = {_EL5: "cp --sparse=always", Generation.EL6_0: "makedumpfile -c --message-level 1 -d 31"}


def warn(text: str, seen: list[Line], generation: Generation, findings: Findings) -> None:
    """Note all warnings on *text*, of which mkdumprd sees the settings *seen*."""
    _unread(text, findings)
    _hidden_in_comments(text, findings)
    _comments(text, generation, findings)
    targets = [line for line in seen if is_target(line, generation)]
    _repeated(seen, targets, generation, findings)
    for line in seen:
        if "\r" in line.value:
            findings.warn(
                line,
                f"{findings.tool} takes the carriage return at the end of the line for a part of the value",
                "Save the file with Unix line ends, without carriage returns",
            )
    for line in targets:
        _target(line, generation, findings)
    for line in seen:
        _option(line, bool(targets), generation, findings)
    if generation is not _EL5:
        _read_elsewhere(dict(numbered(text)), seen, generation, findings)
    warn_of_collector(seen, targets, generation, findings)


def is_target(line: Line, generation: Generation) -> bool:
    """Whether *line* says where the dump goes."""
    if line.name in known(generation):
        return line.name in REMOTE or line.name == "raw"
    return looks_like_a_filesystem(line.name, generation)


def _unread(text: str, findings: Findings) -> None:
    missed = numbered(text)[len(whole_lines(text)) :]
    for line in read_escaped(missed):
        if line.name.strip() and not is_comment(line):
            findings.warn(
                line,
                f"{findings.tool} never reads a last line that has no line end",
                f"End line {line.number} with a line end",
            )


def _hidden_in_comments(text: str, findings: Findings) -> None:
    whole = whole_lines(text)
    read = list(read_escaped(whole))
    for line, following in zip_longest(read, read[1:]):
        end = following.number if following else len(whole) + 1
        if not is_comment(line):
            continue
        for number, hidden in whole[line.number : end - 1]:
            # Its own backslash at the end joins it to what follows; for what it says alone, that is taken away.
            setting = next(read_escaped([(number, hidden.rstrip("\\"))]), None)
            if setting is not None and setting.name and not is_comment(setting):
                findings.warn(
                    setting,
                    f"{findings.tool} takes the line for a part of the comment in line {line.number}, which ends in a "
                    "backslash",
                    f"Remove the backslash at the end of line {number - 1}",
                )


def _comments(text: str, generation: Generation, findings: Findings) -> None:
    for line in read_lines(text):
        if "#" not in line.value:
            continue
        alone = f"Put the comment on a line of its own, and write {written(line, plain(line.value))}"
        left, _, _ = line.value.rpartition("#")
        if generation is not _EL6_3:
            if re.search(r"(^|[ \t])#", line.value):
                findings.warn(line, f"{findings.tool} takes the comment for a part of the value", alone)
        elif "#" in left:
            findings.warn(line, f"{findings.tool} takes only what follows the last '#' for a comment", alone)
        elif left and not left.endswith((" ", "\t")):
            findings.warn(
                line,
                f"{findings.tool} takes everything from the '#' on for a comment, which leaves {shown(left)}",
                "Write a value without '#', or put the comment on a line of its own",
            )


def _repeated(seen: list[Line], targets: list[Line], generation: Generation, findings: Findings) -> None:
    last: dict[str, Line] = {}
    for line in reversed(seen):
        later = last.setdefault(line.name, line)
        if later is not line and line not in targets and not adds_up(line.name) and line.name in known(generation):
            findings.warn(
                line,
                f"{findings.tool} takes the last of several lines of this option, which is line {later.number}",
                "Keep one of the two lines",
            )
    if generation is _EL5:
        for line in targets[1:]:
            findings.warn(
                line,
                f"{findings.tool} tries the targets one after the other, and line {targets[0].number} first",
                "Keep one target: more were never supported",
            )
        return
    for line in targets[:-1]:
        findings.warn(
            line,
            f"{findings.tool} dumps to the last of several targets, which is in line {targets[-1].number}",
            "Keep one of the two lines",
        )


def _target(line: Line, generation: Generation, findings: Findings) -> None:
    value = " ".join(words(line.value))
    over_ssh = line.name in REMOTE and "@" in value
    login = f"{value.partition('@')[0]}@{remote_host(value)}"
    if over_ssh and ":" in value:
        directory = plain(value.rpartition(":")[2]) or "/var/crash"
        name = "ssh" if generation is _EL6_3 else "net"
        findings.warn(
            line,
            f"{findings.tool} passes over what follows the ':' of an SSH target",
            f"Write '{name} {login}', and 'path {directory}' on a line of its own",
        )
    elif over_ssh and line.name in ("nfs", "nfs4"):
        findings.warn(line, f"{findings.tool} dumps over SSH for the '@' in the value", f"Write 'ssh {login}'")
    elif line.name == "net" and generation is _EL6_3:
        better = f"ssh {value}" if over_ssh else f"nfs {value}"
        findings.warn(line, "kdump.conf(5) of RHEL 6 calls the option deprecated since 6.3", f"Write {better!r}")
    if line.name == "minix":
        findings.warn(
            line,
            f"{findings.tool} knows the filesystem, but Red Hat's kernels do not",
            f"Use {'ext3' if generation is _EL5 else 'ext4'}",
        )
    if value.startswith(("LABEL=", "UUID=")) and is_run_by_the_shell(value):
        findings.warn(
            line,
            f"{findings.tool} lets the shell work on the value, as root",
            f"Write {written(line, 'UUID=')} and the filesystem's UUID",
        )


def _option(line: Line, has_target: bool, generation: Generation, findings: Findings) -> None:
    if line.name in ("link_delay", "disk_timeout") and not re.fullmatch("[0-9]+", line.value.strip()):
        findings.warn(
            line,
            f"{findings.tool} takes any value, but the capture kernel can only wait for a number of seconds",
            f"Write {written(line, '60' if line.name == 'link_delay' else '180')}",
        )
    if line.name in ("path", "core_collector") and not has_target and _is_without_effect(line, generation):
        findings.warn(
            line,
            f"{findings.tool} accepts it, but without a target the line has no effect: the dump goes into /var/crash, "
            f"made by {_WITHOUT_TARGET[generation]!r}",
            f"Name the filesystem as a target, such as '{'ext3' if generation is _EL5 else 'ext4'} /dev/sda3', or "
            "remove the line",
        )
    if line.name == "default" and generation is not _EL6_3:
        _default(line, has_target, generation, findings)
    if line.name in ("kdump_pre", "kdump_post") and line.value and not line.value.startswith("/"):
        findings.warn(
            line,
            f"{findings.tool} looks for the program where it happens to be started",
            f"Write the whole path, as in {written(line, '/usr/local/bin/' + line.value)}",
        )
    if line.name == "path" and generation is not _EL5 and not line.value:
        findings.warn(
            line, f"{findings.tool} puts the dump at the top of the target, or anywhere", "Write 'path /var/crash'"
        )
    if line.name == "path" and generation is not _EL6_3 and len(words(line.value)) > 1 and "#" not in line.value:
        findings.warn(
            line,
            f"{findings.tool} accepts a path of several words, but the capture kernel finds no such directory",
            f"Write {written(line, '_'.join(words(line.value)))}",
        )
    if line.name == "Kdump_not_supported_on_Xen_domU_guest":
        findings.warn(
            line,
            f"{findings.tool} says that the mark of an installation in a Xen guest has no meaning since 6.3",
            "Remove the line",
        )
    if line.name == "sshkey" and (not line.value or re.search(r"\s", line.value)):
        findings.warn(
            line,
            f"{findings.tool} finds no such file, and uses /root/.ssh/kdump_id_rsa",
            f"Write {written(line, plain(line.value) or '/root/.ssh/kdump_id_rsa')}, with nothing behind it",
        )
    ended = [word for word in words(line.value) if word.endswith(".ko")]
    if line.name == "blacklist" and ended:
        right = " ".join(word.removesuffix(".ko") for word in words(line.value))
        findings.warn(
            line, f"{findings.tool} never finds a module by the name of its file", f"Write {written(line, right)}"
        )
    if generation is _EL5 and line.name in _LATE:
        findings.warn(
            line,
            f"Only later updates of RHEL 5 know {_LATE[line.name]}",
            "Update kexec-tools first, or remove the line" if line.name != "ext4" else "Use ext3, or update first",
        )


def _is_without_effect(line: Line, generation: Generation) -> bool:
    """Whether *line*, in a file without a target, says other than what is done then."""
    if generation not in _WITHOUT_TARGET:
        return False
    value = words(plain(line.value))
    if line.name == "path":
        return " ".join(value).rstrip("/") != "/var/crash"
    return sorted(value) != sorted(_WITHOUT_TARGET[generation].split())


def _default(line: Line, has_target: bool, generation: Generation, findings: Findings) -> None:
    if line.value not in actions(generation):
        near = plain(line.value) if plain(line.value) in actions(generation) else "reboot"
        findings.warn(
            line,
            f"{findings.tool} knows no such action, and starts from the root filesystem when a dump fails",
            f"Write {written(line, near)}, or another of {', '.join(actions(generation))}",
        )
    elif not has_target:
        findings.warn(
            line,
            f"{findings.tool} takes the action only where a target is named",
            f"Name a target, such as '{'ext3' if generation is _EL5 else 'ext4'} /dev/sda3', or remove the line",
        )


def _read_elsewhere(texts: dict[int, str], seen: list[Line], generation: Generation, findings: Findings) -> None:
    """Options that are also, or only, read by sed, grep and cut: in the first column, separated by blanks."""
    has_nodes = any(texts[line.number].startswith("fence_kdump_nodes ") for line in seen)
    for line in seen:
        text = texts[line.number]
        if line.name == "options" and not re.match("options +[^ ]+ +[^ ]", text):
            findings.warn(
                line,
                f"{findings.tool} finds options only at the beginning of a line, then a module and its options, "
                "separated by blanks, not by tabs",
                f"Write {written(line, ' '.join(words(line.value)) or 'bonding mode=active-backup miimon=100')}",
            )
        if line.name == "force_rebuild":
            _force_rebuild(line, text, findings)
        if line.name in ("fence_kdump_nodes", "fence_kdump_args"):
            if not text.startswith(f"{line.name} "):
                findings.warn(
                    line,
                    f"{findings.tool} finds the option only at the beginning of a line, with a blank behind it",
                    f"Write {written(line, ' '.join(words(line.value)) or _EXAMPLES[line.name])}",
                )
            elif line.name == "fence_kdump_args" and not has_nodes:
                findings.warn(
                    line,
                    f"{findings.tool} uses the arguments only together with fence_kdump_nodes",
                    "Add a line such as 'fence_kdump_nodes node1 node2', or remove this one",
                )
            elif line.name == "fence_kdump_nodes" and ":" in line.value:
                findings.warn(
                    line,
                    f"{findings.tool} notifies no node by IPv6, and the node may be fenced before its dump is done",
                    "Write the names of the nodes, or their IPv4 addresses",
                )


def _force_rebuild(line: Line, text: str, findings: Findings) -> None:
    found = cut_second(text) if text.startswith("force_rebuild") else ""
    meant = plain(line.value)
    if meant not in ("0", "1"):
        findings.warn(line, "kdump.init of RHEL 6 takes 0 or 1 here", "Write 'force_rebuild 1'")
    elif meant == "1" and found != "1":
        findings.warn(
            line,
            "kdump.init of RHEL 6 finds the option only at the beginning of a line, with one blank behind it",
            "Write 'force_rebuild 1'",
        )
