"""The key that a host dumps with may write that host's dumps, and is no other host's.

What the provider allows a key on a collector is written nowhere else than in its own AuthorizedKey: one forced command
for one directory. So what is left to judge is where these directories are, and that a target has a collector at all.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import target_kind, with_target
from policies.rule import Broken, Rule, Settings, about

SSH_KEYS = "kdump:fleet:SshKeys"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    # Both types are known by an input that the component of that type always has.
    found = _keys(inputs) if "keyType" in set(inputs.names()) else _target(inputs)
    if found is not None:
        yield found


def _keys(inputs: Inputs) -> Broken | None:
    host, directory, path = inputs.text("host"), inputs.text("directory"), inputs.text("path")
    if host is None or directory is None or path is None:
        return Broken(
            about(inputs),
            "a key or a directory that is not known",
            "them, to tell what the key may do on the collector",
            "Write target.ssh and dumpIdentity as plain values",
        )
    if posixpath.basename(directory) != host:
        return Broken(
            f"{about(inputs)}, key {path}",
            f"that it may write {directory}",
            f"a directory of its own, {posixpath.join(posixpath.dirname(directory), host)}",
            "Leave the directory to the collector's `directory` and the host's name",
            "A key that can write another host's directory can pass its dumps off as that host's",
        )
    return None


def _target(inputs: Inputs) -> Broken | None:
    if inputs.flag("enabled") is False:
        return None
    kind = target_kind(inputs)
    if kind is not None and (kind != "ssh" or inputs.text("collector")):
        return None
    found = "no collector of this stack file" if kind else "a target that is not known"
    return Broken(
        with_target(inputs),
        "a collector that is not known" if kind and inputs.is_unknown("collector") else found,
        "one, so that the key can do nothing there but write this host's dumps",
        "Write target.ssh.collector with a name under `collectors`",
    )


COLLECTOR_KEY = Rule(
    name="collector-key",
    description="The key that a host dumps with can do nothing but write that host's dumps.",
    on=(SSH_KEYS, DUMP_TARGET),
    judge=_judge,
)
