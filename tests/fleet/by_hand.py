"""A fleet that a person starts, uses and ends: its supervisor runs in the background until it is told to end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.fleet.cache import say
from tests.fleet.host import ReleaseHost, started_together, template_of
from tests.fleet.layers import layers_of
from tests.fleet.plan import CHECKOUT, Planned, Running, fleet_folder, known_hosts, ssh_config, stack_file
from tests.fleet.releases import release_named
from tests.fleet.tree import shared_tree
from tests.provider.fixture.host import wait_until_all_gone

PLAN, HOSTS, PID, LOG, CONFIG = "plan.json", "hosts.json", "supervisor.pid", "supervisor.log", "ssh_config"
STACK = "Pulumi.fleet.yaml"
#: Building the tree and all releases, and starting the hosts, on a busy machine.
UP_SECONDS = 900


class FleetProblem(Exception):
    """What whoever typed the command has to know."""


def supervisor_pid(folder: Path) -> int:
    """The running supervisor of a folder; 0 when there is none."""
    with suppress(OSError, ValueError):
        pid = int((folder / PID).read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"tests.fleet" in words and str(folder).encode() in words:
            return pid
    return 0


def up(planned: list[Planned]) -> None:
    """Start the supervisor and wait until all hosts answer. Raises FleetProblem."""
    folder = fleet_folder()
    if os.geteuid() != 0:
        raise FleetProblem("namespaces of hosts with root of their own need root here; become root and try again")
    if supervisor_pid(folder):
        raise FleetProblem("a fleet is up already; end it first: python -m tests.fleet down")
    _remove(folder)
    folder.mkdir(mode=0o700)
    (folder / ".gitignore").write_text("*\n")
    (folder / PLAN).write_text(json.dumps([host.model_dump() for host in planned]))
    begun = time.monotonic()
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fleet", "serve", str(folder)],
            cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    (folder / PID).write_text(f"{process.pid}\n")
    shown = 0
    while not (folder / HOSTS).exists():
        said = (folder / LOG).read_text(errors="replace")
        for line in said[shown:].splitlines():
            print(line, file=sys.stderr)
        shown = len(said)
        if process.poll() is not None:
            raise FleetProblem(f"the fleet did not start: {folder / LOG} says why")
        if time.monotonic() - begun > UP_SECONDS:
            down()
            raise FleetProblem(f"the fleet was not up after {UP_SECONDS} s: {folder / LOG} says why")
        time.sleep(0.1)
    say(f"{len(planned)} hosts are up after {time.monotonic() - begun:.0f} s")
    say(f"log in:        python -m tests.fleet ssh {planned[-1].name}")
    say(f"use as stack:  cp {folder / STACK} stacks/ && source engine/env.sh && export PULUMI_CONFIG_PASSPHRASE=fleet")
    say("               pulumi stack init fleet; python -m report up -s fleet --yes")
    say("               (a fleet that is started anew has new addresses: copy its stack file again)")
    say("end them:      python -m tests.fleet down")


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    if not (folder / PLAN).exists():
        raise FleetProblem(f"{folder} is not the folder of a fleet; point FLEET_DIR at another one, or remove it")
    shutil.rmtree(folder)


def serve(folder: Path) -> None:
    """The supervisor: starts what is planned, writes how to reach it, and ends it all when it is told to."""
    ending: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.append(1))
    planned = [Planned.model_validate(entry) for entry in json.loads((folder / PLAN).read_text())]
    tree = shared_tree()
    layers = {name: layers_of(release_named(name), tree) for name in {host.release for host in planned}}
    say(f"starting {len(planned)} hosts ...")
    hosts = [
        ReleaseHost(
            layers[host.release], template_of(layers[host.release], folder), name=host.name, complete=host.complete
        )
        for host in planned
    ]
    with started_together(hosts):
        running = [
            Running(planned=one, address=host.address, host_keys=tuple(host.host_keys))
            for one, host in zip(planned, hosts, strict=True)
        ]
        identity = folder / "identity"
        identity.touch(mode=0o600)
        identity.write_bytes(tree.identity.read_bytes())
        (folder / "known_hosts").write_text(known_hosts(running))
        (folder / CONFIG).write_text(ssh_config(running, identity, folder / "known_hosts"))
        (folder / STACK).write_text(stack_file(running, folder / CONFIG))
        (folder / "sudo-password").touch(mode=0o600)
        (folder / "sudo-password").write_text(tree.password + "\n")
        new = folder / f"{HOSTS}.new"
        new.write_text(json.dumps([host.model_dump() for host in running]))
        new.rename(folder / HOSTS)
        while not ending:
            time.sleep(0.5)
    wait_until_all_gone()


def down() -> None:
    """End the fleet. Nothing of it is left."""
    folder = fleet_folder()
    pid = supervisor_pid(folder)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 120
        while supervisor_pid(folder) and time.monotonic() < deadline:
            # Ours to reap when this process started it.
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.1)
        if supervisor_pid(folder):
            raise FleetProblem(f"the supervisor (pid {pid}) does not end; {folder / LOG} may say why")
    ended = len(json.loads((folder / PLAN).read_text())) if pid and (folder / PLAN).exists() else 0
    _remove(folder)
    say(f"{ended} hosts ended" if ended else "no fleet was up")


def running_hosts() -> list[Running]:
    """The hosts that are up; none when there is no fleet."""
    folder = fleet_folder()
    if not supervisor_pid(folder) or not (folder / HOSTS).exists():
        return []
    return [Running.model_validate(entry) for entry in json.loads((folder / HOSTS).read_text())]


def status() -> None:
    """Print a line for each host."""
    for host in running_hosts():
        kind = "collector" if host.planned.collector else "complete" if host.planned.complete else "bare"
        print(f"{host.planned.name:10} {host.planned.release:12} {kind:10} {host.address}")
    if not running_hosts():
        say("no fleet is up")


def ssh(name: str, command: list[str]) -> int:
    """Log in to a host, or run a command there; its exit code. Raises FleetProblem for a name that is not there."""
    if name not in {host.planned.name for host in running_hosts()}:
        raise FleetProblem(f"no host {name!r} is up; see: python -m tests.fleet status")
    return subprocess.run(["ssh", "-F", str(fleet_folder() / CONFIG), name, *command], check=False).returncode
