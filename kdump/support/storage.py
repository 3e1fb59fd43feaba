"""Which storage a release's capture kernel can write to: file systems, volumes, encryption, paths, controllers.

Two kinds of source per release, and they differ: the vendor's list of supported targets, and what the scripts that
build the capture initrd do. "Refused" is what the scripts end on with an error; "unsupported" what only the list
names, or what cannot work though nothing checks it.
"""

from __future__ import annotations

from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.support.standing import (
    EL5,
    EL6,
    EL6_0,
    EL6_3,
    EL7,
    EL8,
    EL8_1,
    EL9,
    EL9_2,
    KDUMP_TOOLS,
    KDUMP_UTILS,
    SUSE,
    Row,
    Standing,
    Support,
    support_of,
    unknown,
)

_EL5_TO_6 = EL5 | EL6
_FROM_7 = EL7 | EL8 | EL9 | KDUMP_UTILS
_RED_HAT = _EL5_TO_6 | _FROM_7

_YES, _OPEN, _NO, _ERROR = Standing.SUPPORTED, Standing.UNKNOWN, Standing.UNSUPPORTED, Standing.REFUSED

_TOOL_5 = "mkdumprd of kexec-tools, June 2008"
_TOOL_6_0 = "kexec-tools 2.0.0-145.el6 mkdumprd"
_LIST_6 = "kexec-tools 2.0.0-310.el6 kexec-kdump-howto.txt"
_LIST_7 = "kexec-tools 2.0.15-33.el7 supported-kdump-targets.txt"
_LIST_8 = "kexec-tools 2.0.26-8.el8 supported-kdump-targets.txt"
_LIST_9 = "kexec-tools 2.0.26-8.el9 supported-kdump-targets.txt"
_LIST_10 = "kdump-utils 1.0.61 supported-kdump-targets.txt"
_LISTS_7_TO_10 = f"{_LIST_7}, and the same file up to kdump-utils 1.0.61"
_LISTS_6_TO_10 = f"{_LIST_6}; {_LISTS_7_TO_10}"
_DEBIAN = "kdump-tools 1:1.8.1"
_SUSE = "openSUSE kdump(5)"

_LISTED = "The list of supported targets names it"
_LISTED_NOT = "The list of targets names it among the unsupported ones, though the tools do not check"
_OPTION_UNKNOWN = "The tools do not know this option of kdump.conf, and kdump does not start"
_OTHER_FS = "Use ext3 or ext4, or a remote target"
_NOT_THIN = "Use an ordinary logical volume, or a remote target"
_NOT_CRYPTED = "Dump to a disk that is not encrypted, or to a collector"
_OTHER_DISK = "Dump to another disk, or to a collector"
_DIRECTORY = "Use a directory on a file system, or a remote target"
_PASSPHRASE = "The capture kernel waits at its console for the passphrase, and nobody is there to type it"

