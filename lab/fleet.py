"""Who is in the lab: three guests, and the names and addresses they know each other by."""

from __future__ import annotations

from dataclasses import dataclass

from lab.problem import LabProblem

#: What every host of the lab calls its collector; QEMU relays its ports 22 and 2049.
COLLECTOR_ADDRESS = "10.0.2.100"
#: port name -> port in the guest
SERVICES = {"ssh": 22, "nfs": 2049}


@dataclass(frozen=True)
class Guest:
    """One machine. `services` are the ports that this machine's loopback reaches it by."""

    name: str
    memory: int
    mac: str
    services: tuple[str, ...]
    reaches_collector: bool
    #: Units that its part in the lab has no use for; each costs seconds at every boot under emulation.
    masked: tuple[str, ...]


_SERVER_UNITS = ("nfs-server.service", "nfs-mountd.service", "nfsdcld.service", "fsidd.service")
_KDUMP_UNITS = ("kdump-tools.service", "kdump-tools-dump.service")
_NEVER_USED = ("nfs-blkmap.service", "rpcbind.service", "rpcbind.socket", "rpc-statd-notify.service")

VAULT = Guest("vault", 640, "52:54:00:6b:64:01", ("ssh", "nfs"), False, _KDUMP_UNITS)
SSH_HOST = Guest("ssh-host", 1024, "52:54:00:6b:64:02", ("ssh",), True, (*_SERVER_UNITS, *_NEVER_USED))
NFS_HOST = Guest("nfs-host", 1024, "52:54:00:6b:64:03", ("ssh",), True, (*_SERVER_UNITS, *_NEVER_USED))

FLEET = (VAULT, SSH_HOST, NFS_HOST)


def guests_named(names: list[str]) -> list[Guest]:
    """The guests of these names, in the fleet's order; the whole fleet when none is named."""
    known = {guest.name for guest in FLEET}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LabProblem(f"no guest is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return [guest for guest in FLEET if not names or guest.name in names]
