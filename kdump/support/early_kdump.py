"""Early kdump: loading the capture kernel from the system's own initrd, to catch crashes before the service runs.

Source: early-kdump-howto.txt of kexec-tools 2.0.26-8.el8 and kdump-utils 1.0.61; the dracut module came in 2018-05,
so it is in every 8 and in no 7 (2.0.15-33.el7 has none).
"""

from __future__ import annotations

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

BOOT_ARGUMENT = "rd.earlykdump"
"""On the kernel line it makes the initrd load the capture kernel; without it early kdump is disabled."""

REBUILD: tuple[str, ...] = ("dracut", "--force", "--add", "earlykdump")
"""Puts capture kernel and its initrd into the system's initrd. Again after every rebuild of the capture initrd, and
for every new kernel: whoever forgets it boots with the old configuration, or without early kdump."""

_SETTING = "earlyKdump"
_WITHOUT = "Leave early kdump off"


def early_kdump_problems(
    platform: Platform, final_action: str = "reboot", failure_action: str = "reboot", fadump: bool = False
) -> list[Refusal]:
    """Why early kdump cannot work on *platform*, or is not safe with these actions of kdump.conf; [] where it is.

    A machine that crashes early in its boot, dumps and reboots, crashes again: without an end to it, it writes a
    dump in every round. Raises :class:`Refusal` for a platform of which no rules are known. Source: the file's head.
    """
    generation = generation_of(platform)
    if not generation.has_kdumpctl or generation is Generation.EL7:
        return [
            Refusal(
                _SETTING,
                True,
                "Red Hat Enterprise Linux 8 or newer, or Fedora",
                _WITHOUT,
                f"The dump tools of {generation} have no earlykdump module for dracut",
            )
        ]
    problems = [_NOT_WITH_FADUMP] if fadump else []
    if generation is Generation.EL8_0:
        return [*problems, _LOOPS_ON_8_0]
    return [*problems, *_endless(final_action, failure_action)]


_NOT_WITH_FADUMP = Refusal(
    _SETTING,
    True,
    "kdump, not fadump",
    f"{_WITHOUT}, or use kdump instead of fadump",
    "Early kdump loads nothing where fadump is on (early-kdump-howto.txt)",
)
_LOOPS_ON_8_0 = Refusal(
    _SETTING,
    True,
    "release 8.1 or newer",
    f"{_WITHOUT}, or update the host",
    "A crash early in the boot would be dumped in an endless loop, and final_action, which ends it, came with 8.1 "
    "(kexec-tools 2.0.19-3)",
)


def _endless(final_action: str, failure_action: str) -> list[Refusal]:
    """What lets the machine reboot after an early crash, whether the dump succeeds (final) or not (failure)."""
    why = (
        "A crash early in the boot would come back after the reboot, in an endless loop that writes a dump each time "
        "(early-kdump-howto.txt)"
    )
    problems = []
    if final_action not in ("poweroff", "halt"):
        problems.append(
            Refusal("finalAction", final_action, "poweroff or halt with early kdump", "Write 'poweroff'", why)
        )
    if failure_action == "reboot":
        problems.append(
            Refusal("failureAction", failure_action, "anything but reboot with early kdump", "Write 'poweroff'", why)
        )
    return problems
