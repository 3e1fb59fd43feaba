"""The ssh_config is read here by what really reads it: OpenSSH and asyncssh."""

from __future__ import annotations

import subprocess
from pathlib import Path

import asyncssh
import pytest

from lab.problem import LabProblem
from lab.ssh_config import path_value, render

PORTS = {"vault": 2201, "ssh-host": 2202, "nfs-host": 2203}
ODD_FOLDERS = ["plain", "with blank", "comma,semi;colon", "üml äut", "hash # and 'quote'", "$HOME"]


def as_openssh_reads_it(config: Path, name: str) -> dict[str, str]:
    ran = subprocess.run(["ssh", "-G", "-F", str(config), name], capture_output=True, text=True, check=True)
    return dict(line.split(" ", 1) for line in ran.stdout.splitlines() if " " in line)


@pytest.fixture(params=ODD_FOLDERS)
def odd_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / str(request.param)
    folder.mkdir()
    key = folder / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (folder / "ssh_config").write_text(render(PORTS, folder / "id_ed25519", folder / "known_hosts"))
    return folder


def test_openssh_finds_port_key_and_known_hosts_whatever_the_folder_is_called(odd_folder: Path) -> None:
    read = as_openssh_reads_it(odd_folder / "ssh_config", "ssh-host")
    assert read["hostname"] == "127.0.0.1"
    assert read["port"] == "2202"
    assert read["user"] == "root"
    assert read["hostkeyalias"] == "ssh-host"
    assert read["stricthostkeychecking"] == "true"
    assert read["identitiesonly"] == "yes"
    assert read["identityfile"] == str(odd_folder / "id_ed25519")
    assert read["userknownhostsfile"].strip('"') == str(odd_folder / "known_hosts")


def test_openssh_opens_the_key_behind_the_path(odd_folder: Path) -> None:
    command = ["ssh", "-v", "-F", str(odd_folder / "ssh_config"), "-o", "ProxyCommand=false", "vault"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    # "type -1" is what it says of a key that it cannot open.
    types = [line.split(" type ")[1] for line in said.splitlines() if "identity file" in line and "-cert" not in line]
    assert types == ["3"]


def test_asyncssh_reads_the_same(odd_folder: Path) -> None:
    options = asyncssh.SSHClientConnectionOptions(config=[str(odd_folder / "ssh_config")], host="nfs-host")
    assert (options.host, options.port, options.username) == ("127.0.0.1", 2203, "root")
    assert options.host_key_alias == "nfs-host"
    assert isinstance(options.known_hosts, list)
    assert str(odd_folder / "known_hosts") in [str(path) for path in options.known_hosts]


@pytest.mark.parametrize("folder", ['a"b', "per%cent", "a\\b", "a\nb", "a${HOME}b"])
def test_a_path_that_ssh_config_cannot_carry_is_refused_with_a_way_out(folder: str) -> None:
    with pytest.raises(LabProblem, match="LAB_DIR"):
        path_value(Path("/tmp") / folder)
