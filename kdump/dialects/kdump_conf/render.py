"""Writing /etc/kdump.conf: the whole file, for each release in the words that it knows.

Source: kdump.conf(5) and kdump.conf of each release's package; mkdumprd of release 6 for ``net``, ``nfs4``.
"""

from __future__ import annotations

from collections.abc import Mapping

from kdump.configuration import DumpConfiguration
from kdump.dialects.kdump_conf import collector
from kdump.dialects.kdump_conf.options import RULES, SEPARATOR, check_option
from kdump.dialects.kdump_conf.target_lines import MOUNT_POINT
from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.targets import (
    DEFAULT_IDENTITY,
    AnyTarget,
    FilesystemTarget,
    LocalTarget,
    NfsTarget,
    RawTarget,
    SshTarget,
    VirtiofsTarget,
    bracketed,
)
from kdump.verdicts.directives import ACTIONS_OF_6
from kdump.verdicts.el6_directives import actions

PATH = "/etc/kdump.conf"

_HEADER = """\
# Written by pulumi-kdump. Changes made here are overwritten; `pulumi up` writes this file anew.
# Read by the dump tools of {generation}: see kdump.conf(5).
"""

_NET = (Generation.EL5, Generation.EL6_0)
_DEFAULT_ACTION = (*_NET, Generation.EL6_3, Generation.EL7, Generation.EL8_0)


def render(configuration: DumpConfiguration, generation: Generation) -> str:
    """The whole of /etc/kdump.conf for *configuration*, in the words of *generation*.

    Raises :class:`Refusal` for what cannot be said there, and for options that must not be carried to a host.
    Whether the release's tools accept what was written, :mod:`kdump.rendering` asks their verdict.
    """
    collector.check(configuration, generation)
    lines = dict(_target_lines(configuration.target, generation))
    # On release 5 such a line would be one more without effect.
    if not (isinstance(configuration.target, LocalTarget) and generation is Generation.EL5):
        lines["core_collector"] = collector.line(configuration, generation)
    lines |= _action_lines(configuration, generation)
    for name, value in directives(configuration.options).items():
        check_option(name, value)
    for name in RULES:
        if name in configuration.options:
            # A mount of the target and further options share one line: two are refused from release 10 on.
            before = f"{lines[name]} " if name == "dracut_args" and name in lines else ""
            lines[name] = before + configuration.options[name]
    text = "".join(
        f"{name} {part}\n"
        for name, value in lines.items()
        for part in (value.split(SEPARATOR) if name == "options" else [value])
    )
    return _HEADER.format(generation=generation) + text


def directives(options: Mapping[str, str]) -> dict[str, str]:
    """Those of *options* that belong into /etc/kdump.conf; keys in capital letters are of /etc/sysconfig/kdump."""
    return {name: value for name, value in options.items() if not name.isupper()}


def _target_lines(target: AnyTarget, generation: Generation) -> dict[str, str]:
    match target:
        case LocalTarget():
            return {"path": target.path}
        case FilesystemTarget():
            return {"path": target.path, target.filesystem: target.device}
        case RawTarget():
            return {"raw": target.device}
        case VirtiofsTarget():
            return {"path": target.path, "virtiofs": target.tag}
        case NfsTarget():
            return {"path": target.path, **_nfs(target, generation)}
        case SshTarget():
            return {"path": target.path, **_ssh(target, generation)}


def _nfs(target: NfsTarget, generation: Generation) -> dict[str, str]:
    export = f"{bracketed(target.server)}:{target.export}"
    if ":" in target.server and not generation.has_kdumpctl:
        raise _refused_address(target.server, generation)
    if "@" in export and not generation.has_kdumpctl:
        raise Refusal(
            "target.export",
            target.export,
            "an export without '@'",
            "Export the directory by another name",
            f"The tools of {generation} take a target with an '@' for one over SSH",
        )
    if target.version is None:
        return {"net" if generation in _NET else "nfs": export}
    if generation is Generation.EL6_3 and target.version == "4":
        return {"nfs4": export}
    if not generation.has_kdumpctl:
        raise Refusal(
            "target.version",
            target.version,
            "'4', or no version" if generation is Generation.EL6_3 else "no version",
            "Leave the version out, and export the directory for version 3",
            f"Where nothing else is said, the capture kernel of {generation} mounts by version 3, always",
        )
    return {"dracut_args": f'--mount "{export} {MOUNT_POINT} nfs vers={target.version}"'}


def _ssh(target: SshTarget, generation: Generation) -> dict[str, str]:
    # ssh, which gets the value as it is, takes an IPv6 address without brackets.
    where = f"{target.user}@{target.server}"
    if ":" in target.server and not generation.has_kdumpctl:
        raise _refused_address(target.server, generation)
    if generation in _NET:
        if target.identity != DEFAULT_IDENTITY:
            raise Refusal(
                "target.identity",
                target.identity,
                repr(DEFAULT_IDENTITY),
                f"Put the host's key at {DEFAULT_IDENTITY}",
                f"{generation} knows no other place for the key (sshkey came with 6.3)",
            )
        return {"net": where}
    return {"sshkey": target.identity, "ssh": where}


def _action_lines(configuration: DumpConfiguration, generation: Generation) -> dict[str, str]:
    action: str | None = configuration.failure_action
    if generation not in _DEFAULT_ACTION:
        named = {"failure_action": action, "final_action": configuration.final_action}
        return {name: value for name, value in named.items() if value is not None}
    if generation in _NET and action is not None:
        _check_action_of_old(action, configuration.target, generation)
    _check_final_action(configuration, generation)
    if action in ACTIONS_OF_6 and generation is Generation.EL6_3:
        action = ACTIONS_OF_6[action]
    return {} if action is None else {"default": action}


def _check_action_of_old(action: str, target: AnyTarget, generation: Generation) -> None:
    """Raise :class:`Refusal` for an action that mkdumprd before 6.3 would pass over. Source: el6_directives."""
    if isinstance(target, LocalTarget):
        needed, instead = "no failureAction for a local target", "Leave it out, or name a filesystem or a server"
        why = f"The tools of {generation} take the action only where a target is named"
    elif action == "dump_to_rootfs":
        needed, instead = "no failureAction", "Leave it out"
        why = f"{generation} mounts the root filesystem and dumps there where nothing else is said"
    elif action not in actions(generation):
        needed = " or ".join(repr(name) for name in actions(generation))
        instead = "Write 'halt'"
        why = f"{generation} does not know {action}, and would go on from the root filesystem"
    else:
        return
    raise Refusal("failureAction", action, needed, instead, why)


def _check_final_action(configuration: DumpConfiguration, generation: Generation) -> None:
    """Releases without final_action reboot after the dump; up to 6, halt and poweroff count after a good one, too."""
    failure, final = configuration.failure_action, configuration.final_action
    needed = failure if failure in ("halt", "poweroff") and not generation.has_kdumpctl else None
    if final != needed:
        raise Refusal(
            "finalAction",
            final,
            repr(needed) if needed else "no finalAction",
            f"Write {needed!r}" if needed else "Leave it out",
            f"{generation} does what failureAction says after a good dump, too"
            if needed
            else f"{generation} reboots after a good dump; final_action is known from 8.1 on",
        )


def _refused_address(server: str, generation: Generation) -> Refusal:
    return Refusal(
        "target.server",
        server,
        "a name or an IPv4 address",
        "Write the server's IPv4 address",
        f"The capture kernel of {generation} has no IPv6",
    )
