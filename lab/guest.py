"""One guest's disk and process."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from lab import keeper, processes
from lab.fleet import Guest
from lab.folder import LabFolder
from lab.machine_packages import find_program
from lab.network import Ports, netdev
from lab.problem import LabProblem
from lab.qemu import guest_command


def pid(folder: LabFolder, guest: Guest) -> int | None:
    """The guest's QEMU, if it runs."""
    return processes.running_pid(folder.pid_file(guest.name))


def ensure_disk(folder: LabFolder, guest: Guest, image: Path) -> None:
    """The guest's own disk: empty, over the shared image that stays as it is."""
    disk = folder.disk(guest.name)
    if disk.exists():
        return
    fresh = disk.with_name(f"{disk.name}.new")
    program = find_program("qemu-img") or "qemu-img"
    command = [program, "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image), str(fresh)]
    subprocess.run(command, check=True)
    fresh.rename(disk)


def start(folder: LabFolder, guest: Guest, ports: Ports, owner: int | None = None) -> None:
    """Start the guest's QEMU, detached; raises LabProblem with QEMU's own words when it ends at once.

    With an `owner`, the guest ends when that process does.
    """
    command = guest_command(
        identity=f"pulumi-kdump lab {guest.name}",
        memory=guest.memory,
        disk=folder.disk(guest.name),
        seed=folder.seed(guest.name),
        console=folder.console(guest.name),
        network=netdev(guest, ports, folder.ports),
        mac=guest.mac,
    )
    pid_file = folder.pid_file(guest.name)
    log = folder.emulator_log(guest.name)
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "-pidfile", str(pid_file)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    for _ in range(100):
        if process.poll() is not None:
            raise LabProblem(f"{guest.name} did not start; QEMU says: {log.read_text().strip() or 'nothing'}")
        if pid_file.exists():
            _start_keeper(process.pid, pid_file, owner)
            return
        time.sleep(0.1)
    process.terminate()
    raise LabProblem(f"{guest.name}: QEMU did not get going within 10 s; see {log}")


def _start_keeper(pid: int, pid_file: Path, owner: int | None) -> None:
    interpreter = str(Path(sys.executable).resolve())
    script = str(Path(keeper.__file__).resolve())
    owners = [] if owner is None else [str(owner)]
    subprocess.Popen(
        [interpreter, "-I", "-S", script, str(pid), str(pid_file), *owners],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
