"""A lab of its own for the tests: a copy of the checkout, with guests, state and stack file apart from the user's."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
HOSTS = ("ssh-host", "nfs-host")
GUESTS = ("vault", *HOSTS)

# Everything that Pulumi may touch, with mode, owner and checksum; without what changes by itself.
LISTING = r"""
find /etc /root /srv /boot/grub/grub.cfg /usr/local /home /var/crash /var/lib/pulumi-kdump* \
    \( -path /srv/apt -o -path /etc/ssl -o -name '*-' -o -name .updated \) -prune -o \
    -printf '%M %U:%G %p ' \( -type f -exec cksum {} \; -o -printf '\n' \) 2>/dev/null | sort
getent passwd
systemctl is-enabled kdump-tools nfs-server
systemctl is-active nfs-server
"""


@dataclass
class Lab:
    """Commands on the lab; each fails the test with what was printed, unless told otherwise."""

    folder: Path

    @property
    def stack_file(self) -> Path:
        """The lab's stack file in this copy."""
        return self.folder / "stacks" / "Pulumi.lab.yaml"

    def shell(self, script: str, *, code: int = 0, seconds: int = 1500) -> str:
        """Run a script in the copy, as a user would, and return what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "LAB_"))}
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
        said = done.stdout.decode("utf-8", "replace")
        assert done.returncode == code, f"{script} ended with {done.returncode}:\n{said}"
        assert "Traceback" not in said, said
        return said

    def pulumi(self, arguments: str, *, code: int = 0) -> str:
        """Run pulumi on the lab's stack, after the one `source` line of the README."""
        return self.shell(f"source lab/env.sh; pulumi {arguments} -s lab --non-interactive", code=code)

    def ssh(self, guest: str, script: str) -> str:
        """Run a script on a guest as root, by plain ssh."""
        done = subprocess.run(
            ["ssh", "-F", str(self.folder / ".lab" / "ssh_config"), guest, "sh -s"],
            input=script,
            text=True,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{guest}: {done.stdout}{done.stderr}"
        return done.stdout

    def listing(self, guest: str) -> list[str]:
        """What a guest has, line by line."""
        return self.ssh(guest, LISTING + "true\n").splitlines()


def copy_checkout(folder: Path) -> Lab:
    """A copy of the working tree as it is, sharing what was installed."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        source = CHECKOUT / name
        if source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    for shared in (".venv", ".engine"):
        if (CHECKOUT / shared).exists():
            (folder / shared).symlink_to(CHECKOUT / shared)
    return Lab(folder)
