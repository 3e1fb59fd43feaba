"""What will be written on a platform for a configuration, and whether that platform's own tools will accept it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kdump.configuration import DumpConfiguration
from kdump.dialects import kdump_conf, kdump_tools, redhat_sysconfig, suse_sysconfig
from kdump.dialects.kdump_conf.render import directives
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.support.virtualisation import ways
from kdump.targets import FILESYSTEMS
from kdump.verdicts.directives import known
from kdump.verdicts.el6_directives import filesystems
from kdump.verdicts.el6_directives import known as known_before_7
from kdump.verdicts.finding import Finding
from kdump.verdicts.judge import verdict
from kdump.verdicts.node import NOBODY, Node

# Which setting a directive of /etc/kdump.conf came from, where it is not an option of its own name.
_SETTINGS = {
    **dict.fromkeys((*FILESYSTEMS, "raw", "virtiofs", "net", "nfs", "nfs4", "ssh"), "target"),
    "path": "target.path",
    "sshkey": "target.identity",
    "default": "failureAction",
    "failure_action": "failureAction",
    "final_action": "finalAction",
}


# kexec-tools changelog 2.0.20-66 (2021-12), taken as 8.6.
_ZSTD_SINCE = (8, 6)


class RenderedFile(BaseModel):
    """``text`` is the ``whole`` of the file at ``path``, or else the assignments that are set in what is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    text: str
    whole: bool


def rendered(configuration: DumpConfiguration, platform: Platform, node: Node = NOBODY) -> tuple[RenderedFile, ...]:
    """The files of *configuration* on *platform*.

    Raises :class:`Refusal` for what that platform cannot do, does not know or would refuse: among it everything that
    the verdict of its own tools finds in what would be written. *node* is what is known of the host itself.
    """
    refusal = ways(platform).refusal
    if refusal is not None:
        raise refusal
    generation = generation_of(platform)
    if generation is Generation.KDUMP_TOOLS:
        kdump_tools.check(configuration, platform)
        return (RenderedFile(path=kdump_tools.PATH, text=kdump_tools.render(configuration), whole=True),)
    if not generation.has_kdump_conf:
        text = suse_sysconfig.render(configuration, platform)
        return (RenderedFile(path=suse_sysconfig.PATH, text=text, whole=True),)
    return _red_hat(configuration, platform, generation, node)


def _red_hat(
    configuration: DumpConfiguration, platform: Platform, generation: Generation, node: Node
) -> tuple[RenderedFile, ...]:
    if configuration.compression == "zstd" and generation is Generation.EL8_1 and platform.version < _ZSTD_SINCE:
        raise Refusal(
            "compression",
            "zstd",
            "'zlib', 'lzo', 'snappy' or 'none'",
            "Write 'lzo'",
            f"The makedumpfile of {platform} is built without zstd, which came with 8.6",
        )
    text = kdump_conf.render(configuration, generation)
    said = verdict(text, platform, node)
    if not said.accepted:
        raise _as_setting(said.refused[0], configuration, generation)
    files = [RenderedFile(path=kdump_conf.PATH, text=text, whole=True)]
    keys = {
        name: value for name, value in configuration.options.items() if name not in directives(configuration.options)
    }
    if keys:
        redhat_sysconfig.check(keys, platform)
        assignments = redhat_sysconfig.with_values("", keys)
        files.append(RenderedFile(path=redhat_sysconfig.PATH, text=assignments, whole=False))
    return tuple(files)


def _as_setting(finding: Finding, configuration: DumpConfiguration, generation: Generation) -> Refusal:
    name = finding.option
    setting = f"options.{name}" if name in configuration.options else _SETTINGS.get(name, f"options.{name}")
    if name in _known(generation):
        needed = f"a value that {'kdumpctl' if generation.has_kdumpctl else 'mkdumprd'} accepts"
    else:
        needed = f"{'a target' if setting == 'target' else 'an option'} that {generation} knows"
    return Refusal(setting, finding.found, needed, finding.instead, finding.message)


def _known(generation: Generation) -> frozenset[str]:
    return known(generation) if generation.has_kdumpctl else known_before_7(generation).union(filesystems(generation))
