"""What is read out of SUSE's texts, without a host: boot entries, dates of initrds, plans of zypper."""

from __future__ import annotations

import asyncio

import pytest

from kdump.dialects import grub
from kdump.errors import Refusal
from kdump.platforms import platform_named
from provider.families.kernel import Running
from provider.families.suse import family, packages, tools
from provider.families.suse.boot import default_first, entries_to_come, without_ours
from provider.families.systemd import Systemd
from provider.host import Host
from provider.shell.script import Output

BEFORE = """\
GRUB_TIMEOUT=8
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent crashkernel=202M,high crashkernel=72M,low quiet"
GRUB_CMDLINE_LINUX=""
"""
OURS = """\
GRUB_TIMEOUT=8
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent quiet"
GRUB_CMDLINE_LINUX="crashkernel=256M nmi_watchdog=1"
"""
CONFIG = """\
set default="{default}"
menuentry 'SLES' {{
    linux /boot/vmlinuz-2 ordinary
}}
submenu 'Advanced' {{
    menuentry 'SLES, with Linux 2' {{
        linux /boot/vmlinuz-2 second
    }}
    menuentry 'SLES, with Linux 1' {{
        linux /boot/vmlinuz-1 old
    }}
}}
menuentry 'Other' {{
    linux /boot/vmlinuz-3 other
}}
"""


@pytest.mark.parametrize(
    ("default", "saved", "first"),
    [
        ("0", "", "ordinary"),
        ("2", "", "other"),
        ("1", "", "second"),
        ("7", "", "ordinary"),
        ("Other", "", "other"),
        ("${saved_entry}", "", "ordinary"),
        ("${saved_entry}", "saved_entry=Advanced>SLES, with Linux 1\n", "old"),
        ("${saved_entry}", "saved_entry=SLES, with Linux 1\n", "old"),
        ("${saved_entry}", "saved_entry=gone\n", "ordinary"),
        ("0", "saved_entry=Other\n", "ordinary"),
    ],
)
def test_the_entry_that_boots_comes_first_and_none_is_lost(default: str, saved: str, first: str) -> None:
    config = CONFIG.format(default=default)
    entries = default_first(grub.entries(config), config, f"# GRUB Environment Block\n{saved}####")
    assert entries[0].cmdline == first
    assert sorted(entry.cmdline for entry in entries) == ["old", "ordinary", "other", "second"]


def test_a_recovery_entry_to_come_has_the_first_variable_alone() -> None:
    assert entries_to_come(OURS) == [
        "crashkernel=256M nmi_watchdog=1 splash=silent quiet",
        "crashkernel=256M nmi_watchdog=1",
    ]
    assert entries_to_come(BEFORE + 'GRUB_DISABLE_RECOVERY="true"\n') == [
        "splash=silent crashkernel=202M,high crashkernel=72M,low quiet"
    ]


