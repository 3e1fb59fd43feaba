"""How far a host is from leaving a dump, in plain words.

Source: /proc/cmdline, /sys/kernel/kexec_crash_size and kexec_crash_loaded
(Linux Documentation/ABI/testing/sysfs-kernel-kexec-kdump).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump import crashkernel
from kdump.units import human

Level = Literal["unsupported", "unreserved", "reserved", "armed", "drilled"]


class Readiness(BaseModel):
    """``level``, from unsupported to drilled, and the ``reason`` in a sentence: what is there, what is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level
    reason: str


def reboot_required(configured: str, running: str, reserved_bytes: int) -> bool:
    """Whether only a reboot makes the configured reservation the real one.

    *configured* and *running* are the crashkernel settings of the boot loader and of /proc/cmdline (as
    :func:`kdump.cmdline.crashkernel_of` gives them, "" for none), *reserved_bytes* is kexec_crash_size. Equal
    settings need none, also where the kernel set nothing aside: it would do the same again. Where none is
    configured, one is needed only to free memory that is still set aside.
    """
    if configured.split() == running.split():
        return False
    return bool(configured) or reserved_bytes > 0


def readiness(
    platform_ok: bool, configured: str, running: str, reserved_bytes: int, loaded: bool, memory_bytes: int
) -> Readiness:
    """The readiness of a host, from what was found on it.

    *platform_ok*: :func:`kdump.platforms.require_supported` does not refuse it; *loaded*: kexec_crash_loaded
    is 1; *memory_bytes* is physical memory; the others as for :func:`reboot_required`. Never "drilled": that
    takes the record of a drill, which is not among these.
    """
    if not platform_ok:
        return Readiness(level="unsupported", reason="The platform is not supported, so kdump is not managed.")
    pending = reboot_required(configured, running, reserved_bytes)
    if reserved_bytes <= 0:
        return Readiness(level="unreserved", reason=_why_unreserved(configured, running, memory_bytes, pending))
    after_reboot = ""
    if pending:
        change = f"'{configured}' instead of '{running}'" if configured else "no reservation"
        after_reboot = f" After the next reboot the host has {change}."
    held = f"{human(reserved_bytes)} are set aside"
    if not loaded:
        return Readiness(
            level="reserved",
            reason=f"{held}, but no capture kernel is loaded: the kdump service is off or failed.{after_reboot}",
        )
    return Readiness(level="armed", reason=f"{held} and the capture kernel is loaded.{after_reboot}")


def _why_unreserved(configured: str, running: str, memory_bytes: int, pending: bool) -> str:
    if pending:
        return f"crashkernel '{configured}' is configured, but the running kernel does not have it yet: reboot."
    if not running:
        return "No crashkernel is configured, so no memory is set aside for a capture kernel."
    memory = human(memory_bytes)
    if crashkernel.reserved_bytes(running, memory_bytes) == 0:
        return f"The kernel was booted with crashkernel '{running}', which sets nothing aside for {memory} of memory."
    return (
        f"The kernel was booted with crashkernel '{running}', but set nothing aside: it found no free range of that "
        f"size in {memory} of memory, or it was freed since. `dmesg | grep -i crashkernel` says which."
    )
