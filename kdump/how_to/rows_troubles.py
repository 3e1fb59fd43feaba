"""Rows about clusters, triggers and troubles. Source: Red Hat's how-to of kdump; beyond it, the releases' packages."""

from kdump.how_to.rows import Row

_FENCING = "kdump.fencing"
_TRIGGERS = "kdump.triggers"
_ADVICE = "kdump.advice"

TROUBLES = (
    Row("cluster", "rhel-5", "post_fail_delay of cluster.conf gives a node the time to dump.", _FENCING),
    Row("cluster", "rhel-6.2", "fence_kdump waits for a node that says it is dumping.", _FENCING),
    Row(
        "cluster", "rhel-7", "fence_kdump waits for a node that says it is dumping, as a level before power.", _FENCING
    ),
    Row("nmi-watchdog", "rhel-5", "The boot argument nmi_watchdog=1, or 2 for the local APIC.", _TRIGGERS),
    Row("nmi-watchdog", "rhel-6", "The boot argument nmi_watchdog=1.", _TRIGGERS),
    Row("nmi-watchdog", "rhel-7", "The sysctl kernel.nmi_watchdog=1, at once and without a boot argument.", _TRIGGERS),
    Row("nmi-button", "rhel-5", "The sysctl kernel.unknown_nmi_panic=1, never beside nmi_watchdog.", _TRIGGERS),
    Row("nmi-button", "rhel-6", "The sysctl kernel.unknown_nmi_panic=1, also beside nmi_watchdog.", _TRIGGERS),
    Row("nmi-button", "rhel-7", "The sysctl kernel.unknown_nmi_panic=1, also beside nmi_watchdog.", _TRIGGERS),
    Row("unrecovered-nmi", "rhel-5", "The sysctl kernel.panic_on_unrecovered_nmi=1.", _TRIGGERS),
    Row("unrecovered-nmi", "rhel-6", "The sysctl kernel.panic_on_unrecovered_nmi=1.", _TRIGGERS),
    Row(
        "unrecovered-nmi",
        "rhel-7",
        "The sysctl kernel.panic_on_unrecovered_nmi=1, and panic_on_io_nmi beside it.",
        _TRIGGERS,
    ),
    Row("out-of-memory", "rhel-5", "The sysctl vm.panic_on_oom=1, and no other value.", _TRIGGERS),
    Row("out-of-memory", "rhel-6", "The sysctl vm.panic_on_oom: 1, or 2 for limits too.", _TRIGGERS),
    Row(
        "out-of-memory",
        "rhel-7",
        "The sysctl vm.panic_on_oom: 1, or 2 for limits of cpusets and cgroups too.",
        _TRIGGERS,
    ),
    Row("framebuffer-console", "rhel-5", "A garbled console in the capture kernel is harmless.", _ADVICE),
    Row("framebuffer-console", "rhel-6", "A garbled console in the capture kernel is harmless.", _ADVICE),
    Row("framebuffer-console", "rhel-7", "A garbled console in the capture kernel is harmless.", _ADVICE),
    Row("memory-debugging", "rhel-6.3", "debug_mem_level, 0 to 3, in kdump.conf.", _ADVICE),
    Row(
        "memory-debugging",
        "rhel-7",
        "rd.memdebug, 0 to 3, in KDUMP_COMMANDLINE_APPEND; debug_mem_level is refused.",
        _ADVICE,
    ),
    Row("dump-fails", "rhel-5", "Where a reboot works but the dump does not, the memory modules are checked.", _ADVICE),
    Row("dump-fails", "rhel-6", "Where a reboot works but the dump does not, the memory modules are checked.", _ADVICE),
    Row("dump-fails", "rhel-7", "Where a reboot works but the dump does not, the memory modules are checked.", _ADVICE),
    Row("hpsa", "rhel-5", "A local disk on hpsa needs the newest kexec-tools.", _ADVICE),
    Row("hpsa", "rhel-6", "A local disk on hpsa works from kexec-tools 2.0.0-174 on.", _ADVICE),
    Row("hpsa", "rhel-7", "A local disk on hpsa needs nothing.", _ADVICE),
)
