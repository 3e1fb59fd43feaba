"""Hand edits on Red Hat hosts: the next look names the property, the next update repairs it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kdump import cmdline
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed, Managed
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE, boot, configuration, service
from tests.provider.fixture.host import changes
from tests.redhat.test_redhat_life import seen, settled

pytestmark = pytest.mark.fixture
LOCAL = {"kind": "local", "path": "/var/crash"}
SYSCONFIG = "/etc/sysconfig/kdump"
IMAGE = "/boot/init*$(uname -r)kdump.img"


def reserve(host: ReleaseHost) -> None:
    """Let the host boot with memory set aside, and armed as from its installer."""
    engine_free = "systemctl enable kdump" if host.release.init == "systemd" else "chkconfig kdump on"
    host.run(engine_free)
    host.run("grubby --update-kernel=ALL --args=crashkernel=256M")
    host.reboot()
    settled(host)
    assert host.run("cat /sys/kernel/kexec_crash_loaded") == "1\n"


def repaired(one: Managed, wanted: dict[str, object], hand: Callable[[], object], names: set[str]) -> None:
    """Drift of just *names*, and gone after the next update."""
    hand()
    found = one.refresh()
    assert set(found) == names, found
    one.up(wanted)
    assert one.refresh() == {}


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-9.4"])
def test_an_armed_host_is_kept_armed_with_what_is_configured(
    engine: Engine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = settled(start_release_host(release))
    reserve(host)
    written, armed = engine.resource(CONFIGURATION, "c"), engine.resource(SERVICE, "s")
    wanted, wish = configuration(host, target=LOCAL), service(host)
    before = host.run(f"stat -c %Y {IMAGE}")
    host.run(f"touch -d '2 minutes ago' {IMAGE}")
    written.up(wanted)
    assert host.run(f"stat -c %Y {IMAGE}") >= before
    assert host.run("cat /sys/kernel/kexec_crash_loaded") == "1\n"
    armed.up(wish)
    assert (written.refresh(), armed.refresh()) == ({}, {})
    repaired(armed, wish, lambda: host.run("kexec -p -u"), {"loaded"})
    repaired(armed, wish, lambda: host.run(f"touch -d '2000-01-01' {IMAGE}"), {"problems"})
    repaired(armed, wish, lambda: host.run(f"rm {IMAGE}"), {"problems"})
    if host.release.init == "systemd":
        repaired(armed, wish, lambda: host.run("systemctl stop kdump"), {"loaded"})
        repaired(armed, wish, lambda: host.run("systemctl mask kdump"), {"enabled", "problems"})
    else:
        repaired(armed, wish, lambda: host.run("service kdump stop"), {"loaded"})
        repaired(armed, wish, lambda: host.run("chkconfig kdump off"), {"enabled"})


def test_what_is_edited_in_the_files_is_named_and_put_right(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    packaged = host.read(SYSCONFIG)
    one = engine.resource(CONFIGURATION)
    plain = configuration(host, target=LOCAL)
    wanted = configuration(host, target=LOCAL, options={"KDUMP_COMMANDLINE_APPEND": "irqpoll nr_cpus=1 udev.x=1"})
    one.up(wanted)
    assert "auto_reset_crashkernel no\n" in host.read("/etc/kdump.conf")
    assert one.outputs["verdict"].startswith("accepted by kdumpctl")
    conf = "/etc/kdump.conf"
    repaired(one, wanted, lambda: host.run(f"chmod 600 {conf}"), {"mode"})
    repaired(one, wanted, lambda: host.run(f"echo 'KEXEC_ARGS=\"-x\"' >>{SYSCONFIG}"), {"unrecognised"})
    repaired(one, wanted, lambda: host.run(f"sed -i s/udev.x=1/udev.x=2/ {SYSCONFIG}"), {"options"})
    repaired(one, wanted, lambda: host.run(f"sed -i /auto_reset/d {conf}"), {"unrecognised"})
    repaired(one, wanted, lambda: host.run(f"sed -i 's/-d 17/-d 31/' {conf}"), {"dumpLevel"})
    assert host.run(f"grep -c KEXEC_ARGS {SYSCONFIG}") == f"{packaged.count('KEXEC_ARGS')}\n"
    one.up(plain)
    assert host.read(SYSCONFIG) == packaged
    one.destroy()
    assert host.read(SYSCONFIG) == packaged


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-9.4"])
def test_one_kernel_without_its_crashkernel_is_drift_and_new_kernels_follow(
    engine: Engine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = settled(start_release_host(release))
    before = lines(host)
    # Of 9 and later it pins the value, which kdump would set anew with each new kernel.
    engine.resource(CONFIGURATION, "c").up(configuration(host, target=LOCAL))
    one = engine.resource(BOOT)
    wanted = boot(host)
    one.up(wanted)
    older = f"/boot/vmlinuz-{host.release.kernels[1]}"
    repaired(
        one, wanted, lambda: host.run(f"grubby --update-kernel={older} --remove-args=crashkernel"), {"crashkernel"}
    )
    if release != "rhel-6.10":
        repaired(one, wanted, lambda: host.run("sed -i 's/crashkernel=256M//' /etc/default/grub"), {"crashkernel"})
    newer = host.release.kernels[0].replace("-", "-9", 1)
    host.run(f"/fixture/install-kernel {newer}")
    host.reboot()
    assert host.run("uname -r") == f"{newer}\n"
    assert "crashkernel=256M" in host.run("cat /proc/cmdline")
    assert one.refresh() == {}
    one.destroy()
    after = lines(host)
    assert len(after) == len(before) + 1
    assert {line for line in after if "=256M" in line or "nmi_watchdog" in line} == set()
    assert {word for line in after for word in line.split() if word.startswith("crashkernel")} == {
        word for line in before for word in line.split() if word.startswith("crashkernel")
    }
    assert engine.log.warnings == []


def test_what_was_as_wanted_comes_back_byte_for_byte_after_someone_changed_it(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    before = seen(host)
    default = cmdline.crashkernel_of(host.run("cat /proc/cmdline"))
    one = engine.resource(BOOT)
    wanted = boot(host, crashkernel=default, arguments={})
    one.up(wanted)
    repaired(one, wanted, lambda: host.run("grubby --update-kernel=ALL --args=crashkernel=1M"), {"crashkernel"})
    one.destroy()
    assert changes(before, seen(host)) == {}


def test_two_values_are_two_words_on_every_entry(engine: Engine, start_release_host: StartReleaseHost) -> None:
    host = settled(start_release_host("rhel-7.9"))
    before = seen(host)
    one = engine.resource(BOOT)
    one.up(boot(host, crashkernel="512M,high 128M,low"))
    assert [line.count("crashkernel=") for line in lines(host)] == [2, 2]
    one.up(boot(host, crashkernel="256M"))
    assert [line.count("crashkernel=") for line in lines(host)] == [1, 1]
    one.up(boot(host, crashkernel=""))
    assert "crashkernel" not in host.run("cat /boot/grub2/grub.cfg /etc/default/grub")
    one.destroy()
    assert changes(before, seen(host)) == {}


def lines(host: ReleaseHost) -> list[str]:
    """The arguments of every entry, as grubby says them."""
    return [line.replace('"', " ") for line in host.run("grubby --info=ALL").splitlines() if line.startswith("args=")]


def test_a_broken_rpm_data_base_is_told_and_nothing_is_done(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    host.run("for f in $(rpm --eval %_dbpath)/*; do echo broken >$f; done", check=False)
    with pytest.raises(Failed, match="its rpm data base cannot be read") as failed:
        engine.resource(SERVICE).up(service(host))
    assert "rpm --rebuilddb" in str(failed.value)


@pytest.mark.parametrize("release", ["rhel-8.10", "rhel-10.0"])
def test_an_image_that_cannot_be_made_leaves_an_armed_host_armed(
    engine: Engine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = settled(start_release_host(release))
    reserve(host)
    host.write("/fixture/image-fails", "No space left on device\n")
    written = engine.resource(CONFIGURATION)
    with pytest.raises(Failed, match="No space left on device"):
        written.up(configuration(host, target=LOCAL))
    assert host.run("cat /sys/kernel/kexec_crash_loaded") == "1\n"
    host.run("rm /fixture/image-fails")
    written.force_update()
    assert written.refresh() == {}
    assert host.run("cat /sys/kernel/kexec_crash_loaded") == "1\n"
