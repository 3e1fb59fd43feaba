"""What the lab can be told to do."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab import guest as machine
from lab import keys, network, processes, ssh_config
from lab.fleet import FLEET, Guest
from lab.folder import LabFolder, write_private
from lab.image.build import ensure_image, image_path
from lab.login import ask, says_hello, wait_for_login
from lab.machine_packages import ensure_packages
from lab.paths import cache_folder
from lab.problem import LabProblem
from lab.progress import say, step
from lab.seed import write_seed

BOOT_SECONDS = 900


def up(folder: LabFolder, guests: list[Guest], owner: int | None = None) -> None:
    """Bring these guests up and wait until each lets root log in. With an `owner`, they end when it does."""
    ensure_packages()
    image = _image_for(folder)
    with folder.locked():
        write_private(folder.image_note, f"{image}\n")
        running = {guest.name for guest in FLEET if machine.pid(folder, guest) is not None}
        keys.ensure_keys(folder)
        ports = network.choose_ports(network.read_ports(folder.ports), running)
        network.write_ports(folder, ports)
        logins = {guest.name: ports[guest.name]["ssh"] for guest in FLEET}
        write_private(folder.ssh_config, ssh_config.render(logins, folder.identity, folder.known_hosts))
        for guest in guests:
            if guest.name not in running:
                write_seed(folder, guest)
                machine.ensure_disk(folder, guest, image)
                machine.start(folder, guest, ports, owner)
                say(f"lab: {guest.name} started")
        with step("waiting for the guests to answer", "5 s when they run, 1-5 minutes when they boot"):
            _wait_for_all(folder, guests, logins)
    say(f"lab: up. ssh -F {folder.ssh_config} {guests[0].name}")


def _image_for(folder: LabFolder) -> Path:
    """The image that the guests' disks build on; today's when there are no disks yet."""
    noted = Path(folder.image_note.read_text().strip()) if folder.image_note.exists() else None
    disks = [guest.name for guest in FLEET if folder.disk(guest.name).exists()]
    today = image_path(cache_folder())
    if noted is not None and disks and noted != today:
        if not noted.exists():
            raise LabProblem(
                f"the image that {', '.join(disks)} build on is gone ({noted}); "
                "`python -m lab reset` gives them new disks"
            )
        say("lab: the guests' disks are from an older recipe; `python -m lab reset` makes them anew")
        return noted
    return ensure_image(cache_folder())


def _wait_for_all(folder: LabFolder, guests: list[Guest], logins: dict[str, int]) -> None:
    until = time.monotonic() + BOOT_SECONDS
    interrupted = threading.Event()

    def wait(guest: Guest) -> bool:
        def worth_waiting() -> bool:
            running = machine.pid(folder, guest) is not None
            return running and not interrupted.is_set() and time.monotonic() < until

        begun = time.monotonic()
        answered = wait_for_login(folder, guest.name, logins[guest.name], worth_waiting)
        if answered:
            say(f"lab: {guest.name} answers ({time.monotonic() - begun:.0f} s)")
        return answered

    with ThreadPoolExecutor(len(guests)) as pool:
        waits = [pool.submit(wait, guest) for guest in guests]
        try:
            answered = [one.result() for one in waits]
        except BaseException:
            interrupted.set()
            raise
    silent = [guest for guest, ok in zip(guests, answered, strict=True) if not ok]
    if silent:
        ended = [guest.name for guest in silent if machine.pid(folder, guest) is None]
        names = ", ".join(guest.name for guest in silent)
        raise LabProblem(
            (f"{', '.join(ended)} ended while booting; " if ended else "")
            + f"no answer from {names} (waited up to {BOOT_SECONDS} s); "
            f"`python -m lab console {silent[0].name}` shows how far it came"
        )


def down(folder: LabFolder, guests: list[Guest]) -> None:
    """End these guests' processes. Their disks stay, and hold what was written."""
    running = [guest for guest in guests if machine.pid(folder, guest) is not None]
    if not running:
        say("lab: none of these guests is running")
        return

    def stop(guest: Guest) -> None:
        # Ending QEMU is pulling the plug: what the guest has only in memory would be lost.
        port = network.read_ports(folder.ports).get(guest.name, {}).get("ssh", 0)
        if not (port and says_hello(port) and ask(folder, guest.name, "sync", 60) is not None):
            say(f"lab: {guest.name} could not be asked to write its files to disk; its last seconds may be lost")
        processes.end(folder.pid_file(guest.name))
        say(f"lab: {guest.name} ended")

    with step("taking guests down", "3-10 s"), ThreadPoolExecutor(len(running)) as pool:
        list(pool.map(stop, running))


def reset(folder: LabFolder, guests: list[Guest]) -> None:
    """End these guests and throw their disks away; the next `up` boots them as new, with the same keys."""
    with folder.locked():
        for guest in guests:
            processes.end(folder.pid_file(guest.name))
            folder.disk(guest.name).unlink(missing_ok=True)
            folder.console(guest.name).unlink(missing_ok=True)
            say(f"lab: {guest.name} will be new at the next `up`")


def destroy(folder: LabFolder, with_cache: bool) -> None:
    """End all guests and remove everything of this lab; `with_cache` also the images."""
    for guest in FLEET:
        if processes.end(folder.pid_file(guest.name)):
            say(f"lab: {guest.name} ended")
    if folder.root.exists():
        shutil.rmtree(folder.root)
        say(f"lab: {folder.root} removed")
    cache = cache_folder()
    if with_cache:
        for images in cache.glob("lab-*"):
            shutil.rmtree(images)
            say(f"lab: {images} removed")


def status(folder: LabFolder) -> None:
    """Print a table of the guests."""
    ports = network.read_ports(folder.ports)
    print(f"{'guest':<10}{'state':<10}{'pid':>8}{'ssh port':>10}{'memory':>9}{'disk':>9}")
    for guest in FLEET:
        pid = machine.pid(folder, guest)
        port = ports.get(guest.name, {}).get("ssh", 0)
        state = "down" if pid is None else "up" if port and says_hello(port) else "booting"
        disk = folder.disk(guest.name)
        used = f"{disk.stat().st_blocks * 512 // 2**20} MB" if disk.exists() else "-"
        print(f"{guest.name:<10}{state:<10}{pid or '-':>8}{port or '-':>10}{guest.memory:>6} MB{used:>9}")


def console(folder: LabFolder, guest: Guest, follow: bool) -> None:
    """Print what the guest wrote on its serial console, and what it goes on to write."""
    log = folder.console(guest.name)
    if not log.exists():
        raise LabProblem(f"{guest.name} has never run in {folder.root}")
    with log.open("r", errors="replace") as handle:
        while True:
            text = handle.read()
            if text:
                sys.stdout.write(text)
                sys.stdout.flush()
            elif not follow or machine.pid(folder, guest) is None:
                return
            else:
                time.sleep(0.5)
