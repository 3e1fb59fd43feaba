"""Folders below the user's cache that are built once, named by what makes them, locked while used, and dropped."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.paths import cache_folder

HERE = Path(__file__).resolve().parent


def say(text: str) -> None:
    """A line for whoever waits, on stderr."""
    print(f"fleet: {text}", file=sys.stderr, flush=True)


def fleet_cache() -> Path:
    """Where trees and layers are kept."""
    return cache_folder()


def checksum(parts: Iterable[Path | str]) -> str:
    """A checksum over texts, and over names, contents, links and executable bits of files; 12 hexadecimal digits."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(f"text\0{part}\0".encode())
            continue
        files = [part] if part.is_file() else sorted(path for path in part.rglob("*") if path.name != "__pycache__")
        for file in files:
            total.update(f"{file.relative_to(HERE)}\0".encode())
            if file.is_symlink():
                total.update(f"-> {file.readlink()}\0".encode())
            elif file.is_file():
                total.update(b"x" if os.access(file, os.X_OK) else b"-")
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:12]


class Use:
    """Keeps a built folder from being dropped, until `end` or the end of this process and what it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handle = (folder / "lock").open("w")
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def end(self) -> None:
        """The folder may go."""
        self._handle.close()


@contextmanager
def _one_builder(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "fleet.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is building for the fleet; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def built(name: str, parts: Iterable[Path | str], build: Callable[[Path], None]) -> Use:
    """The folder NAME-CHECKSUM, built if it is not there. Older ones of the name that nobody uses are dropped.

    `build` fills the folder it is given under another name; a build that fails leaves nothing.
    """
    cache = fleet_cache()
    wanted = cache / f"{name}-{checksum(parts)}"
    with _one_builder(cache):
        if not wanted.exists():
            for older in cache.glob(f"{name}-*"):
                if older != wanted:
                    _drop(older)
            work = cache / f"{name}-building"
            work.mkdir(mode=0o755)
            try:
                build(work)
                (work / "lock").touch()
                work.rename(wanted)
            finally:
                if work.exists():
                    shutil.rmtree(work)
        return Use(wanted)


def _drop(folder: Path) -> None:
    lock = folder / "lock"
    if lock.exists():
        with lock.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
    say(f"removing {folder.name}, which an older recipe made")
    shutil.rmtree(folder)
