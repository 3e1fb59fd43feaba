"""Declared triggers turned into sysctls and boot arguments of one platform, or refused with a reason.

Source: facts of kdump 1.2 ("Trigger ...") and 2.9; Linux Documentation/kernel-parameters.txt, nmi_watchdog=,
of 2.6.18 (x86_64/boot-options.txt), 2.6.32 and 3.10.
"""

from __future__ import annotations

import re

from kdump.errors import Refusal
from kdump.generations import generation_of
from kdump.kernels import Kernel, kernel_of, named
from kdump.platforms import Platform
from kdump.triggers.advice import advice_for
from kdump.triggers.model import Triggers, TriggerSettings
from kdump.triggers.table import ROWS, Row, exists, fits_architecture

# From here on, the NMI watchdog is switched by a sysctl and knows no choice of its clock.
_ONE_WATCHDOG: Kernel = (3, 10, 0)
# The first kernel that understands "panic," in front of the number, and on which architectures.
_PANIC_WORD_X86_64: Kernel = (2, 6, 18)
_PANIC_WORD: Kernel = (2, 6, 32)
# From here on the watchdog and unknown NMIs are told apart; before, they shared one hook.
_OWN_HOOK: Kernel = (2, 6, 32)
_OOM_FOR_LIMITS: Kernel = (2, 6, 22)

_WATCHDOG_FIELDS = ("nmi_watchdog", "hardlockup")


def settings_for(triggers: Triggers, platform: Platform) -> TriggerSettings:
    """The sysctls and boot arguments that make *triggers* true on *platform*, with what to know of them.

    What is switched off and does not exist there needs no setting, and gives none. Raises :class:`Refusal`
    for a trigger that the platform's kernel or architecture does not have (with what to use instead), for
    triggers that contradict each other, and for platforms of which nothing is known.
    """
    generation_of(platform)  # refuses a platform of which nothing is known
    kernel = kernel_of(platform)
    _refuse_contradictions(triggers, platform, kernel)
    sysctls: dict[str, str] = {}
    for row in ROWS:
        value = _declared(triggers, row.field)
        if value is None or (row.field in _WATCHDOG_FIELDS and not exists(row, platform)):
            continue
        if exists(row, platform) and fits_architecture(row, platform):
            sysctls[row.sysctl] = str(int(value))
        elif value or row.field in ("hung_task_timeout", "watchdog_threshold"):
            raise _missing(row, value, platform, kernel)
    return TriggerSettings(
        sysctls=sysctls,
        boot_arguments=_watchdog_boot_arguments(triggers, platform, kernel),
        advice=advice_for(triggers, platform),
    )


def _declared(triggers: Triggers, field: str) -> bool | int | None:
    value: bool | int | None = getattr(triggers, field)
    return value


def _missing(row: Row, value: bool | int, platform: Platform, kernel: Kernel) -> Refusal:
    if not fits_architecture(row, platform):
        return _refused(
            row.field,
            value,
            "a host of the x86 architecture",
            "Leave it out on this host",
            f"Kernels for {platform.architecture} do not have {row.sysctl}; "
            "an interrupt from their management console makes them panic without it, if they have one at all",
        )
    return _refused(
        row.field,
        value,
        f"a kernel with {row.sysctl}",
        row.instead,
        f"The kernel of {platform} ({named(kernel)}) is not known to have it",
    )


def _refuse_contradictions(triggers: Triggers, platform: Platform, kernel: Kernel) -> None:
    if triggers.hardlockup and triggers.nmi_watchdog == 0:
        raise _refused(
            "hardlockup",
            True,
            "the NMI watchdog switched on",
            "Set triggers.nmiWatchdog to 1",
            "It is the NMI watchdog that finds hard lockups",
        )
    if triggers.hung_task and triggers.hung_task_timeout == 0:
        raise _refused(
            "hung_task_timeout",
            0,
            "more than 0 seconds where triggers.hungTask is on",
            "Write 120",
            "With 0 the kernel never looks for tasks that hang",
        )
    if triggers.watchdog_threshold == 0 and (triggers.softlockup or triggers.hardlockup):
        raise _refused(
            "watchdog_threshold",
            0,
            "more than 0 seconds where lockups shall panic",
            "Write 10",
            "With 0 the kernel never looks for lockups",
        )
    if triggers.nmi_button and triggers.nmi_watchdog and kernel < _OWN_HOOK:
        raise _refused(
            "nmi_button",
            True,
            "either the NMI button or the NMI watchdog",
            "Set triggers.nmiWatchdog to 0, or leave triggers.nmiButton out",
            f"In the kernel of {platform} ({named(kernel)}) the watchdog's own interrupts would look like the "
            "button: the kernel switches the watchdog off, or panics at once",
        )
    if triggers.nmi_watchdog == 2 and kernel >= _ONE_WATCHDOG:
        raise _refused(
            "nmi_watchdog",
            2,
            "0 or 1",
            "Write 1",
            "Only kernels up to Red Hat Enterprise Linux 6 choose between the clocks of the watchdog",
        )
    if triggers.oom == 2 and kernel < _OOM_FOR_LIMITS:
        raise _refused(
            "oom",
            2,
            "0 or 1",
            "Write 1",
            f"The kernel of {platform} ({named(kernel)}) knows no value beyond 1 for vm.panic_on_oom",
        )


def _watchdog_boot_arguments(triggers: Triggers, platform: Platform, kernel: Kernel) -> dict[str, str]:
    """``nmi_watchdog=`` where there is no sysctl for what is declared; {} where there is."""
    watchdog, hardlockup = triggers.nmi_watchdog, triggers.hardlockup
    if kernel >= _ONE_WATCHDOG:
        if hardlockup is None or exists(_row("hardlockup"), platform):
            return {}
        return {"nmi_watchdog": "panic" if hardlockup else "nopanic"}
    if hardlockup is False and watchdog != 0:
        raise _refused(
            "hardlockup",
            False,
            "the NMI watchdog switched off",
            "Set triggers.nmiWatchdog to 0, or leave triggers.hardlockup out",
            f"The kernel of {platform} ({named(kernel)}) cannot be told to go on after its NMI watchdog has struck",
        )
    if hardlockup:
        if kernel < (_PANIC_WORD_X86_64 if platform.architecture == "x86_64" else _PANIC_WORD):
            raise _missing(_row("hardlockup"), True, platform, kernel)
        return {"nmi_watchdog": f"panic,{watchdog or 1}"}
    return {} if watchdog is None else {"nmi_watchdog": str(watchdog)}


def _row(field: str) -> Row:
    return next(row for row in ROWS if row.field == field)


def _refused(field: str, found: object, needed: str, instead: str, why: str) -> Refusal:
    name = re.sub(r"_([a-z])", lambda m: m[1].upper(), field)
    return Refusal(f"triggers.{name}", found, needed, instead, why)
