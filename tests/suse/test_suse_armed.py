"""A SLES host with reserved memory: what is loaded, when it is loaded anew, and what is said when it cannot be."""

from __future__ import annotations

import pytest

from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE, boot, configuration, service
from tests.provider.fixture.host import changes
from tests.suse.test_suse_life import CONF, DEFAULTS, IMAGE, UNITS, listing

pytestmark = pytest.mark.fixture


def loaded(host: ReleaseHost) -> bool:
    """Whether the kernel holds a capture kernel."""
    return host.run("cat /sys/kernel/kexec_crash_loaded").strip() == "1"


def modified(host: ReleaseHost, path: str) -> int:
    """When a file was written last."""
    return host.path(path).stat().st_mtime_ns


def test_a_host_is_armed_by_the_reboot_that_takes_the_reservation_up(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = start_release_host("sles-15.7", complete=False)
    reservation, config, service_of = (engine.resource(token, token) for token in (BOOT, CONFIGURATION, SERVICE))
    reservation.up(boot(host))
    config.up(configuration(host))
    service_of.up(service(host))
    assert reservation.outputs["rebootToken"]
    host.reboot()
    assert "crashkernel=256M" in host.run("cat /proc/cmdline")
    assert loaded(host)
    for one in (reservation, config, service_of):
        assert one.refresh() == {}


def test_a_changed_configuration_is_built_in_and_loaded(engine: Engine, sles: ReleaseHost) -> None:
    service_of, config = engine.resource(SERVICE, "service"), engine.resource(CONFIGURATION)
    service_of.up(service(sles))
    assert loaded(sles)
    built, began = modified(sles, IMAGE), sles.run("systemctl show -p ActiveEnterTimestampMonotonic kdump")
    config.up(configuration(sles))
    assert loaded(sles)
    assert modified(sles, IMAGE) > built
    assert sles.run("systemctl show -p ActiveEnterTimestampMonotonic kdump") != began
    assert config.outputs["verdict"] == "accepted by kdump's own reader"
    built = modified(sles, IMAGE)
    config.destroy()
    assert loaded(sles)
    assert modified(sles, IMAGE) > built, "the initrd holds what was put back, though that is dated back, too"
    assert service_of.refresh() == {}


def test_a_host_without_kdump_gets_the_file_and_no_image(engine: Engine, start_release_host: StartReleaseHost) -> None:
    host = start_release_host("sles-15.7", complete=False)
    one = engine.resource(CONFIGURATION)
    one.up(configuration(host))
    assert one.outputs["verdict"] == "not yet tested: kdump is not installed"
    assert one.refresh() == {}
    assert not host.path(IMAGE).exists()


def test_what_mkdumprd_refuses_is_quoted_and_tried_again(engine: Engine, sles: ReleaseHost) -> None:
    engine.resource(SERVICE, "service").up(service(sles))
    one = engine.resource(CONFIGURATION)
    with pytest.raises(Failed, match=r"mkdumprd cannot build[\s\S]*Kernel not found"):
        one.up(configuration(sles, options={"KDUMP_KERNELVER": "9.9.9-gone"}))
    assert loaded(sles), "a dump with the settings of before is better than none"
    assert one.refresh()["unrecognised"][1] == ["written, but not loaded yet"]
    assert one.up(configuration(sles)) == "update"
    assert one.refresh() == {}


def test_a_capture_kernel_that_cannot_be_loaded_says_why(engine: Engine, sles: ReleaseHost) -> None:
    sles.write("/fixture/load-fails", "the hypervisor forbids it\n")
    one = engine.resource(SERVICE)
    with pytest.raises(Failed, match=r"not loaded though memory is reserved[\s\S]*the hypervisor forbids it"):
        one.up(service(sles))
    sles.path("/fixture/load-fails").unlink()
    one.force_update()
    assert loaded(sles)
    assert one.refresh() == {}


def test_a_service_that_is_stopped_or_has_failed_is_drift(engine: Engine, sles: ReleaseHost) -> None:
    one = engine.resource(SERVICE)
    one.up(service(sles))
    sles.run("systemctl stop kdump")
    assert set(one.refresh()) == {"loaded"}
    sles.write("/fixture/load-fails", "no\n")
    sles.run("systemctl restart kdump", check=False)
    found = one.refresh()
    assert "kdump.service has failed" in str(found["problems"])
    sles.path("/fixture/load-fails").unlink()
    assert one.up(service(sles)) == "update"
    assert one.refresh() == {}


def test_a_service_that_is_not_wanted_is_off_and_comes_back_with_a_destroy(engine: Engine, sles: ReleaseHost) -> None:
    sles.run("systemctl enable kdump; mkdumprd; systemctl restart kdump")
    before, units = listing(sles), sles.run(UNITS, check=False)
    one = engine.resource(SERVICE)
    one.up(service(sles, enabled=False, loaded=False))
    assert not loaded(sles)
    assert "enabled" not in sles.run(UNITS, check=False).split()
    one.destroy()
    assert changes(before, listing(sles)) == {}
    assert sles.run(UNITS, check=False).split()[:2] == units.split()[:2]


@pytest.mark.parametrize("first", [CONFIGURATION, SERVICE])
def test_nothing_is_left_whichever_goes_first(engine: Engine, start_release_host: StartReleaseHost, first: str) -> None:
    host = start_release_host("sles-15.7", complete=False)
    before = listing(host)
    config, service_of = engine.resource(CONFIGURATION, "configuration"), engine.resource(SERVICE, "service")
    config.up(configuration(host))
    service_of.up(service(host))
    assert listing(host) != before
    for one in (config, service_of) if first == CONFIGURATION else (service_of, config):
        one.destroy()
    assert changes(before, listing(host)) == {}
    assert engine.log.warnings == []


def release_16(host: ReleaseHost) -> None:
    """From here on the host calls itself SLES 16.0, whose kdump writes the boot loader by itself."""
    text = host.read("/usr/lib/os-release")
    assert '"15.7"' in text
    host.write("/usr/lib/os-release", text.replace('"15.7"', '"16.0"'))


def test_kdump_of_16_is_kept_from_writing_the_boot_loader_without_being_told(engine: Engine, sles: ReleaseHost) -> None:
    release_16(sles)
    one = engine.resource(CONFIGURATION)
    one.up(configuration(sles))
    assert 'KDUMP_UPDATE_BOOTLOADER="false"' in sles.read(CONF).replace("'", '"').replace("=false", '="false"')
    assert one.refresh() == {}
    assert one.up(configuration(sles)) == "same"
    sles.run(f"sed -i '/KDUMP_UPDATE_BOOTLOADER/d' {CONF}")
    found = one.refresh()
    assert set(found) == {"unrecognised"}
    assert "kdump would write a crashkernel of its own" in str(found["unrecognised"])
    assert one.up(configuration(sles)) == "update"
    assert one.refresh() == {}


def test_a_boot_loader_that_is_not_understood_is_refused_before_anything_is_touched(
    engine: Engine, sles: ReleaseHost
) -> None:
    sles.write(DEFAULTS, sles.read(DEFAULTS) + 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX debug"\n')
    before = listing(sles, times=True)
    with pytest.raises(Failed, match="GRUB_CMDLINE_LINUX"):
        engine.resource(BOOT).up(boot(sles))
    sles.run("rm /boot/grub2/grub.cfg")
    with pytest.raises(Failed, match="does not boot by GRUB 2 as SUSE sets it up"):
        engine.resource(BOOT, "again").up(boot(sles))
    assert {name for name in changes(before, listing(sles, times=True)) if not name.startswith("boot")} == set()


def test_what_an_update_of_the_package_fills_in_is_no_drift_of_the_configuration(
    engine: Engine, sles: ReleaseHost
) -> None:
    """The package's scripts add every key that our file leaves out, with the value that it has unasked."""
    config, service_of = engine.resource(CONFIGURATION, "configuration"), engine.resource(SERVICE, "service")
    service_of.up(service(sles))
    config.up(configuration(sles))
    template = "/usr/share/fillup-templates/sysconfig.kdump"
    keys = "$(sed -n 's/^\\([A-Z_]*\\)=.*/\\1/p' " + template + ")"
    added = sles.run(
        f'for key in {keys}; do grep -q "^$key=" {CONF} || grep "^$key=" {template} >>{CONF}; done; cat {CONF}'
    )
    assert "KDUMP_IMMEDIATE_REBOOT" in added
    assert config.refresh() == {}
    assert "is older than" in str(service_of.refresh()["problems"])
    assert service_of.up(service(sles)) == "update"
    assert service_of.refresh() == {}


@pytest.mark.parametrize(
    "before_us",
    [
        "systemctl mask kdump kdump-early",
        "systemctl enable kdump; systemctl disable kdump-notify; mkdumprd; systemctl restart kdump",
        "systemctl disable kdump; systemctl enable kdump-notify",
    ],
)
def test_every_unit_is_put_back_as_it_was(engine: Engine, sles: ReleaseHost, before_us: str) -> None:
    sles.run(before_us)
    asked = "for unit in kdump kdump-early kdump-notify; do systemctl is-enabled $unit; done"
    before, units = listing(sles), sles.run(asked, check=False)
    one = engine.resource(SERVICE)
    one.up(service(sles))
    assert one.refresh() == {}
    assert sles.run(asked, check=False).splitlines()[:2] == ["enabled", "enabled"]
    one.destroy()
    assert sles.run(asked, check=False) == units
    assert changes(before, listing(sles)) == {}
