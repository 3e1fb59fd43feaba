"""What makes a guest itself: name, machine-id, keys, users' access. Taken over by the image at first boot."""

from __future__ import annotations

import io
import tarfile

from lab import keys
from lab.fleet import Guest
from lab.folder import LabFolder, write_private

_APPLY = """\
# Runs once, before systemd, inside the guest's root.
set -e
chpasswd -c SHA512 </lab-seed/passwords
for user in ops pat; do
    mkdir -p "/home/$user/.ssh"
    cp /root/.ssh/authorized_keys "/home/$user/.ssh/authorized_keys"
    chmod 700 "/home/$user/.ssh"
    chown -R "$user:$user" "/home/$user/.ssh"
done
for unit in {masked}; do
    ln -sf /dev/null "/etc/systemd/system/$unit"
done
"""


def seed_files(folder: LabFolder, guest: Guest) -> list[tuple[str, int, bytes]]:
    """Path in the guest, mode and contents of each file the guest is given."""
    files: list[tuple[str, int, bytes]] = [
        ("etc/hostname", 0o644, f"{guest.name}\n".encode()),
        ("etc/hosts", 0o644, f"127.0.0.1 localhost\n127.0.1.1 {guest.name}\n".encode()),
        ("etc/machine-id", 0o444, (folder.guest(guest.name) / "machine-id").read_bytes()),
        ("root/.ssh/authorized_keys", 0o600, keys.public_half(folder.identity).read_bytes()),
        ("lab-seed/passwords", 0o600, f"pat:{folder.password.read_text().strip()}\n".encode()),
        ("lab-seed/apply", 0o700, _APPLY.format(masked=" ".join(guest.masked)).encode()),
    ]
    for kind in keys.HOST_KEY_TYPES:
        private = keys.host_key(folder, guest.name, kind)
        files.append((f"etc/ssh/{private.name}", 0o600, private.read_bytes()))
        files.append((f"etc/ssh/{private.name}.pub", 0o644, keys.public_half(private).read_bytes()))
    return files


def seed_archive(files: list[tuple[str, int, bytes]]) -> bytes:
    """A tar archive that the guest reads straight off its second disk."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for folder in ("root/.ssh", "lab-seed"):
            entry = tarfile.TarInfo(folder)
            entry.type = tarfile.DIRTYPE
            entry.mode = 0o700
            archive.addfile(entry)
        for name, mode, body in files:
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return target.getvalue()


def write_seed(folder: LabFolder, guest: Guest) -> None:
    """Write the guest's seed disk."""
    write_private(folder.seed(guest.name), seed_archive(seed_files(folder, guest)))
