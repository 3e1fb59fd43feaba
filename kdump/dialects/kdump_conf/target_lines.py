"""The line of /etc/kdump.conf that names the target, as the parts of a target.

Source: kdump.conf(5) of each release; mkdumprd of release 6 for ``net`` and ``nfs4``; dracut(8) for ``--mount``.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kdump.targets import FILESYSTEMS, normalised
from kdump.verdicts.lines import Line

# Where the capture kernel mounts a target that a dracut_args line names.
MOUNT_POINT = "/kdumproot"

_REMOTE = ("net", "nfs", "nfs4", "ssh")
TARGETS = (*FILESYSTEMS, "raw", "virtiofs", *_REMOTE)
"""The directives that name a target; a ``dracut_args`` line with ``--mount`` does so, too."""

_MOUNT = re.compile(r"""(.*?) *--mount (["'])(\S+) +(\S+) +(\S+?)(?: +(\S+))?\2 *(.*)""")
_VERSION = re.compile(r"(?:nfs)?vers=([34](?:\.[012])?)")


class Mounted(NamedTuple):
    """``target``: its parts, None where it is none that we know; ``changed``: what writing it anew would change, ""
    for nothing; ``rest``: dracut's other options on the line.
    """

    target: dict[str, Any] | None
    changed: str
    rest: str


def mounts(line: Line) -> bool:
    """Whether *line* names the target as something that dracut mounts."""
    return line.name == "dracut_args" and "--mount" in line.value


def target_of(line: Line, path: str, identity: str) -> dict[str, Any] | None:
    """The parts of the target that *line* (one of :data:`TARGETS`) names, with *path* and *identity* of the file.

    None where it is none that we know. Whether the parts are sound, the target's own model says.
    """
    user, at, server = line.value.partition("@")
    if line.name == "ssh" or (line.name == "net" and at):
        return {"kind": "ssh", "server": server, "user": user, "path": path, "identity": identity} if at else None
    if line.name in _REMOTE:
        return _export(line.value, path, "4" if line.name == "nfs4" else None)
    if line.name == "raw":
        return {"kind": "raw", "device": line.value}
    if line.name == "virtiofs":
        return {"kind": "virtiofs", "tag": line.value, "path": path}
    return {"kind": "filesystem", "filesystem": line.name, "device": line.value, "path": path}


def mounted(line: Line, path: str) -> Mounted:
    """What *line*, for which :func:`mounts` holds, says of the target, with *path* of the file."""
    found = _MOUNT.fullmatch(line.value)
    if found is None or "--mount" in found[1] + found[7]:
        return Mounted(None, "", "")
    before, _, what, _, kind, options, after = found.groups()
    words = (options or "").split(",")
    version = next((match[1] for word in words if (match := _VERSION.fullmatch(word))), None)
    if kind in ("nfs", "nfs4"):
        target = _export(what, path, version or ("4" if kind == "nfs4" else None))
    else:
        target = target_of(Line(line.number, kind, what), path, "") if kind in FILESYSTEMS else None
    is_ours = kind == "nfs" and version is not None and f"{found[4]} {options}" == f"{MOUNT_POINT} vers={version}"
    changed = "" if is_ours or target is None else "its mount point and options will be those that the tools choose"
    return Mounted(target, changed, " ".join(filter(None, (before, after))))


def _export(value: str, path: str, version: str | None) -> dict[str, Any] | None:
    server, colon, export = value.rpartition(":/")
    if not colon:
        return None
    return {"kind": "nfs", "server": server, "export": normalised(f"/{export}"), "path": path, "version": version}
