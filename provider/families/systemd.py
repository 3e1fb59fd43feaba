"""systemd, which all platforms of today start their services with."""

from __future__ import annotations

from collections.abc import Sequence

from provider.families.base import Services
from provider.host import Host
from provider.shell.script import Call, call

# What lasts until the next boot only ("enabled-runtime") does not make a service start at boot. "alias", "static",
# "indirect"… are there, and not to be enabled by us.
_STATES = {"enabled": "enabled", "masked": "masked", "masked-runtime": "masked", "not-found": "absent"}


class Systemd(Services):
    """Services as units. Source: systemctl(1)."""

    async def enabled(self, host: Host, name: str) -> str:
        said = await host.run("systemctl", "is-enabled", name)
        # In front of the last line there may be warnings.
        state = said.text.strip().splitlines()[-1:] or [""]
        known = _STATES.get(state[0].strip())
        return known or ("absent" if "No such file" in said.text or not said.text.strip() else "disabled")

    async def active(self, host: Host, name: str) -> bool:
        return (await host.run("systemctl", "is-active", name)).text.strip() == "active"

    def enable(self, name: str) -> Sequence[Call]:
        return (*self.unmask(name), call("a_run", "systemctl enable", "systemctl", "enable", name))

    def disable(self, name: str) -> Sequence[Call]:
        return (call("a_run", "systemctl disable", "systemctl", "disable", name),)

    def mask(self, name: str) -> Sequence[Call]:
        """Actions: let nothing start it."""
        return (call("a_run", "systemctl mask", "systemctl", "mask", name),)

    def unmask(self, name: str) -> Sequence[Call]:
        """Actions: take off its mask, be it for good or until the next boot; each goes by an order of its own."""
        return (
            call("a_run", "systemctl unmask", "systemctl", "unmask", name),
            call("a_run", "systemctl unmask", "systemctl", "unmask", "--runtime", name),
        )

    def start(self, name: str) -> Sequence[Call]:
        return (call("a_run", "systemctl start", "systemctl", "start", name),)

    def stop(self, name: str) -> Sequence[Call]:
        return (call("a_run", "systemctl stop", "systemctl", "stop", name),)
