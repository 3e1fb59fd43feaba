"""Checks of single lines that mkdumprd of RHEL 5 and 6 have in common. Each notes what it finds.

Source: mkdumprd of 2008-06 (RHEL 5: near-certain), kexec-tools 2.0.0-145.el6 and 2.0.0-310.el6. What needs a
machine is taken to be well: names of hosts have an address, addresses a route, files and devices exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kdump.errors import shown
from kdump.verdicts.collecting import Findings
from kdump.verdicts.el6_shell import evaluated
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import words

_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_EXAMPLES = {
    "net": "net server.example.com:/export/crash",
    "nfs": "nfs server.example.com:/export/crash",
    "nfs4": "nfs4 server.example.com:/export/crash",
    "ssh": "ssh kdump@server.example.com",
}
_NO_SUCH_LABEL = "Name it by its UUID, as in 'UUID=03138356-5e61-4ab3-b58e-27507ac41937'"


def plain(value: str) -> str:
    """*value* without a comment behind it, and without blanks around it."""
    return re.split(r"(?:^|[ \t])#", value)[0].strip()


def written(line: Line, value: str) -> str:
    """*line* with *value*, as a message quotes it."""
    return repr(f"{line.name} {value}".rstrip())


def remote_host(value: str) -> str:
    """The host of a remote target: what stands behind the last '@' and before the next ':'."""
    return " ".join(words(value)).rpartition("@")[2].partition(":")[0]


def has_route(line: Line, findings: Findings) -> bool:
    """Whether mkdumprd finds a route to the host of *line*, given that names have addresses and these a route."""
    host = remote_host(line.value)
    if re.search("[a-zA-Z]", host):
        # More words are looked up too, but those of a comment are no hosts.
        found = _HOST.fullmatch(words(host)[0]) is not None
    else:
        found = bool(host) and all(_is_ipv4(word) for word in words(host))
    if found:
        return True
    if not host:
        message, instead = "finds no server's name", f"Name the server, as in {_EXAMPLES[line.name]!r}"
    elif "[" in line.value or "::" in line.value:
        message = f"takes {shown(host)} for the server: it does not know IPv6"
        instead = "Write the server's name, or its IPv4 address"
    else:
        message = f"finds no address for {shown(host)}"
        instead = f"Correct the server's name, as in {_EXAMPLES[line.name]!r}"
    findings.refuse(line, f"{findings.tool} {message}, and builds no image", instead)
    return False


def check_script(line: Line, findings: Findings) -> bool:
    """Whether the program of *line* can exist: the whole value is its name, blanks at the end and quotes too."""
    if line.value and not re.search(r"[\s\"']", line.value):
        return True
    if not line.value:
        instead = f"Name a program, as in {written(line, '/usr/local/bin/notify.sh')}, or remove the line"
        message = "finds no program named"
    elif "\r" in line.value:
        instead = "Save the file with Unix line ends, without carriage returns"
        message = "takes the carriage return at the end for a part of the program's name"
    elif "#" in line.value or line.value.endswith(" "):
        instead = f"Put the comment on a line of its own, and write {written(line, plain(line.value))}"
        message = "takes all that the comment leaves, a blank too, for the name of the program"
    elif (read := evaluated(line.value)) and len(read) == 1:
        message, instead = "takes the quotes for a part of the program's name", f"Write {written(line, read[0])}"
    else:
        program = re.sub("[\"']", "", words(line.value)[0])
        instead = f"Write {written(line, program)}, and put the arguments into the program"
        message = "takes the whole value for the name of the program"
    findings.refuse(line, f"{findings.tool} {message}, and builds no image", instead)
    return False


def check_modules(lines: Iterable[Line], findings: Findings) -> None:
    """What mkdumprd says of modules in ``extra_modules`` that are written with the ending of their file."""
    for line in lines:
        wrong = [word for word in words(line.value) if word.endswith(".ko") and not word.startswith("-")]
        if line.name == "extra_modules" and wrong:
            right = " ".join(word.removesuffix(".ko") for word in words(plain(line.value)))
            findings.refuse(
                line,
                f"{findings.tool} adds '.ko' itself, finds no module {shown(wrong[0])}, and builds no image",
                f"Write {written(line, right)}",
            )


def check_raw(line: Line, findings: Findings) -> None:
    """Whether mkdumprd can read from the partition of a ``raw`` target."""
    read = evaluated(f"if={line.value}")
    if read is None or len(read) != 1 or not read[0].startswith("if=/"):
        instead = "Name one partition by its device, as in 'raw /dev/sda5'"
        if plain(line.value).startswith(("LABEL=", "UUID=")):
            instead = f"{instead}: labels and UUIDs work for filesystems only"
        findings.refuse(line, f"{findings.tool} cannot read from the partition, and builds no image", instead)


def check_nfs(line: Line, kind: str, path: Line, findings: Findings, *, one_directory: bool) -> None:
    """Whether mkdumprd can mount *line*, a target without '@', as *kind*, and make the directory of *path* there.

    *one_directory*: mkdumprd notices where the path is really several, as from 6.3 on.
    """
    if kind == "ssh":
        findings.refuse(
            line,
            f"{findings.tool} takes a target without '@' for a filesystem to mount, and knows none named ssh",
            f"Write {written(line, 'kdump@' + remote_host(line.value))}, with the user's name",
        )
        return
    text = " ".join(words(line.value))
    mounted = evaluated(f"address:{text.rpartition(':')[2]}" if ":" in text else text)
    if mounted is None or len(mounted) != 1 or not re.match(".*:.", mounted[0], re.DOTALL) or _is_commented(text):
        export = f"{remote_host(text)}:/export/crash"
        also = f" or {written(line, 'kdump@' + remote_host(text))}" if line.name == "net" and ":" not in text else ""
        instead = f"Write one server and its export, as in {written(line, export)}{also}"
        if _is_commented(text):
            instead = f"Put the comment on a line of its own, and write {written(line, plain(text))}"
        findings.refuse(line, f"{findings.tool} cannot mount the export, and builds no image", instead)
    elif evaluated(path.value) is None and one_directory:
        _refuse_path(path, findings)
    elif one_directory:
        has_one_directory(path, findings)


def check_ssh(line: Line, path: Line, findings: Findings, *, by_address: bool = False) -> None:
    """Whether mkdumprd can log in to *line*, a target with '@', and make the directory of *path* there.

    *by_address*: mkdumprd puts the server's address in place of its name, as on RHEL 5.
    """
    text = " ".join(words(line.value))
    given = evaluated(f"{text.partition('@')[0]}@{'192.0.2.1' if by_address else remote_host(text)}")
    user, _, host = given[0].rpartition("@") if given else ("", "", "")
    if not user or not _HOST.fullmatch(host) or (given is not None and len(given) > 1):
        name = words(remote_host(text))[0]
        example = f"{user or 'kdump'}@{name if _HOST.fullmatch(name) else 'server.example.com'}"
        better = line._replace(name="ssh") if line.name.startswith("nfs") else line
        findings.refuse(
            line,
            f"{findings.tool} cannot log in to the server, and builds no image",
            f"Write {written(better, example)}",
        )
        return
    made = evaluated(path.value)
    if made is None:
        _refuse_path(path, findings)
    elif not evaluated(" ".join(made)):
        findings.refuse(
            path, f"{findings.tool} can make no directory without a name on the server", "Write 'path /var/crash'"
        )
    elif len(made) > 1:
        has_one_directory(path, findings)


def check_filesystem(line: Line, device: str | None, path: Line, findings: Findings) -> None:
    """Whether mkdumprd can mount *device* (None: the value of *line*), and make the directory of *path* there."""
    mounted = evaluated(line.value if device is None else device)
    commented = _is_commented(line.value if device is None else device)
    if mounted is None or len(mounted) != 1 or commented or not re.match("/|(LABEL|UUID)=.", mounted[0], re.DOTALL):
        usual = line.name if re.fullmatch("[a-z0-9]+", line.name) else "ext4"
        instead = f"Name one device, LABEL or UUID, as in '{usual} /dev/sda3'"
        if commented and plain(line.value):
            instead = f"Put the comment on a line of its own, and write {written(line, plain(line.value))}"
        elif mounted and mounted[0].startswith("LABEL=") and len(mounted) > 1:
            instead = f"{_NO_SUCH_LABEL}: a label with a blank cannot be given"
        findings.refuse(line, f"{findings.tool} cannot mount the filesystem, and builds no image", instead)
    else:
        has_one_directory(path, findings)


def has_one_directory(path: Line, findings: Findings) -> bool:
    """Whether *path* is one directory in the target, not several for the blanks in it."""
    if len(words(f"/{path.value}")) <= 1:
        return True
    value = plain(path.value) if "#" in path.value else "_".join(words(path.value))
    findings.refuse(
        path,
        f"{findings.tool} takes each word for a directory of its own, and cannot make one for the dump",
        f"Write {written(path, value)}" + (", and the comment on a line of its own" if "#" in path.value else ""),
    )
    return False


def _refuse_path(path: Line, findings: Findings) -> None:
    findings.refuse(
        path,
        f"{findings.tool} gives the path to the shell once more, which finds a quote without its end or an operator",
        f"Write {written(path, re.sub('[^A-Za-z0-9._+@/-]', '', path.value))}",
    )


def _is_commented(value: str) -> bool:
    # mkdumprd puts the mount point behind the value: behind a comment it is lost.
    return re.search(r"(?:^|[ \t])#", value) is not None


def _is_ipv4(text: str) -> bool:
    numbers = text.split(".")
    return len(numbers) <= 4 and all(re.fullmatch("[0-9]{1,3}", number) and int(number) < 256 for number in numbers)
