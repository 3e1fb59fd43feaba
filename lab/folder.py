"""The lab's run-time folder: which file of it is what."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.progress import say


@dataclass(frozen=True)
class LabFolder:
    """Names below `root`. Private, since keys and a password lie in it."""

    root: Path

    @property
    def identity(self) -> Path:
        return self.root / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.root / "known_hosts"

    @property
    def ssh_config(self) -> Path:
        return self.root / "ssh_config"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def password(self) -> Path:
        """The password that `pat` gives to sudo."""
        return self.root / "pat_password"

    @property
    def image_note(self) -> Path:
        """Holds the path of the image that the guests' disks build on."""
        return self.root / "image"

    def guest(self, name: str) -> Path:
        return self.root / "guests" / name

    def disk(self, name: str) -> Path:
        return self.guest(name) / "disk.qcow2"

    def seed(self, name: str) -> Path:
        return self.guest(name) / "seed.tar"

    def console(self, name: str) -> Path:
        return self.guest(name) / "console.log"

    def emulator_log(self, name: str) -> Path:
        return self.guest(name) / "qemu.log"

    def pid_file(self, name: str) -> Path:
        return self.guest(name) / "qemu.pid"

    def create(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lets one command at a time change this lab."""
        self.create()
        with (self.root / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("lab: another command is at work on this lab; waiting for it ...")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def write_private(path: Path, body: str | bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = body.encode() if isinstance(body, str) else body
    fresh = path.with_name(f"{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    fresh.rename(path)
