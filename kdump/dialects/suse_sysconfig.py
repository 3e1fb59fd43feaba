"""/etc/sysconfig/kdump of SUSE Linux Enterprise, Leap and Tumbleweed: writing it, and reading it back.

Source: kdump(5), openSUSE kdump: kdumptool (urlparser.cc, savedump.cc, transfer.cc) up to SLE 15 SP5, mkdumprd,
kdump-save and module-setup.sh since. Worth knowing: a key that the file leaves out has the tools' default, which is
not always what the package's own file says (KDUMP_KEEP_OLD_DUMPS: 0, all are kept); dumps are "flattened"
since SLE 15 SP6 (``makedumpfile -R`` makes a plain one); the package gives the file the mode 0600.
"""

from __future__ import annotations

import re
from typing import Any

from kdump.configuration import Compression, DumpConfiguration, configuration_from
from kdump.dialects import suse_sysconfig_options as keys
from kdump.dialects.kdump_tools import Parsed
from kdump.dialects.shell_assignments import assignment, read
from kdump.dialects.suse_sysconfig_check import check, known_target
from kdump.errors import Refusal, shown
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, bracketed, normalised

__all__ = ["PATH", "check", "parse", "render"]

PATH = "/etc/sysconfig/kdump"

_HEADER = """\
# Written by pulumi-kdump. Changes made here are overwritten; `pulumi up` writes this file anew.
# Read by the shells of kdump: see kdump(5).
"""

# kdump(5), KDUMP_DUMPFORMAT. "none" there means no dump at all; ELF is what is not compressed.
_FORMATS: dict[Compression, str] = {
    "zlib": "compressed",
    "lzo": "lzo",
    "snappy": "snappy",
    "zstd": "zstd",
    "none": "ELF",
}
_COMPRESSIONS: dict[str, Compression] = {name.lower(): compression for compression, name in _FORMATS.items()}

# Keys without which a configuration would be a guess.
_DECISIVE = {"KDUMP_DUMPFORMAT", "KDUMP_DUMPLEVEL", "KDUMP_SAVEDIR", "KDUMP_SSH_IDENTITY", "KDUMP_TRANSFER"}

# kdump-read-config.sh since SLE 15 SP6; older tools take anything but 0, no and false for true.
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def render(configuration: DumpConfiguration, platform: Platform) -> str:
    """The whole of /etc/sysconfig/kdump for *configuration* on *platform*.

    Every line reads the same to sh and to systemd (EnvironmentFile). Raises :class:`Refusal` where
    :func:`check` does.
    """
    check(configuration, platform)
    values = _target_values(configuration)
    values["KDUMP_DUMPLEVEL"] = str(configuration.dump_level)
    values["KDUMP_DUMPFORMAT"] = _FORMATS[configuration.compression]
    if configuration.failure_action is not None:
        values["KDUMP_CONTINUE_ON_ERROR"] = "false" if configuration.failure_action == "shell" else "true"
    if configuration.final_action is not None:
        values["KDUMP_IMMEDIATE_REBOOT"] = "true"
    values.update({key: configuration.options[key] for key in keys.RULES if key in configuration.options})
    return _HEADER + "".join(assignment(key, value) + "\n" for key, value in values.items())


def parse(text: str) -> Parsed:
    """What SUSE's */etc/sysconfig/kdump* says, hand-edited files of any release included. Never raises.

    Read as sh reads it (later assignments win). What a configuration cannot carry is told in ``lost``, without
    passwords. ssh:// and sftp:// are one kind of target; what is written is ssh.
    """
    values, lost, uncertain = read(text)
    target = _target(values, lost)
    making = _making(values, lost)
    options = _options(values, lost)
    actions = _actions(values, options, lost)
    configuration = None
    saved_by_kdump = not values.get("KDUMP_TRANSFER") and not uncertain & _DECISIVE
    for key in keys.NEVER:
        if value := values.pop(key, ""):
            lost.append(_refused(key, value))
    if target is not None and making is not None and saved_by_kdump:
        try:
            configuration = configuration_from({"target": target, "options": options, **making, **actions})
        except Refusal as refusal:
            lost.append(str(refusal))
    lost += [f"{key}={shown(value)} means nothing to us here" for key, value in values.items() if value]
    return Parsed(configuration, options, [_without_passwords(sentence) for sentence in lost])


def _target_values(configuration: DumpConfiguration) -> dict[str, str]:
    target = known_target(configuration)
    if isinstance(target, LocalTarget):
        return {"KDUMP_SAVEDIR": f"file://{target.path}"}
    if isinstance(target, NfsTarget):
        return {"KDUMP_SAVEDIR": f"nfs://{bracketed(target.server)}{target.export}"}
    # Not sftp, which all releases know and most prefer: a collector cannot keep it to one host's directory.
    return {
        "KDUMP_SAVEDIR": f"ssh://{target.user}@{target.server}{target.path}",
        "KDUMP_SSH_IDENTITY": target.identity,
    }


