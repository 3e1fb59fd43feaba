"""Which way of dumping a machine has: kdump nearly everywhere, and what to use where it is not there.

Sources: Red Hat's how-to of kdump (rows Tool, Xen, KVM), kdump.init and mkdumprd of kexec-tools 2.0.0-145.el6 and
2.0.0-310.el6, the lists of supported targets of 6 to 10. What only general knowledge backs says so.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.kernels import machine_of
from kdump.platforms import Platform
from kdump.support.hypervisors import hypervisor_notes
from kdump.units import GIB

Primary = Literal["kdump", "netdump", "xendump"]
ReservationLine = Literal["kernel", "hypervisor"]

EMULATED_DEVICES = ("xen_emul_unplug=never", "xen_emul_unplug=unnecessary")
"""Of these a fully virtualised Xen guest of release 6.3 and newer 6 needs one on its kernel line."""

_DOMAIN_MARKER = "Kdump_not_supported_on_Xen_domU_guest"
_EL6 = (Generation.EL6_0, Generation.EL6_3)
_SETTING = "platform.virtualisation"

_XENDUMP_STEPS = (
    "On the Xen host, set (enable-dump yes) in /etc/xen/xend-config.sxp, so that a crashed guest is dumped by itself",
    "Of a guest that hangs, write a dump on the Xen host by `xm dump-core DOMAIN FILE`",
)


class Ways(BaseModel):
    """How one machine leaves a dump.

    * ``primary``: the tool to use, and ``steps`` what it needs beyond package, reservation, configuration and
      service, each a sentence without its full stop
    * ``second_way``: another way, which may be used beside it ("" for none); ``notes``: what is worth knowing
    * ``reservation_on``: which line of the boot loader takes ``crashkernel``: the kernel's own, or the Xen hypervisor's
      (where that is ``kernel`` in grub.conf, and the Linux kernel is a ``module``)
    * ``extra_packages``: packages needed beside the tools'
    * ``refusal``: why kdump cannot be managed on this machine; None where it can
    """

    # A refusal is an exception, which pydantic has no schema for.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    primary: Primary
    steps: tuple[str, ...] = ()
    second_way: str = ""
    notes: tuple[str, ...] = ()
    reservation_on: ReservationLine = "kernel"
    extra_packages: tuple[str, ...] = ()
    refusal: Refusal | None = None


def ways(platform: Platform, memory_bytes: int = 0) -> Ways:
    """How a machine of *platform* with *memory_bytes* of memory (0: not known) leaves a dump.

    Raises :class:`Refusal` for a platform of which no rules are known. Sources: see the file's head.
    """
    generation = generation_of(platform)
    if generation is Generation.NETDUMP:
        return _netdump(platform)
    if platform.virtualisation in ("xen-pv", "xen-hvm"):
        return _xen_guest(platform, generation)
    if platform.virtualisation == "xen-dom0":
        return _xen_host(platform, generation, memory_bytes)
    if platform.virtualisation == "kvm":
        return Ways(
            primary="kdump",
            second_way="Of a guest that hangs, write a dump on its host by `virsh dump --memory-only DOMAIN FILE`",
        )
    return Ways(primary="kdump", notes=hypervisor_notes(platform))


def kernel_line_problem(platform: Platform, command_line: str) -> Refusal | None:
    """Why kdump would call itself unsupported for *command_line* (as in /proc/cmdline), None where it would not.

    Only fully virtualised Xen guests of Red Hat Enterprise Linux 6.3 and newer 6 need something there. Raises
    :class:`Refusal` for a platform of which no rules are known. Source: kexec-tools 2.0.0-310.el6 kdump.init.
    """
    if generation_of(platform) is not Generation.EL6_3 or platform.virtualisation != "xen-hvm":
        return None
    # The script searches for the words anywhere in the line, so this does too.
    if any(word in command_line for word in EMULATED_DEVICES):
        return None
    return Refusal(
        "bootArguments",
        command_line,
        " or ".join(EMULATED_DEVICES),
        f"Add '{EMULATED_DEVICES[0]}' to the kernel line, and reboot",
        "The capture kernel has no paravirtual drivers for Xen, so kdump runs with emulated devices only "
        "(kexec-tools 2.0.0-310.el6 kdump.init)",
    )


def _netdump(platform: Platform) -> Ways:
    diskdump = platform.version >= (4, 0)
    return Ways(
        primary="netdump",
        steps=(
            "Set up a netdump server, and install netdump on this host",
            "Name the server in /etc/sysconfig/netdump, then run `service netdump propagate`",
            "Run `chkconfig netdump on`, then `service netdump start`",
        ),
        second_way="Use diskdump to write to a local disk" if diskdump else "",
        refusal=Refusal(
            "platform",
            str(platform),
            "a release with kdump",
            "Use netdump (on release 4 also diskdump) on this host, and leave it out of the fleet",
            "Red Hat Enterprise Linux has kdump from release 5 on",
        ),
    )


def _xen_guest(platform: Platform, generation: Generation) -> Ways:
    if generation is Generation.EL5:
        return _from_the_xen_host(platform, "kdump does not work in Xen guests of this release; xendump does")
    if generation in _EL6 and platform.virtualisation == "xen-pv":
        return _from_the_xen_host(platform, "kdump.init of this release calls paravirtualised Xen guests unsupported")
    if generation is Generation.EL6_0:
        return _from_the_xen_host(platform, "kdump came to fully virtualised Xen guests with release 6.3")
    if generation is Generation.EL6_3:
        return Ways(
            primary="kdump",
            steps=(
                f"Add {EMULATED_DEVICES[0]} or {EMULATED_DEVICES[1]} to the kernel line",
                "Leave the modules xen_blkfront and xen_netfront out of guest and capture kernel: "
                "with them loaded, the capture initrd is not built",
                f"Remove the line {_DOMAIN_MARKER} from /etc/kdump.conf, if it is there",
            ),
            second_way="Of a guest that hangs, write a dump on the Xen host by `xm dump-core DOMAIN FILE`",
        )
    return Ways(
        primary="kdump",
        steps=("Prove it with a drill before you rely on it",),
        notes=("Xen is supported in select configurations only, which the list of supported targets does not name",),
    )


def _from_the_xen_host(platform: Platform, why: str) -> Ways:
    return Ways(
        primary="xendump",
        steps=_XENDUMP_STEPS,
        refusal=Refusal(
            _SETTING,
            platform.virtualisation,
            "a machine on which kdump works: bare metal, KVM, or from release 6.3 on fully virtualised Xen",
            "Use xendump: let the Xen host write the guest's dump, and leave the guest out of the fleet",
            why,
        ),
    )


def _xen_host(platform: Platform, generation: Generation, memory_bytes: int) -> Ways:
    if generation is not Generation.EL5:
        return Ways(
            primary="kdump",
            reservation_on="hypervisor",
            steps=("Prove it with a drill before you rely on it",),
            notes=("The hypervisor sets memory aside, so crashkernel is an argument of its own, not of Linux",),
        )
    large_32_bit = machine_of(platform) == "i386" and memory_bytes > 4 * GIB
    package = "kernel-PAE" if large_32_bit else "kernel"
    note = (
        "That it is kernel-PAE on a 32-bit host with more than 4 GiB is plausible, but not confirmed: "
        "the how-to's text is garbled here"
    )
    return Ways(
        primary="kdump",
        reservation_on="hypervisor",
        extra_packages=(package,),
        steps=(
            f"Install the package {package} of the same version as the running kernel-xen; do not boot it: "
            "only the capture kernel is taken from it",
            "Write crashkernel on the hypervisor's `kernel` line of /boot/grub/grub.conf, never on a `module` line",
        ),
        notes=(note,) if large_32_bit else (),
    )
