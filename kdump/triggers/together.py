"""Triggers that many hosts meet at the same moment, because what sets them off is shared.

Source: Linux admin-guide/sysctl/kernel.rst and vm.rst, admin-guide/lockup-watchdogs.rst (how a lockup is found);
facts of this project, "Panic triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Shared(NamedTuple):
    """A trigger (its setting's name) whose ``values`` are dangerous; ``instead`` and ``why`` are parts of sentences.

    ``in_guests``: whether that is so in virtual machines only.
    """

    trigger: str
    values: tuple[str, ...]
    instead: str
    why: str
    in_guests: bool = False


_WAITING = "A guest whose processors do not get to run looks as if it hung, and a hypervisor under load has many guests"

TABLE: Mapping[str, Shared] = {
    "kernel.hung_task_panic": Shared(
        "hungTask",
        ("1",),
        "watch for hung tasks in the log",
        "When a storage array or NFS server stops answering, every host that waits for it panics",
    ),
    "vm.panic_on_oom": Shared(
        "oom",
        ("2",),
        "write 1",
        "With 2 a host panics even when one container or control group runs into its own limit, on all hosts that run "
        "the same load",
    ),
    "kernel.panic_on_warn": Shared(
        "warn",
        ("1",),
        "use it on a host under test",
        "Kernels print warnings for much that does no harm, and one update brings the same ones to all hosts",
    ),
    "kernel.softlockup_panic": Shared("softlockup", ("1",), "use it on bare machines", _WAITING, in_guests=True),
    "kernel.panic_on_rcu_stall": Shared("rcuStall", ("1",), "use it on bare machines", _WAITING, in_guests=True),
}
"""By sysctl; boot arguments have the same name, without what stands before the dot or with "sysctl." before it."""


def together(settings: Mapping[str, str], virtualisation: str | None = None) -> dict[str, tuple[str, Shared]]:
    """Those of *settings* (sysctls and boot arguments, by name) that many hosts may meet at once, each with its value.

    *virtualisation* is what the kernel runs on ("none": the bare machine); None where nobody knows, and then it may be
    a virtual machine.
    """
    by_word = {name.partition(".")[2]: risk for name, risk in TABLE.items()}
    found = {}
    for name, value in settings.items():
        # The kernel takes either sign for the other in names of arguments.
        plain = name.replace("-", "_").replace("/", ".")
        risk = TABLE.get(plain.removeprefix("sysctl.")) or by_word.get(plain)
        if risk is None or (risk.in_guests and virtualisation == "none"):
            continue
        # A boot argument without a value is on.
        if value in risk.values or value == "":
            found[name] = (value or "1", risk)
    return found
