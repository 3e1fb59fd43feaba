"""The fleet as components take it: everything inherited, every name looked up, nothing left to decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.settings.collector import CollectorNfsSettings
from components.settings.exemptions import ExemptionSettings
from components.settings.fleet import RebootSettings
from components.settings.known import DrilledSettings, FactsSource
from components.settings.panic import PanicSettings
from kdump.configuration import DumpConfiguration
from kdump.fencing.delay import FenceDelay
from kdump.fencing.support import Stack
from kdump.platforms import Platform
from kdump.rendering import RenderedFile
from kdump.targets import AnyTarget, FilesystemTarget, RawTarget, VirtiofsTarget
from kdump.volumes import SanVolume
from provider.connection import Connection


@dataclass(frozen=True)
class DeclaredSpace:
    """What the stack file says of a place for dumps; bytes, None and "" where it says nothing."""

    free_bytes: int | None
    total_bytes: int | None
    mount_point: str


@dataclass(frozen=True)
class ResolvedCollector:
    """A server that receives dumps; `address` is how hosts reach it, `directory` what all dumps lie below."""

    name: str
    connection: Connection
    address: str
    directory: str
    user: str
    nfs: CollectorNfsSettings
    space: DeclaredSpace
    failure_domains: tuple[str, ...] | None
    """None where nothing was said; () where it shares nothing with anything."""
    dumps_may_take_bytes: int | None
    """What the collector itself keeps older dumps below; None where nothing removes any."""


@dataclass(frozen=True)
class Destination:
    """Where a host's dump goes: what the host is told, and the directory that it means at the other end."""

    target: AnyTarget
    directory: str
    collector: str | None = None
    """Name of the collector; None for a target of the host's own."""
    client: str = ""
    """Whom an NFS export is for, as the collector sees it; empty for other targets."""
    volume: SanVolume | None = None
    """The LUN that has to be made ready for it; None for other targets."""

    @property
    def device(self) -> str:
        """The device of the host's own that it is written to, as facts name it; "" for a directory.

        What the hypervisor shares is named by its tag; it can be declared, and not looked at.
        """
        if self.volume is not None:
            return f"wwid:{self.volume.wwid}"
        if isinstance(self.target, VirtiofsTarget):
            return f"{_SHARED}{self.target.tag}"
        return self.target.device if isinstance(self.target, RawTarget | FilesystemTarget) else ""


_SHARED = "virtiofs:"


def is_shared(device: str) -> bool:
    """Whether a device's name is that of a directory which the hypervisor shares."""
    return device.startswith(_SHARED)


@dataclass(frozen=True)
class Identity:
    """The key a host dumps with over SSH: where its private half lies, and its type."""

    path: str
    key_type: str


@dataclass(frozen=True)
class ResolvedHost:
    """One host with all its settings."""

    name: str
    description: str
    connection: Connection
    enabled: bool
    crashkernel: str
    boot_arguments: Mapping[str, str]
    """Those that panic triggers need among them."""
    panic: PanicSettings | None
    """What its panic triggers come to; None where none are declared."""
    destination: Destination
    configuration: DumpConfiguration
    identity: Identity
    platform: Platform | None
    """As declared; None where it is measured on the host."""
    files: tuple[RenderedFile, ...]
    """What will be written on the declared platform; empty where none is declared."""
    advice: tuple[str, ...]
    """What is worth knowing of the declared platform."""
    memory_bytes: int | None
    """As declared; None where it is not."""
    kernel: str
    """What `uname -r` prints, as declared; "" where it is not."""
    space: DeclaredSpace
    failure_domains: tuple[str, ...] | None
    """None where nothing was said; () where it shares nothing with anything."""
    keep_dumps: int
    drilled: DrilledSettings | None


@dataclass(frozen=True)
class ResolvedMember:
    """A host in a cluster: the name of its node, and the devices that cut it off."""

    host: str
    node: str
    power: tuple[str, ...]


@dataclass(frozen=True)
class ResolvedCluster:
    """A cluster, changed through one of its members; it waits for fence_kdump, or blindly (post_fail_delay)."""

    name: str
    stack: Stack
    members: tuple[ResolvedMember, ...]
    through: str
    platform: Platform | None
    """That of the member through which it is changed, where it is declared."""
    timeout_seconds: int | None
    post_fail_delay_seconds: int | None
    delay: FenceDelay | None
    """How the time to wait comes about; None where it was given, and its parts were not."""
    parts: Mapping[str, int]
    """What it was computed from, in seconds; empty where it was not."""
    device: str
    port: int
    storage_fencing: bool | None


@dataclass(frozen=True)
class ResolvedFleet:
    """All hosts, collectors and clusters of a stack, in the order of their names."""

    hosts: Mapping[str, ResolvedHost]
    collectors: Mapping[str, ResolvedCollector]
    clusters: Mapping[str, ResolvedCluster]
    reboot: RebootSettings
    facts: FactsSource
    crash_together: Mapping[str, int]
    exemptions: tuple[ExemptionSettings, ...]

    def dumping_to(self, collector: str) -> list[ResolvedHost]:
        """The hosts whose dumps go to a collector; those that are not enabled write none."""
        return [host for host in self.hosts.values() if host.destination.collector == collector and host.enabled]
