"""The sysctl behind each trigger: since which kernel it exists, and what to use where it does not.

Names and values: Linux Documentation/admin-guide/sysctl/kernel.rst and vm.rst. Each row names the change that
brought it, and what showed that a distribution's older kernel has it too.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.kernels import Kernel, kernel_of
from kdump.platforms import Platform

X86 = ("x86_64", "i386", "i486", "i586", "i686")


class Row(NamedTuple):
    """One sysctl: ``field`` of :class:`kdump.triggers.Triggers` that sets it, first upstream kernel, source.

    ``backports``: (base distribution, first release whose older kernel has it). ``only_x86``: whether other
    architectures lack it. ``instead``: what a user of a kernel without it should do.
    """

    field: str
    sysctl: str
    since: Kernel
    source: str
    instead: str
    backports: tuple[tuple[str, tuple[int, int]], ...] = ()
    only_x86: bool = False


_LEAVE_OUT = "Leave it out on this host"
_SEEN_IN_7_5 = "seen in 3.10.0-862 (7.5); older 7 not known to have it"

ROWS = (
    Row("nmi_watchdog", "kernel.nmi_watchdog", (3, 10, 0), "how-to of kdump: a boot argument before 7", _LEAVE_OUT),
    Row(
        "nmi_button",
        "kernel.unknown_nmi_panic",
        (2, 6, 9),
        "Linux Documentation/sysctl/kernel.txt, unknown_nmi_panic",
        _LEAVE_OUT,
        only_x86=True,
    ),
    Row(
        "unrecovered_nmi",
        "kernel.panic_on_unrecovered_nmi",
        (2, 6, 19),
        "Linux 2.6.19; Red Hat's how-to of kdump has it on 5, seen in 2.6.18-164",
        _LEAVE_OUT,
        backports=(("rhel", (5, 0)),),
        only_x86=True,
    ),
    Row(
        "io_nmi",
        "kernel.panic_on_io_nmi",
        (2, 6, 33),
        "Linux 2.6.33; Red Hat's how-to of kdump: 7 and newer",
        "Use triggers.unrecoveredNmi, which covers memory errors; I/O checks cannot be covered here",
        only_x86=True,
    ),
    Row("oom", "vm.panic_on_oom", (2, 6, 18), "Linux 2.6.18", _LEAVE_OUT),
    Row(
        "hung_task",
        "kernel.hung_task_panic",
        (2, 6, 30),
        "Linux 2.6.30; not in 2.6.18-164",
        "Leave it out, and crash the host by /proc/sysrq-trigger when its tasks hang",
    ),
    Row(
        "hung_task_timeout",
        "kernel.hung_task_timeout_secs",
        (2, 6, 30),
        "Linux 2.6.30; not in 2.6.18-164",
        _LEAVE_OUT,
    ),
    Row(
        "softlockup",
        "kernel.softlockup_panic",
        (2, 6, 26),
        "Linux 2.6.26; seen in 2.6.18-164 (5.4)",
        "Use triggers.nmiWatchdog, which finds processors that hang with interrupts off",
        backports=(("rhel", (5, 4)),),
    ),
    Row(
        "hardlockup",
        "kernel.hardlockup_panic",
        (4, 4, 0),
        f"Linux 4.4; {_SEEN_IN_7_5}: a boot argument there",
        "Use triggers.nmiWatchdog together with triggers.panicOnOops",
        backports=(("rhel", (7, 5)),),
    ),
    Row(
        "watchdog_threshold",
        "kernel.watchdog_thresh",
        (3, 0, 0),
        "Linux 3.0; Red Hat solution 21849: from 6.1, kernel.softlockup_thresh before",
        "Leave it out, and set kernel.softlockup_thresh by hand where soft lockups are reported too early",
        backports=(("rhel", (6, 1)),),
    ),
    Row("panic_on_oops", "kernel.panic_on_oops", (2, 6, 0), "Linux 2.5.68", _LEAVE_OUT),
    Row(
        "rcu_stall",
        "kernel.panic_on_rcu_stall",
        (4, 8, 0),
        "Linux 4.8; Red Hat solution 3901121: 8 and newer; not in 3.10.0-1160 (7.9)",
        "Use triggers.softlockup: the processor that keeps RCU waiting mostly shows up there as well",
    ),
    Row(
        "warn",
        "kernel.panic_on_warn",
        (3, 19, 0),
        f"Linux 3.19; {_SEEN_IN_7_5}",
        "Use triggers.panicOnOops",
        backports=(("rhel", (7, 5)),),
    ),
    Row("panic_timeout", "kernel.panic", (2, 2, 0), "Linux 2.2", _LEAVE_OUT),
    Row("sysrq", "kernel.sysrq", (2, 4, 0), "Linux 2.4", _LEAVE_OUT),
    Row(
        "panic_print",
        "kernel.panic_print",
        (5, 0, 0),
        "Linux 5.0; seen in 5.14.0-427 (9.4), not in 3.10.0-1160 (7.9)",
        "Leave it out: whatever it prints is in the dump as well",
    ),
)


def exists(row: Row, platform: Platform) -> bool:
    """Whether *platform*'s kernel is known to have the sysctl of *row*, its architecture left aside.

    Raises :class:`kdump.errors.Refusal` for a platform nothing is known of.
    """
    taken_over = any(base == platform.base and platform.version >= version for base, version in row.backports)
    return kernel_of(platform) >= row.since or taken_over


def fits_architecture(row: Row, platform: Platform) -> bool:
    """Whether *platform*'s architecture has the sysctl of *row* at all."""
    return not row.only_x86 or platform.architecture in X86
