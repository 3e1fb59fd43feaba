"""Changes in the words of what is kept on machines: `boot arguments: crashkernel 256M → 512M`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from report.pull_request.found import Change, Property
from report.pull_request.markdown import code, plain
from report.pull_request.values import at, shown


@dataclass(frozen=True)
class Kind:
    """A kind of resource in words, and the settings that are worth a word when it is new."""

    name: str
    telling: tuple[str, ...] = ()


REBOOT = "command:local:Command"

KINDS: Mapping[str, Kind] = {
    "kdump:host:BootArguments": Kind("boot arguments", ("crashkernel",)),
    "kdump:host:CrashVolume": Kind("crash volume", ("wwid", "mountPoint", "eraseWwid")),
    "kdump:host:DumpIdentity": Kind("dump key"),
    "kdump:host:DumpConfiguration": Kind("dump configuration", ("target.kind",)),
    "kdump:host:DumpService": Kind("dump service"),
    "kdump:host:Sysctls": Kind("panic triggers (sysctls)"),
    "kdump:collector:Account": Kind("account for dumps", ("user",)),
    "kdump:collector:AuthorizedKey": Kind("authorized key on the collector"),
    "kdump:collector:Export": Kind("NFS export on the collector"),
    "kdump:cluster:FenceNode": Kind("fence_kdump on a node"),
    "kdump:cluster:Fencing": Kind("fencing", ("timeoutSeconds", "postFailDelaySeconds")),
    REBOOT: Kind("reboot"),
}

_PROPERTIES: Mapping[str, str] = {
    "crashkernel": "crashkernel",
    "arguments": "further boot arguments",
    "target": "target",
    "target.kind": "target",
    "target.path": "directory of dumps",
    "target.server": "collector's address",
    "dumpLevel": "dump level",
    "failureAction": "failure action",
    "finalAction": "final action",
    "unrecognised": "lines written by others",
    "owner": "owner of the file",
    "mode": "mode of the file",
    "enabled": "enabled at boot",
    "loaded": "capture kernel loaded",
    "problems": "faults found",
    "keyType": "type of key",
    "knownHosts": "collector's host keys",
    "publicKey": "public key",
    "directoryOwner": "owner of the directory",
    "squashTo": "user that root becomes",
    "served": "served now",
    "present": "present",
    "mountPoint": "mount point",
    "wwid": "WWID",
    "user": "user",
    "eraseWwid": "LUN to be erased",
    "timeoutSeconds": "timeout of fence_kdump, seconds",
    "postFailDelaySeconds": "post_fail_delay, seconds",
    "power": "power fencing",
    "installed": "fence agents installed",
    "open": "port open",
    "connection": "how it is reached",
}

_DONE = {"create": "new", "import": "taken over", "delete": "removed", "replace": "replaced", "update": ""}


def changes_in_words(changes: Iterable[Change]) -> tuple[str, ...]:
    """What is done to one machine, as Markdown, one text for each operation or changed resource, in a steady order."""
    new: dict[str, Counter[str]] = {}
    others: list[str] = []
    for change in sorted(changes, key=lambda each: list(KINDS).index(each.type) if each.type in KINDS else 99):
        if change.type == REBOOT:
            # It runs when it is made, and made anew when one became required; else it is only written to the state.
            if change.operation in ("create", "replace"):
                others.append("reboot, if it is still required then")
        elif change.operation in ("create", "import", "delete"):
            new.setdefault(_DONE[change.operation], Counter())[_name(change) + _telling(change)] += 1
        else:
            others.append(f"{_name(change)}{' replaced' * (change.operation == 'replace')}: {_differing(change)}")
    wholes = (f"{done}: {', '.join(map(_times, things.items()))}" for done, things in new.items())
    return (*wholes, *others)


def _times(thing: tuple[str, int]) -> str:
    name, number = thing
    return name if number == 1 else f"{number} times {name}"


def _name(change: Change) -> str:
    return KINDS[change.type].name if change.type in KINDS else plain(change.type)


def _telling(change: Change) -> str:
    if change.operation == "delete" or change.type not in KINDS:
        return ""
    values = {each.path: each.after for each in change.properties}
    told = []
    for path in KINDS[change.type].telling:
        value = at(values, path)
        if value not in (None, ""):
            told.append(f"{_PROPERTIES[path]} {code(shown(value))}")
    return f" ({', '.join(told)})" if told else ""


def _differing(change: Change) -> str:
    if not change.properties:
        return "looked at again"
    return ", ".join(_difference(each) for each in change.properties)


def _difference(changed: Property) -> str:
    name = _PROPERTIES.get(changed.path) or _PROPERTIES.get(changed.path.partition(".")[0])
    words = plain(changed.path if name is None else name)
    if "connection" in changed.path:
        # Who reaches a machine how is nobody's business in a comment.
        return words
    return f"{words} {code(shown(changed.before))} → {code(shown(changed.after))}"
