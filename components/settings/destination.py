"""Where a host's dump goes, worked out from its target and the collector that this names."""

from collections.abc import Mapping

from components.settings.inherit import Inherited
from components.settings.problems import Problems, unknown_name
from components.settings.resolved import Destination, Identity, ResolvedCollector
from components.settings.target import TargetSettings
from kdump.targets import LocalTarget, NfsTarget, SshTarget, target_from


def destination(
    name: str,
    address: str | None,
    inherited: Inherited,
    collectors: Mapping[str, ResolvedCollector],
    identity: Identity,
    problems: Problems,
) -> Destination | None:
    """Where the dump of a host goes; None, with the reason among `problems`, where that can't be said.

    Each host has a directory of its own on its collector, `<directory>/<host>` where nothing else is said.
    `address` is how the collector sees the host.
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


def _on_the_host_itself(target: TargetSettings) -> Destination | None:
    """A target that needs no collector; its directory is "" where it is none of the host's own tree."""
    if target.local:
        return Destination(LocalTarget(path=target.local.path), target.local.path)
    for kind in ("filesystem", "raw", "virtiofs"):
        chosen = getattr(target, kind)
        if chosen is not None:
            return Destination(target_from({"kind": kind, **chosen.model_dump(exclude={"overwrite"})}), "")
    return None