def test_a_file_whose_effect_is_not_certain_is_refused() -> None:
    with pytest.raises(Refusal, match="GRUB_CMDLINE_LINUX"):
        entries_to_come(OURS + 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX debug"\n')


def test_what_nobody_touched_since_is_put_back_byte_for_byte() -> None:
    assert without_ours(OURS, OURS, BEFORE) == BEFORE


def test_what_others_changed_since_stays_and_only_ours_goes() -> None:
    changed = OURS.replace("GRUB_TIMEOUT=8", "GRUB_TIMEOUT=2").replace("=silent quiet", "=silent quiet panic=30")
    assert (
        without_ours(changed, OURS, BEFORE)
        == """\
GRUB_TIMEOUT=2
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent quiet panic=30 crashkernel=202M,high crashkernel=72M,low"
GRUB_CMDLINE_LINUX=""
"""
    )


def test_a_value_of_before_takes_the_place_of_ours() -> None:
    before = 'GRUB_TIMEOUT=8\nGRUB_CMDLINE_LINUX="nmi_watchdog=0 quiet"\n'
    ours = 'GRUB_TIMEOUT=8\nGRUB_CMDLINE_LINUX="quiet crashkernel=256M nmi_watchdog=1"\n'
    assert without_ours(ours + "# a remark\n", ours, before) == (
        'GRUB_TIMEOUT=8\nGRUB_CMDLINE_LINUX="quiet nmi_watchdog=0"\n# a remark\n'
    )


CONFIGURED = "1700000000.5000000000 99 /etc/sysconfig/kdump\n"
COMPLAINTS = "find: '/var/lib/kdump/initrd': No such file or directory\n"


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        (CONFIGURED + "1700000000.5000000001 9 /var/lib/kdump/initrd\n", None),
        (CONFIGURED + "1700000000.4999999999 9 /var/lib/kdump/initrd\n", "initrd /var/lib/kdump/initrd is older than"),
        (CONFIGURED + "999999999.9 9 /boot/initrd-4.12-kdump\n", "initrd /boot/initrd-4.12-kdump is older than"),
        (COMPLAINTS + CONFIGURED + "999999999.9 0 /boot/initrd-4-kdump\n1800000000.0 9 /boot/initrd-5-kdump\n", None),
        (CONFIGURED + "1700000000.9 9 /boot/initrd-4-kdump\n1800000000.0 0 /boot/initrd-5-kdump\n",
         "initrd /boot/initrd-5-kdump is empty"),
        (COMPLAINTS + CONFIGURED, "the capture kernel's initrd is missing"),
        ("1700000000.0 9 /var/lib/kdump/initrd\n", None),
        ("", "the capture kernel's initrd is missing"),
    ],
)  # fmt: skip
def test_an_initrd_that_is_old_or_missing_is_a_problem(dates: str, problem: str | None) -> None:
    found = tools._image_problems(dates)
    assert (len(found), all(problem in sentence for sentence in found if problem)) == (int(problem is not None), True)


@pytest.mark.parametrize(
    ("active", "reserved", "loaded", "count"),
    [
        ("failed", 256, False, 1),
        ("failed", 0, False, 0),
        ("inactive", 256, True, 1),
        ("inactive", 256, False, 0),
        ("active", 256, True, 0),
    ],
)
def test_a_service_that_failed_is_a_problem_once_memory_is_reserved(
    active: str, reserved: int, loaded: bool, count: int
) -> None:
    assert len(tools._activity_problems(active, Running("", "", reserved, loaded))) == count


PLAN = """\
<?xml version='1.0'?>
<stream>
<message type="info">Loading repository data...</message>
<install-summary download-size="1" packages-to-change="3">
<to-install>
<solvable type="package" name="kdump" edition="2.0" arch="x86_64" repository="fleet" summary="a &lt;to-remove&gt;"/>
<solvable type="package" name="makedumpfile" edition="1.7"/>
<solvable type="pattern" name="base"/>
</to-install>
<to-upgrade>
<solvable type="package" name="dracut" edition="59" edition-old="55"/>
</to-upgrade>
</install-summary>
</stream>
"""


def test_what_comes_with_a_package_is_read_from_zyppers_plan() -> None:
    assert packages._coming(PLAN) == ["kdump", "makedumpfile"]
    assert packages._coming("Nothing to do.") == []


def test_a_release_whose_kdump_nobody_has_read_is_refused() -> None:
    assert family(platform_named("sles-15.7", "x86_64", "none")).configuration.mode == "600"
    with pytest.raises(Refusal):
        family(platform_named("sles-11.4", "x86_64", "none"))


class Saying(Host):
    """A host that answers every command with the same words."""

    def __init__(self, words: str) -> None:
        self.words = words

    async def run(self, *command: str) -> Output:
        return Output(self.words, 0)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("enabled", "enabled"),
        ("Warning: the unit changed on disk.\nenabled\n", "enabled"),
        ("enabled-runtime", "disabled"),
        ("linked-runtime", "disabled"),
        ("disabled", "disabled"),
        ("static", "disabled"),
        ("masked", "masked"),
        ("masked-runtime", "masked"),
        ("not-found", "absent"),
        ("Failed to get unit file state for kdump.service: No such file or directory", "absent"),
        ("", "absent"),
    ],
)
def test_a_unit_counts_as_enabled_only_where_the_next_boot_starts_it(said: str, state: str) -> None:
    assert asyncio.run(Systemd().enabled(Saying(said), "kdump")) == state
