"""What goes into the image. Whatever changes here changes the image's name, so old images are never mistaken."""

from __future__ import annotations

import hashlib
from pathlib import Path

SUITE = "bookworm"
DISK_MEBIBYTES = 3072
PARTITION_OFFSET_MEBIBYTES = 1

PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "udev",
    "kmod",
    "procps",
    "iproute2",
    "netbase",
    "e2fsprogs",
    "openssh-server",
    "openssh-client",
    "openssh-sftp-server",
    "sudo",
    "nfs-common",
    "nfs-kernel-server",
    "initramfs-tools",
    "linux-image-cloud-amd64",
    "grub-pc",
    "zstd",
)

DEBCONF = (
    "grub-pc grub-pc/install_devices multiselect",
    "grub-pc grub-pc/install_devices_empty boolean true",
    # A reboot by kexec would pass over GRUB, and with it over what the project wrote there.
    "kexec-tools kexec-tools/load_kexec boolean false",
)


def recipe_files(folder: Path) -> list[Path]:
    """The files below `folder` that decide what the image holds, in a fixed order."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def checksum(folder: Path) -> str:
    """A checksum over names, contents and executable bits of the recipe; 16 hexadecimal digits."""
    total = hashlib.sha256()
    for path in recipe_files(folder):
        body = path.read_bytes()
        runs = "x" if path.stat().st_mode & 0o100 else "-"
        total.update(f"{path.relative_to(folder).as_posix()}\0{runs}\0{len(body)}\0".encode())
        total.update(body)
    return total.hexdigest()[:16]


def image_name(folder: Path) -> str:
    """The cached image's folder name: what it is and the checksum of what makes it."""
    return f"lab-{SUITE}-{checksum(folder)}"
