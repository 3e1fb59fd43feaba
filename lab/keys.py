"""The lab's SSH keys: one to log in with, and each guest's own host keys, made here so that they are known."""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path

from lab.fleet import FLEET
from lab.folder import LabFolder, write_private
from lab.machine_packages import find_program

HOST_KEY_TYPES = ("ed25519", "ecdsa", "rsa")


def ensure_keys(folder: LabFolder) -> None:
    """Make what is not there yet; existing keys stay as they are."""
    _ensure_key(folder.identity, "ed25519", "pulumi-kdump lab")
    for guest in FLEET:
        for kind in HOST_KEY_TYPES:
            _ensure_key(host_key(folder, guest.name, kind), kind, f"root@{guest.name}")
        machine_id = folder.guest(guest.name) / "machine-id"
        if not machine_id.exists():
            write_private(machine_id, secrets.token_hex(16) + "\n")
    if not folder.password.exists():
        write_private(folder.password, secrets.token_urlsafe(18) + "\n")
    write_private(folder.known_hosts, known_hosts(folder))


def host_key(folder: LabFolder, guest: str, kind: str) -> Path:
    """The private host key of a guest."""
    return folder.guest(guest) / f"ssh_host_{kind}_key"


def public_half(private: Path) -> Path:
    """Where ssh-keygen puts the public half."""
    return private.with_name(f"{private.name}.pub")


def known_hosts(folder: LabFolder) -> str:
    """Every guest's host keys under its name."""
    lines: list[str] = []
    for guest in FLEET:
        for kind in HOST_KEY_TYPES:
            algorithm, body = public_half(host_key(folder, guest.name, kind)).read_text().split()[:2]
            lines.append(f"{guest.name} {algorithm} {body}")
    return "\n".join(lines) + "\n"


def _ensure_key(path: Path, kind: str, comment: str) -> None:
    if path.exists() and public_half(path).exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    for left in (fresh, public_half(fresh)):
        left.unlink(missing_ok=True)
    program = find_program("ssh-keygen") or "ssh-keygen"
    command = [program, "-q", "-t", kind, "-N", "", "-C", comment, "-f", str(fresh)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    public_half(fresh).rename(public_half(path))
    fresh.rename(path)
