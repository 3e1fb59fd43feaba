"""/etc/default/kdump-tools of Debian and Ubuntu: writing it, and reading it back.

Source: Debian kdump-tools(5), kdump-config and kdump-tools.conf of the package kdump-tools 1:1.8.1. Worth
knowing: kdump-config adds makedumpfile's -F where it is missing, so that even a local dump is "flattened"
(``makedumpfile -R`` makes a plain one of it); KDUMP_COREDIR is a mount point under NFS, a directory of the
collector under SSH; KDUMP_KERNEL must be there, or the whole initramfs is loaded instead of the small one.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kdump.configuration import Compression, DumpConfiguration, configuration_from
from kdump.dialects.kdump_tools_options import RULES, check_option
from kdump.dialects.shell_assignments import assignment, read
from kdump.errors import Refusal, shown
from kdump.platforms import Platform
from kdump.targets import (
    DEFAULT_IDENTITY,
    AnyTarget,
    LocalTarget,
    NfsTarget,
    SshTarget,
    bracketed,
    normalised,
)

PATH = "/etc/default/kdump-tools"
MOUNT_POINT = "/var/crash"

_HEADER = """\
# Written by pulumi-kdump. Changes made here are overwritten; `pulumi up` writes this file anew.
# Read by /bin/sh and by systemd: see kdump-tools(5).
"""

_LETTERS: dict[Compression, str] = {"zlib": "-c", "lzo": "-l", "snappy": "-p", "zstd": "-z", "none": ""}
_COMPRESSIONS: dict[str, Compression] = {letter[1:]: name for name, letter in _LETTERS.items() if letter}

# What the package's own file sets; in every file, unless an option says otherwise.
_DEFAULTS = {"KDUMP_KERNEL": "/var/lib/kdump/vmlinuz", "KDUMP_INITRD": "/var/lib/kdump/initrd.img"}

# Keys without which a configuration would be a guess.
_DECISIVE = {"FTP", "KDUMP_COREDIR", "MAKEDUMP_ARGS", "NFS", "SSH", "SSH_KEY"}

# What each distribution's makedumpfile is built without. Debian: the binary of 12 says so of itself.
_LACKING = {"debian": ("snappy", "zstd"), "ubuntu": ("snappy",)}


class Parsed(NamedTuple):
    """What a file says.

    * ``configuration``: None where the file does not mean what a configuration can say (no target that we
      know, or several), or where only a shell could tell what it means
    * ``options``: the further keys with safe values; also there when ``configuration`` is None
    * ``lost``: a sentence for each thing that writing the file anew from this would lose or change
    """

    configuration: DumpConfiguration | None
    options: dict[str, str]
    lost: list[str]


def check(configuration: DumpConfiguration, platform: Platform | None = None) -> None:
    """Raise :class:`Refusal` for what kdump-tools would not do, or what must not be carried to it.

    Without *platform* only what holds for every release. Source of the compressions: Debian 12's makedumpfile
    1.7.2-1, which "ignores" -p and -z; its changelog has zstd for Ubuntu, where it was not tried.
    """
    _known(configuration.target)
    for action, value in (
        ("failureAction", configuration.failure_action),
        ("finalAction", configuration.final_action),
    ):
        if value is not None:
            raise Refusal(
                action,
                value,
                f"no {action} on Debian and Ubuntu",
                "Leave it out; what is run when a dump fails is options.KDUMP_FAIL_CMD, such as 'reboot -f'",
                "kdump-tools reboots after the dump, and knows no other action",
            )
    for key, option in configuration.options.items():
        check_option(key, option, _DEFAULTS)
    if platform and configuration.compression in _LACKING.get(platform.distribution, ()):
        raise Refusal(
            "compression",
            configuration.compression,
            "'zlib', 'lzo' or 'none'",
            "Write 'lzo' for speed, or 'zlib' for size",
            f"The makedumpfile of {platform} is built without {configuration.compression}, ignores the option "
            "and leaves the dump uncompressed",
        )


def render(configuration: DumpConfiguration) -> str:
    """The whole of /etc/default/kdump-tools for *configuration*.

    Every line reads the same to sh and to systemd (EnvironmentFile). Raises :class:`Refusal` where
    :func:`check` (without a platform) does.
    """
    check(configuration)
    letter = _LETTERS[configuration.compression]
    values = {"USE_KDUMP": "1", **_DEFAULTS, **_target_values(_known(configuration.target))}
    values["MAKEDUMP_ARGS"] = f"{letter} -d {configuration.dump_level}".lstrip()
    values.update({key: configuration.options[key] for key in RULES if key in configuration.options})
    return _HEADER + "".join(assignment(key, value) + "\n" for key, value in values.items())


def parse(text: str) -> Parsed:
    """What */etc/default/kdump-tools* says, hand-edited files included. Never raises.

    Read as sh reads it (later assignments win). What a configuration cannot carry is told in ``lost``.
    """
    values, lost, uncertain = read(text)
    if (use := values.pop("USE_KDUMP", "")) != "1":
        lost.append(f"USE_KDUMP is {use!r}, which switches kdump off; it would become '1'")
    options = _options(values, lost)
    configuration = _configuration(values, options, lost)
    if uncertain & _DECISIVE:
        configuration = None
    lost += [f"{key}={shown(value)} means nothing to us here" for key, value in values.items() if value]
    return Parsed(configuration, options, lost)


def _known(target: AnyTarget) -> LocalTarget | NfsTarget | SshTarget:
    """*target*, if kdump-tools can dump there; else :class:`Refusal`."""
    if not isinstance(target, LocalTarget | NfsTarget | SshTarget):
        raise Refusal(
            "target.kind",
            target.kind,
            "'local', 'nfs' or 'ssh'",
            "Mount the filesystem by /etc/fstab, and write a local target with a path on it",
            "kdump-tools writes to a directory of the host, to an NFS export or over SSH, and to nothing else",
        )
    if isinstance(target, NfsTarget) and target.path != "/":
        raise Refusal(
            "target.path",
            target.path,
            "'/', which is the top of the export",
            "Export the directory itself",
            "kdump-tools writes into the top of what it mounts",
        )
    if isinstance(target, NfsTarget) and target.version is not None:
        raise Refusal(
            "target.version",
            target.version,
            "no version",
            "Leave it out, and let the collector offer the one version that shall be used",
            "kdump-tools mounts with options of its own, to which a version cannot be added",
        )
    return target


def _target_values(target: LocalTarget | NfsTarget | SshTarget) -> dict[str, str]:
    if isinstance(target, LocalTarget):
        return {"KDUMP_COREDIR": target.path}
    if isinstance(target, NfsTarget):
        where = {"NFS": f"{bracketed(target.server)}:{target.export}", "KDUMP_COREDIR": MOUNT_POINT}
    else:
        # An IPv6 address stays bare: ssh does not take brackets. (scp would want them, and so loses the dmesg.)
        where = {
            "SSH": f"{target.user}@{target.server}",
            "SSH_KEY": target.identity,
            "KDUMP_COREDIR": target.path,
        }
    # Addresses change, and behind NAT or on a second network they are not even different.
    return {**where, "HOSTTAG": "hostname"}


def _options(values: dict[str, str], lost: list[str]) -> dict[str, str]:
    """The options among *values*, taken out of them. To kdump-config an empty value is an absent one."""
    options: dict[str, str] = {}
    for key in RULES:
        value = values.pop(key, "")
        default = _DEFAULTS.get(key, "")
        if value in ("", default):
            if value != default:
                lost.append(f"{key} is not set; it would become {default!r}")
            continue
        try:
            check_option(key, value, _DEFAULTS)
            options[key] = value
        except Refusal as refusal:
            lost.append(str(refusal))
    return options


def _configuration(values: dict[str, str], options: dict[str, str], lost: list[str]) -> DumpConfiguration | None:
    """The configuration that *values* amount to; takes out of them what it understood."""
    making = _makedumpfile_arguments(values.pop("MAKEDUMP_ARGS", "") or "-c -d 31", lost)
    target = _target(values, lost)
    if target is None or making is None:
        return None
    try:
        return configuration_from({"target": target, "options": options, **making})
    except Refusal as refusal:
        lost.append(str(refusal))
        return None


def _target(values: dict[str, str], lost: list[str]) -> dict[str, str] | None:
    """The parts of the one target, or None; takes the keys it understood out of *values*."""
    remotes = {key: values.pop(key) for key in ("FTP", "SSH", "NFS") if values.get(key)}
    directory = normalised(values.pop("KDUMP_COREDIR", "") or MOUNT_POINT)
    if not remotes:
        return {"kind": "local", "path": directory}
    if len(remotes) > 1 or "FTP" in remotes:
        found = ", ".join(f"{key}={shown(value)}" for key, value in remotes.items())
        lost.append(f"{found}: a dump goes to one place, and never over FTP")
        return None
    if (tag := values.pop("HOSTTAG", "") or "ip") != "hostname":
        lost.append(f"HOSTTAG is {shown(tag)}; it would become 'hostname'")
    if "SSH" in remotes:
        user, at, server = remotes["SSH"].rpartition("@")
        if not at:
            lost.append(f"SSH={shown(server)} names no user; kdump-tools(5) wants user@server")
            return None
        identity = values.pop("SSH_KEY", "") or DEFAULT_IDENTITY
        return {"kind": "ssh", "server": server, "user": user, "path": directory, "identity": identity}
    place = re.fullmatch(r"(\[[^]]*\]|[^:]*):(.*)", remotes["NFS"])
    if place is None:
        lost.append(f"NFS={shown(remotes['NFS'])} is not server:/export")
        return None
    if directory != MOUNT_POINT:
        lost.append(f"KDUMP_COREDIR, the mount point, is {shown(directory)}; it would become {MOUNT_POINT!r}")
    return {"kind": "nfs", "server": place[1], "export": normalised(place[2])}


def _makedumpfile_arguments(text: str, lost: list[str]) -> dict[str, Any] | None:
    """Level and compression that makedumpfile takes from *text*; None if the level is no single one.

    Of several levels or compressions it uses the last, without any it keeps all pages, uncompressed.
    """
    level, compression = "0", "none"
    words = iter(text.split())
    for word in words:
        letters = word[1:] if re.fullmatch("-[Fclpz]*(d.*)?", word) else ""
        if not letters:
            lost.append(f"{shown(word)} in MAKEDUMP_ARGS is no argument that we set")
        before, d, number = letters.partition("d")
        if d:
            level = number or next(words, "")
        for letter in before:
            compression = _COMPRESSIONS.get(letter, compression)
    if not re.fullmatch("[0-9]|[12][0-9]|3[01]", level):
        lost.append(f"MAKEDUMP_ARGS has the dump level {shown(level)}, which is not a number from 0 to 31")
        return None
    return {"dump_level": int(level), "compression": compression}
