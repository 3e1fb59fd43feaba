"""The kdump package present, its service enabled, the capture kernel loaded."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from provider.families import family_of
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Wire


class Wanted(Wire):
    """What the service is to be."""

    enabled: bool = Field(default=True, description="Started at boot; neither disabled nor masked.")
    loaded: bool = Field(
        default=True,
        description="The capture kernel is loaded. While no memory is reserved there is nothing to load: "
        "that is a reboot that is due (BootArguments), not a drift of the service.",
    )
    problems: list[str] = Field(
        default_factory=list,
        max_length=0,
        description="What else keeps the host from being armed with what is configured; always empty, filled by drift.",
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
        seen = await family.tools.read(host)
        loaded = wanted.loaded if seen.reserved_bytes == 0 and not seen.loaded else seen.loaded
        # A host that is not to dump may lack the package, and have its service masked.
        problems = list(seen.problems) if wanted.enabled or wanted.loaded else []
        return Found(
            {"enabled": seen.installed and seen.enabled, "loaded": loaded, "problems": problems},
            {"package": family.tools.package},
        )

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await (await family_of(host)).tools.adopt(host)

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        if wanted.enabled or wanted.loaded:
            await family.tools.enable(host, loaded=wanted.loaded)
        else:
            await family.tools.disable(host)

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        family = await family_of(host)
        return await family.tools.revert(host)

    def imported(self, fragment: str) -> dict[str, Any]:
        return {}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """As it is; a host without the package has nothing to import."""
        tools = (await family_of(host)).tools
        if not (await tools.read(host)).installed:
            raise host.refuse(
                "", f"the package {tools.package} is not installed, so there is no service to import", NOTHING_TO_IMPORT
            )
        return wanted
