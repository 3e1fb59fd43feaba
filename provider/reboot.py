"""The act that takes up a reservation: reboot one host if it needs it, and see that it comes back armed.

Run as `python -m provider.reboot` with JSON on standard input: `host` (name in messages), `connection`, `machineId` (no
other machine is rebooted), `arguments` (boot arguments besides crashkernel=), `timeoutSeconds`. Prints one line of
JSON: `rebooted`, `armed`, `reason`. Exits with 1 and says why on standard error when the host does not come back armed;
nothing else is rebooted then.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from kdump import cmdline
from kdump.errors import refusals_in
from provider.connection import Connection
from provider.errors import HostError
from provider.families import family_of
from provider.families.base import Family
from provider.families.kernel import running
from provider.host import Asking, Host, machine_id
from provider.kinds.base import Wire
from provider.kinds.boot_arguments import reboot_is_due
from provider.shell.script import call
from provider.ssh import Session

POLL_SECONDS = 5


class Order(Wire):
    """What is asked for."""

    host: str
    connection: Connection
    machine_id: str = ""
    arguments: dict[str, str] = Field(default_factory=dict)
    timeout_seconds: int = Field(default=900, ge=30, description="From the reboot until the host is armed again.")


@dataclass(frozen=True)
class State:
    """A host between two polls."""

    boot_id: str
    required: bool
    reserved: bool
    loaded: bool

    @property
    def armed(self) -> bool:
        """A panic now would leave a dump."""
        return self.loaded and not self.required


async def look(order: Order) -> tuple[Host, Family, State]:
    """A host, its ways and its state, asked over a connection of its own. Raises HostError."""
    host = Host(Asking(Session(order.connection)), order.host, stack="", store="reboot")
    machine = await machine_id(host)
    if order.machine_id not in ("", machine):
        raise host.refuse(
            "connection.host",
            f"another machine answers (machine-id {machine} instead of {order.machine_id})",
            "It is not rebooted. Mend the address.",
        )
    family = await family_of(host)
    kernel, lines = await asyncio.gather(running(host), family.boot.lines(host))
    required = reboot_is_due(kernel.cmdline, kernel.reserved_bytes, cmdline.crashkernel_of(lines[0]), order.arguments)
    return host, family, State(kernel.boot_id, required, kernel.reserved_bytes > 0, kernel.loaded)


async def carry_out(order: Order) -> dict[str, Any]:
    """Reboot if required. Raises HostError when the host does not come back armed."""
    host, family, before = await look(order)
    if not before.required:
        await host.asking.session.close()
        return {"rebooted": False, "armed": before.armed, "reason": "no reboot was required"}
    print(f"{order.host}: rebooting to take up the reservation", file=sys.stderr, flush=True)
    # The dump image must be there first: a host that comes back without it is not armed.
    await host.act_once([*family.tools.before_reboot(), call("a_reboot")])
    await host.asking.session.close()
    deadline = time.monotonic() + order.timeout_seconds
    said = "it did not answer again"
    while time.monotonic() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        try:
            again, _, now = await look(order)
        except HostError as problem:
            said = f"it does not answer ({problem.problem})"
            continue
        try:
            if now.boot_id == before.boot_id:
                said = "it has not gone down"
            elif now.armed:
                return {"rebooted": True, "armed": True, "reason": "armed after the reboot"}
            elif now.required or not now.reserved:
                said = "it came back without the reservation: the running kernel does not have what is configured"
            else:
                said = "memory is reserved, but the capture kernel is not loaded"
        finally:
            await again.asking.session.close()
    raise host.refuse(
        "reboot",
        f"not armed {order.timeout_seconds} s after the reboot: {said}",
        "No further host is rebooted. Look at its console and at the log of its service "
        f"{family.tools.service}, then run up again.",
    )


def main() -> int:
    """Read the order, carry it out, say how it went."""
    try:
        order = Order.model_validate_json(sys.stdin.read())
    except ValidationError as wrong:
        print("; ".join(str(refusal) for refusal in refusals_in(wrong)), file=sys.stderr)
        return 2
    try:
        print(json.dumps(asyncio.run(carry_out(order))))
    except HostError as problem:
        print(f"{order.host}: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
