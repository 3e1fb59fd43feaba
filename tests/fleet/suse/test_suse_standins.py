"""The SLES 15 SP7 of the fleet behaves as its tools do: boot menu, reservation, capture image, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fleet.host import ReleaseHost, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import release_named
from tests.fleet.tree import Tree

pytestmark = pytest.mark.fixture

MIB = 1024 * 1024
CONFIG = "/etc/sysconfig/kdump"


@pytest.fixture(scope="module")
def host(fleet_tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReleaseHost]:
    with ExitStack() as stack:
        layers = layers_of(release_named("sles-15.7"), fleet_tree)
        stack.callback(layers.use.end)
        yield stack.enter_context(ReleaseHost(layers, template_of(layers, tmp_path_factory.mktemp("fleet"))))


@pytest.fixture
def kdump(host: ReleaseHost) -> Iterator[Callable[..., str]]:
    """Puts lines at the end of the configuration, restarts kdump, and says what the journal or the start said."""
    before = host.read(CONFIG)

    def restart(*lines: str, succeeds: bool = True) -> str:
        host.write(CONFIG, before + "".join(f"{line}\n" for line in lines), 0o600)
        said = host.run("systemctl restart kdump; echo =$?; journalctl -b -u kdump -o cat | tail -n 6", check=False)
        assert ("=0" in said) == succeeds, said
        return said

    yield restart
    for name in ("image-fails", "load-fails", "mkconfig-fails"):
        host.path(f"/fixture/{name}").unlink(missing_ok=True)
    host.write(CONFIG, before, 0o600)
    host.run("systemctl reset-failed kdump; systemctl restart kdump")


def loaded(host: ReleaseHost) -> str:
    return host.read("/sys/kernel/kexec_crash_loaded").strip()


def code(host: ReleaseHost, command: str) -> int:
    return int(host.run(f"{command} >/dev/null 2>&1; echo $?", check=False))


def test_boots_with_the_words_of_its_menu_and_reserves_them(host: ReleaseHost) -> None:
    line = host.read("/proc/cmdline")
    assert line.startswith("BOOT_IMAGE=/boot/vmlinuz-6.4.0-150700.53.3-default root=UUID=")
    assert line.count("crashkernel=202M,high crashkernel=72M,low") == 1
    assert int(host.read("/sys/kernel/kexec_crash_size")) == 274 * MIB
    assert host.run("uname -r") == "6.4.0-150700.53.3-default\n"


def test_kdump_is_installed_with_its_own_defaults_and_not_enabled(host: ReleaseHost) -> None:
    assert host.run(f"stat -c '%a %U %G' {CONFIG}") == "600 root root\n"
    assert 'KDUMP_SAVEDIR="/var/crash"' in host.read(CONFIG)
    assert "KDUMP_CRASHKERNEL" not in host.read(CONFIG)
    assert host.run("systemctl is-enabled kdump kdump-early", check=False).split() == ["disabled", "disabled"]
    assert "not owned" in host.run(f"rpm -qf {CONFIG}", check=False)


def test_a_start_builds_the_image_and_loads_it(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    kdump()
    assert loaded(host) == "1"
    assert host.run("readlink -f /var/lib/kdump/kernel") == "/boot/vmlinuz-6.4.0-150700.53.3-default\n"
    assert host.run("stat -c %a /var/lib/kdump/initrd") == "600\n"
    assert "KDUMP_DUMPLEVEL='31'" in host.read("/var/lib/kdump/initrd")
    append = host.read("/run/capture-kernel")
    assert "crashkernel=" not in append
    assert "nr_cpus=32" in append
    assert append.rstrip().endswith("panic=1")
    assert host.read("/proc/sys/kernel/panic_on_oops") == "1\n"


def test_the_image_is_built_anew_only_where_something_is_newer(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    kdump()
    assert "Not regenerating" in host.run("mkdumprd")
    built = host.run("stat -c %Y.%y /var/lib/kdump/initrd")
    host.run("systemctl restart kdump")
    assert host.run("stat -c %Y.%y /var/lib/kdump/initrd") == built
    host.run(f"touch {CONFIG}; systemctl restart kdump")
    assert host.run("stat -c %Y.%y /var/lib/kdump/initrd") != built
    assert "Regenerating kdump initrd" in host.run("mkdumprd -f 2>&1")


def test_the_hosts_file_counts_for_targets_over_the_network_only(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    kdump('KDUMP_SAVEDIR="nfs://127.0.0.1/srv/dumps"')
    assert "mount: 127.0.0.1:/srv/dumps /kdump/mnt nfs nolock" in host.read("/var/lib/kdump/initrd")
    host.run("touch -d '+1 minute' /etc/hosts")
    assert "Regenerating" in host.run("mkdumprd 2>&1")
    host.run("touch /etc/hosts")


@pytest.mark.parametrize("scheme", ["ssh", "sftp"])
def test_an_ssh_target_without_host_key_is_refused(host: ReleaseHost, kdump: Callable[..., str], scheme: str) -> None:
    said = kdump(f'KDUMP_SAVEDIR="{scheme}://dump@collector.example/srv"', succeeds=False)
    assert "no host key of collector.example" in said


def test_an_ssh_target_with_a_known_host_key_and_identity_is_taken_along(
    host: ReleaseHost, kdump: Callable[..., str]
) -> None:
    key = host.host_keys[0]
    host.write("/root/.ssh/known_hosts", f"collector.example {key}\n", 0o600)
    host.run("ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/kdump <<E\ny\nE\n")
    kdump('KDUMP_SAVEDIR="ssh://dump@collector.example/srv"', 'KDUMP_SSH_IDENTITY="/root/.ssh/kdump"')
    image = host.read("/var/lib/kdump/initrd")
    assert f"known_hosts: collector.example {key}" in image
    assert "identity: /root/.ssh/kdump" in image
    host.run("touch -d '+1 minute' /root/.ssh/kdump.pub")
    assert "Regenerating" in host.run("mkdumprd 2>&1")
    host.run("rm /root/.ssh/known_hosts /root/.ssh/kdump /root/.ssh/kdump.pub")


def test_what_the_real_tools_only_warn_of_is_loaded_all_the_same(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    said = kdump('KDUMP_SAVEDIR="gopher://collector/srv"', 'KDUMP_DUMPLEVEL="lots"', 'KDUMP_DUMPFORMAT="zip"')
    assert "KDUMP_SAVEDIR (gopher://collector/srv) is invalid" in said
    assert "KDUMP_DUMPLEVEL is 'lots', which is no number, and ignored" in said
    assert loaded(host) == "1"


def test_failures_that_are_asked_for_leave_kdump_failed(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    host.write("/fixture/image-fails", "no space left\n")
    assert "no space left" in kdump("# newer", succeeds=False)
    host.path("/fixture/image-fails").unlink()
    host.write("/fixture/load-fails", "out of luck\n")
    assert "out of luck" in kdump("# newer", succeeds=False)
    assert loaded(host) == "0"


def test_without_a_kernel_of_that_version_nothing_is_built(host: ReleaseHost, kdump: Callable[..., str]) -> None:
    assert "Kernel not found." in kdump('KDUMP_KERNELVER="9.9.9-default"', succeeds=False)


def test_kdumptool_of_this_release_calibrates_and_knows_no_commandline(host: ReleaseHost) -> None:
    said = dict(line.split(": ") for line in host.run("kdumptool calibrate").splitlines())
    assert int(said["Low"]) == 72
    assert int(said["High"]) > 100
    assert code(host, "kdumptool commandline -c") == 1


def test_the_menu_follows_the_defaults_file_only_when_it_is_written_anew(host: ReleaseHost) -> None:
    before = host.read("/etc/default/grub")
    host.write("/etc/default/grub", before.replace("202M,high", "300M,high"))
    assert "202M,high" in host.run("/fixture/firmware")
    host.write("/fixture/mkconfig-fails", "no luck\n")
    assert code(host, "grub2-mkconfig -o /boot/grub2/grub.cfg") == 1
    assert "202M,high" in host.run("/fixture/firmware")
    host.path("/fixture/mkconfig-fails").unlink()
    host.run("grub2-mkconfig -o /boot/grub2/grub.cfg")
    assert "300M,high" in host.run("/fixture/firmware")
    host.write("/etc/default/grub", before)
    host.run("update-bootloader --refresh")
    assert "202M,high" in host.run("/fixture/firmware")


def test_pbl_changes_words_and_refuses_what_it_does_not_know(host: ReleaseHost) -> None:
    before = host.read("/etc/default/grub")
    host.run("pbl --add-option 'crashkernel=64M,low crashkernel=256M,high' --del-option splash --config")
    assert "crashkernel=64M,low crashkernel=256M,high" in host.run("/fixture/firmware")
    assert "splash" not in host.run("/fixture/firmware")
    host.run("pbl --del-option crashkernel --config")
    assert "crashkernel" not in host.run("/fixture/firmware")
    assert code(host, "pbl --explode --config") == 1
    host.write("/etc/default/grub", before)
    host.run("pbl --config")


def test_a_new_kernel_comes_with_an_entry_and_is_booted_with_kdump_early(host: ReleaseHost) -> None:
    host.run("systemctl enable kdump 2>&1; systemctl start kdump")
    host.run("/fixture/install-kernel 6.4.0-150700.60.1-default")
    assert "vmlinuz-6.4.0-150700.60.1-default" in host.run("/fixture/firmware")
    host.reboot()
    host.run("systemctl is-system-running --wait", check=False)
    assert host.run("uname -r") == "6.4.0-150700.60.1-default\n"
    assert loaded(host) == "1"
    assert host.run("readlink -f /var/lib/kdump/kernel") == "/boot/vmlinuz-6.4.0-150700.60.1-default\n"
    assert host.run("systemctl is-active kdump-early") == "active\n"
    host.run("systemctl disable kdump kdump-early 2>&1")


def test_without_reserved_memory_kdump_does_not_load(host: ReleaseHost) -> None:
    host.run("pbl --del-option crashkernel --config")
    host.reboot()
    assert host.read("/sys/kernel/kexec_crash_size") == "0\n"
    said = host.run("systemctl restart kdump; journalctl -b -u kdump -o cat", check=False)
    assert "Memory for crashkernel is not reserved" in said
    assert code(host, "systemctl is-active kdump") != 0
    host.run("pbl --add-option 'crashkernel=202M,high crashkernel=72M,low' --config")
    host.reboot()


def test_the_firewall_keeps_permanent_ports_and_those_in_force_apart(host: ReleaseHost) -> None:
    host.run("firewall-cmd --permanent --add-port=7410/udp")
    assert code(host, "firewall-cmd --query-port=7410/udp") == 1
    host.run("firewall-cmd --reload")
    assert code(host, "firewall-cmd --query-port=7410/udp") == 0
    assert code(host, "firewall-cmd --permanent --add-port=udp") != 0
    host.run("firewall-cmd --permanent --remove-port=7410/udp; firewall-cmd --reload")
    assert code(host, "firewall-cmd --permanent --query-port=7410/udp") == 1


def test_zypper_installs_and_removes_kdump_and_the_settings_stay(host: ReleaseHost) -> None:
    host.run("zypper -n install nfs-client nfs-kernel-server")
    export = f"/srv/x {host.address}(rw,no_root_squash)"
    host.run(f"mkdir -p /srv/x; echo '{export}' >/etc/exports; systemctl start nfs-server")
    assert f"/srv/x\t{host.address}(rw,no_root_squash)" in host.read(f"/fixture/net/{host.address}.etab")
    host.run(f"mount -t nfs {host.address}:/srv/x /mnt && umount /mnt")
    assert "access denied" in host.run(f"mount -t nfs {host.address}:/srv/y /mnt", check=False)
    host.run("systemctl stop nfs-server")
    assert not Path(host.path(f"/fixture/net/{host.address}.etab")).exists()
    assert host.run("rpm -V kdump kexec-tools makedumpfile nfs-client") == ""
    host.run("zypper -n remove kdump")
    assert loaded(host) == "0"
    assert host.run("ls /usr/sbin/kdumptool", check=False).endswith("No such file or directory\n")
    assert "KDUMP_DUMPLEVEL=31" in host.read(CONFIG)
    host.run("zypper -n install kdump")
    assert host.run("rpm -q kdump").startswith("kdump-2.0.18")
