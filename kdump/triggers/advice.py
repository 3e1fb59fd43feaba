"""What to know of panic triggers that work: rows of data, each with the condition under which it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.triggers.model import Advice, Triggers
from kdump.triggers.table import X86

_DEFAULT_HUNG_TASK_SECONDS = 120
_GUESTS = ("kvm", "vmware", "hyper-v", "xen-hvm")
# SysRq keys that dump and crash: bit 8 of kernel.sysrq. Source: Linux admin-guide/sysrq.rst
_SYSRQ_DUMPS = 8

# How to press the NMI button of a machine that has none. Source: virsh(1); Microsoft's Debug-VM; other
# hypervisors and clouds call it a diagnostic interrupt.
_BUTTON = {
    "kvm": "`virsh inject-nmi`, or the cloud's diagnostic interrupt,",
    "hyper-v": "`Debug-VM -InjectNonMaskableInterrupt`, or the cloud's diagnostic interrupt,",
}
_OTHER_BUTTON = "The hypervisor's or the cloud's diagnostic interrupt"

# Tools that switch panic_on_oops on whenever they load the capture kernel.
# Source: openSUSE kdump init/load.sh; kdump-tools, /etc/kdump/sysctl.conf
_SET_OOPS = (Generation.SUSE_CALIBRATE, Generation.SUSE_2, Generation.KDUMP_TOOLS)


class _Row(NamedTuple):
    setting: str
    holds: Callable[[Triggers, Platform], bool]
    text: Callable[[Triggers, Platform], str]
    source: str


def _says(text: str) -> Callable[[Triggers, Platform], str]:
    return lambda triggers, platform: text


def _button(platform: Platform) -> str:
    return _BUTTON.get(platform.virtualisation, _OTHER_BUTTON)


def _watches(triggers: Triggers) -> bool:
    return bool(triggers.nmi_watchdog or triggers.hardlockup)


_ROWS = (
    _Row(
        "triggers.hungTask",
        lambda t, p: t.hung_task is True,
        lambda t, p: (
            "When shared storage is away for longer than "
            f"{t.hung_task_timeout or _DEFAULT_HUNG_TASK_SECONDS} seconds, every host that waits for it panics: "
            "the whole fleet reboots. Keep triggers.hungTaskTimeout well above the longest failover of the storage."
        ),
        "Linux sysctl hung_task_panic; the classic fleet-wide reboot",
    ),
    _Row(
        "triggers.oom",
        lambda t, p: t.oom == 1,
        _says(
            "The host panics only when all of its memory is gone. Where a control group, a cpuset or a memory "
            "policy runs into its own limit, a process is still killed; 2 panics then as well."
        ),
        "Linux sysctl panic_on_oom; sonic-net pull request 7678",
    ),
    _Row(
        "triggers.oom",
        lambda t, p: t.oom == 2,
        _says(
            "The host panics even when a single container or control group runs into its own memory limit, which "
            "on container hosts happens every day. 1 panics only when the whole machine is out of memory."
        ),
        "Linux sysctl panic_on_oom; sonic-net pull request 7678",
    ),
    _Row(
        "triggers.warn",
        lambda t, p: t.warn is True,
        _says(
            "Kernels print warnings for much that does no harm, and one new driver can make a whole fleet panic. "
            "Use it on a host under test."
        ),
        "Linux sysctl panic_on_warn",
    ),
    _Row(
        "triggers.panicTimeout",
        lambda t, p: not t.panic_timeout,
        _says(
            "A host that panics while no capture kernel is loaded stays down until somebody resets it. "
            "Write 30 to make it reboot by itself."
        ),
        "Linux sysctl panic; Oracle Linux, parameters that control kernel panics",
    ),
    _Row(
        "triggers.panicTimeout",
        lambda t, p: bool(t.panic_timeout),
        _says(
            "With a capture kernel loaded the dump begins before this time counts, unless the kernel was booted "
            "with crash_kexec_post_notifiers. It is for panics that find no capture kernel."
        ),
        "Linux kernel-parameters.txt, crash_kexec_post_notifiers",
    ),
    _Row(
        "triggers.sysrq",
        lambda t, p: t.sysrq is not None,
        _says("Whatever this is, root can crash the host by /proc/sysrq-trigger: it is about keyboards and consoles."),
        "Linux admin-guide/sysrq.rst",
    ),
    _Row(
        "triggers.sysrq",
        lambda t, p: t.sysrq is not None and t.sysrq != 1 and not t.sysrq & _SYSRQ_DUMPS,
        _says("SysRq-C on the console will not crash the host. Write 1, or add 8 to the sum."),
        "Linux admin-guide/sysrq.rst",
    ),
    _Row(
        "triggers.panicPrint",
        lambda t, p: bool(t.panic_print),
        _says("All that is printed goes over the console first, which on a slow serial line delays the dump."),
        "Linux sysctl panic_print",
    ),
    _Row(
        "triggers.panicOnOops",
        lambda t, p: t.panic_on_oops is False and generation_of(p) in _SET_OOPS,
        _says("The dump tools of this platform set it to 1 again each time they load the capture kernel."),
        "openSUSE kdump init/load.sh; kdump-tools /etc/kdump/sysctl.conf",
    ),
    _Row(
        "triggers.nmiButton",
        lambda t, p: bool(t.nmi_button) and p.virtualisation in _GUESTS,
        lambda t, p: f"{_button(p)} makes this virtual machine panic when it hangs.",
        "virsh(1) inject-nmi; diagnostic interrupts of AWS, OCI and Google Cloud",
    ),
    _Row(
        "triggers.nmiButton",
        lambda t, p: not t.nmi_button and p.virtualisation in _GUESTS and p.architecture in X86,
        lambda t, p: f"{_button(p)} cannot make this virtual machine panic, unless triggers.nmiButton is on.",
        "virsh(1) inject-nmi; diagnostic interrupts of AWS, OCI and Google Cloud",
    ),
    _Row(
        "triggers.nmiButton",
        lambda t, p: bool(t.nmi_button) and t.nmi_watchdog != 0 and p.virtualisation not in _GUESTS,
        _says(
            "Some machines report the watchdog's interrupts as unknown ones. If this host panics without anybody "
            "having pressed the button, set triggers.nmiWatchdog to 0."
        ),
        "Oracle Linux, parameters that control kernel panics: nmi_watchdog 0 to use the NMI switch",
    ),
    _Row(
        "triggers.nmiButton",
        lambda t, p: bool(t.nmi_button) and p.virtualisation == "xen-dom0",
        _says("NMIs reach the Xen hypervisor first; its own boot option nmi= says whether it passes them on."),
        "Xen command line documentation, nmi",
    ),
    _Row(
        "triggers.nmiWatchdog",
        lambda t, p: _watches(t) and p.virtualisation != "none",
        _says(
            "Most virtual machines have no performance counter for the watchdog to run on, and then nothing is "
            "watched. After boot, /proc/sys/kernel/nmi_watchdog says whether it runs."
        ),
        "Linux admin-guide/lockup-watchdogs.rst",
    ),
    _Row(
        "triggers.nmiWatchdog",
        lambda t, p: _watches(t) and p.virtualisation == "none" and p.architecture not in X86,
        _says(
            "Not every kernel of this architecture has an NMI watchdog. "
            "After boot, /proc/sys/kernel/nmi_watchdog says whether it runs."
        ),
        "Linux admin-guide/lockup-watchdogs.rst",
    ),
    _Row(
        "triggers.softlockup",
        lambda t, p: t.softlockup is True and p.virtualisation in _GUESTS,
        _says(
            "A guest whose hypervisor is overloaded, or pauses it for a snapshot or a migration, sees soft lockups "
            "that are none, and panics. Leave it off in virtual machines."
        ),
        "RHEL 9, Managing the kernel: keeping kernel panic parameters disabled in virtualized environments",
    ),
)


def advice_for(triggers: Triggers, platform: Platform) -> tuple[Advice, ...]:
    """What to know of *triggers* on *platform*, in the order of the table. Raises as ``generation_of`` does."""
    return tuple(
        Advice(setting=row.setting, text=row.text(triggers, platform), source=row.source)
        for row in _ROWS
        if row.holds(triggers, platform)
    )
