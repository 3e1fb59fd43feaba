"""Fleet hosts are what they say: each release by SSH, its packages, its reboots, and nothing of it on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fleet.__main__ import main
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost, cgroup_top
from tests.fleet.plan import CHECKOUT
from tests.fleet.releases import OFFERED, RELEASES, Release
from tests.provider.fixture.host import changes, started, wait_until_all_gone

pytestmark = pytest.mark.fixture

MACHINE_SETTINGS = ("kernel/panic", "kernel/panic_on_oops", "kernel/hung_task_timeout_secs", "vm/panic_on_oom")
every_release = pytest.mark.parametrize("name", list(RELEASES))


def ssh(host: ReleaseHost, command: str, user: str = "root", given: str = "", code: int = 0) -> str:
    """What a command says over SSH, with the host's key checked."""
    known = host._work / "known_hosts"
    known.write_text("".join(f"{host.address} {key}\n" for key in host.host_keys))
    done = subprocess.run(
        ["ssh", "-F", "/dev/null", "-i", str(host.template.identity), "-o", f"UserKnownHostsFile={known}",
         "-o", "BatchMode=yes", f"{user}@{host.address}", command],
        input=given, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, f"{command} ended with {done.returncode}: {done.stdout}"
    return done.stdout.strip()


def firmware_that_boots(host: ReleaseHost, line: str) -> None:
    """Put a boot entry of our own in the place of the release's."""
    host.write("/fixture/firmware", f"#!/bin/sh\necho '{line}'\n", 0o755)


def machine_settings() -> dict[str, str]:
    """Some settings of this machine's own kernel."""
    found = {name: Path("/proc/sys", name) for name in MACHINE_SETTINGS}
    return {name: file.read_text() for name, file in found.items() if file.exists()}


@every_release
def test_a_host_is_its_release_to_whoever_comes_in(start_release_host: StartReleaseHost, name: str) -> None:
    host, release = start_release_host(name), RELEASES[name]
    for path, text in release.texts.items():
        assert host.read(path) == text
    assert ssh(host, "uname -r") == release.kernels[0]
    assert ssh(host, "uname -n") == "db1"
    assert ssh(host, "cat /etc/os-release 2>/dev/null || echo none").startswith(
        "NAME=" if _has_systemd(release) else "none"
    )
    assert ssh(host, "sudo -n id -u", user="ops") == "0"
    assert ssh(host, "sudo -n id -u", user="pat", code=1).endswith("a password is required")
    assert ssh(host, "sudo -S -p '' id -u", user="pat", given=f"{host.template.password}\n") == "0"
    assert ssh(
        host, "for tool in apt dpkg apt-get; do command -v $tool; done; ls -d /etc/debian_version /var/lib/dpkg; true"
    ) == (
        "ls: cannot access '/etc/debian_version': No such file or directory\n"
        "ls: cannot access '/var/lib/dpkg': No such file or directory"
    )
    installers = ssh(host, "for tool in dnf yum zypper; do command -v $tool; done; true").split()
    assert sorted(Path(tool).name for tool in installers) == sorted(release.installers)
    assert 7_000_000 < int(ssh(host, "cat /proc/meminfo").split()[1]) <= 8 * 1024 * 1024


@every_release
def test_its_own_init_runs(start_release_host: StartReleaseHost, name: str) -> None:
    host = start_release_host(name)
    tools = ssh(host, "for tool in systemctl journalctl; do command -v $tool; done; ls -d /run/systemd/system; true")
    if _has_systemd(RELEASES[name]):
        assert tools.split() == ["/usr/bin/systemctl", "/usr/bin/journalctl", "/run/systemd/system"]
        assert ssh(host, "cat /proc/1/comm") == "systemd"
        assert ssh(host, "systemctl is-active sshd") == "active"
        assert ssh(host, "systemctl is-system-running --wait") == "running"
        assert "Started sshd.service" in ssh(host, "journalctl -b --no-pager")
    else:
        assert tools == "ls: cannot access '/run/systemd/system': No such file or directory"
        assert ssh(host, "readlink /etc/init.d") == "rc.d/init.d"


@every_release
def test_packages_come_from_its_own_repository(start_release_host: StartReleaseHost, name: str) -> None:
    release = RELEASES[name]
    host = start_release_host(name, complete=False)
    assert ssh(host, f"rpm -q {release.kernel_package}").count(release.kernel_package) == 2
    assert ssh(host, f"rpm -q {release.release_package[0]}").startswith("-".join(release.release_package))
    ssh(host, f"rpm -q {OFFERED}", code=1)
    tool = release.installers[0]
    options = "--non-interactive" if tool == "zypper" else "-y"
    ssh(host, f"sudo {tool} {options} install {OFFERED}", user="ops")
    assert ssh(host, f"rpm -q {OFFERED}") == f"{OFFERED}-1.0-1.x86_64"
    ssh(host, f"{tool} {options} remove {OFFERED}")
    ssh(host, f"rpm -q {OFFERED}", code=1)
    assert "rpm: " not in ssh(host, f"rpm -i /fixture/repo/{OFFERED}-*.rpm")


@every_release
def test_complete_hosts_have_what_kdump_needs_and_bare_ones_can_get_it(
    start_release_host: StartReleaseHost, name: str
) -> None:
    bare, complete = start_release_host(name, "bare", complete=False), start_release_host(name, "complete")
    files = ssh(bare, "ls /fixture/repo").split()
    packages = [one for one in RELEASES[name].complete if any(file.startswith(f"{one}-") for file in files)]
    assert packages, f"no spec file of {RELEASES[name].complete} in {RELEASES[name].packages}"
    for package in packages:
        assert ssh(complete, f"rpm -q {package}").startswith(package)
        ssh(bare, f"rpm -q {package}", code=1)
    options = "--non-interactive" if RELEASES[name].installers[0] == "zypper" else "-y"
    ssh(bare, f"{RELEASES[name].installers[0]} {options} install {' '.join(packages)}")
    ssh(bare, f"rpm -q {' '.join(packages)}")


@every_release
def test_a_reboot_takes_up_the_default_entry(start_release_host: StartReleaseHost, name: str) -> None:
    host, release = start_release_host(name), RELEASES[name]
    old = release.kernels[1]
    before, first_pid = host.boot_id(), host.pid
    assert before == ssh(host, "cat /proc/sys/kernel/random/boot_id")
    line = f"BOOT_IMAGE=/vmlinuz-{old} ro crashkernel=1G-4G:192M,4G-64G:256M"
    firmware_that_boots(host, line)
    host.write("/etc/sysctl.d/90-test.conf" if _has_systemd(release) else "/etc/sysctl.conf", "kernel.panic = 17\n")
    ssh(host, "touch /run/left /root/kept; sysctl -q -w kernel.panic_on_oops=0 vm.panic_on_oom=2")
    ssh(host, "(sleep 1; systemctl reboot || reboot) >/dev/null 2>&1 </dev/null &")
    host.wait_until_rebooted(before)
    assert host.pid != first_pid
    assert ssh(host, "cat /proc/sys/kernel/random/boot_id") not in (before, "")
    assert ssh(host, "cat /proc/cmdline") == line
    assert ssh(host, "cat /sys/kernel/kexec_crash_size") == str(256 * 1024 * 1024)
    assert ssh(host, "cat /sys/kernel/kexec_crash_loaded /sys/kernel/kexec_crash_size").split()[1] != "0"
    assert ssh(host, "uname -r") == old
    assert ssh(host, "ls -d /run/left /root/kept 2>/dev/null; true") == "/root/kept"
    assert ssh(host, "sysctl -n kernel.panic vm.panic_on_oom").split() == ["17", "0"]


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-10.0"])
def test_enabled_services_start_at_boot(start_release_host: StartReleaseHost, name: str) -> None:
    host = start_release_host(name)
    if _has_systemd(RELEASES[name]):
        text = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/touch /run/started\n"
        host.write("/usr/lib/systemd/system/ours.service", text + "[Install]\nWantedBy=multi-user.target\n")
        ssh(host, "systemctl enable ours")
    else:
        host.write("/etc/rc.d/init.d/ours", "#!/bin/sh\n[ $1 = start ] && touch /run/started\n", 0o755)
        ssh(host, "ln -s ../init.d/ours /etc/rc.d/rc3.d/S99ours")
    host.reboot()
    ssh(host, "for second in 1 2 3 4 5; do [ -e /run/started ] && exit; sleep 1; done; exit 1")


def test_hosts_reach_each_other(start_release_host: StartReleaseHost) -> None:
    host, vault = start_release_host("rhel-6.10"), start_release_host("rhel-9.4", "vault1")
    ssh(host, "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/dump")
    key = ssh(host, "cat /root/.ssh/dump.pub")
    host.write("/root/.ssh/known_hosts", "".join(f"{vault.address} {known}\n" for known in vault.host_keys))
    ssh(vault, "cat >> /home/ops/.ssh/authorized_keys", given=f"{key}\n")
    assert ssh(host, f"ssh -o BatchMode=yes -i /root/.ssh/dump ops@{vault.address} uname -n") == "vault1"


@pytest.mark.parametrize("name", ["rhel-5.11", "sles-15.7"])
def test_a_boot_leaves_the_disk_as_it_was(start_release_host: StartReleaseHost, name: str) -> None:
    host = start_release_host(name)
    before = host.listing()
    host.reboot()
    assert changes(before, host.listing()) == {}


def test_memory_is_reserved_as_the_command_line_says(start_release_host: StartReleaseHost) -> None:
    host = start_release_host("rhel-8.10")
    for value, megabytes in {
        "crashkernel=auto": 256,
        "crashkernel=512M@16M": 512,
        "crashkernel=1G": 1024,
        "crashkernel=2G-8G:128M,8G-:320M": 320,
        "crashkernel=1G-2G:128M": 0,
        "crashkernel=512M,high crashkernel=64M,low": 576,
        "crashkernel=128M crashkernel=192M": 192,
        "quiet": 0,
    }.items():
        firmware_that_boots(host, value)
        host.run("/fixture/boot")
        assert int(host.read("/sys/kernel/kexec_crash_size")) == megabytes * 1024 * 1024, value
    host.write("/fixture/no-room-for-crashkernel", "")
    firmware_that_boots(host, "crashkernel=256M")
    host.run("/fixture/boot")
    assert host.read("/sys/kernel/kexec_crash_size") == "0\n"


@pytest.mark.parametrize("name", ["rhel-6.10", "rhel-9.4"])
def test_what_a_host_does_to_its_kernel_does_not_reach_this_machine(
    start_release_host: StartReleaseHost, name: str
) -> None:
    before, own_name = machine_settings(), os.uname().nodename
    host, other = start_release_host(name), start_release_host(name, "db2")
    ssh(host, "sysctl -q -w kernel.panic=99 kernel.panic_on_oops=0 vm.panic_on_oom=1; hostname elsewhere")
    assert ssh(host, "sysctl -n kernel.panic") == "99"
    assert ssh(other, "sysctl -n kernel.panic") == "0"
    assert "Read-only file system" in ssh(host, "echo 5 > /proc/sys/net/core/somaxconn", code=1)
    assert ssh(host, "date -s 2001-01-01 >/dev/null 2>&1 || echo no") == "no"
    # With a kernel that has these keys, the file is one of the host's own.
    ssh(host, "if [ -e /proc/sysrq-trigger ]; then echo c > /proc/sysrq-trigger; fi")
    assert machine_settings() == before
    assert os.uname().nodename == own_name
    ssh(host, "poweroff >/dev/null 2>&1 </dev/null & sleep 5", code=255)
    assert ssh(other, "uname -n") == "db2"


def test_nothing_is_left_of_stopped_hosts(start_release_host: StartReleaseHost) -> None:
    hosts = [start_release_host(name, f"gone{number}") for number, name in enumerate(("rhel-5.11", "rhel-9.4"))]
    # A number alone may be another process's by the time it is looked at.
    processes = [(pid, started(pid)) for host in hosts for pid, _, _ in host._processes()]
    assert len(processes) >= 4
    work = [host._work for host in hosts]
    for host in hosts:
        host.stop()
    assert wait_until_all_gone() == []
    deadline = time.monotonic() + 20
    while (
        left := [pid for pid, since in processes if since and started(pid) == since]
    ) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    assert [folder for folder in work if folder.exists()] == []
    assert list(cgroup_top().glob(f"kdump-fleet-{os.getpid()}-*")) == []
    assert not any(str(folder) in Path("/proc/self/mounts").read_text() for folder in work)


def test_a_lost_session_leaves_what_it_started_and_a_lost_power_does_not(start_release_host: StartReleaseHost) -> None:
    host = start_release_host("rhel-9.4")
    with ExitStack() as open_sessions:
        for command in ("sleep 1000", "setsid sleep 2000 </dev/null >/dev/null 2>&1 & sleep 3000"):
            open_sessions.enter_context(
                subprocess.Popen(
                    ["ssh", "-F", "/dev/null", "-i", str(host.template.identity), "-o", "StrictHostKeyChecking=no",
                     "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", f"root@{host.address}", command],
                    stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
        deadline = time.monotonic() + 20
        while not {"sleep 1000", "sleep 3000"} <= set(host.run("ps -eo args").splitlines()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert host.drop_sessions() >= 2
    assert "sleep 2000" in host.run("ps -eo args")
    host.lose_power()
    assert "sleep 2000" not in host.run("ps -eo args")
    assert ssh(host, "echo still here") == "still here"


def test_a_fleet_by_hand_comes_up_is_reached_and_goes(tmp_path: Path) -> None:
    folder = tmp_path / "fleet"

    def fleet(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fleet", *words], cwd=CHECKOUT, env={**os.environ, "FLEET_DIR": str(folder)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout

    try:
        assert "4 hosts are up" in fleet(
            "up", "3", "--release", "rhel-6.10", "--release", "rhel-9.4", "--collectors", "1"
        )
        assert "already" in fleet("up", "1", code=1)
        assert [line.split()[:2] for line in fleet("status").splitlines()] == [
            ["vault1", "rhel-9.4"], ["db1", "rhel-6.10"], ["db2", "rhel-9.4"], ["db3", "rhel-6.10"],
        ]  # fmt: skip
        assert fleet("ssh", "db2", "cat", "/etc/redhat-release") == "Red Hat Enterprise Linux release 9.4 (Plow)\n"
        assert "no host 'db9' is up" in fleet("ssh", "db9", code=1)
        assert "collector: vault1" in (folder / "Pulumi.fleet.yaml").read_text()
        pid = int((folder / "supervisor.pid").read_text())
        assert (folder / ".gitignore").read_text() == "*\n"
    finally:
        fleet("down")
    assert not folder.exists()
    assert list(cgroup_top().glob(f"kdump-fleet-{pid}-*")) == []
    assert "no fleet is up" in fleet("status")


def _has_systemd(release: Release) -> bool:
    return release.init == "systemd"


def test_a_folder_of_something_else_is_not_taken_for_a_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "precious").write_text("mine\n")
    monkeypatch.setenv("FLEET_DIR", str(tmp_path))
    for command in (["up", "1"], ["down"]):
        assert main(command) == 1
    assert (tmp_path / "precious").read_text() == "mine\n"
