"""The root file system all fleet hosts share: a small Debian 12 with systemd, rpm, dnf and zypper, made once."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lab.image.mirror import this_machines_options, this_machines_sources
from lab.machine_packages import find_program
from tests.fleet.cache import HERE, Use, built, say
from tests.machine import install

MACHINE = HERE / "machine"
SUITE = "bookworm"
PACKAGES = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "openssh-client", "sudo", "rpm", "dnf", "createrepo-c",
    "zypper", "iproute2", "procps", "e2fsprogs", "xfsprogs", "nfs-common", "kmod", "gawk", "netbase", "less", "file",
)  # fmt: skip
#: program -> Debian package, of this machine
NEEDED = {"mmdebstrap": "mmdebstrap", "sshd": "openssh-server", "nsenter": "util-linux", "ssh-keygen": "openssh-client"}
RECIPE = ("tree.sh", "sshd.service", "sshd_config")


@dataclass(frozen=True)
class Tree:
    """The shared tree, a key for all users of its hosts, and pat's sudo password."""

    use: Use

    @property
    def root(self) -> Path:
        """The file system."""
        return self.use.folder / "root"

    @property
    def identity(self) -> Path:
        """The private key of root, ops and pat on every host. They listen on loopback addresses only."""
        return self.use.folder / "private/identity"

    @property
    def password(self) -> str:
        """Pat's password for sudo."""
        return (self.use.folder / "private/password").read_text().strip()


def shared_tree() -> Tree:
    """The tree of today's recipe, made if it is not there. Needs root and a Debian mirror then."""
    _install_what_is_missing()
    return Tree(built("fleet-tree", [" ".join(PACKAGES), SUITE, *(MACHINE / name for name in RECIPE)], _build))


def _install_what_is_missing() -> None:
    installed = install(lambda: (package for program, package in NEEDED.items() if find_program(program) is None))
    if installed:
        say(f"installed on this machine: {', '.join(installed)}")


def _build(folder: Path) -> None:
    say("making the shared file system of all fleet hosts with mmdebstrap (half a minute to 3 minutes, once) ...")
    begun = time.monotonic()
    private = folder / "private"
    private.mkdir(mode=0o700)
    identity = private / "identity"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "fleet", "-f", str(identity)], check=True)
    # Characters that a shell would make something of, to see that nobody lets it.
    password = "p'w \"$(x)\\" + secrets.token_hex(6)
    (private / "password").write_text(password + "\n")
    command = [
        "mmdebstrap", "--mode=root", "--variant=minbase", "--architectures=amd64", f"--include={','.join(PACKAGES)}",
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "doc", "locale", "info")),
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--aptopt={option}" for option in this_machines_options()),
        SUITE, str(folder / "root"), *this_machines_sources(),
    ]  # fmt: skip
    _run(command)
    target = folder / "root/tmp/machine"
    shutil.copytree(MACHINE, target)
    given = f"{identity.with_suffix('.pub').read_text().strip()}\n{password}\n"
    _run(["unshare", "--mount", "--pid", "--fork", "chroot", str(folder / "root"), "sh", "/tmp/machine/tree.sh",
          "/tmp/machine"], given)  # fmt: skip
    shutil.rmtree(target)
    say(f"made in {time.monotonic() - begun:.0f} s")


def _run(command: list[str], given: str = "") -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        raise RuntimeError(
            f"the fleet's shared tree cannot be made: {command[0]}: {(done.stdout + done.stderr)[-3000:]}"
        )
