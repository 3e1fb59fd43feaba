"""What the corpus is made of: options with usual and odd values, machines, and the generators of one theme each."""

from random import Random

MACHINES = (
    ("node1.example.com", "192.0.2.10 198.51.100.7"),
    ("node1", "10.0.0.5"),
    ("db-2.lab.example.net", "203.0.113.25 2001:db8::25"),
    ("node1.example.com", ""),
)
"""Host names with what `hostname -I` lists there; one machine has no address."""

BLANKS = (" ", " ", " ", " ", " ", "  ", "\t", " \t", "\t ")
"""What stands between an option and its value."""

TARGETS = {
    "ssh": (
        "kdump@dump.example.com",
        "root@192.0.2.50",
        "kdump@2001:db8::50",
        "dump.example.com",
        "Kdump@Dump.Example.Com",
    ),
    "nfs": ("dump.example.com:/export/dumps", "192.0.2.50:/dumps", "[2001:db8::50]:/dumps"),
    "raw": ("/dev/vdb1", "/dev/disk/by-id/scsi-0x5000c500"),
    "ext4": ("/dev/vdb1", "UUID=2fa1b4cc-0d4e-4b5e-9a59-0f3a6f4f6f11", "LABEL=dumps", "/dev/mapper/vg-dumps"),
    "ext2": ("/dev/vdb1",),
    "ext3": ("LABEL=dumps",),
    "xfs": ("/dev/vdb1", "UUID=2fa1b4cc-0d4e-4b5e-9a59-0f3a6f4f6f11"),
    "btrfs": ("/dev/vdb1", "LABEL=dumps"),
    "minix": ("/dev/vdb1",),
    "virtiofs": ("dumps",),
}

MOUNT = '--mount "dump.example.com:/export /mnt nfs defaults"'
MOUNTS = (
    MOUNT,
    "--mount '/dev/vdb1 /mnt xfs defaults'",
    "--mount=/dev/vdb1",
    "--mount",
    '--mount "LABEL=dumps"',
    "--mount /dev/vdb1 /mnt xfs defaults",
    '--mount "host /mnt virtiofs defaults"',
)
DRACUT = (
    '--omit-drivers "cfg80211 snd" --add-drivers "ext2 ext3"',
    "--add-drivers 'vfat'",
    "--no-compress",
    "-o watchdog",
    '--omit "watchdog plymouth"',
    "--add-drivers vfat -o 'a b'",
)

COLLECTORS = (
    "makedumpfile -l --message-level 7 -d 31",
    "makedumpfile -F -l --message-level 7 -d 31",
    "makedumpfile -l -d 31 -F",
    "makedumpfile -c --message-level 1 -d 17",
    "makedumpfile -d 31,17 -l",
    "makedumpfile -z -d 31 --num-threads 2",
    "makedumpfile -d 99",
    "makedumpfile -d 31 --message-level 64",
    "makedumpfile --unheard-of",
    "makedumpfile -Q -d 31",
    "makedumpfile -l -d",
    "makedumpfile",
    "makedumpfile -F",
    "makedumpfile\t-F -l -d 31",
    "makedumpfile\t-l -d 31",
    "makedumpfile  -l  -d  31",
    "makedumpfile -l -d 31 vmcore",
    "makedumpfile -l -d 31 --Flat",
    "makedumpfile -E -d 31",
    "/sbin/makedumpfile -l -d 31",
    "/usr/sbin/makedumpfile -F -d 31",
    "Makedumpfile -l",
    "makedumpfile.old -l -d 31",
    "cp --sparse=always",
    "cp",
    "scp",
    "scp -F none",
    "cat",
    "dd bs=1M",
    '"makedumpfile -F -l -d 31"',
    "'makedumpfile -F -l -d 31'",
    'makedumpfile "-F" -l -d 31',
    "makedumpfile -l -d 31 \\",
    "makedumpfile -l # -F",
)

