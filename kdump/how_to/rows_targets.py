"""Rows about targets. Source: Red Hat's how-to of kdump; for what goes beyond it, the releases' packages."""

from kdump.how_to.rows import Row

_CONF = "kdump.dialects.kdump_conf"
_NAMES = "kdump.support.dump_names"
_PREFLIGHT = "kdump.support.preflight"
_BONDING = "kdump.support.bonding"
_PACKAGES = "kdump.support.packages"
_SAN = "kdump.volumes"
_CAPACITY = "kdump.capacity"

TARGETS = (
    Row("default-target", "rhel-5", "/var/crash on the root file system.", _PACKAGES),
    Row("default-target", "rhel-6", "/var/crash on the root file system.", _PACKAGES),
    Row("default-target", "rhel-7", "/var/crash on the root file system.", _PACKAGES),
    Row("raw-disk", "rhel-5", "raw and a partition by its device, over which the dump is written as no file.", _CONF),
    Row("raw-disk", "rhel-6", "raw and a partition by its device, over which the dump is written as no file.", _CONF),
    Row("raw-disk", "rhel-7", "raw and a partition; a makedumpfile line of one's own needs -F.", _CONF),
    Row("file-on-filesystem", "rhel-5", "ext2 or ext3 (late updates: ext4) and a device, LABEL= or UUID=.", _CONF),
    Row("file-on-filesystem", "rhel-6", "ext2, ext3, ext4, xfs or btrfs and a device, LABEL= or UUID=.", _CONF),
    Row("file-on-filesystem", "rhel-7", "ext2, ext3, ext4, xfs, btrfs or minix and a device, LABEL= or UUID=.", _CONF),
    Row(
        "directory",
        "rhel-5",
        "Without a target /var/crash and the date alone; in a file system path, then 127.0.0.1 and the date.",
        _NAMES,
    ),
    Row("directory", "rhel-6", "path, then 127.0.0.1 and the date for every local dump.", _NAMES),
    Row("directory", "rhel-7", "path, which has to be there, then 127.0.0.1-2026-01-31-23:59:59.", _NAMES),
    Row("fstab-entry", "rhel-5", "The target need not be in fstab, nor mounted.", _PREFLIGHT),
    Row("fstab-entry", "rhel-6", "The target need not be in fstab, nor mounted.", _PREFLIGHT),
    Row("fstab-entry", "rhel-7", "The target has to be mounted when the capture initrd is built.", _PREFLIGHT),
    Row("fstab-entry", "rhel-8", "From 8.3 on it may be absent from fstab, or there with noauto.", _PREFLIGHT),
    Row("nfs", "rhel-5", "net and server:/export.", _CONF),
    Row("nfs", "rhel-6.2", "net and server:/export, by version 3 only.", _CONF),
    Row("nfs", "rhel-6.3", "nfs (version 3) or nfs4, and server:/export; net is still taken.", _CONF),
    Row("nfs", "rhel-7", "nfs and server:/export; nfs4 and net are refused.", _CONF),
    Row("nfs-bonding", "rhel-5", "options bonding and its mode, which only later updates know.", _BONDING),
    Row("nfs-bonding", "rhel-6.3", "options bonding and its mode, as that of ifcfg files is not read.", _BONDING),
    Row("nfs-bonding", "rhel-6", "options bonding and its mode, as that of ifcfg files is still not read.", _BONDING),
    Row("nfs-bonding", "rhel-7", "The host's own bond is carried over; options is refused.", _BONDING),
    Row(
        "ssh",
        "rhel-5",
        "net and user@server; makedumpfile sends a vmcore.flat, and without it all memory is copied by scp.",
        _CONF,
    ),
    Row("ssh", "rhel-6.2", "net and user@server; makedumpfile sends a vmcore.flat; the key has one place.", _CONF),
    Row("ssh", "rhel-6.3", "ssh and user@server, and sshkey; net is still taken.", _CONF),
    Row("ssh", "rhel-7", "ssh and user@server; the dump is a vmcore.flat, for which makedumpfile needs -F.", _CONF),
    Row(
        "ssh-preflight",
        "rhel-5",
        "The collector needs mkdir, mktemp, df and rmdir, without a prompt; any host key will do.",
        _PREFLIGHT,
    ),
    Row(
        "ssh-preflight",
        "rhel-6",
        "The collector needs mkdir, mktemp, df and rmdir; from 6.3 on its host key has to be known.",
        _PREFLIGHT,
    ),
    Row(
        "ssh-preflight",
        "rhel-7",
        "The collector needs mkdir, mktemp, df and rmdir, and a known host key; it is asked once.",
        _PREFLIGHT,
    ),
    Row(
        "ssh-preflight",
        "rhel-8",
        "The collector needs the same as on 7; from 8.2 on it gets 180 seconds to answer.",
        _PREFLIGHT,
    ),
    Row(
        "ssh-preflight",
        "rhel-9",
        "The collector needs mkdir, mktemp, rmdir and a df with --output, and a known host key.",
        _PREFLIGHT,
    ),
    Row("ssh-keys", "rhel-5", "service kdump propagate brings /root/.ssh/kdump_id_rsa to authorized_keys2.", _PACKAGES),
    Row("ssh-keys", "rhel-6", "service kdump propagate brings the key to authorized_keys.", _PACKAGES),
    Row("ssh-keys", "rhel-7", "kdumpctl propagate brings the key to authorized_keys.", _PACKAGES),
    Row("free-space", "rhel-5", "More free than the host has memory; the tools look, and warn of less.", _CAPACITY),
    Row("free-space", "rhel-6", "More free than the host has memory; the tools look, and warn of less.", _CAPACITY),
    Row("free-space", "rhel-7", "More free than the host has memory; the tools look, and warn of less.", _CAPACITY),
    Row(
        "san-rhel5",
        "rhel-5",
        "The LUN is blacklisted for multipath by its WWID, and a udev rule gives its path a name that stays.",
        _SAN,
    ),
    Row(
        "san-rhel6-blacklisted",
        "rhel-6",
        "An unsupported workaround: as on 5, with the WWID out of /etc/multipath/wwids and the initramfs rebuilt.",
        _SAN,
    ),
    Row(
        "san-rhel6-multipath",
        "rhel-6",
        "The multipath device itself is the target, by the UUID of its file system.",
        _SAN,
    ),
    Row("san-rhel6-multipath", "rhel-7", "dracut carries multipath over; big hosts need a larger reservation.", _SAN),
)
