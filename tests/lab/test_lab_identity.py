"""What makes each guest itself: keys, machine-id, the seed it is given."""

from __future__ import annotations

import io
import re
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from lab import keys, seed
from lab.fleet import FLEET, SSH_HOST, VAULT
from lab.folder import LabFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabFolder:
    made = LabFolder(tmp_path_factory.mktemp("a lab") / ".lab")
    made.create()
    keys.ensure_keys(made)
    return made


def _contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(folder: LabFolder) -> None:
    before = _contents(folder.root)
    keys.ensure_keys(folder)
    assert _contents(folder.root) == before


def test_nobody_else_can_read_the_secrets(folder: LabFolder) -> None:
    secret = [folder.identity, folder.password, *(keys.host_key(folder, guest.name, "rsa") for guest in FLEET)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_every_guest_has_its_own_keys_and_its_own_machine_id(folder: LabFolder) -> None:
    lines = keys.known_hosts(folder).splitlines()
    assert len({line.split()[2] for line in lines}) == len(FLEET) * len(keys.HOST_KEY_TYPES) == len(lines)
    ids = {(folder.guest(guest.name) / "machine-id").read_text() for guest in FLEET}
    assert len(ids) == len(FLEET)
    assert all(re.fullmatch(r"[0-9a-f]{32}\n", one) for one in ids)


def test_openssh_finds_the_guests_keys_in_known_hosts(folder: LabFolder) -> None:
    command = ["ssh-keygen", "-F", "nfs-host", "-f", str(folder.known_hosts)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert keys.public_half(keys.host_key(folder, "nfs-host", "ed25519")).read_text().split()[1] in found


def test_a_key_whose_making_was_interrupted_is_made_anew(folder: LabFolder, tmp_path: Path) -> None:
    other = LabFolder(tmp_path)
    other.identity.with_name("id_ed25519.new").write_text("half a key")
    keys.public_half(other.identity).write_text("only the public half")
    keys.ensure_keys(other)
    derived = subprocess.run(
        ["ssh-keygen", "-y", "-f", str(other.identity)], capture_output=True, text=True, check=True
    ).stdout
    assert derived.split()[:2] == keys.public_half(other.identity).read_text().split()[:2]


def test_the_seed_holds_the_guests_name_and_keys_with_their_modes(folder: LabFolder) -> None:
    seed.write_seed(folder, SSH_HOST)
    assert stat.S_IMODE(folder.seed("ssh-host").stat().st_mode) == 0o600
    # QEMU gives whole sectors only.
    assert folder.seed("ssh-host").stat().st_size % 512 == 0
    with tarfile.open(fileobj=io.BytesIO(folder.seed("ssh-host").read_bytes())) as archive:
        modes = {entry.name: entry.mode for entry in archive}
        name = archive.extractfile("etc/hostname")
        assert name is not None
        assert name.read() == b"ssh-host\n"
        authorized = archive.extractfile("root/.ssh/authorized_keys")
        assert authorized is not None
        assert authorized.read() == keys.public_half(folder.identity).read_bytes()
    assert modes["etc/ssh/ssh_host_ed25519_key"] == 0o600
    assert modes["root/.ssh"] == 0o700
    assert modes["lab-seed/passwords"] == 0o600


def test_a_guest_is_spared_the_services_of_the_others(folder: LabFolder) -> None:
    scripts = {
        guest.name: next(body for name, _, body in seed.seed_files(folder, guest) if name == "lab-seed/apply")
        for guest in FLEET
    }
    assert b"kdump-tools.service" in scripts[VAULT.name]
    assert b"nfs-server.service" not in scripts[VAULT.name]
    assert b"kdump-tools.service" not in scripts["nfs-host"]
    assert b"nfs-server.service" in scripts["nfs-host"]
    for script in scripts.values():
        subprocess.run(["sh", "-n"], input=script, check=True)
