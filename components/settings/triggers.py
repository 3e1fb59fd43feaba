"""What shall make a host panic, as it is written in the stack file: `panicTriggers`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from components.settings.base import Settings

_LARGEST_MASK = (1 << 31) - 1
_SECONDS_OF_A_DAY = 24 * 60 * 60


def _number_for_yes(value: object) -> object:
    """True and false as the kernel writes them; anything else as it is."""
    return int(value) if isinstance(value, bool) else value


class PanicTriggerSettings(Settings):
    """What makes the kernel panic, and so leave a dump. What is left out stays as the host has it."""

    panic_on_oops: Annotated[bool | None, Field(description="Panic on an oops, the kernel's own fault.")] = None
    nmi_button: Annotated[
        bool | None,
        Field(description="Panic on an NMI of unknown origin: the NMI button, or a hypervisor's diagnostic interrupt."),
    ] = None
    unrecovered_nmi: Annotated[bool | None, Field(description="Panic on an NMI that tells of broken memory.")] = None
    io_nmi: Annotated[bool | None, Field(description="Panic on an NMI that tells of a failed I/O check.")] = None
    nmi_watchdog: Annotated[
        Literal[0, 1, 2] | None,
        BeforeValidator(_number_for_yes),
        Field(
            description="Find processors that hang with interrupts off: 1 on, 0 off, 2 on by the local APIC (Red Hat "
            "Enterprise Linux 5 and 6 only, where it is a boot argument)."
        ),
    ] = None
    hardlockup: Annotated[
        bool | None,
        Field(description="Panic when the NMI watchdog finds a processor that takes no interrupts any more."),
    ] = None
    softlockup: Annotated[
        bool | None, Field(description="Panic when a processor no longer schedules; leave it off in virtual machines.")
    ] = None
    watchdog_threshold: Annotated[
        int | None,
        Field(ge=0, le=60, description="Seconds until a hard lockup is seen, a soft one takes twice that; 0: never."),
    ] = None
    hung_task: Annotated[
        bool | None, Field(description="Panic when a task waits for longer than `hungTaskTimeout`, storage included.")
    ] = None
    hung_task_timeout: Annotated[
        int | None,
        Field(ge=0, le=_SECONDS_OF_A_DAY, description="Seconds after which a task counts as hung; 0: never."),
    ] = None
    rcu_stall: Annotated[bool | None, Field(description="Panic when a processor keeps RCU waiting.")] = None
    oom: Annotated[
        Literal[0, 1, 2] | None,
        BeforeValidator(_number_for_yes),
        Field(
            description="Out of memory: 0 kills a process, 1 panics when the whole machine is out of memory, 2 panics "
            "for the limit of a control group as well."
        ),
    ] = None
    warn: Annotated[bool | None, Field(description="Panic on a mere warning; for hosts under test.")] = None
    panic_timeout: Annotated[
        int | None,
        Field(
            ge=-1,
            le=_SECONDS_OF_A_DAY,
            description="Seconds from a panic to the reboot where no capture kernel is loaded; 0: never, -1: at once.",
        ),
    ] = None
    sysrq: Annotated[
        int | None,
        Field(ge=0, le=511, description="Which SysRq keys work: 0 none, 1 all, or a sum of bits (8: crash and dump)."),
    ] = None
    panic_print: Annotated[
        int | None, Field(ge=0, le=_LARGEST_MASK, description="What else is printed in a panic, a sum of bits.")
    ] = None
