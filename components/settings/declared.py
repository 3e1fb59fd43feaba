"""What the stack file declares of a host's platform and memory, and what its other settings are to them."""

import re
from collections.abc import Mapping
from typing import Any

from components.settings.inherit import Inherited
from components.settings.problems import Problems
from kdump import crashkernel
from kdump.advice import HostFacts, TargetKind, advice_for
from kdump.configuration import DumpConfiguration
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform, platform_named
from kdump.rendering import RenderedFile, rendered
from kdump.support.virtualisation import ways
from kdump.targets import AnyTarget, RawTarget, SshTarget
from kdump.units import memory_of
from kdump.verdicts.node import Node

# The targets that advice tells apart.
_TARGETS: dict[str, TargetKind] = {"local": "local", "raw": "raw", "nfs": "nfs", "ssh": "ssh"}
_OLD_SSH = (Generation.EL5, Generation.EL6_0, Generation.EL6_3)
# 7.0 has OpenSSH 6.4.
_ED25519_SINCE = (7, 1)
# SUSE's kdump knows two ways over ssh, and which of them is written, the release decides.
_ONLY_WITH_PLATFORM = ("architecture", "virtualisation")


def declared_platform(inherited: Inherited, name: str, problems: Problems) -> Platform | None:
    """The platform that a host is declared to have, None where it is left to be measured, or noted as a problem."""
    values = inherited.values
    if "platform" not in values:
        for setting in _ONLY_WITH_PLATFORM:
            if setting in values:
                problems.add(
                    f"hosts.{name}.platform",
                    f"is missing, needed with {inherited.path(setting, name)}; write for example platform: rhel-9.4, "
                    f"or leave {setting} out to have all of it measured",
                )
        return None
    try:
        platform = platform_named(
            values["platform"], values.get("architecture", "x86_64"), values.get("virtualisation", "none")
        )
        refusal = ways(platform).refusal
    except Refusal as unknown:
        refusal = unknown
    if refusal is not None:
        # Where kdump does not work at all, nothing else about the host is worth a word.
        problems.refused(inherited.path(refusal.setting.rpartition(".")[2], name), refusal, name)
        return None
    return platform


def check_crashkernel(inherited: Inherited, name: str, platform: Platform | None, problems: Problems) -> None:
    """Note what is wrong with a host's crashkernel: for its platform and memory, where they are declared."""
    value = inherited.values["crashkernel"]
    where = inherited.path("crashkernel", name)
    try:
        memory = memory_of(inherited.values["memory"]) if "memory" in inherited.values else None
        if platform is not None:
            found = crashkernel.check(value, platform, memory)
        else:
            crashkernel.parse(value)
            problem = crashkernel.minimum_problem(value, memory) if memory is not None else None
            found = [problem] if problem else []
        if not found and memory is None:
            too_little = crashkernel.least_problem(value)
            found = [too_little] if too_little else []
        for refusal in found:
            problems.refused(where, refusal, name)
    except Refusal as refusal:
        problems.refused(where, refusal)


def check_key(
    platform: Platform, target: AnyTarget, key_type: str, inherited: Inherited, name: str, problems: Problems
) -> None:
    """Note a key that a declared platform's ssh is too old for. Source: release notes of OpenSSH 5.7 and 6.5."""
    too_old = generation_of(platform) in _OLD_SSH or (
        key_type == "ed25519" and platform.base == "rhel" and platform.version < _ED25519_SINCE
    )
    if isinstance(target, SshTarget) and key_type != "rsa" and too_old:
        problems.refused(
            inherited.path("dumpIdentity", name),
            Refusal(
                "dumpIdentity.keyType",
                key_type,
                "'rsa'",
                "Write keyType: rsa",
                f"OpenSSH of {platform} knows no other key that a collector of today takes",
            ),
            name,
        )


def files_on(
    platform: Platform | None,
    configuration: DumpConfiguration,
    inherited: Inherited,
    name: str,
    address: str | None,
    problems: Problems,
) -> tuple[RenderedFile, ...]:
    """The files of a host on its declared platform; what that platform would refuse is noted."""
    if platform is None:
        return ()
    try:
        return rendered(configuration, platform, Node(addresses=(address,) if address else ()))
    except Refusal as refusal:
        kind = configuration.target.kind
        parts = {"target.kind": "target", "target.identity": "dumpIdentity.path", "target": f"target.{kind}"}
        setting = parts.get(refusal.setting, refusal.setting.replace("target.", f"target.{kind}."))
        where = inherited.path(setting.partition(".")[0], name)
        problems.refused(where, Refusal(setting, refusal.found, refusal.needed, refusal.instead, refusal.why), name)
        return ()


def pinned_options(platform: Platform | None, values: Mapping[str, Any]) -> dict[str, str]:
    """A host's options, with what keeps a declared platform's own tools from changing its crashkernel by themselves."""
    pin = crashkernel.pinning(platform, values["crashkernel"]) if platform and "crashkernel" in values else None
    return {**dict(pin.settings if pin else ()), **values["options"]}


def advice(platform: Platform | None, values: Mapping[str, Any], target: AnyTarget) -> tuple[str, ...]:
    """What is worth knowing of a host whose platform is declared, a text each."""
    if platform is None:
        return ()
    memory = memory_of(values["memory"]) if "memory" in values else 0
    way = ways(platform, memory)
    facts = HostFacts(memory_bytes=memory, target=_TARGETS.get(target.kind))
    erased = [f"Every dump overwrites what is on {target.device}."] if isinstance(target, RawTarget) else []
    told = [
        *erased,
        *way.steps,
        way.second_way,
        *way.notes,
        *(each.text for each in advice_for(platform, facts)),
    ]
    # A sentence each: previews cut a long text off.
    return tuple(sentence for text in told for sentence in re.split(r"(?<=[.:;]) ", text) if sentence)
