"""Firmware-assisted dump on POWER: the firmware reboots the machine and keeps its memory, instead of a second kernel.

Sources: fadump-howto.txt of kexec-tools 2.0.0-310.el6 and kdump-utils 1.0.61, kdumpctl of 2.0.26-8.el9, sysconfig.kdump
of openSUSE kdump, kdump-config of kdump-tools 1:1.8.1, Linux Documentation/arch/powerpc/firmware-assisted-dump.rst.
"""

from __future__ import annotations

from typing import Literal

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

Value = Literal["on", "nocma"]

REGISTERED_FILE = "/sys/kernel/fadump/registered"
"""Holds 1 where fadump is ready; :data:`kdump.support.packages.LOADED_FILE` stays 0 then. Before Linux 5.12 it is
/sys/kernel/fadump_registered."""

_ARCHITECTURES = ("ppc64", "ppc64le")
_USER_PAGES = 8
_WITHOUT = (Generation.NETDUMP, Generation.EL5, Generation.EL6_0)
_WITHOUT_NOCMA = (Generation.EL6_3, Generation.EL7)


def boot_argument(dump_level: int) -> str:
    """The ``fadump=`` argument for a dump level of makedumpfile (0 to 31, the sum of the page types left out).

    The reserved memory is lent to user space in the meantime, unless ``nocma`` forbids it; so a dump that keeps user
    pages (bit 8 is not set) needs ``nocma``, or it misses what stood there. Source: fadump-howto.txt of kdump-utils.
    """
    return "fadump=on" if dump_level & _USER_PAGES else "fadump=nocma"


def fadump_problems(platform: Platform, value: Value = "on", interfaces: tuple[str, ...] = ()) -> list[Refusal]:
    """Why ``fadump=value`` cannot work on *platform*; [] where it can.

    *interfaces* are the names of those that reach the collector. With fadump the capture initrd is the system's own,
    and Red Hat's tools put "kdump-" before generic names (eth0, net1), for the running system too. Raises
    :class:`Refusal` for a platform of which no rules are known. Sources: the file's head.
    """
    generation = generation_of(platform)
    if platform.architecture not in _ARCHITECTURES:
        return [
            _refused(value, "a POWER machine", "Use kdump", "Only the firmware of POWER machines can keep the memory")
        ]
    if generation in _WITHOUT:
        return [
            _refused(value, "release 6.3 or newer", "Use kdump", f"The dump tools of {generation} know nothing of it")
        ]
    problems = []
    if value == "nocma" and generation in _WITHOUT_NOCMA:
        problems.append(
            _refused(
                value,
                "'on'",
                "Write 'on', and leave user pages out of the dump (dump level 31)",
                f"The kernel of {generation} lends no reserved memory to user space, and does not know 'nocma'",
            )
        )
    if generation.has_kdumpctl:
        problems += [
            Refusal(
                "interfaces",
                name,
                "a name that tells which interface it is",
                "Give the interface a name of its own, such as 'lan0', before fadump is turned on",
                f"The tools would rename it to kdump-{name}, in the running system too (fadump-howto.txt)",
            )
            for name in interfaces
            if _is_generic(name)
        ]
    return problems


def _is_generic(name: str) -> bool:
    """As the tools see it: "eth" or "net" and a number."""
    return name[:3] in ("eth", "net") and name[3:].isdecimal()


def _refused(value: str, needed: str, instead: str, why: str) -> Refusal:
    return Refusal("fadump", value, needed, instead, why)