OTHERS = {
    "path": ("/var/crash", "/", "/dumps//new", "/var/my crash", "crash", "/dumps/é"),
    "sshkey": ("/root/.ssh/kdump_id_rsa", "/root/.ssh/other_key"),
    "kdump_post": ("/var/crash/scripts/after.sh", "/var/crash/scripts/after.sh --quick"),
    "kdump_pre": ("/var/crash/scripts/before.sh",),
    "extra_bins": ("/usr/bin/lftp", "/usr/bin/lftp /usr/bin/tar"),
    "extra_modules": ("ext4", "igb e1000e"),
    "default": ("reboot", "halt", "poweroff", "shell", "dump_to_rootfs"),
    "failure_action": ("reboot", "halt", "poweroff", "shell", "dump_to_rootfs"),
    "final_action": ("reboot", "halt", "poweroff"),
    "force_rebuild": ("0", "1"),
    "force_no_rebuild": ("0", "1"),
    "fence_kdump_args": ("-p 7410 -f auto -c 0 -i 10",),
    "fence_kdump_nodes": ("node2.example.com", "node2.example.com node3.example.com"),
    "auto_reset_crashkernel": ("yes", "no"),
    "kdump_emergency": ("/var/crash/scripts/late.sh",),
}
"""The options that are not targets, with values an administrator may well write."""

KNOWN_EVERYWHERE = [name for name in OTHERS if name not in ("auto_reset_crashkernel", "kdump_emergency")]

STRANGERS = (
    "net dump.example.com:/export",
    "net kdump@dump.example.com",
    "nfs4 dump.example.com:/export",
    "options e1000 a=1",
    "link_delay 60",
    "disk_timeout 10",
    "debug_mem_level 3",
    "blacklist gfs2",
    "override_resettable 1",
    "disable foo",
    "rawdisk /dev/vdb",
    "ext5 /dev/vdb1",
    "ext /dev/vdb1",
    "ext44 /dev/vdb1",
    "xfs_quota /dev/vdb1",
    "sshuser kdump@x",
    "nfsroot a:/b",
    "minixfs /dev/vdb1",
    "btrfs2 /dev/vdb1",
    "pathname /x",
    "defaults reboot",
    "final /x",
    "dracut -x",
    "core_collectors cp",
    "force_rebuild1 1",
    "force_rebuilds 2",
    "fence_kdump_nodes_x node1.example.com",
    "Path /x",
    "PATH /x",
    "SSH kdump@dump.example.com",
    "path=/x",
    "path:/x",
    "path,/x",
    "[main]",
    "export X",
    "include /etc/x",
    "ssh@dump.example.com",
    "-path /x",
    "--mount x",
    '"path /x"',
    "pathé /x",
    "é",
    "vfat /dev/vdb1",
    "cifs //a/b",
)
"""Lines no release, or not every release, knows; many are close to something they look for."""  # fmt: skip


def line(random: Random, name: str, value: str) -> str:
    """An option and its value with one kind of blank between them."""
    return f"{name}{random.choice(BLANKS)}{value}"


def target(random: Random) -> str:
    """A line that names a dump target."""
    if random.random() < 0.12:
        return line(random, "dracut_args", random.choice(MOUNTS))
    name = random.choice(list(TARGETS))
    return f"{name} {random.choice(TARGETS[name])}"


def rendered(random: Random) -> list[str]:
    """A file as a careful tool renders it: at most one target, a collector that fits, no option twice."""
    name = random.choice([*TARGETS, "", "", "dracut_args"])
    lines = []
    if name == "dracut_args":
        lines.append(f"dracut_args {random.choice(MOUNTS[:2])}")
    elif name:
        lines.append(f"{name} {random.choice(TARGETS[name])}")
    flat = "-F " if name in ("ssh", "raw") else ""
    if flat or random.random() < 0.7:
        lines.append(f"core_collector makedumpfile {flat}-l --message-level 7 -d 31")
    for other in sorted(random.sample(KNOWN_EVERYWHERE, random.randint(0, 4))):
        if not (other == "failure_action" and any(one.startswith("default ") for one in lines)):
            lines.append(f"{other} {random.choice(OTHERS[other])}")
    if name != "dracut_args" and random.random() < 0.2:
        lines.append(f"dracut_args {random.choice(DRACUT)}")
    if random.random() < 0.1:
        lines.append(random.choice(("auto_reset_crashkernel yes", "kdump_emergency /var/crash/scripts/late.sh")))
    if random.random() < 0.5:
        random.shuffle(lines)
    return lines
