"""Triggers that many hosts meet at the same moment, because what sets them off is shared.

Source: Linux admin-guide/sysctl/kernel.rst and vm.rst; facts of this project, "Panic triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Shared(NamedTuple):
    """A trigger (its setting's name) whose ``values`` are dangerous; ``instead`` and ``why`` are parts of sentences."""

    trigger: str
    values: tuple[str, ...]
    instead: str
    why: str


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
}
"""By sysctl, and by boot argument of the same name without what stands before the dot."""


def together(settings: Mapping[str, str]) -> dict[str, tuple[str, Shared]]:
    """Those of *settings* (sysctls and boot arguments, by name) that many hosts may meet at once, and why."""
    by_word = {name.partition(".")[2]: risk for name, risk in TABLE.items()}
    found = {}
    for name, value in settings.items():
        risk = TABLE.get(name) or by_word.get(name)
        # A boot argument without a value is on.
        if risk is not None and (value in risk.values or value == ""):
            found[name] = (value or "1", risk)
    return found
