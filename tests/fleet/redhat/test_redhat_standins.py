"""The stand-ins of RHEL 5 to 10 keep state and refuse what the real programs refuse, each as its release does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from kdump import receiver
from tests.fleet.host import ReleaseHost
from tests.fleet.redhat.conftest import INITIAL, MIB, HostOf, crashkernels, major, start
from tests.fleet.releases import RELEASES

pytestmark = pytest.mark.fixture

CONF = "/etc/kdump.conf"
every = pytest.mark.parametrize("version", list(INITIAL))


def reserve(host: ReleaseHost, mebibytes: int = 256) -> None:
    """Memory is reserved and nothing is loaded, as after a boot."""
    host.run(f"echo {mebibytes * MIB} >/fixture/kernel/kexec_crash_size; echo 0 >/fixture/kernel/kexec_crash_loaded")


@pytest.fixture
def configured(host_of: HostOf) -> Iterator[Callable[..., str]]:
    """Writes kdump.conf, starts kdump, and says what it said; all is as before after the test."""
    used: dict[str, tuple[ReleaseHost, str]] = {}

    def start_with(version: str, *lines: str) -> str:
        host = host_of(version)
        used.setdefault(version, (host, host.read(CONF)))
        host.write(CONF, "".join(f"{line}\n" for line in lines))
        host.run("rm -f /boot/init*kdump.img")
        reserve(host)
        return start(host, version)

    yield start_with
    for host, before in used.values():
        host.write(CONF, before)
        host.run("rm -f /fixture/image-fails /fixture/load-fails /fixture/network-wait-seconds")


@every
def test_a_bare_host_has_a_boot_loader_and_no_kdump(host_of: HostOf, version: str) -> None:
    host = host_of(version, "bare", False)
    assert crashkernels(host) == [INITIAL[version]] * 2
    assert "absent" in host.run("command -v kdumpctl kexec makedumpfile || echo absent")
    package = "kdump-utils" if major(version) >= 10 else "kexec-tools"
    host.run(f"yum -q -y install {package}")
    start_of = start(host, version, "status")
    assert "=3" in start_of
    assert "not operational" in start_of
    host.run(f"yum -q -y remove {package}")


REFUSED = [
    ("5.11", ["ssh root@10.0.0.1"], "Unknown parameter  ssh"),
    ("5.11", ["default poweroff"], "poweroff is not a valid default option"),
    ("6.10", ["failure_action reboot"], "Unknown parameter  failure_action"),
    ("6.10", ["kdump_pre /no/such"], "/no/such not executable or not found"),
    ("6.10", ["debug_mem_level 4"], "only for range 0-3"),
    ("7.9", [" path /var/crash"], "No whitespaces are allowed"),
    ("7.9", ["nfs a:/b", "ssh a@b"], "More than one dump targets"),
    ("7.9", ["failure_action reboot"], "Invalid kdump config option failure_action"),
    ("7.9", ["default maybe"], "Usage kdump.conf: default"),
    ("8.10", ["net a:/b"], "Deprecated kdump config option: net"),
    ("8.10", ["auto_reset_crashkernel no"], "Invalid kdump config option auto_reset_crashkernel"),
    ("8.10", ["path /var/crash", "path /var/crash"], "Duplicated kdump config value of option path"),
    ("8.10", ["default reboot", "failure_action reboot"], "Cannot specify 'failure_action' and 'default' option"),
    ("8.10", ["path"], "Invalid kdump config value for option 'path'"),
    ("9.4", ["failure_action mount_root_run_init"], "Usage kdump.conf: failure_action"),
    ("9.4", ["final_action shell"], "Usage kdump.conf: final_action"),
    ("9.4", ["path /no/such"], "Dump path /no/such does not exist"),
    ("9.4", ["core_collector makedumpfile -l -d 99"], "makedumpfile parameter check failed"),
    ("9.4", ["kdump_pre /no/such", "force_rebuild 2"], "force_rebuild value is invalid"),
    ("9.4", ["ext4 /dev/no-such", "xfs /dev/no-such"], "More than one dump targets specified"),
    ("9.4", ["fence_kdump_nodes db1"], "fence_kdump_nodes cannot contain db1"),
    ("10.0", ["default reboot", "failure_action reboot"], "Duplicated kdump config value of option failure_action"),
    ("10.0", ["ssh vault"], "contains 'ssh <user>@<host>'"),
]


@pytest.mark.parametrize(("version", "lines", "words"), REFUSED)
def test_kdump_refuses_what_the_release_refuses(
    configured: Callable[..., str], host_of: HostOf, version: str, lines: list[str], words: str
) -> None:
    said = configured(version, *lines)
    assert words in said
    assert said.endswith("=1\n")
    assert host_of(version).read("/sys/kernel/kexec_crash_loaded").strip() == "0"


@every
def test_kdump_is_not_started_without_reserved_memory(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    reserve(host, 0)
    assert "=1" in start(host, version)
    assert start(host, version, "status").endswith("=3\n")
    reserve(host)


@every
def test_an_image_is_built_when_it_is_due_and_loaded(
    configured: Callable[..., str], host_of: HostOf, version: str
) -> None:
    host = host_of(version)
    said = configured(version, "path /var/crash")
    assert said.endswith("=0\n"), said
    assert start(host, version, "status").endswith("=0\n")
    image = host.run("ls -1 /boot/init*kdump.img").strip()
    kernel = RELEASES[f"rhel-{version}"].kernels[0]
    assert image == f"/boot/{'initramfs' if major(version) >= 7 else 'initrd'}-{kernel}kdump.img"
    made = host.run(f"stat -c %y {image}")
    assert "Rebuilding" not in start(host, version, "restart")
    host.run(f"touch -d '1 hour ago' {image}")
    assert "Rebuilding" in start(host, version, "restart")
    assert host.run(f"stat -c %y {image}") > made
    host.run(f"touch -d '1 hour ago' {image}")
    host.write("/fixture/image-fails", "no module named xfs")
    said = start(host, version, "restart")
    assert "no module named xfs" in said
    assert "=1" in said
    host.run(f"rm /fixture/image-fails; touch {image}")
    host.write("/fixture/load-fails", "Key was rejected by service")
    assert "=1" in start(host, version, "restart")
    assert start(host, version, "status").endswith("=3\n")
    host.run("rm /fixture/load-fails")
    assert "=0" in start(host, version, "restart")


@pytest.mark.parametrize("version", ["8.10", "9.4"])
def test_an_image_of_ones_own_is_left_alone_on_demand(configured: Callable[..., str], version: str) -> None:
    said = configured(version, "force_no_rebuild 1")
    # There is none to be loaded.
    assert "Rebuilding" not in said
    assert "failed to load kdump kernel" in said


@pytest.mark.parametrize("version", ["5.11", "6.10"])
def test_chkconfig_and_service_keep_books(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    host.run("chkconfig --add kdump; chkconfig kdump on")
    listed = "kdump          \t0:off\t1:off\t2:on\t3:on\t4:on\t5:on\t6:off\n"
    assert host.run("chkconfig --list kdump") == listed
    assert host.run("chkconfig kdump; echo $?") == "0\n"
    assert "S20kdump" in host.run("ls /etc/rc3.d") or major(version) == 6
    host.run("chkconfig kdump off")
    assert "3:off" in host.run("chkconfig --list kdump")
    host.run("chkconfig --del kdump")
    assert "not referenced in any runlevel" in host.run("chkconfig --list kdump", check=False)
    assert "No such file" in host.run("chkconfig --list nothing", check=False)
    assert "unrecognized service" in host.run("service nothing start", check=False)
    host.run("chkconfig --add kdump")


@pytest.mark.parametrize("version", ["5.11", "6.10", "7.9", "8.10", "9.4", "10.0"])
def test_a_collector_takes_what_kdump_asks_of_it_with_a_restricted_key(
    configured: Callable[..., str], host_of: HostOf, version: str
) -> None:
    vault, host = host_of("9.4", "vault"), host_of(version)
    vault.write(receiver.PATH, receiver.script(), 0o755)
    host.run("mkdir -p -m 700 /root/.ssh; [ -f /root/.ssh/kdump_id_rsa ] || "
             "ssh-keygen -q -t rsa -N '' -f /root/.ssh/kdump_id_rsa")  # fmt: skip
    public = host.read("/root/.ssh/kdump_id_rsa.pub")
    vault.run("mkdir -p /srv/dumps/db1; mkdir -p -m 700 /root/.ssh; cp /root/.ssh/authorized_keys /root/ak 2>/dev/null"
              " || :", check=False)  # fmt: skip
    vault.write(
        "/root/.ssh/authorized_keys", f'command="{receiver.command("/srv/dumps/db1")}",restrict {public}', 0o600
    )
    host.run("rm -f /root/.ssh/known_hosts")
    word = "net" if major(version) == 5 else "ssh"
    lines = [f"{word} root@{vault.address}", "path /srv/dumps/db1", "core_collector makedumpfile -F -l -d 31"]
    said = configured(version, *lines)
    assert "propagate" in said
    assert "=1" in said
    host.write("/root/.ssh/known_hosts", "".join(f"{vault.address} {key}\n" for key in vault.host_keys))
    said = configured(version, *lines)
    assert said.endswith("=0\n"), said
    assert vault.run("ls -A /srv/dumps/db1") == ""
    if major(version) >= 7:
        said = configured(version, *lines[:2], "core_collector makedumpfile -l -d 31")
        assert 'needs makedumpfile "-F" option' in said
        assert "=1" in said
    said = configured(version, lines[0], "path /srv/elsewhere", lines[2])
    assert "=1" in said
    vault.run("mv /root/ak /root/.ssh/authorized_keys", check=False)


@pytest.mark.parametrize("version", ["6.10", "9.4"])
def test_a_collector_exports_a_directory_and_kdump_mounts_it(
    configured: Callable[..., str], host_of: HostOf, version: str
) -> None:
    vault, host = host_of("9.4", "vault"), host_of(version)
    for one in (vault, host):
        one.run("yum -q -y install nfs-utils")
    vault.run("mkdir -p /srv/nfs/db1; systemctl start nfs-server")
    target = [f"nfs {vault.address}:/srv/nfs", "path /db1"]
    said = configured(version, *target)
    assert "access denied by server" in said
    assert "=1" in said
    vault.write("/etc/exports.d/a.exports", f"/srv/nfs {host.address}(rw,sync,no_root_squash)\n")
    vault.run("exportfs -ra")
    said = configured(version, *target)
    assert said.endswith("=0\n"), said
    host.run(f"mount -t nfs {vault.address}:/srv/nfs /mnt && touch /mnt/db1/from-{major(version)}; umount /mnt")
    assert f"from-{major(version)}" in vault.run("ls /srv/nfs/db1")
    vault.run("systemctl stop nfs-server")
    assert f"from-{major(version)}" in vault.run("ls /srv/nfs/db1")
    assert "Connection refused" in configured(version, *target)
    vault.run("rm /etc/exports.d/a.exports; rm -rf /srv/nfs")


@every
def test_a_wrong_label_is_told_and_mended(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    assert host.run(f"restorecon -n -v {CONF}; selinuxenabled; getenforce") == "Enforcing\n"
    host.run(f"chcon -t user_tmp_t {CONF}")
    wrong, right = "system_u:object_r:user_tmp_t:s0", "system_u:object_r:kdump_etc_t:s0"
    told = f"restorecon reset {CONF} context {wrong}->{right}\n"
    if major(version) >= 8:
        told = f"Would relabel {CONF} from {wrong} to {right}\n"
    assert host.run(f"restorecon -n -v {CONF}") == told
    assert host.run(f"getfilecon {CONF}") == f"{CONF}\t{wrong}\n"
    host.run(f"restorecon {CONF}")
    assert host.run(f"restorecon -n -v {CONF}") == ""
    assert host.run(f"matchpathcon -n {CONF}") == f"{right}\n"


@pytest.mark.parametrize("version", ["7.9", "10.0"])
def test_the_firewall_has_ports_now_and_for_good(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    assert host.run("firewall-cmd --query-port=7410/udp; firewall-cmd --state", check=False) == "no\nrunning\n"
    host.run("firewall-cmd --permanent --add-port=7410/udp")
    assert host.run("firewall-cmd --query-port=7410/udp", check=False) == "no\n"
    host.run("firewall-cmd --reload")
    assert host.run("firewall-cmd --query-port=7410/udp") == "yes\n"
    host.run("firewall-cmd --remove-port=7410/udp")
    assert host.run("firewall-cmd --permanent --list-ports") == "7410/udp\n"
    host.run("firewall-cmd --permanent --remove-port=7410/udp")


def test_one_kdumpctl_runs_at_a_time(configured: Callable[..., str], host_of: HostOf) -> None:
    host = host_of("9.4")
    configured("9.4", "path /var/crash")
    host.write("/fixture/image-seconds", "1.5")
    begun = time.monotonic()
    said = host.run("kdumpctl rebuild >/dev/null 2>&1 & sleep 0.3; kdumpctl status; rm /fixture/image-seconds")
    assert "Another app is holding the kdump lock" in said
    assert "Kdump is operational" in said
    assert time.monotonic() - begun > 1
