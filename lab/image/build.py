"""Makes the image once and keeps it: under a lock, under a temporary name until it is whole."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.image import mirror, recipe
from lab.machine_packages import as_root, root_owned_to_us
from lab.problem import LabProblem
from lab.progress import say, step
from lab.qemu import settle_command

RECIPE_FOLDER = Path(__file__).resolve().parent
DISK = "disk.raw"
STEP_SECONDS = 2400


def image_path(cache: Path) -> Path:
    """Where the image that today's recipe makes is kept, or will be."""
    return cache / recipe.image_name(RECIPE_FOLDER) / DISK


def ensure_image(cache: Path) -> Path:
    """The image of today's recipe; built if it is not there yet. Two calls at once build it once."""
    wanted = image_path(cache)
    if wanted.exists():
        return wanted
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "image.lock"):
        if wanted.exists():
            return wanted
        _drop_leftovers(cache)
        work = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        # mmdebstrap and apt's own user look into it.
        work.chmod(0o755)
        try:
            _build(work)
            done = work / "done"
            done.mkdir()
            (work / DISK).rename(done / DISK)
            done.rename(wanted.parent)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
            log = cache / "build-failed.log"
            shutil.copyfile(work / "build.log", log)
            raise LabProblem(f"the image could not be made: {log} says why; at its end: {_tail(log)}") from failed
        finally:
            _remove_tree(work)
    return wanted


def _tail(log: Path) -> str:
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        # The programs we start hold the lock too: should we be killed, it lasts until they have ended.
        os.set_inheritable(handle.fileno(), True)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("lab: another run is making the image; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _drop_leftovers(cache: Path) -> None:
    """What a killed build left; nobody can be using it while we hold the lock."""
    for left in cache.glob("building-*"):
        say(f"lab: removing what an interrupted build left: {left.name}")
        _remove_tree(left)


def _remove_tree(folder: Path) -> None:
    if not folder.exists():
        return
    if os.geteuid() == 0:
        shutil.rmtree(folder)
    else:
        subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(folder)]), check=True)


def _build(work: Path) -> None:
    log = work / "build.log"
    tree = work / "root"
    with step("making the guests' Debian", "1-5 minutes, once"):
        _logged(as_root(_mmdebstrap(tree)), log)
    with step("writing the disk image", "15-60 seconds, once"):
        _write_disk(work, tree, log)
    with step("installing GRUB from inside", "1-3 minutes, once"):
        _settle(work, log)


def _mmdebstrap(tree: Path) -> list[str]:
    command = [
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--architectures=amd64",
        f"--include={','.join(recipe.PACKAGES)}",
        "--dpkgopt=force-unsafe-io",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--aptopt={option}" for option in mirror.this_machines_options()),
        *(f'--essential-hook=echo "{line}" | chroot "$1" debconf-set-selections' for line in recipe.DEBCONF),
        f"--customize-hook={RECIPE_FOLDER / 'customize.sh'}",
    ]
    return [*command, recipe.SUITE, str(tree), *mirror.this_machines_sources()]


def _write_disk(work: Path, tree: Path, log: Path) -> None:
    disk = work / DISK
    for name in ("vmlinuz.settle", "initrd.settle"):
        _logged(as_root(["mv", str(tree / name), str(work / name)]), log)
    offset = recipe.PARTITION_OFFSET_MEBIBYTES * 1024 * 1024
    size = recipe.DISK_MEBIBYTES - recipe.PARTITION_OFFSET_MEBIBYTES
    with disk.open("wb") as handle:
        handle.truncate(recipe.DISK_MEBIBYTES * 1024 * 1024)
    partition = f"label: dos\nstart={recipe.PARTITION_OFFSET_MEBIBYTES}MiB, type=83, bootable\n"
    _logged(["sfdisk", "--quiet", str(disk)], log, partition)
    extended = f"offset={offset},lazy_itable_init=0,lazy_journal_init=0"
    make = ["mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", "lab", "-E", extended]
    # The tree belongs to root, and so must what mke2fs reads from it.
    _logged(as_root([*make, "-d", str(tree), str(disk), f"{size}M"]), log)
    _logged(as_root(["rm", "-rf", "--one-file-system", str(tree)]), log)
    root_owned_to_us(work)


def _settle(work: Path, log: Path) -> None:
    console = work / "settle.log"
    _logged(settle_command(work / DISK, work / "vmlinuz.settle", work / "initrd.settle", console), log)
    said = console.read_text(errors="replace")
    with log.open("a") as handle:
        handle.write(said)
    if "lab-settle: done" not in said:
        raise subprocess.CalledProcessError(1, ["lab-settle"])


def _logged(command: list[str], log: Path, stdin: str = "") -> None:
    with log.open("a") as handle:
        handle.write(f"$ {' '.join(command)}\n")
        handle.flush()
        subprocess.run(
            command,
            input=stdin,
            text=True,
            stdout=handle,
            stderr=handle,
            check=True,
            close_fds=False,
            timeout=STEP_SECONDS,
        )
