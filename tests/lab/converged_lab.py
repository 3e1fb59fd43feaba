"""A lab of its own for the tests, with guests apart from the user's."""

from __future__ import annotations

import subprocess

from tests.project_copy import ProjectCopy

HOSTS = ("ssh-host", "nfs-host")
GUESTS = ("vault", *HOSTS)

# Everything that Pulumi may touch, with mode, owner and checksum; without what changes by itself, and without what
# kdump-tools notes in its own directory whenever it loads the capture kernel (kexec_cmd, kdump_lock).
LISTING = r"""
find /etc /root /srv /boot/grub/grub.cfg /usr/local /home /var/crash /var/lib/pulumi-kdump* \
    \( -path /srv/apt -o -path /etc/ssl -o -name '*-' -o -name .updated -o -name kexec_cmd -o -name kdump_lock \
    \) -prune -o \
    -printf '%M %U:%G %p ' \( -type f -exec cksum {} \; -o -printf '\n' \) 2>/dev/null | sort
getent passwd
systemctl is-enabled kdump-tools nfs-server
systemctl is-active nfs-server
"""


class Lab(ProjectCopy):
    """Commands on the lab of a copy of the checkout."""

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
