"""Where below its target a dump is found: the directory with the host and the time, and the name of the file.

Sources: mkdumprd and kdump.init of June 2008 (release 5: near-certain), of kexec-tools 2.0.0-145.el6 and
2.0.0-310.el6; kdump-lib-initramfs.sh and dracut-kdump.sh of 2.0.15-33.el7, 2.0.26-8.el8 and 2.0.26-8.el9; kdump.sh of
kdump-utils 1.0.61.
"""

from __future__ import annotations

import posixpath
from datetime import datetime

from kdump.configuration import DumpConfiguration
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, RawTarget, SshTarget

LOCAL_HOST = "127.0.0.1"
"""Stands for the host wherever the dump does not leave it."""

# Release 5 dumps to its own root file system only when that is mounted, from kdump.init, which reads no path.
_BY_INIT_SCRIPT = "/var/crash"
# Any collector: what the file is called does not depend on what writes it.
_ALWAYS_FLATTENED = (Generation.EL5, Generation.EL6_0)


def dump_path(
    configuration: DumpConfiguration, platform: Platform, taken: datetime, address: str = LOCAL_HOST
) -> str | None:
    """The path of the complete dump that a host of *platform* wrote at *taken* (the time there); None for a raw device.

    A path on the host for a local target; else what stands below the top of the file system or the export, or on
    the SSH collector. *address* is the host's own on the way to a collector. Raises :class:`Refusal` for a platform
    that has no /etc/kdump.conf. Sources: see the file's head; for the times, ``date +%Y-%m-%d-%T`` in each.
    """
    generation = generation_of(platform)
    if not generation.has_kdump_conf:
        raise Refusal(
            "platform",
            str(platform),
            "a platform of the Red Hat family, 5 or newer",
            "Look for the newest directory below the target's path",
            f"{generation} names its dumps in another way",
        )
    target = configuration.target
    if isinstance(target, RawTarget):
        return None
    if isinstance(target, LocalTarget) and generation is Generation.EL5:
        return posixpath.join(_BY_INIT_SCRIPT, f"{taken:%Y-%m-%d-%H:%M}", "vmcore")
    host = address if isinstance(target, NfsTarget | SshTarget) else LOCAL_HOST
    return posixpath.join(target.path, f"{host}-{taken:%Y-%m-%d-%H:%M:%S}", _file(configuration, generation))


def _file(configuration: DumpConfiguration, generation: Generation) -> str:
    """``vmcore.flat`` is what makedumpfile sent through a pipe; ``makedumpfile -R`` makes a vmcore of it."""
    if not isinstance(configuration.target, SshTarget):
        return "vmcore"
    command = configuration.options.get("core_collector", "makedumpfile").partition(" ")[0]
    return "vmcore.flat" if generation in _ALWAYS_FLATTENED or command != "scp" else "vmcore"
