"""How each family of platforms boots, configures dumps, runs services and installs packages."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from kdump.errors import Refusal
from kdump.platforms import Platform, platform_from_release_files, require_supported
from provider.families import debian, redhat, suse
from provider.families.base import Family
from provider.host import Host

_FAMILIES = {"debian": debian.family, "redhat": redhat.family, "suse": suse.family}


async def platform_of(host: Host) -> Platform:
    """What the host runs, from its release files and uname. Raises HostError when it cannot be told."""
    machine, os_release, redhat_release = await asyncio.gather(
        host.run("uname", "-m"), host.file("/etc/os-release"), host.file("/etc/redhat-release")
    )
    try:
        return _platform(os_release.text, redhat_release.text, machine.text)
    except Refusal as unknown:
        raise host.refuse("platform", str(unknown), "") from None


@lru_cache
def _platform(os_release: str, redhat_release: str, machine: str) -> Platform:
    """Everything that is done on a host asks for its platform, and on a fleet there are a few."""
    return platform_from_release_files(os_release, redhat_release, architecture=machine)


def ways_of(platform: Platform) -> Family:
    """The ways of a platform. Raises Refusal for one that is not supported, with what to use."""
    require_supported(platform)
    return _FAMILIES[platform.family](platform)


async def family_of(host: Host) -> Family:
    """The ways of the host's platform. Raises HostError for a platform that is not supported, with what to use."""
    platform = await platform_of(host)
    try:
        return ways_of(platform)
    except Refusal as refusal:
        raise host.refuse("platform", str(refusal), "") from None
