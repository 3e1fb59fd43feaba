"""Which form of ``crashkernel=`` the kernel, the hypervisor and the init script of a platform understand.

Decided for caution: where a source is unsure a form counts as not understood, because what a kernel does not
understand it passes over, and the host has no reservation without anybody noticing.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from kdump.crashkernel.grammar import Crashkernel
from kdump.generations import Generation, generation_of
from kdump.kernels import UNKNOWN, Kernel, kernel_of, machine_of
from kdump.platforms import Platform
from kdump.units import KIB, MIB


class Form(Enum):
    """A way to write the argument; the value is how messages call it."""

    SIZE = "a size alone"
    OFFSET = "a size with an offset"
    RANGES = "ranges of memory"
    HIGH = "',high' and ',low'"
    CMA = "',cma'"
    AUTO = "'auto'"
    NO = "'no'"
    XEN = "a limit such as ',below=4G'"


class Rule(NamedTuple):
    """Whether *forms* are understood where all of the rest holds; an empty condition holds everywhere."""

    forms: tuple[Form, ...]
    understood: bool
    why: str
    """What becomes of the argument, as a sentence without its full stop."""
    source: str
    generations: tuple[Generation, ...] = ()
    machines: tuple[str, ...] = ()
    kernel: Kernel = UNKNOWN
    """Holds for kernels from this version on."""
    hypervisor: bool | None = None
    """True: only where Xen reads the argument (its domain 0); False: only where Linux does."""


_EL5 = (Generation.EL5,)
_EL6 = (Generation.EL6_0, Generation.EL6_3)
_EL8 = (Generation.EL8_0, Generation.EL8_1)
_EL9 = (Generation.EL9_0, Generation.EL9_2, Generation.EL9_7)
_RED_HAT_FROM_8 = (*_EL8, *_EL9, Generation.KDUMP_UTILS)

# The first row that holds decides.
RULES = (
    Rule(
        (Form.SIZE, Form.RANGES, Form.HIGH, Form.CMA, Form.AUTO, Form.NO, Form.XEN),
        False,
        "Without an offset this release's kernel sets nothing aside, so the service does not start kdump",
        "Linux 2.6.18; kdump.init of kexec-tools 2008 (558bea7) looks for SIZE@OFFSET on POWER",
        generations=_EL5,
    ),
    Rule(
        (Form.XEN,),
        True,
        "",
        "Xen kexec.c: '<' since June 2016 (4.8), ',below=' since June 2017 (4.10, by the dates); SUSE has Xen 4.11 in "
        "12 SP4, and 4.10 in 15, both with Linux 4.12",
        kernel=(4, 12, 0),
        hypervisor=True,
    ),
    Rule(
        (Form.XEN,),
        False,
        "The Xen hypervisor of this release may be older than 4.10, the first that knows every way to write a limit",
        "as above",
        hypervisor=True,
    ),
    Rule(
        (Form.HIGH, Form.CMA, Form.AUTO, Form.NO),
        False,
        "On a Xen host the hypervisor reads the argument, and knows only sizes and ranges, with an offset or a limit",
        "Xen docs/misc/kexec_and_kdump",
        hypervisor=True,
    ),
    Rule(
        (Form.XEN,),
        False,
        "Only the Xen hypervisor knows a limit; Linux would call the value malformed and set nothing aside",
        "Linux kernel/crash_reserve.c",
    ),
    Rule(
        (Form.AUTO,),
        True,
        "",
        "kexec-kdump-howto of kexec-tools 2.0.0-145.el6 to 2.0.26-8.el8",
        generations=(*_EL6, Generation.EL7, *_EL8),
    ),
    Rule(
        (Form.AUTO,),
        False,
        "Only kernels of Red Hat Enterprise Linux 6 to 8 know 'auto'; others silently set nothing aside",
        "cockpit-project/bots#2840; kernel-parameters.txt knows no 'auto'",
    ),
    Rule((Form.NO,), True, "", "puppet-kdump 2.0.4 writes it on 9", generations=(*_EL9, Generation.KDUMP_UTILS)),
    Rule(
        (Form.NO,),
        False,
        "'no' is a malformed value to the kernel, which complains of it at every boot",
        "Linux kernel/crash_reserve.c",
    ),
    Rule((Form.HIGH,), True, "", "Linux 3.9 kernel-parameters.txt", machines=("x86_64",), kernel=(3, 9, 0)),
    Rule((Form.HIGH,), True, "", "Linux 5.19 arm64, from 6.0 on counted", machines=("aarch64",), kernel=(6, 0, 0)),
    Rule(
        (Form.HIGH,),
        True,
        "",
        "carried back into 5.14 of 9 in the course of it; which minor is UNCONFIRMED, so counted from 9.7 on",
        machines=("aarch64",),
        generations=(Generation.EL9_7,),
    ),
    Rule(
        (Form.HIGH,),
        False,
        "',high' and ',low' are known to x86_64 kernels from 3.9 on and to 64-bit Arm kernels from 6.0 on; "
        "others pass over them and set nothing aside",
        "kernel-parameters.txt; openQA PR #7233 for POWER and Arm; arch/s390 and arch/powerpc ask for no ',high'",
    ),
    Rule((Form.CMA,), True, "", "Linux 6.17 kernel-parameters.txt", machines=("x86_64",), kernel=(6, 17, 0)),
    Rule(
        (Form.CMA,),
        False,
        "Only x86_64 kernels from 6.17 on know ',cma'; an older one takes it for the value itself, calls it "
        "malformed and sets nothing aside",
        "Linux 6.17 kernel-parameters.txt",
    ),
    Rule(
        (Form.SIZE, Form.OFFSET, Form.RANGES),
        True,
        "",
        "kexec-kdump-howto of kexec-tools 2.0.0-145.el6 (ranges since Linux 2.6.24)",
    ),
)


def forms_of(understood: Crashkernel) -> tuple[Form, ...]:
    """The forms that *understood* makes use of; a platform must understand all of them."""
    if understood.word:
        return (Form.AUTO if understood.word == "auto" else Form.NO,)
    if understood.high is not None:
        forms: tuple[Form, ...] = (Form.HIGH,)
    elif understood.ranges:
        forms = (Form.RANGES,)
    else:
        forms = (Form.SIZE if understood.offset is None else Form.OFFSET,)
    return (
        *forms,
        *((Form.CMA,) if understood.cma is not None else ()),
        *((Form.XEN,) if understood.xen_below is not None else ()),
    )


def rule_for(form: Form, platform: Platform) -> Rule:
    """The row of :data:`RULES` that decides whether *platform* understands *form*.

    Raises :class:`kdump.errors.Refusal` where :func:`kdump.generations.generation_of` does.
    """
    generation, machine, kernel = generation_of(platform), machine_of(platform), kernel_of(platform)
    hypervisor = platform.virtualisation == "xen-dom0"
    return next(
        rule
        for rule in RULES
        if form in rule.forms
        and (not rule.generations or generation in rule.generations)
        and (not rule.machines or machine in rule.machines)
        and kernel >= rule.kernel
        and rule.hypervisor in (None, hypervisor)
    )


def understands(form: Form, platform: Platform) -> bool:
    """Whether *platform* understands *form*. Raises as :func:`rule_for` does."""
    return rule_for(form, platform).understood


def rounding_of(platform: Platform, form: Form = Form.RANGES) -> int:
    """To what multiple (bytes) the kernel rounds memory up before it looks for a range; 1 where it does not.

    128 MiB since Linux 6.0 ("kdump: round up the total memory size to 128M", July 2022), and in Red Hat's
    kernels from 8 on, which carried it first. The hypervisor does not round.

    With *form* ``Form.AUTO``: before it compares with the threshold of ``auto``. That was a function of its own
    until 8 made ranges of it, so 6 and 7 round for ``auto`` though not for ranges. UNCONFIRMED for want of their
    kernels' source: firstboot_kdump.py of kexec-tools 2.0.0-310.el6 rounds to 128 MiB for the same thresholds.
    """
    if platform.virtualisation == "xen-dom0":
        return 1
    if form is Form.AUTO and understands(Form.AUTO, platform):
        return 128 * MIB
    return 128 * MIB if kernel_of(platform) >= (6, 0) or generation_of(platform) in _RED_HAT_FROM_8 else 1


def default_low_of(platform: Platform) -> int:
    """What ``,high`` alone sets aside below 4 GiB (bytes) where it lands above; 0 where ``,high`` is unknown.

    x86_64: 256 MiB since Linux 4.2, before that 72 MiB (64 for bounce buffers and 8); 64-bit Arm: 128 MiB
    (include/linux/crash_reserve.h).
    """
    if not understands(Form.HIGH, platform):
        return 0
    if machine_of(platform) == "aarch64":
        return 128 * MIB
    return (256 if kernel_of(platform) >= (4, 2) else 72) * MIB


def alignment_of(platform: Platform) -> int:
    """To what multiple (bytes) the kernel rounds a reservation up.

    s390x: 1 MiB (KEXEC_CRASH_MEM_ALIGN); POWER and 64-bit Arm: a page; x86: as it is.
    """
    return {"s390x": MIB, "ppc64": 64 * KIB, "ppc64le": 64 * KIB, "aarch64": 4 * KIB}.get(machine_of(platform), 1)


def ceiling_of(platform: Platform) -> int | None:
    """The address (bytes) that the end of a plain reservation cannot exceed; None where there is no such limit.

    x86 kernels before 3.9 place it below 896 MiB; 32-bit ones below 512 MiB (kdumptool calibrate, i386).
    """
    machine = machine_of(platform)
    if machine in ("x86_64", "i386") and generation_of(platform) in (*_EL5, *_EL6):
        return 896 * MIB
    return 512 * MIB if machine == "i386" else None
