"""Where a host's dump goes, worked out from its target and the collector that this names."""

import posixpath
from collections.abc import Mapping

from components.settings.inherit import Inherited
from components.settings.problems import Problems, unknown_name
from components.settings.resolved import Destination, Identity, ResolvedCollector
from components.settings.target import TargetSettings
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.targets import FilesystemTarget, LocalTarget, NfsTarget, SshTarget, target_from
from kdump.volumes import SanVolume, filesystem_uuid, recipe


def destination(
    name: str,
    address: str | None,
    inherited: Inherited,
    collectors: Mapping[str, ResolvedCollector],
    identity: Identity,
    problems: Problems,
    platform: Platform | None = None,
) -> Destination | None:
    """Where the dump of a host goes; None, with the reason among `problems`, where that can't be said.

    Each host has a directory of its own on its collector, `<directory>/<host>` where nothing else is said.
    `address` is how the collector sees the host, `platform` what it is declared to be.
    """
    where = inherited.path("target", name)
    if "target" not in inherited.values:
        problems.add(
            where,
            "is missing, needed a place for the dump; write for example target: {local: {}}, at the host, in a "
            "group or in defaults",
        )
        return None
    target = TargetSettings.model_validate(inherited.values["target"])
    if target.san is not None:
        return _on_a_lun(target.san.volume(), where, name, platform, problems)
    own_target = _on_the_host_itself(target)
    if own_target is not None:
        return own_target
    kind, chosen = ("nfs", target.nfs) if target.nfs else ("ssh", target.ssh)
    wanted = chosen.collector if chosen else ""
    if wanted not in collectors:
        problems.add(f"{where}.{kind}.collector", unknown_name("collector", wanted, list(collectors)))
        return None
    collector = collectors[wanted]
    own = f"{collector.directory}/{name}"
    if target.nfs is None:
        ssh = SshTarget(server=collector.address, user=collector.user, path=own, identity=identity.path)
        return Destination(ssh, own, wanted)
    client = collector.nfs.clients or address
    if client is None:
        problems.add(
            f"hosts.{name}.address",
            f"is missing, needed the address under which collector {wanted} sees this host, because NFS exports "
            f"go by it; write it here, or a network at collectors.{wanted}.nfs.clients",
        )
        return None
    directory = target.nfs.directory or own
    nfs = NfsTarget(server=collector.address, export=directory, version=target.nfs.version)
    return Destination(nfs, directory, wanted, client)


def volume_advice(platform: Platform | None, volume: SanVolume | None) -> tuple[str, ...]:
    """What is worth knowing of a LUN on a declared platform, a sentence each."""
    if platform is None or volume is None:
        return ()
    found = recipe(platform, volume)
    return found.advice if found.supported else (f"{found.why}.", *found.advice)


def _on_a_lun(
    volume: SanVolume, where: str, name: str, platform: Platform | None, problems: Problems
) -> Destination | None:
    """The file system on a LUN by its UUID; on SUSE, whose kdump has no such target, the directory it is mounted at."""
    directory = posixpath.join(volume.mount_point, volume.path.lstrip("/"))
    try:
        filesystem = _filesystem_on(platform, volume) if platform is not None else volume.fstype
    except Refusal as refusal:
        settings = {"fstype": "target.san.filesystem", "target": "target.san"}
        setting = settings.get(refusal.setting, f"target.san.{refusal.setting}")
        problems.refused(where, Refusal(setting, refusal.found, refusal.needed, refusal.instead, refusal.why), name)
        return None
    if platform is not None and platform.family == "suse":
        return Destination(LocalTarget(path=directory), directory, volume=volume)
    # Left out, and the platform as well: what all but Red Hat 5 make.
    by_uuid = {"device": f"UUID={filesystem_uuid(volume)}", "filesystem": filesystem or "ext4", "path": volume.path}
    volume = volume.model_copy(update={"fstype": by_uuid["filesystem"]})
    return Destination(FilesystemTarget.model_validate(by_uuid), directory, volume=volume)


def _filesystem_on(platform: Platform, volume: SanVolume) -> str:
    """The file system that a LUN gets on a platform. Raises Refusal for what cannot be there."""
    steps = recipe(platform, volume).steps
    return next(step.edit.entry.fstype for step in steps if step.edit is not None and step.edit.kind == "mount disk")


def _on_the_host_itself(target: TargetSettings) -> Destination | None:
    """A target that needs no collector; its directory is "" where it is none of the host's own tree."""
    if target.local:
        return Destination(LocalTarget(path=target.local.path), target.local.path)
    for kind in ("filesystem", "raw", "virtiofs"):
        chosen = getattr(target, kind)
        if chosen is not None:
            return Destination(target_from({"kind": kind, **chosen.model_dump(exclude={"overwrite"})}), "")
    return None
