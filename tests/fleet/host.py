"""A fleet host: one of the releases to whoever comes in over SSH, in namespaces of its own on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fleet.cache import Use
from tests.fleet.layers import Layers
from tests.fleet.tree import MACHINE
from tests.provider.fixture.host import FixtureHost, child_of
from tests.provider.fixture.template import Template

INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")
INOTIFY_INSTANCES = 8192
# Of the machinery of systemd; a power failure would not spare it, but then pid 1 would not live on either.
SPARED = ("systemd-journal",)


def template_of(layers: Layers, folder: Path) -> Template:
    """What FixtureHost wants to know of how its hosts are made. `folder`: what the hosts of a run share."""
    template = Template(folder, layers.use.folder / "bare", layers.use.folder / "complete", layers.tree.identity,
                        layers.tree.password)  # fmt: skip
    template.net.mkdir(parents=True, exist_ok=True)
    return template


def prepare_machine() -> None:
    """Let systemd watch files on many hosts: it takes three inotify instances on each, and the default is 128.

    And take away the empty cgroups of hosts whose test run was killed.
    """
    if int(INOTIFY.read_text()) < INOTIFY_INSTANCES:
        INOTIFY.write_text(f"{INOTIFY_INSTANCES}\n")
    for left in cgroup_top().glob("kdump-fleet-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            _remove_cgroup(left)


def cgroup_top() -> Path:
    """Where this machine's cgroup2 is mounted. Raises RuntimeError if nowhere."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        words = line.split()
        if words[words.index("-") + 1] == "cgroup2":
            return Path(words[4])
    raise RuntimeError("cgroup2 is not mounted on this machine; mount it: mount -t cgroup2 none /sys/fs/cgroup/unified")


def _remove_cgroup(top: Path) -> None:
    for folder in (*sorted(top.rglob("*/"), reverse=True), top):
        with contextlib.suppress(OSError):
            folder.rmdir()


class ReleaseHost(FixtureHost):
    """Start with `with ReleaseHost(layers, template_of(layers, folder)) as host:`; nothing of it is left afterwards."""

    def __init__(self, layers: Layers, template: Template, *, name: str = "db1", complete: bool = True) -> None:
        super().__init__(template, name=name, complete=complete)
        self.layers, self.release = layers, layers.release
        self._cgroup = cgroup_top() / f"kdump-fleet-{os.getpid()}-{self.address}"
        self._uses = [Use(layers.use.folder), Use(layers.tree.use.folder)]

    def _start(self) -> None:
        self.launch()
        self.wait_until_up()

    def launch(self) -> None:
        """Begin to start, for those who start many: `wait_until_up` is theirs to call."""
        prepare_machine()
        (self._work / "layers").mkdir()
        (self._work / "net").symlink_to(self.template.net)
        self._seed()
        self._process = subprocess.Popen(
            # pdeathsig: a test run that is killed takes its hosts with it.
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--uts", "--ipc", "--propagation", "private",
             "sh", str(MACHINE / "inside.sh"), str(self._work), self.name, self.layers.lower(self.complete),
             str(self._cgroup)],
            stdin=subprocess.DEVNULL, stdout=(self._work / "log").open("wb"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def _seed(self) -> None:
        super()._seed()
        seed = self._work / "seed"
        if self.release.init == "sysv":
            # These came with systemd.
            (seed / "etc/machine-id").unlink()
            (seed / "etc/hostname").unlink()
            (seed / "var/lib/dbus").mkdir(parents=True)
            (seed / "var/lib/dbus/machine-id").write_text(f"{self.machine_id}\n")
            (seed / "etc/sysconfig").mkdir()
            (seed / "etc/sysconfig/network").write_text(f"NETWORKING=yes\nHOSTNAME={self.name}\n")

    @property
    def pid(self) -> int:
        """Its pid 1, as numbered here; another one after each boot, 0 when it is down."""
        if self._process is None or self._process.poll() is not None:
            return 0
        return child_of(child_of(self._process.pid))

    def stop(self) -> None:
        """Kill every process of the host; remove its folder and its cgroups. Its mounts go with its last process."""
        if self._process is not None and self._process.poll() is None:
            # What the supervisor is just waiting for, a `sleep` say, would outlive it.
            os.killpg(self._process.pid, signal.SIGKILL)
        super().stop()
        deadline = time.monotonic() + 20
        while self._cgroup.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                (self._cgroup / "cgroup.kill").write_text("1")
            _remove_cgroup(self._cgroup)
            time.sleep(0.02)
        for use in self._uses:
            use.end()

    def _processes(self) -> list[tuple[int, int, str]]:
        return [entry for entry in super()._processes() if entry[2] not in SPARED]

    def boot_id(self) -> str:
        """The boot id, "" while it is down."""
        try:
            return self.read("/fixture/kernel/boot_id").strip()
        except OSError:
            return ""

    def reboot(self) -> None:
        """Reboot, and wait until it is up again."""
        before = self.boot_id()
        self.run("/fixture/reboot", check=False)
        self.wait_until_rebooted(before)

    def wait_until_rebooted(self, before: str, seconds: float = 60) -> None:
        """Wait for another boot than `before` to serve SSH. Raises RuntimeError when that takes too long."""
        deadline = time.monotonic() + seconds
        while self.boot_id() in (before, "") or not self._serves():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not come back: {(self._work / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def _serves(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.address, 22), timeout=1) as answer:
            return answer.recv(4) == b"SSH-"
        return False


@contextlib.contextmanager
def started_together(hosts: list[ReleaseHost]) -> Iterator[list[ReleaseHost]]:
    """Start many hosts at once; all end with the block."""
    try:
        for host in hosts:
            host.launch()
        for host in hosts:
            host.wait_until_up(120)
        yield hosts
    finally:
        for host in hosts:
            host.stop()