ROWS: tuple[Row, ...] = (
    # file systems
    Row("ext2", _EL5_TO_6, _YES, _LISTED, f"{_TOOL_5}; {_LIST_6}"),
    Row("ext2", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("ext3", _EL5_TO_6, _YES, _LISTED, f"{_TOOL_5}; {_LIST_6}"),
    Row("ext3", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("ext4", EL5, _OPEN, "Only late builds of this release may know it, which is unconfirmed", _TOOL_5, "Use ext3"),
    Row("ext4", EL6, _YES, _LISTED, _LIST_6),
    Row("ext4", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("xfs", EL5, _ERROR, _OPTION_UNKNOWN, _TOOL_5, "Use ext3, or a remote target"),
    Row("xfs", EL6, _YES, "mkdumprd takes it since before 6.0", f"{_TOOL_6_0}; {_LIST_6}"),
    Row("xfs", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("btrfs", EL5, _ERROR, _OPTION_UNKNOWN, _TOOL_5, "Use ext3, or a remote target"),
    Row("btrfs", EL6, _YES, "mkdumprd takes it, and the list of 6 names it as supported", f"{_TOOL_6_0}; {_LIST_6}"),
    Row("btrfs", _FROM_7, _NO, _LISTED_NOT, _LISTS_7_TO_10, "Use xfs or ext4, or a remote target"),
    Row("btrfs", SUSE, _YES, "The default root file system, with /var/crash on it", "SLES installation defaults"),
    Row("gfs2", EL6 | _FROM_7, _NO, _LISTED_NOT, _LISTS_6_TO_10, _OTHER_FS),
    Row("glusterfs", EL6 | _FROM_7, _NO, _LISTED_NOT, _LISTS_6_TO_10, _OTHER_FS),
    Row("virtiofs", _EL5_TO_6, _ERROR, _OPTION_UNKNOWN, f"{_TOOL_5}; {_LIST_6}", _OTHER_FS),
    Row("virtiofs", EL7 | EL8, _ERROR, _OPTION_UNKNOWN, "kdumpctl of 2.0.15-33.el7 and 2.0.26-8.el8", _OTHER_FS),
    Row("virtiofs", EL9, _ERROR, _OPTION_UNKNOWN, "kexec-tools changelog 2.0.25-3.el9", _OTHER_FS, before=(9, 2)),
    Row("virtiofs", EL9, _YES, _LISTED, "kexec-tools 2.0.25-9.el9 supported-kdump-targets.txt", since=(9, 2)),
    Row("virtiofs", KDUMP_UTILS, _YES, _LISTED, _LIST_10),
    Row("raw", _RED_HAT, _YES, "kdump.conf takes a partition to write to", "kdump.conf(5) of 5 to 10"),
    Row("raw", SUSE, _ERROR, "KDUMP_SAVEDIR takes a directory or a URL", _SUSE, _DIRECTORY),
    Row("raw", KDUMP_TOOLS, _ERROR, "KDUMP_COREDIR takes a directory", _DEBIAN, _DIRECTORY),
    # volumes and arrays
    Row("lvm", EL5, _YES, "mkdumprd takes lvm and its configuration along", _TOOL_5),
    Row("lvm", EL6 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("lvm-thin", EL6, _NO, _LISTED_NOT, _LIST_6, _NOT_THIN),
    Row("lvm-thin", EL7, _NO, _LISTED_NOT, _LIST_7, _NOT_THIN),
    Row("lvm-thin", EL8, _NO, _LISTED_NOT, _LIST_8, _NOT_THIN, before=(8, 8)),
    Row(
        "lvm-thin",
        EL8_1,
        _OPEN,
        "The list says unsupported, but the capture kernel watches over the pool since 8.8",
        f"kexec-tools changelog 2.0.25-4.el8; {_LIST_8}",
        _NOT_THIN,
        since=(8, 8),
    ),
    Row("lvm-thin", EL9, _NO, "It came with 9.2", "kexec-tools changelog 2.0.25-5.el9", _NOT_THIN, before=(9, 2)),
    Row(
        "lvm-thin",
        EL9_2,
        _OPEN,
        "The list of 9.2 says unsupported, but the capture kernel watches over the pool",
        "kexec-tools 2.0.25-13.el9 supported-kdump-targets.txt and dracut-module-setup.sh",
        _NOT_THIN,
        before=(9, 3),
    ),
    Row("lvm-thin", EL9, _YES, _LISTED, "kexec-tools changelog 2.0.26-5.el9", since=(9, 3)),
    Row("lvm-thin", KDUMP_UTILS, _YES, _LISTED, _LIST_10),
    Row("mdraid", EL5, _YES, "mkdumprd takes mdadm and its configuration along", _TOOL_5),
    Row("mdraid", EL6 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("bios-raid", EL6 | _FROM_7, _NO, _LISTED_NOT, _LISTS_6_TO_10, "Use mdraid or a RAID controller"),
    Row("hardware-raid", EL6 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("multipath", EL5, _NO, "The capture kernel knows no multipath devices", _TOOL_5,
        "Blacklist the LUN in multipath.conf, and give its single path a name of its own by a udev rule"),
    Row("multipath", EL6_0, _NO, "It came after 6.2", "kexec-tools changelog 2.0.0-211 (2011-12)",
        "Blacklist the LUN in multipath.conf, or update to 6.3"),
    Row("multipath", EL6_3, _YES, "mkdumprd takes multipathd along", "kexec-tools 2.0.0-310.el6 mkdumprd"),
    Row("multipath", _FROM_7, _YES, "dracut takes multipathd along", "Red Hat's how-to of kdump, and dracut"),
    # encryption
    Row("luks", EL6_0, _NO, "Nothing opens it in the capture kernel", _TOOL_6_0, _NOT_CRYPTED),
    Row("luks", EL6_3, _ERROR, "mkdumprd ends with an error for an encrypted device",
        "kexec-tools 2.0.0-310.el6 mkdumprd", _NOT_CRYPTED),
    Row("luks", EL7 | EL8, _NO, _PASSPHRASE, "mkdumprd of 2.0.15-33.el7 and 2.0.26-8.el8", _NOT_CRYPTED),
    Row("luks", EL9, _NO, "mkdumprd warns against it, and key derivation (argon2) takes about a gigabyte more memory",
        "kexec-tools 2.0.26-8.el9 mkdumprd and kexec-kdump-howto.txt", _NOT_CRYPTED),
    Row("luks", KDUMP_UTILS, _YES, "The volume key is handed over, once kdumpctl setup-crypttab has prepared for it",
        f"{_LIST_10}; kdumpctl(8) of 1.0.58 and newer", architectures=("x86_64",)),
    Row("luks", KDUMP_UTILS, _NO, "The volume key is handed over on x86_64 only", _LIST_10, _NOT_CRYPTED,
        but_not_architectures=("x86_64",)),
    Row("luks", SUSE | KDUMP_TOOLS, _OPEN, _PASSPHRASE, "cryptsetup in the capture kernel", _NOT_CRYPTED),
    # how the disk is reached
    Row("disk", EL5, _YES, "mkdumprd takes the driver along", _TOOL_5),
    Row("disk", EL6 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("ide", EL6 | _FROM_7, _NO, _LISTED_NOT, _LISTS_6_TO_10, _OTHER_DISK),
    Row("fc", EL6 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("iscsi-software", EL6_0, _NO, "It came after 6.2", "kexec-tools changelog 2.0.0-210 (2011-12)", _OTHER_DISK),
    Row("iscsi-software", EL6_3 | _FROM_7, _YES, _LISTED, _LISTS_6_TO_10),
    Row("iscsi-hba", EL6, _NO, _LISTED_NOT, _LIST_6, _OTHER_DISK),
    Row("iscsi-hba", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("iscsi-hybrid", EL6 | _FROM_7, _NO, "be2iscsi is on the list of unsupported ones", _LISTS_6_TO_10, _OTHER_DISK),
    Row("ibft", EL6, _NO, _LISTED_NOT, _LIST_6, _OTHER_DISK),
    Row("ibft", _FROM_7, _NO, "iSCSI with iBFT is on the list of unsupported ones", _LISTS_7_TO_10, _OTHER_DISK),
    Row("fcoe-hardware", EL6, _NO, _LISTED_NOT, _LIST_6, _OTHER_DISK),
    Row("fcoe-hardware", _FROM_7, _YES, _LISTED, _LISTS_7_TO_10),
    Row("fcoe-software", EL6, _NO, _LISTED_NOT, _LIST_6, _OTHER_DISK),
    Row("fcoe-software", _FROM_7, _YES, "Listed, with a larger reservation", _LISTS_7_TO_10),
    Row("nvme", EL9, _YES, "mkdumprd always takes the driver along", "kexec-tools changelog 2.0.23-6.el9"),
    Row("nvme", EL6 | EL7 | EL8 | KDUMP_UTILS, _OPEN, "SSDs on PCI Express are on the list as unknown", _LISTS_6_TO_10),
    Row("nvme-fc", EL9 | KDUMP_UTILS, _YES, _LISTED, f"{_LIST_9}; {_LIST_10}"),
    Row("nvme-tcp", KDUMP_UTILS, _YES, "Listed, where the NVMe Boot Firmware Table configures it", _LIST_10),
)  # fmt: skip

LAYERS: tuple[str, ...] = tuple(dict.fromkeys(row.feature for row in ROWS))
"""Every layer that is known by name, file systems first."""


def storage_support(platform: Platform, stack: tuple[str, ...]) -> list[Support]:
    """How *platform* stands to each layer of *stack*, from the file system ("raw" for none) down to the disk.

    ("ext4", "lvm", "multipath", "fc") is ext4 on a logical volume on a multipath device on Fibre Channel. Raises
    :class:`Refusal` for a layer that is not in :data:`LAYERS`, and for a platform of which no rules are known.
    """
    for layer in stack:
        if layer not in LAYERS:
            raise Refusal(
                "storage",
                layer,
                "one of " + ", ".join(LAYERS),
                "Write what the disk is reached by; an ordinary disk, virtual or not, is 'disk'",
                "What a name stands for decides what the capture kernel needs",
            )
    return [support_of(ROWS, layer, platform) or unknown(layer, platform) for layer in stack]


def storage_problems(platform: Platform, stack: tuple[str, ...], setting: str = "target.storage") -> list[Refusal]:
    """Why a dump must not be written to *stack*: what the platform's tools refuse, or its vendor does not support.

    What is of unknown support is no problem here (:func:`storage_support` tells, and raises the same). Sources:
    the rows, named in each refusal.
    """
    found = " on ".join(stack)
    return [each.refusal(setting, found, platform) for each in storage_support(platform, stack) if each.is_problem]
