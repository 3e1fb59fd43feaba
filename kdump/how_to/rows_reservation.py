"""Rows about crashkernel. Source: Red Hat's how-to of kdump; for what goes beyond it, the releases' packages."""

from kdump.how_to.rows import Row

_VALUE = "kdump.crashkernel"
_LEGACY = "kdump.dialects.grub_conf"
_DEFAULT_GRUB = "kdump.dialects.grub_defaults"
_BLS = "kdump.dialects.bls"

RESERVATION = (
    Row("boot-argument", "rhel-5", "crashkernel=128M@16M: without its offset, kdump does not start.", _VALUE),
    Row("boot-argument", "rhel-6", "crashkernel=128M, without an offset, or crashkernel=auto.", _VALUE),
    Row("boot-argument", "rhel-7", "crashkernel=auto or a size; ranges by memory are understood too.", _VALUE),
    Row("boot-argument", "rhel-9", "A size or ranges by memory; crashkernel=auto sets nothing aside any more.", _VALUE),
    Row(
        "boot-argument-place",
        "rhel-5",
        "On the kernel lines of /boot/grub/grub.conf; under Xen these are the hypervisor's, never the module lines.",
        _LEGACY,
    ),
    Row("boot-argument-place", "rhel-6", "On the kernel lines of /boot/grub/grub.conf.", _LEGACY),
    Row("boot-argument-place", "rhel-7", "In GRUB_CMDLINE_LINUX of /etc/default/grub.", _DEFAULT_GRUB),
    Row("boot-argument-place", "rhel-8", "In kernelopts of grubenv, from which the entries take it.", _BLS),
    Row(
        "boot-argument-place", "rhel-9", "In every entry's own options, and in /etc/kernel/cmdline for new ones.", _BLS
    ),
    Row("minimum", "rhel-5", "64M is the least that was tested.", _VALUE),
    Row("minimum", "rhel-6", "64M is the least that was tested; real hosts need far more.", _VALUE),
    Row("minimum", "rhel-7", "auto is 161M, and 64M more for every terabyte; sizes known to fail are refused.", _VALUE),
)
