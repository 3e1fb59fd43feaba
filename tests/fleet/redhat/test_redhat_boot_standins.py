"""The boot loaders of RHEL 5 to 10 on fleet hosts: grubby edits as the release's does, and kernels come as there."""

from __future__ import annotations

import pytest

from tests.fleet.redhat.conftest import INITIAL, MIB, HostOf, crashkernels, major, start
from tests.fleet.releases import RELEASES

pytestmark = pytest.mark.fixture

CONF = "/etc/kdump.conf"
every = pytest.mark.parametrize("version", list(INITIAL))


@every
def test_boots_as_the_installer_left_it(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    words = [word for word in host.read("/proc/cmdline").split() if word.startswith("crashkernel")]
    assert words == INITIAL[version].split()
    assert host.run("/fixture/firmware") == host.read("/proc/cmdline")
    assert crashkernels(host) == [INITIAL[version]] * 2
    newest = RELEASES[f"rhel-{version}"].kernels[0]
    assert host.run("grubby --default-kernel") == f"/boot/vmlinuz-{newest}\n"
    assert host.run("grubby --default-index") == "0\n"


@every
def test_grubby_writes_two_values_and_takes_them_back(host_of: HostOf, version: str) -> None:
    host, before = host_of(version), INITIAL[version]
    pair = "crashkernel=512M,high crashkernel=128M,low"
    for _ in range(2):
        host.run(f"grubby --update-kernel=ALL --args='{pair} panic=30'")
        assert crashkernels(host) == [pair] * 2
    assert host.run("/fixture/firmware").split().count("panic=30") == 1
    files = host.run("cat /etc/default/grub /etc/kernel/cmdline 2>/dev/null", check=False)
    # The grubby of 7 leaves the file for grub2-mkconfig alone.
    assert files.count(pair) == {5: 0, 6: 0, 7: 0}.get(major(version), 2)
    if major(version) == 8:
        assert pair in host.run("grub2-editenv list")
        assert "options $kernelopts $tuned_params" in host.run("cat /boot/loader/entries/*")
    if major(version) >= 7:
        assert host.run("wc -c </boot/grub2/grubenv") == "1024\n"
    host.run("grubby --update-kernel=ALL --remove-args='crashkernel panic=30'")
    # Up to 7 one word goes for each that is told.
    assert crashkernels(host) == (["crashkernel=128M,low"] * 2 if major(version) < 8 else [""] * 2)
    host.run("grubby --update-kernel=ALL --remove-args=crashkernel")
    if before:
        host.run(f"grubby --update-kernel=ALL --args={before}")
    assert crashkernels(host) == [before] * 2


@every
def test_grubby_of_one_kernel_leaves_the_other(host_of: HostOf, version: str) -> None:
    host, old = host_of(version), RELEASES[f"rhel-{version}"].kernels[1]
    host.run(f"grubby --update-kernel=/boot/vmlinuz-{old} --args=crashkernel=99M")
    assert crashkernels(host) == [INITIAL[version], "crashkernel=99M"]
    host.run("/fixture/make-boot")


@every
def test_grubby_refuses(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    before = host.run("grubby --info=ALL")
    for options in ("--update-kernels=ALL --args=x", "--args=x", "--info=/boot/vmlinuz-9"):
        assert host.run(f"grubby {options}; echo =$?").endswith("=1\n")
    host.write("/fixture/grubby-fails", "no space left on device")
    assert "no space left" in host.run("grubby --update-kernel=ALL --args=x; echo =$?")
    host.run("rm /fixture/grubby-fails")
    assert host.run("grubby --info=ALL") == before


@every
def test_a_new_kernel_has_the_crashkernel_of_its_release(host_of: HostOf, version: str) -> None:
    host, kernel = host_of(version), "9.9.9-1.fixture"
    kernels = host.read("/fixture/kernels")
    host.run("grubby --update-kernel=ALL --args=crashkernel=320M")
    host.run(f"/fixture/install-kernel {kernel}")
    # From 9 on kdump makes its own value of it.
    assert crashkernels(host)[0] == (INITIAL[version] if major(version) >= 9 else "crashkernel=320M")
    assert host.run("grubby --default-kernel") == f"/boot/vmlinuz-{kernel}\n"
    if major(version) >= 9:
        conf = host.read(CONF)
        host.write(CONF, conf.replace("auto_reset_crashkernel yes", "auto_reset_crashkernel no"))
        host.run("/fixture/install-kernel 9.9.10-1.fixture")
        assert crashkernels(host)[0] == "crashkernel=320M"
        host.run("kdumpctl reset-crashkernel --kernel=ALL")
        assert set(crashkernels(host)) == {INITIAL[version]}
        host.write(CONF, conf)
    host.run(f"printf '{kernels}' >/fixture/kernels; rm -rf /boot/*9.9.* /boot/loader; /fixture/make-boot")


@pytest.mark.parametrize("version", ["6.10", "8.10", "9.4"])
def test_what_the_installer_sets_is_to_be_had_otherwise(host_of: HostOf, version: str) -> None:
    host = host_of(version, "plain")
    host.write("/fixture/initial-crashkernel", "")
    host.run("/fixture/make-boot")
    host.reboot()
    assert "crashkernel" not in host.read("/proc/cmdline")
    assert host.read("/sys/kernel/kexec_crash_size") == "0\n"
    if major(version) >= 7:
        # Not tried at all where the kernel was not told.
        assert host.run("systemctl is-active kdump", check=False) == "inactive\n"
    host.run("grubby --update-kernel=ALL --args=crashkernel=300M")
    host.reboot()
    assert host.read("/sys/kernel/kexec_crash_size") == f"{300 * MIB}\n"
    if major(version) >= 7:
        host.run("systemctl is-active --wait kdump || systemctl start kdump")
    assert start(host, version, "status").endswith("=0\n")


@pytest.mark.parametrize("version", ["7.9", "8.10", "9.4"])
def test_grub2_mkconfig_writes_what_the_defaults_say(host_of: HostOf, version: str) -> None:
    host = host_of(version)
    host.run("sed -i 's/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX=\"crashkernel=111M\"/' /etc/default/grub")
    host.run("grub2-mkconfig -o /boot/grub2/grub.cfg")
    if major(version) >= 9:
        assert crashkernels(host) == [INITIAL[version]] * 2
        host.run("grub2-mkconfig -o /boot/grub2/grub.cfg --update-bls-cmdline")
    assert crashkernels(host) == ["crashkernel=111M"] * 2
    host.run("/fixture/make-boot")
