"""What a family of platforms brings: how it boots, configures dumps, runs services and installs packages.

A family is put together from parts, so that what several share (systemd, rpm) is written once. Parts hold no state: a
host is an argument of each of their methods, and what was there before is kept on the host itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.platforms import Platform
from provider.host import Host
from provider.shell.script import Call, FileSeen, call


class BootLoader(ABC):
    """The boot entries of a host and their kernel command lines."""

    @abstractmethod
    async def lines(self, host: Host) -> list[str]:
        """The kernel command line of every boot entry, the one that boots first, and of entries yet to be made.

        Raises HostError when there is none to be read.
        """

    async def adopt(self, host: Host) -> None:
        """All is as wanted already: keep what a revert needs, before anyone changes it. Raises HostError."""
        await host.claim()

    @abstractmethod
    async def write(self, host: Host, crashkernel: str, arguments: Mapping[str, str]) -> None:
        """Set exactly these arguments on every entry, and on those of kernels to come; "" takes crashkernel= off."""

    @abstractmethod
    async def revert(self, host: Host) -> list[str]:
        """Put back what was there before, and let go of the store. Returns what was left, in words."""


@dataclass(frozen=True)
class ConfigurationSeen:
    """The configuration as the host has it; ``file`` is the main one, the others are told of in ``lost``.

    * ``configuration``: None where the files say what no configuration can
    * ``options``: further settings that were found
    * ``lost``: a sentence for each thing that nobody declared
    """

    file: FileSeen
    configuration: DumpConfiguration | None
    options: Mapping[str, str]
    lost: Sequence[str] = ()


class ConfigurationFiles(ABC):
    """The files that say where a dump goes and how it is made."""

    file: str
    """Path of the main one."""
    mode: str = "644"
    """Its mode where none is declared, octal: what the package gives it."""

    @abstractmethod
    async def read(self, host: Host, wanted: DumpConfiguration) -> ConfigurationSeen:
        """The files, and what they say. What is written beside *wanted* without being asked for does not show."""

    @abstractmethod
    async def test(self, host: Host) -> str:
        """What the platform's own tools say of the files, in a few words."""

    @abstractmethod
    async def check_target(self, host: Host, wanted: DumpConfiguration) -> None:
        """Try the way to the target as the dump will go. Raises HostError and changes nothing when it is closed."""

    async def adopt(self, host: Host) -> None:
        """All is as wanted already: keep what a revert needs, before anyone changes it. Raises HostError."""
        await host.keep(call("a_keep", self.file))

    @abstractmethod
    async def write(self, host: Host, wanted: DumpConfiguration, mode: str, owner: str) -> None:
        """Replace the files and have the capture kernel take them up, if it is loaded."""

    @abstractmethod
    async def revert(self, host: Host) -> list[str]:
        """Put back the files that were there before, and let go of the store. Returns what was left, in words."""


@dataclass(frozen=True)
class ServiceSeen:
    """The platform's dump service and the capture kernel.

    ``problems``: a sentence for each thing besides the others that keeps the host from being armed, or makes it armed
    with something else than what is configured (a masked unit, a capture image that is too old).
    """

    installed: bool
    enabled: bool
    loaded: bool
    reserved_bytes: int
    problems: Sequence[str] = ()


class DumpTools(ABC):
    """The package that does the dumping, and its service."""

    package: str
    """The package whose presence makes a host able to dump."""
    service: str
    """Its service, as people look it up in a log: "journalctl -u kdump"."""

    @abstractmethod
    async def read(self, host: Host) -> ServiceSeen:
        """Package, service and capture kernel as they are."""

    @abstractmethod
    async def adopt(self, host: Host) -> None:
        """All is as wanted already: note what a revert needs, before anyone changes it. Raises HostError."""

    @abstractmethod
    async def enable(self, host: Host, *, loaded: bool) -> None:
        """Install, have the capture image built, start at boot, and load when memory is reserved."""

    @abstractmethod
    async def disable(self, host: Host) -> None:
        """Not started at boot any more, and the capture kernel unloaded."""

    @abstractmethod
    async def revert(self, host: Host) -> list[str]:
        """Back to enabled or disabled, loaded or not, installed or not, as it was. Returns what was left, in words."""

    def before_reboot(self) -> Sequence[Call]:
        """Actions without which a host would come back unarmed."""
        return ()


class Packages(ABC):
    """The package manager."""

    @abstractmethod
    async def missing(self, host: Host, wanted: Sequence[str]) -> list[str]:
        """Those of the packages that are not installed."""

    @abstractmethod
    async def install(self, host: Host, wanted: Sequence[str]) -> None:
        """Install what is missing. What comes with it is noted first, so that `remove` takes away just that.

        Raises HostError, in the package manager's own words.
        """

    @abstractmethod
    async def remove(self, host: Host, *, purge: bool = True) -> list[str]:
        """Take away the packages that `install` brought, unless others have come to need them.

        Their configuration goes with them, unless it was there before or *purge* is false. Returns what was left, in
        words.
        """


class Services(ABC):
    """The init system, for services that are someone else's as much as ours (the NFS server)."""

    @abstractmethod
    async def enabled(self, host: Host, name: str) -> str:
        """ "enabled", "disabled", "masked" or "absent"."""

    @abstractmethod
    async def active(self, host: Host, name: str) -> bool:
        """Whether it is running."""

    @abstractmethod
    def enable(self, name: str) -> Sequence[Call]:
        """Actions: start it at every boot, whatever kept it from that."""

    @abstractmethod
    def disable(self, name: str) -> Sequence[Call]:
        """Actions: do not start it at boot."""

    @abstractmethod
    def start(self, name: str) -> Sequence[Call]:
        """Actions: start it now."""

    @abstractmethod
    def stop(self, name: str) -> Sequence[Call]:
        """Actions: stop it now."""


@dataclass(frozen=True)
class NfsNames:
    """What NFS is called on the platform."""

    client_package: str
    server_package: str
    server_service: str


@dataclass(frozen=True)
class Family:
    """The ways of one platform."""

    platform: Platform
    boot: BootLoader
    configuration: ConfigurationFiles
    tools: DumpTools
    packages: Packages
    services: Services
    nfs: NfsNames
