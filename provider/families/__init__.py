"""How each family of platforms keeps its boot arguments, kdump's configuration and kdump's service."""

from __future__ import annotations

from kdump.errors import Refusal
from kdump.platforms import Platform, platform_from_os_release, require_supported
from provider.families.debian import Debian
from provider.host import Host

_FAMILIES = {"debian": Debian()}


async def platform_of(host: Host) -> Platform:
    """What the host runs, from its /etc/os-release and uname. Raises HostError when it cannot be told."""
    release = await host.file("/etc/os-release")
    machine = await host.run("uname", "-m")
    try:
        return platform_from_os_release(release.text, machine.text.strip())
    except Refusal as unknown:
        raise host.refuse("platform", str(unknown), "") from None


async def family_of(host: Host) -> Debian:
    """The ways of the host's platform. Raises HostError for a platform that is not supported, with what to use."""
    platform = await platform_of(host)
    try:
        require_supported(platform)
    except Refusal as refusal:
        raise host.refuse("platform", str(refusal), "") from None
    return _FAMILIES[platform.family]
