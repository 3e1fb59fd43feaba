"""The OpenSSH configuration by which everything reaches the guests, by name and from any folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lab.problem import LabProblem


def path_value(path: Path) -> str:
    """A path as a value in ssh_config, quoted against blanks.

    Raises LabProblem for what cannot be carried: a quote, a backslash, a line end, "${", and "%", which
    OpenSSH wants doubled in UserKnownHostsFile while asyncssh takes it there as it is.
    """
    text = str(path)
    if any(character in text for character in '%"\\\n\r') or "${" in text:
        raise LabProblem(
            f"an OpenSSH configuration that all programs read alike cannot carry the path {text!r} (a per cent "
            "sign, a double quote, a backslash, a line end or ${ is in it); put the lab elsewhere with LAB_DIR"
        )
    return f'"{text}"'


def render(ports: Mapping[str, int], identity: Path, known_hosts: Path) -> str:
    """The whole file. `ports` gives each guest's SSH port on this machine's loopback."""
    blocks = [_block(name, port, identity, known_hosts) for name, port in ports.items()]
    return "# Written by `python -m lab up`.\n" + "\n".join(blocks)


def _block(name: str, port: int, identity: Path, known_hosts: Path) -> str:
    lines = [
        f"Host {name}",
        "    HostName 127.0.0.1",
        f"    Port {port}",
        "    User root",
        f"    IdentityFile {path_value(identity)}",
        "    IdentitiesOnly yes",
        f"    UserKnownHostsFile {path_value(known_hosts)}",
        "    GlobalKnownHostsFile /dev/null",
        f"    HostKeyAlias {name}",
        "    StrictHostKeyChecking yes",
    ]
    return "\n".join(lines) + "\n"
