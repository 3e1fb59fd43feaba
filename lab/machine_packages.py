"""What the lab needs installed on this machine, and how it gets there."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from lab.problem import LabProblem
from lab.progress import say, step

#: program -> (Debian package, what for)
NEEDED = {
    "qemu-system-x86_64": ("qemu-system-x86", "runs the guests"),
    "qemu-img": ("qemu-utils", "makes each guest's own disk over the shared image"),
    "mmdebstrap": ("mmdebstrap", "makes the guests' Debian"),
    "mke2fs": ("e2fsprogs", "puts it on a disk image without loop devices"),
    "sfdisk": ("fdisk", "partitions that image"),
    "ssh": ("openssh-client", "logs in to the guests"),
    "ssh-keygen": ("openssh-client", "makes the lab's keys"),
}
_SYSTEM_PATH = os.pathsep.join(("/usr/local/sbin", "/usr/sbin", "/sbin"))


def find_program(name: str) -> str | None:
    """Where a program is, /usr/sbin included even when the user's PATH lacks it."""
    return shutil.which(name) or shutil.which(name, path=_SYSTEM_PATH)


def missing_packages() -> dict[str, str]:
    """Debian packages that are missing here, each with what it is for."""
    return {package: why for name, (package, why) in NEEDED.items() if find_program(name) is None}


def ensure_packages() -> None:
    """Install what is missing, after saying which and why."""
    if platform.machine() != "x86_64":
        raise LabProblem(f"the lab's guests are x86_64 and this machine is {platform.machine()}; run it on x86_64")
    missing = missing_packages()
    if not missing:
        return
    if find_program("apt-get") is None:
        raise LabProblem(f"missing on this machine, which has no apt-get: {', '.join(missing)}; install them")
    for package, why in missing.items():
        say(f"lab: this machine lacks {package}, which {why}")
    with step(f"apt-get install {' '.join(missing)}", "10-60 seconds"):
        options = ["-o", "DPkg::Lock::Timeout=120", "--yes", "--no-install-recommends"]
        environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
        install = [*environment, "apt-get", *options, "install", *missing]
        quiet = subprocess.run(as_root(install), check=False, stdout=subprocess.DEVNULL)
        if quiet.returncode != 0:
            # Perhaps the package lists are old or were never fetched.
            subprocess.run(as_root(["apt-get", "update"]), check=False, stdout=subprocess.DEVNULL)
            if subprocess.run(as_root(install), check=False).returncode != 0:
                raise LabProblem(f"apt-get could not install {', '.join(missing)}; its own words are above")


def as_root(command: list[str]) -> list[str]:
    """The command as root runs it: as it is when we are root, else by sudo."""
    program = find_program(command[0])
    located = [program or command[0], *command[1:]]
    if os.geteuid() == 0:
        return located
    sudo = find_program("sudo")
    if sudo is None:
        raise LabProblem(f"{command[0]} must run as root here, and there is no sudo; become root and try again")
    return [sudo, *located]


def root_owned_to_us(folder: Path) -> None:
    """Give what root wrote below `folder` to whoever runs the lab."""
    if os.geteuid() != 0:
        owner = f"{os.geteuid()}:{os.getegid()}"
        subprocess.run(as_root(["chown", "-R", owner, str(folder)]), check=True)
