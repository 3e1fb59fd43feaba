"""Boot arguments, configuration and service on a SLES 15 SP7: made, changed by hand, repaired, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE, boot, configuration, service
from tests.provider.fixture.host import changes

pytestmark = pytest.mark.fixture

INPUTS: dict[str, Callable[..., dict[str, Any]]] = {BOOT: boot, CONFIGURATION: configuration, SERVICE: service}
KINDS = pytest.mark.parametrize("token", INPUTS)
DEFAULTS, GRUB_CFG, CONF = "/etc/default/grub", "/boot/grub2/grub.cfg", "/etc/sysconfig/kdump"
IMAGE = "/var/lib/kdump/initrd"
MAKE = f"grub2-mkconfig -o {GRUB_CFG}"
# The package manager's own books, as apt's are for a Debian host.
BOOKS = ("var/lib/rpm/", "var/lib/zypp/")
UNITS = "systemctl is-enabled kdump kdump-early; systemctl is-active kdump"


def listing(host: ReleaseHost, *, times: bool = False) -> dict[str, str]:
    """Everything that is not a book of rpm and zypper."""
    return {name: line for name, line in host.listing(times=times).items() if not name.startswith(BOOKS)}


@KINDS
def test_the_same_again_touches_nothing(engine: Engine, sles: ReleaseHost, token: str) -> None:
    one = engine.resource(token)
    assert one.up(INPUTS[token](sles)) == "create"
    before = listing(sles, times=True)
    assert one.up(INPUTS[token](sles)) == "same"
    assert one.refresh() == {}
    one.force_update()
    assert listing(sles, times=True) == before


@KINDS
@pytest.mark.parametrize("complete", [True, False], ids=["with-kdump", "without-kdump"])
def test_delete_leaves_the_host_as_it_was(
    engine: Engine, start_release_host: StartReleaseHost, token: str, complete: bool
) -> None:
    host = start_release_host("sles-15.7", complete=complete)
    before, packages, units = listing(host), host.run("rpm -qa | sort"), host.run(UNITS, check=False)
    one = engine.resource(token)
    one.up(INPUTS[token](host))
    one.destroy()
    assert changes(before, listing(host)) == {}
    assert host.run("rpm -qa | sort") == packages
    assert host.run(UNITS, check=False) == units
    assert engine.log.warnings == []


def test_every_entry_gets_the_arguments_and_so_does_one_of_a_kernel_to_come(engine: Engine, sles: ReleaseHost) -> None:
    engine.resource(BOOT).up(boot(sles))
    sles.run("/fixture/install-kernel 6.4.0-150700.60-default")
    lines = [line for line in sles.read(GRUB_CFG).splitlines() if line.strip().startswith("linux")]
    assert len(lines) >= 7, "three kernels, each with its recovery entry, and the default one"
    for line in lines:
        assert [word for word in line.split() if word.startswith("crashkernel=")] == ["crashkernel=256M"], line
        assert "nmi_watchdog=1" in line.split(), line


def test_an_argument_that_is_wanted_no_longer_goes_and_the_original_comes_back(
    engine: Engine, sles: ReleaseHost
) -> None:
    before = sles.read(DEFAULTS)
    one = engine.resource(BOOT)
    one.up(boot(sles))
    assert one.up(boot(sles, crashkernel="512M,high 128M,low", arguments={})) == "update"
    assert "nmi_watchdog" not in sles.read(DEFAULTS) + sles.read(GRUB_CFG)
    assert 'GRUB_CMDLINE_LINUX="crashkernel=512M,high crashkernel=128M,low"' in sles.read(DEFAULTS)
    one.destroy()
    assert sles.read(DEFAULTS) == before


def test_what_others_changed_meanwhile_survives_a_destroy(engine: Engine, sles: ReleaseHost) -> None:
    one = engine.resource(BOOT)
    one.up(boot(sles))
    sles.run(f"sed -i s/GRUB_TIMEOUT=8/GRUB_TIMEOUT=3/ {DEFAULTS}")
    one.destroy()
    assert "GRUB_TIMEOUT=3" in sles.read(DEFAULTS)
    assert "crashkernel=256M" not in sles.read(DEFAULTS) + sles.read(GRUB_CFG)
    assert "crashkernel=202M,high crashkernel=72M,low" in sles.read(GRUB_CFG)
    assert engine.log.warnings == []


def test_a_refusal_of_the_boot_loader_is_told_in_its_own_words(engine: Engine, sles: ReleaseHost) -> None:
    sles.write("/fixture/mkconfig-fails", "the menu is broken\n")
    with pytest.raises(Failed, match=r"grub2-mkconfig failed [\s\S]*the menu is broken"):
        engine.resource(BOOT).up(boot(sles))


def test_the_file_is_readable_by_root_alone_and_its_initrd_is_newer(engine: Engine, sles: ReleaseHost) -> None:
    service_of = engine.resource(SERVICE, "service")
    service_of.up(service(sles))
    one = engine.resource(CONFIGURATION)
    one.up(configuration(sles))
    assert sles.run(f"stat -c '%a %U:%G' {CONF}") == "600 root:root\n"
    assert sles.path(IMAGE).stat().st_mtime_ns > sles.path(CONF).stat().st_mtime_ns
    assert service_of.refresh() == {}


def by_hand(script: str) -> Callable[[ReleaseHost], None]:
    """A hand that runs commands."""

    def do(host: ReleaseHost) -> None:
        host.run(script)

    return do


def entry(old: str, new: str) -> Callable[[ReleaseHost], None]:
    """A hand that changes the first place of a word in the menu."""

    def do(host: ReleaseHost) -> None:
        text = host.read(GRUB_CFG)
        assert old in text, text
        host.path(GRUB_CFG).write_text(text.replace(old, new, 1))

    return do


CASES = [
    (BOOT, "one entry", entry("crashkernel=256M", "crashkernel=64M"), {"crashkernel"}),
    (BOOT, "gone from one entry", entry("crashkernel=256M ", ""), {"crashkernel"}),
    (BOOT, "the file, not yet taken up", by_hand(f"sed -i s/crashkernel=256M/crashkernel=64M/ {DEFAULTS}"),
     {"crashkernel"}),
    (BOOT, "another value behind ours", by_hand(
        f"sed -i 's/quiet/quiet crashkernel=99M/' {DEFAULTS}; {MAKE}"), {"crashkernel"}),
    (BOOT, "argument gone", by_hand(f"sed -i 's/ nmi_watchdog=1//' {DEFAULTS}; {MAKE}"), {"arguments"}),
    (CONFIGURATION, "level", by_hand(f"sed -i 's/DUMPLEVEL=.*/DUMPLEVEL=31/' {CONF}"), {"dumpLevel"}),
    (CONFIGURATION, "directory", by_hand(f"sed -i 's,/var/crash/here,/var/crash,' {CONF}"), {"target"}),
    (CONFIGURATION, "another key", by_hand(f"echo 'KDUMP_CPUS=\"1\"' >>{CONF}"), {"options"}),
    (CONFIGURATION, "mode", by_hand(f"chmod 644 {CONF}"), {"mode"}),
    (CONFIGURATION, "owner", by_hand(f"chown nobody {CONF}"), {"owner"}),
    (CONFIGURATION, "a program in it", by_hand(f"echo 'touch /x' >>{CONF}"), {"unrecognised"}),
    (SERVICE, "disabled", by_hand("systemctl disable kdump"), {"enabled"}),
    (SERVICE, "masked", by_hand("systemctl disable kdump; systemctl mask kdump"), {"enabled", "problems"}),
    (SERVICE, "early one masked", by_hand("systemctl disable kdump-early; systemctl mask kdump-early"), {"problems"}),
    (SERVICE, "initrd gone", by_hand(f"rm {IMAGE}"), {"problems"}),
    (SERVICE, "initrd empty", by_hand(f": >{IMAGE}"), {"problems"}),
    (SERVICE, "initrd old", by_hand(f"touch {CONF}"), {"problems"}),
    (SERVICE, "until the next boot", by_hand("systemctl disable kdump; systemctl enable --runtime kdump"),
     {"enabled"}),
    (SERVICE, "masked until the next boot", by_hand("systemctl mask --runtime kdump"), {"enabled", "problems"}),
    (SERVICE, "package gone", by_hand("rpm -e kdump"), {"enabled", "problems"}),
]  # fmt: skip


@KINDS
def test_every_hand_edit_is_named_and_repaired(engine: Engine, sles: ReleaseHost, token: str) -> None:
    one = engine.resource(token)
    wanted = INPUTS[token](sles)
    one.up(wanted)
    for _, what, hand, expected in (case for case in CASES if case[0] == token):
        hand(sles)
        found = one.refresh()
        # Whether the capture kernel survives a hand is that hand's matter; the rest is ours.
        assert set(found) - {"loaded"} == expected, f"{what}: {found}"
        assert one.up(wanted) == "update", what
        assert one.refresh() == {}, what
