"""The kdump package present, its service enabled, the capture kernel loaded."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from provider.families import family_of
from provider.host import Host
from provider.kinds.base import Found, Kind, Wire


class Wanted(Wire):
    """What the service is to be."""

    enabled: bool = Field(default=True, description="Started at boot; neither disabled nor masked.")
    loaded: bool = Field(
        default=True,
        description="The capture kernel is loaded. While no memory is reserved there is nothing to load: "
        "that is a reboot that is due (BootArguments), not a drift of the service.",
    )


class DumpService(Kind[Wanted]):
    """Installs, enables and loads; says why a host with reserved memory is not armed."""

    token = "kdump:host:DumpService"
    wanted = Wanted
    outputs = {"package": (str, "Name of the package that does the dumping.")}

    def store(self, wanted: Wanted) -> str:
        return "DumpService"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        seen = await family.service_read(host)
        loaded = wanted.loaded if seen.reserved_bytes == 0 and not seen.loaded else seen.loaded
        return Found({"enabled": seen.installed and seen.enabled, "loaded": loaded}, {"package": family.package})

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        if wanted.enabled or wanted.loaded:
            await family.service_enable(host, loaded=wanted.loaded)
        else:
            await family.service_disable(host)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        return await family.service_revert(host)

    def imported(self, fragment: str) -> dict[str, Any]:
        return {}
