"""Which hosts a fleet by hand has, and the files by which a person or Pulumi reaches them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from lab.ssh_config import path_value
from tests.fleet.releases import RELEASES, release_named

MIXED = "mixed"
#: Its boot argument needs an offset, and onto its own disk it copies all memory.
_RHEL_5 = {"crashkernel": "128M@16M", "dumpLevel": 0, "compression": "none"}
#: What receives dumps.
COLLECTOR_RELEASE = "rhel-9.4"
CHECKOUT = Path(__file__).resolve().parents[2]


class Planned(BaseModel):
    """One host to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    release: str
    complete: bool
    collector: bool


class Running(BaseModel):
    """One host that was started. `host_keys` as in a .pub file, without the comment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    planned: Planned
    address: str
    host_keys: tuple[str, ...]


def fleet_folder() -> Path:
    """FLEET_DIR when set, else .fleet in the checkout."""
    chosen = os.environ.get("FLEET_DIR", "")
    return Path(chosen).absolute() if chosen else CHECKOUT / ".fleet"


def plan(hosts: int, releases: Sequence[str], collectors: int, bare: bool) -> list[Planned]:
    """Collectors and hosts by turns of the releases; `mixed` is all of them. Raises ValueError for unknown ones."""
    turns = [name for asked in releases for name in (RELEASES if asked == MIXED else [release_named(asked).name])]
    vaults = [
        Planned(name=f"vault{number}", release=COLLECTOR_RELEASE, complete=True, collector=True)
        for number in range(1, collectors + 1)
    ]
    return vaults + [
        Planned(name=f"db{number}", release=turns[(number - 1) % len(turns)], complete=not bare, collector=False)
        for number in range(1, hosts + 1)
    ]


def ssh_config(hosts: Sequence[Running], identity: Path, known_hosts: Path) -> str:
    """An OpenSSH configuration with each host by its name."""
    blocks = ["# Written by `python -m tests.fleet up`.\n"]
    for host in hosts:
        blocks.append(
            f"Host {host.planned.name}\n    HostName {host.address}\n    Port 22\n    User root\n"
            f"    IdentityFile {path_value(identity)}\n    IdentitiesOnly yes\n"
            f"    UserKnownHostsFile {path_value(known_hosts)}\n    GlobalKnownHostsFile /dev/null\n"
            f"    HostKeyAlias {host.planned.name}\n    StrictHostKeyChecking yes\n"
        )
    return "\n".join(blocks)


def known_hosts(hosts: Sequence[Running]) -> str:
    """The host keys, each under its host's name."""
    return "".join(f"{host.planned.name} {key}\n" for host in hosts for key in host.host_keys)


def stack_file(hosts: Sequence[Running], config: Path) -> str:
    """A stack of the whole fleet: targets by turns on the collectors over SSH and on the host's own disk."""
    shown = str(config.relative_to(CHECKOUT)) if config.is_relative_to(CHECKOUT) else str(config)
    vaults = [host for host in hosts if host.planned.collector]
    declared: dict[str, object] = {}
    for number, host in enumerate(host for host in hosts if not host.planned.collector):
        target: dict[str, object] = {"local": {"path": "/var/crash"}}
        if vaults and number % 4:
            target = {"ssh": {"collector": vaults[number % len(vaults)].planned.name}}
        declared[host.planned.name] = {
            "connection": {"host": host.planned.name}, "address": host.address, "target": target,
            **(_RHEL_5 if host.planned.release.startswith("rhel-5") else {}),
        }  # fmt: skip
    fleet = {
        "defaults": {"crashkernel": "256M", "connection": {"sshConfig": shown}},
        "hosts": declared,
        "collectors": {
            vault.planned.name: {
                "connection": {"host": vault.planned.name, "sshConfig": shown}, "address": vault.address,
            }
            for vault in vaults
        },
        "reboot": {"when": "whenRequired", "batchSize": 10},
    }  # fmt: skip
    head = "# Written by `python -m tests.fleet up`: hosts in namespaces of this machine.\n"
    return head + str(yaml.safe_dump({"config": {"pulumi-kdump:fleet": fleet}}, sort_keys=False))
