"""Where a host dumps to, as a target of the stack file, with the collector that it needs there."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kdump.errors import Refusal
from kdump.targets import (
    DEFAULT_IDENTITY,
    AnyTarget,
    FilesystemTarget,
    LocalTarget,
    NfsTarget,
    RawTarget,
    SshTarget,
    VirtiofsTarget,
    checked_directory,
    checked_server,
    checked_user,
    normalised,
    passing_name_problem,
)
from provider.adopt.draft import Draft
from provider.adopt.read import Reading

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_COLLECTOR = re.compile(r"([^=]+)=(?:([^@]+)@)?(\[[^]]+\]|[^:\[\]/]+)(?::(/.*))?")


@dataclass(frozen=True)
class Collector:
    """A collector of the stack file, as far as a host's entry depends on it."""

    name: str
    address: str
    directory: str = "/srv/kdump"
    user: str = "kdump"


def is_name(text: str) -> bool:
    """Whether a host or a collector may be called so in the stack file."""
    return bool(_NAME.fullmatch(text))


def collector_named(text: str) -> Collector:
    """The collector that ``vault=10.0.0.9:/srv/kdump`` declares; ``vault=dumps@10.0.0.9`` names its user.

    Raises ValueError for anything else.
    """
    found = _COLLECTOR.fullmatch(text)
    if not found or not is_name(found[1]):
        raise ValueError(f"{text!r} is no collector; write its name, address and directory: vault=10.0.0.9:/srv/kdump")
    return Collector(
        found[1],
        checked_server(found[3]),
        checked_directory(found[4] or "/srv/kdump", "directory"),
        checked_user(found[2] or "kdump"),
    )


def put_target(draft: Draft, name: str, target: AnyTarget, reading: Reading, known: Sequence[Collector]) -> None:
    """Set the target, and all that comes with it, in the entry of host *name*."""
    if isinstance(target, SshTarget):
        _over_ssh(draft, name, target, reading, known)
    elif isinstance(target, NfsTarget):
        _over_nfs(draft, name, target, reading, known)
    elif isinstance(target, RawTarget):
        _raw(draft, target)
    elif isinstance(target, LocalTarget):
        draft.set("target", {"local": {"path": target.path}})
    elif isinstance(target, VirtiofsTarget):
        draft.set("target", {"virtiofs": {"tag": target.tag, "path": target.path}})
    elif isinstance(target, FilesystemTarget):
        draft.set("target", {"filesystem": target.model_dump(exclude={"kind"})})
        if problem := passing_name_problem(target.device):
            draft.note("target", f"{target.device} is a name that may pass to another disk. {problem.instead}.")


def _raw(draft: Draft, target: RawTarget) -> None:
    problem = passing_name_problem(target.device)
    if problem is None:
        draft.set("target", {"raw": {"device": target.device, "overwrite": target.device}})
        draft.note("target", f"Every dump is written over what {target.device} holds.")
    else:
        draft.note("target", f"Left out, to be completed: {problem.within('target.raw')}")


def _over_ssh(draft: Draft, name: str, target: SshTarget, reading: Reading, known: Sequence[Collector]) -> None:
    collector = _collector(draft, name, target.server, target.path, target.user, known)
    draft.set("target", {"ssh": {"collector": collector.name}})
    if f"{collector.directory}/{name}" != target.path:
        draft.note(
            "target",
            f"The host dumps into {target.path} now; `up` has it dump into {collector.directory}/{name}, "
            "since each host has a directory of its own.",
        )
    if collector.user != target.user:
        draft.note("target", f"The host logs in there as {target.user} now; `up` has it log in as {collector.user}.")
    key_type = reading.key_type or "rsa"
    path = {} if target.identity == f"/root/.ssh/kdump_id_{key_type}" else {"path": target.identity}
    draft.set("dumpIdentity", {**path, "keyType": key_type} if path or key_type != "rsa" else {})
    if reading.key_type:
        draft.identity = f"{target.identity},{collector.address}"
    else:
        draft.note(
            "dumpIdentity" if "dumpIdentity" in draft.settings else "target",
            f"{target.identity or DEFAULT_IDENTITY} is no private key that can be used without a passphrase.",
        )
    if not reading.pinned:
        draft.note(
            "target",
            f"`up` puts the host keys of {collector.address}, read from the collector, into root's known_hosts.",
        )
    draft.note(
        "target",
        "On the collector, the host's key gets a line that lets it write dumps and nothing else. Older lines that "
        "hold the same key are yours to take out: sshd goes by the first.",
    )


def _over_nfs(draft: Draft, name: str, target: NfsTarget, reading: Reading, known: Sequence[Collector]) -> None:
    directory = normalised(f"{target.export}/{target.path}")
    collector = _collector(draft, name, target.server, directory, None, known)
    place = {"collector": collector.name}
    if directory != f"{collector.directory}/{name}":
        place["directory"] = directory
    if target.version:
        place["version"] = target.version
    draft.set("target", {"nfs": place})
    if target.path != "/":
        draft.note(
            "target",
            f"The host mounts {target.export} now and dumps into {target.path} in it; `up` exports {directory} to this "
            "host alone, and has it mount that.",
        )
    address = reading.source or _literal(str(draft.settings["connection"].get("host", "")))
    draft.set("address", address)
    draft.note(
        "address" if address else "target",
        "See that this is the address from which the collector sees the host mount."
        if address
        else "Add address: the address from which the collector sees the host mount; it cannot be told from here.",
    )


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _collector(
    draft: Draft, name: str, server: str, directory: str, user: str | None, known: Sequence[Collector]
) -> Collector:
    """The declared collector at an address, or one to be completed."""
    for collector in known:
        if collector.address == server:
            return collector
    above, _, last = directory.rpartition("/")
    first = server.partition(".")[0].lower()
    base = above if last == name and above else directory
    made = Collector(
        first if is_name(first) and not _literal(server) else "collector", server, _usable(base), user or "kdump"
    )
    draft.collectors[made.name] = {
        "connection": {"host": server},
        "address": server,
        "directory": made.directory,
        "user": made.user,
    }
    draft.note(
        f"collectors.{made.name}",
        f"Complete this: how you log in to {server} (user, sudo, a jump host) is not known here. If it is declared "
        "already, take its name instead, or say so with --collector.",
    )
    return made


def _usable(directory: str) -> str:
    try:
        return checked_directory(directory, "directory")
    except Refusal:
        return "/srv/kdump"
