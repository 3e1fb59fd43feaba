"""Rows about the tool itself. Source: Red Hat's how-to of kdump; for what goes beyond it, the releases' packages."""

from kdump.how_to.rows import Row

_WAYS = "kdump.support.virtualisation"
_PACKAGES = "kdump.support.packages"

TOOLS = (
    Row("tool", "rhel-3", "There is no kdump: netdump is used instead.", _WAYS),
    Row("tool", "rhel-4", "There is no kdump: netdump is used instead, or diskdump to a local disk.", _WAYS),
    Row("tool", "rhel-5", "kdump is used.", _WAYS),
    Row("tool", "rhel-6", "kdump is used.", _WAYS),
    Row("tool", "rhel-7", "kdump is used.", _WAYS),
    Row("xen-guest", "rhel-5", "kdump is refused in Xen guests: the Xen host writes the dump, by xendump.", _WAYS),
    Row("xen-guest", "rhel-6.2", "kdump is refused in Xen guests of either kind.", _WAYS),
    Row(
        "xen-guest",
        "rhel-6.3",
        "Fully virtualised guests need xen_emul_unplug=never or =unnecessary on the kernel line; others are refused.",
        _WAYS,
    ),
    Row("xen-guest", "rhel-7", "Select configurations only are supported, so a drill has to prove it.", _WAYS),
    Row(
        "xen-host",
        "rhel-5",
        "The plain kernel of the same version is installed, not booted, and crashkernel goes to the hypervisor's line.",
        _WAYS,
    ),
    Row("kvm-guest", "rhel-5", "kdump is used; of a guest that hangs, its host can take the dump.", _WAYS),
    Row("kvm-guest", "rhel-6", "kdump is used; of a guest that hangs, its host can take the dump.", _WAYS),
    Row("kvm-guest", "rhel-7", "kdump is used; of a guest that hangs, its host can take the dump.", _WAYS),
    Row("package", "rhel-5", "kexec-tools; on ia64 and ppc64 kernel-kdump too (unconfirmed).", _PACKAGES),
    Row("package", "rhel-6", "kexec-tools.", _PACKAGES),
    Row("package", "rhel-7", "kexec-tools.", _PACKAGES),
    Row("package", "rhel-10", "kexec-tools, kdump-utils and makedumpfile.", _PACKAGES),
    Row("enable", "rhel-5", "By chkconfig kdump on, then service kdump start.", _PACKAGES),
    Row("enable", "rhel-6", "By chkconfig kdump on, then service kdump start.", _PACKAGES),
    Row("enable", "rhel-7", "By systemctl enable --now.", _PACKAGES),
    Row("apply", "rhel-5", "service kdump restart builds /boot/initrd-<kernel>kdump.img anew.", _PACKAGES),
    Row("apply", "rhel-6", "service kdump restart builds /boot/initrd-<kernel>kdump.img anew.", _PACKAGES),
    Row("apply", "rhel-7", "systemctl restart builds /boot/initramfs-<kernel>kdump.img anew.", _PACKAGES),
    Row("reservation-test", "rhel-5", "The total that free shows is smaller by the reservation.", _PACKAGES),
    Row(
        "reservation-test",
        "rhel-6",
        "The total that free shows is smaller; /sys/kernel/kexec_crash_size tells it exactly.",
        _PACKAGES,
    ),
    Row("reservation-test", "rhel-7", "/sys/kernel/kexec_crash_size tells the reservation.", _PACKAGES),
    Row("test", "rhel-5", "The tools have no test of their own: the machine is crashed through sysrq.", _PACKAGES),
    Row("test", "rhel-6", "The tools have no test of their own: the machine is crashed through sysrq.", _PACKAGES),
    Row("test", "rhel-7", "The tools have no test of their own: the machine is crashed through sysrq.", _PACKAGES),
    Row("test", "rhel-10", "kdumpctl test crashes the machine and looks for its dump.", _PACKAGES),
)
