"""What is asked of every host along with the first question, so that one probe answers all that will be read.

Kinds and families ask for what they need without knowing of this list; what is missing here costs a host one more
exchange, and what is asked for in vain costs it a process or two. `when` keeps questions to hosts that have a file.
"""

from __future__ import annotations

from provider.shell.script import Call, call

SURVEY: tuple[Call, ...] = (
    call("q_line", "/etc/machine-id"),
    call("q_line", "/var/lib/dbus/machine-id"),
    call("q_run", "uname", "-m"),
    call("q_file", "/etc/os-release"),
    call("q_file", "/etc/redhat-release"),
    call("q_line", "/proc/cmdline"),
    call("q_line", "/proc/sys/kernel/random/boot_id"),
    call("q_line", "/sys/kernel/kexec_crash_size"),
    call("q_line", "/sys/kernel/kexec_crash_loaded"),
    call("q_line", "/proc/meminfo"),
)
