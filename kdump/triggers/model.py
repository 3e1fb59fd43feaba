"""The panic triggers that an operator declares, and what they come to on one platform.

Source: Linux Documentation/admin-guide/sysctl/kernel.rst and vm.rst (the ranges of the values).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from kdump.errors import Refusal

_LARGEST_INT = (1 << 31) - 1
_SECONDS_OF_A_DAY = 24 * 60 * 60


def _number_for_yes(value: object) -> object:
    """True and False as the kernel writes them; anything else as it is."""
    return int(value) if isinstance(value, bool) else value


def _checked_threshold(value: int) -> int:
    if 0 <= value <= 60:
        return value
    raise Refusal(
        "watchdogThreshold",
        value,
        "0 to 60 seconds",
        "Write 10, which is the kernel's own default",
        "The kernel refuses to set a longer threshold",
    )


def _checked_timeout(value: int) -> int:
    if 0 <= value <= _SECONDS_OF_A_DAY:
        return value
    raise Refusal(
        "hungTaskTimeout",
        value,
        "0 to 86400 seconds",
        "Write 120, which is the kernel's own default",
        "A task that hangs for more than a day would never be noticed in time",
    )


def _checked_panic_seconds(value: int) -> int:
    if -1 <= value <= _SECONDS_OF_A_DAY:
        return value
    raise Refusal(
        "panicTimeout",
        value,
        "-1 (at once), 0 (never) or up to 86400 seconds",
        "Write 30",
        "It is the time for which a host without a capture kernel stays down",
    )


def _checked_sysrq(value: int) -> int:
    if 0 <= value <= 511:
        return value
    raise Refusal(
        "sysrq",
        value,
        "0 (none), 1 (all) or a sum of the bits 2 to 256",
        "Write 1",
        "The kernel has no further groups of keys",
    )


def _checked_print_mask(value: int) -> int:
    if 0 <= value <= _LARGEST_INT:
        return value
    raise Refusal(
        "panicPrint",
        value,
        "a sum of bits, 0 for none",
        "Write 0, or leave it out",
        "The kernel reads it as a mask of what to print when it panics",
    )


class Triggers(BaseModel):
    """What shall make a host panic. ``None`` leaves a setting as the host has it; everything else is kept so.

    * ``nmi_watchdog``: find processors that hang with interrupts off; 1 on, 0 off, 2 on by the local APIC
      (Red Hat Enterprise Linux 5 and 6 only)
    * ``nmi_button``: panic on an NMI of unknown origin: the NMI button, or a hypervisor's diagnostic interrupt
    * ``unrecovered_nmi``, ``io_nmi``: panic on an NMI for broken memory, or for an I/O check
    * ``oom``: 0 kill a process, 1 panic when the whole machine is out of memory, 2 panic for every limit
    * ``hung_task``: panic when a task waits for longer than ``hung_task_timeout`` seconds (0: never looks)
    * ``softlockup``, ``hardlockup``: panic when a processor no longer schedules, or takes no interrupts
    * ``watchdog_threshold``: seconds until a hard lockup is seen; a soft one takes twice that
    * ``panic_on_oops``, ``rcu_stall``, ``warn``: panic on an oops, an RCU stall, a mere warning
    * ``panic_timeout``: seconds from panic to reboot where no capture kernel is loaded; 0 never, -1 at once
    * ``sysrq``: which SysRq keys work, 0, 1 or a sum of bits
    * ``panic_print``: what else to print when panicking, a sum of bits
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    nmi_watchdog: Annotated[Literal[0, 1, 2] | None, BeforeValidator(_number_for_yes)] = None
    nmi_button: bool | None = None
    unrecovered_nmi: bool | None = None
    io_nmi: bool | None = None
    oom: Annotated[Literal[0, 1, 2] | None, BeforeValidator(_number_for_yes)] = None
    hung_task: bool | None = None
    hung_task_timeout: Annotated[int, AfterValidator(_checked_timeout)] | None = None
    softlockup: bool | None = None
    hardlockup: bool | None = None
    watchdog_threshold: Annotated[int, AfterValidator(_checked_threshold)] | None = None
    panic_on_oops: bool | None = None
    rcu_stall: bool | None = None
    warn: bool | None = None
    panic_timeout: Annotated[int, AfterValidator(_checked_panic_seconds)] | None = None
    sysrq: Annotated[int, AfterValidator(_checked_sysrq)] | None = None
    panic_print: Annotated[int, AfterValidator(_checked_print_mask)] | None = None


class Advice(BaseModel):
    """Something worth knowing of a trigger that works: ``setting`` names it as the settings do.

    ``text`` is whole sentences for people, ``source`` says where it comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: str
    text: str
    source: str


class TriggerSettings(BaseModel):
    """Declared triggers as one platform takes them.

    ``sysctls``: dotted name to value. ``boot_arguments``: name to value of kernel arguments, which need a
    reboot. ``advice``: what to know of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sysctls: dict[str, str]
    boot_arguments: dict[str, str]
    advice: tuple[Advice, ...]
