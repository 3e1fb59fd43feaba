"""The provider's resources as a Pulumi program sees them; inputs and outputs are explained in the schema."""

from provider.resources.base import VERSION, HostResource
from provider.resources.boot import BootArguments
from provider.resources.cluster import FenceNode, Fencing
from provider.resources.collector import Account, AuthorizedKey, Export
from provider.resources.dump import DumpConfiguration, DumpIdentity, DumpService
from provider.resources.facts import get_host_facts
from provider.resources.triggers import Sysctls
from provider.resources.volume import CrashVolume

__all__ = [
    "RESOURCES",
    "VERSION",
    "Account",
    "AuthorizedKey",
    "BootArguments",
    "CrashVolume",
    "DumpConfiguration",
    "DumpIdentity",
    "DumpService",
    "Export",
    "FenceNode",
    "Fencing",
    "HostResource",
    "Sysctls",
    "get_host_facts",
]

RESOURCES: tuple[type[HostResource], ...] = (
    BootArguments,
    CrashVolume,
    DumpIdentity,
    DumpConfiguration,
    DumpService,
    Sysctls,
    Account,
    AuthorizedKey,
    Export,
    FenceNode,
    Fencing,
)