def _target(values: dict[str, str], lost: list[str]) -> dict[str, str] | None:
    """The parts of the one target, or None; takes the keys it understood out of *values*."""
    text = values.pop("KDUMP_SAVEDIR", "")
    identities = values.pop("KDUMP_SSH_IDENTITY", "").split()
    if not text:
        text = "/var/crash"
        lost.append("KDUMP_SAVEDIR is not set, which means /var/log/dump before SLE 15 SP6; it would be '/var/crash'")
    parts = re.fullmatch(r"(?:([A-Za-z]+)://([^/\s]*))?(/\S*)", text)
    scheme, authority, path = (parts[1] or "file", parts[2] or "", normalised(parts[3])) if parts else ("", "", "")
    kind = scheme.lower().replace("scp", "sftp").replace("smb", "cifs")
    target: dict[str, str] | None = None
    if kind == "file" and not authority:
        target = {"kind": "local", "path": path}
    elif kind == "nfs":
        target = {"kind": "nfs", "server": authority, "export": path}
    elif kind in ("sftp", "ssh"):
        return _ssh_target(authority, path, identities, lost)
    elif kind in ("ftp", "cifs"):
        lost.append(f"KDUMP_SAVEDIR={shown(text)}: never over {kind.upper()}, which needs a password in the file")
    else:
        lost.append(f"KDUMP_SAVEDIR={shown(text)} is not one file, nfs, sftp or ssh URL with a path")
    if identities:
        lost.append(f"KDUMP_SSH_IDENTITY={shown(' '.join(identities))} means nothing for this target")
    return target


def _ssh_target(authority: str, path: str, identities: list[str], lost: list[str]) -> dict[str, str] | None:
    login, _, place = authority.rpartition("@")
    user, colon, _ = login.partition(":")
    if colon:
        lost.append("KDUMP_SAVEDIR holds a password, which is left out: kdump is to use the key of KDUMP_SSH_IDENTITY")
    with_port = re.fullmatch(r"(\[[^]]*\]|[^:]*):([0-9]+)", place)
    server, port = (with_port[1], with_port[2]) if with_port else (place, "22")
    if port != "22":
        lost.append(f"KDUMP_SAVEDIR names the port {port}; a target is always on port 22")
        return None
    files = [name if name.startswith("/") else f"/root/.ssh/{name}" for name in identities] or ["/root/.ssh/id_rsa"]
    if len(identities) != 1:
        tried = "several keys" if identities else "all of root's usual keys"
        lost.append(f"KDUMP_SSH_IDENTITY makes kdump try {tried}; it would be only {files[0]!r}")
    # kdumptool's and ssh's default where the URL names nobody: the capture kernel runs as root.
    return {"kind": "ssh", "server": server, "user": user or "root", "path": path, "identity": files[0]}


def _making(values: dict[str, str], lost: list[str]) -> dict[str, Any] | None:
    """Level and compression; None if they are none, or no dump at all is made."""
    level = values.pop("KDUMP_DUMPLEVEL", "") or "31"
    name = values.pop("KDUMP_DUMPFORMAT", "") or "compressed"
    if not re.fullmatch("[0-9]|[12][0-9]|3[01]", level):
        lost.append(f"KDUMP_DUMPLEVEL is {shown(level)}, which is not a number from 0 to 31")
        return None
    if name.lower() == "raw":
        lost.append("KDUMP_DUMPFORMAT is 'raw'; it would become 'ELF' with KDUMP_DUMPLEVEL 0")
        return {"dump_level": 0, "compression": "none"}
    compression = _COMPRESSIONS.get(name.lower())
    if compression is None:
        saved = "makes no dump at all, only the kernel's log" if name.lower() == "none" else "is no format of kdump"
        lost.append(f"KDUMP_DUMPFORMAT={shown(name)} {saved}")
        return None
    if name != _FORMATS[compression]:
        lost.append(f"KDUMP_DUMPFORMAT is {name!r}; it would become {_FORMATS[compression]!r}")
    return {"dump_level": int(level), "compression": compression}


def _options(values: dict[str, str], lost: list[str]) -> dict[str, str]:
    """The options among *values*, taken out of them. To kdump an empty value is an absent one."""
    options: dict[str, str] = {}
    for key in keys.RULES:
        if key == "KDUMP_IMMEDIATE_REBOOT":
            continue
        if key == "KDUMP_NETCONFIG" and values.get(key) == "":
            lost.append("KDUMP_NETCONFIG is empty, which meant no network before SLE 15 SP6; it would be 'auto'")
        value = values.pop(key, "")
        if key in keys.BOOLEANS and value in _TRUTHS:
            value = str(_TRUTHS[value]).lower()
        if not value:
            continue
        try:
            keys.check_option(key, value)
            options[key] = value
        except Refusal as refusal:
            lost.append(str(refusal))
    return options


def _actions(values: dict[str, str], options: dict[str, str], lost: list[str]) -> dict[str, str]:
    """What the two switches say, as actions; the one without an action for it becomes an option."""
    truths: dict[str, bool | None] = {}
    for key in ("KDUMP_IMMEDIATE_REBOOT", "KDUMP_CONTINUE_ON_ERROR"):
        value = values.pop(key, "")
        truths[key] = _TRUTHS.get(value)
        if value and truths[key] is None:
            lost.append(f"{key}={shown(value)} is neither true nor false; it would be left out, which means true")
    reboots, goes_on = truths.values()
    actions = {"final_action": "reboot"} if reboots else {}
    if reboots is False:
        options["KDUMP_IMMEDIATE_REBOOT"] = "false"
    if goes_on is not None and (reboots is not False or not goes_on):
        actions["failure_action"] = "reboot" if goes_on else "shell"
    return actions


def _refused(key: str, value: str) -> str:
    try:
        keys.check_option(key, value)
    except Refusal as refusal:
        return str(refusal)
    return f"{key} is left out"


def _without_passwords(sentence: str) -> str:
    """*sentence* without what may be a password in a URL, or behind a key that is named so."""
    sentence = re.sub(r"(://[^/@:\s'\"\[]*):(?!\d+/)(?:\S*(@)|[^\s'\"]*)", r"\1:...\2", sentence)
    return re.sub(r"(PASSWORD=).*?( is more than a plain assignment)?$", r"\1...\2", sentence)
