"""Only the lab's own QEMU is ever ended. The stand-ins here are sleeping interpreters with chosen arguments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab import keeper, processes

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(name: str, *arguments: str, code: str = "import time; time.sleep(120)") -> subprocess.Popen[bytes]:
        process = subprocess.Popen([name, "-c", code, *arguments], executable=sys.executable)
        started.append(process)
        until = time.monotonic() + 30
        while processes.arguments_of(process.pid)[:1] != [name] and time.monotonic() < until:
            time.sleep(0.01)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_a_pid_file_whose_number_belongs_to_somebody_else_ends_nobody(start: Start, tmp_path: Path) -> None:
    other = start("some-editor")
    pid_file = tmp_path / "qemu.pid"
    pid_file.write_text(f"{other.pid}\n")
    assert processes.running_pid(pid_file) is None
    assert processes.end(pid_file) is False
    assert other.poll() is None


def test_the_qemu_of_another_lab_is_left_alone(start: Start, tmp_path: Path) -> None:
    other = start("qemu-system-x86_64", "-pidfile", str(tmp_path / "other" / "qemu.pid"))
    pid_file = tmp_path / "qemu.pid"
    pid_file.write_text(f"{other.pid}\n")
    assert processes.end(pid_file) is False
    assert other.poll() is None


def test_a_process_that_only_mentions_the_pid_file_is_left_alone(start: Start, tmp_path: Path) -> None:
    pid_file = tmp_path / "qemu.pid"
    other = start("tail", "-pidfile", str(pid_file))
    pid_file.write_text(f"{other.pid}\n")
    assert processes.end(pid_file) is False
    assert other.poll() is None


@pytest.mark.parametrize("noted", [True, False], ids=["by its pid file", "though its pid file is gone"])
def test_the_labs_own_guest_is_found_and_ended(start: Start, tmp_path: Path, noted: bool) -> None:
    pid_file = tmp_path / "with blank" / "qemu.pid"
    pid_file.parent.mkdir()
    guest = start("/usr/bin/qemu-system-x86_64", "-pidfile", str(pid_file))
    if noted:
        pid_file.write_text(f"{guest.pid}\n")
    assert processes.running_pid(pid_file) == guest.pid
    assert processes.end(pid_file) is True
    assert processes.running_pid(pid_file) is None
    assert not pid_file.exists()


def test_a_guest_that_ignores_the_polite_request_is_ended_all_the_same(start: Start, tmp_path: Path) -> None:
    pid_file = tmp_path / "qemu.pid"
    ready = tmp_path / "ready"
    deaf = (
        "import signal, time, pathlib, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "pathlib.Path(sys.argv[-1]).touch(); time.sleep(120)"
    )
    start("qemu-system-x86_64", "-pidfile", str(pid_file), str(ready), code=deaf)
    until = time.monotonic() + 30
    while not ready.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert processes.end(pid_file, patience=0.2) is True
    assert processes.running_pid(pid_file) is None


def _keeper(guest: int, pid_file: Path, *owner: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-I", "-S", keeper.__file__, str(guest), str(pid_file), *owner])


def test_the_keeper_ends_the_guest_when_the_labs_folder_is_removed(start: Start, tmp_path: Path) -> None:
    pid_file = tmp_path / "qemu.pid"
    pid_file.touch()
    guest = start("qemu-system-x86_64")
    watching = _keeper(guest.pid, pid_file)
    with pytest.raises(subprocess.TimeoutExpired):
        guest.wait(1)
    pid_file.unlink()
    assert guest.wait(60) == -signal.SIGTERM
    assert watching.wait(60) == 0


def test_the_keeper_ends_the_guest_when_its_owner_is_gone(start: Start, tmp_path: Path) -> None:
    pid_file = tmp_path / "qemu.pid"
    pid_file.touch()
    guest, owner = start("qemu-system-x86_64"), start("owner")
    watching = _keeper(guest.pid, pid_file, str(owner.pid))
    with pytest.raises(subprocess.TimeoutExpired):
        guest.wait(1)
    owner.kill()
    assert guest.wait(60) == -signal.SIGTERM
    assert watching.wait(60) == 0


def test_the_keeper_ends_with_its_guest(start: Start, tmp_path: Path) -> None:
    pid_file = tmp_path / "qemu.pid"
    pid_file.touch()
    guest = start("qemu-system-x86_64")
    watching = _keeper(guest.pid, pid_file, str(os.getpid()))
    guest.kill()
    guest.wait()
    assert watching.wait(60) == 0
