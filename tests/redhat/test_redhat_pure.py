"""What is read out of texts of Red Hat hosts: entries in their order, what differs, labels, images, reservations."""

from __future__ import annotations

import pytest

from provider.families.kernel import reserved_in
from provider.families.redhat.boot_files import DEFAULTS, ENTRY, GRUB_CONF, GRUBENV, form_of, goal_of, same_but_for
from provider.families.redhat.boot_read import saved_entry, texts_of, version_key
from provider.families.redhat.configuration import changes, wrong_labels
from provider.families.redhat.tools import image_problems
from provider.families.sysv import boot_levels, levels_on
from provider.shell.script import FileSeen

ENTRIES = "/boot/loader/entries"


def test_what_grep_prints_is_taken_apart_into_files_again() -> None:
    listing = (
        f"{ENTRIES}/aa-5.14.0-1.conf:title One: the first\n{ENTRIES}/aa-5.14.0-1.conf:options root=/dev/sda1 ro\n"
        f"{ENTRIES}/aa-5.14.0-2.conf:options root=LABEL=a:b\ngrep: /boot/loader/x: Permission denied\n"
    )
    assert texts_of(listing) == {
        f"{ENTRIES}/aa-5.14.0-1.conf": "title One: the first\noptions root=/dev/sda1 ro\n",
        f"{ENTRIES}/aa-5.14.0-2.conf": "options root=LABEL=a:b\n",
    }


def test_entries_sort_as_rpm_compares_versions() -> None:
    names = ["id-5.14.0-70.el9", "id-5.14.0-362.8.el9", "id-0-rescue", "id-5.14.0-362.13.1.el9"]
    newest_first = sorted((f"{ENTRIES}/{name}.conf" for name in names), key=version_key, reverse=True)
    assert [path.rpartition("/")[2] for path in newest_first] == [
        "id-5.14.0-362.13.1.el9.conf",
        "id-5.14.0-362.8.el9.conf",
        "id-5.14.0-70.el9.conf",
        "id-0-rescue.conf",
    ]


def test_the_default_entry_is_what_grubenv_names() -> None:
    assert saved_entry("# GRUB Environment Block\nsaved_entry=id-5.14\nboot_success=1\n####") == "id-5.14"
    assert saved_entry("# GRUB Environment Block\n####") == ""


def test_a_goal_asks_for_exactly_its_words() -> None:
    goal = goal_of({"crashkernel": "512M,high 128M,low", "nmi_watchdog": "1", "quiet": None})
    assert goal.met("root=/dev/sda1 crashkernel=512M,high nmi_watchdog=1 crashkernel=128M,low")
    assert not goal.met("root=/dev/sda1 crashkernel=128M,low crashkernel=512M,high nmi_watchdog=1")
    assert not goal.met("root=/dev/sda1 crashkernel=512M,high crashkernel=128M,low nmi_watchdog=1 quiet")
    assert not goal.met("root=/dev/sda1 crashkernel=512M,high crashkernel=128M,low")
    assert goal_of({"crashkernel": None}).met("root=/dev/sda1 ro quiet")


def test_only_our_arguments_and_blanks_may_differ_for_a_file_to_be_as_it_was() -> None:
    before = 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="crashkernel=auto rhgb  quiet"\n'
    after = 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="rhgb quiet crashkernel=256M nmi_watchdog=1"\n'
    assert same_but_for(before, after, ["crashkernel", "nmi_watchdog"])
    assert not same_but_for(before, after, ["crashkernel"])
    assert not same_but_for(before, after.replace("quiet", "quiet debug"), ["crashkernel", "nmi_watchdog"])
    assert same_but_for("GRUB_TIMEOUT=5\n", 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="crashkernel=1M"\n', ["crashkernel"])


def test_an_argument_that_was_given_back_may_stand_elsewhere() -> None:
    assert same_but_for("options quiet ro\n", "options ro quiet crashkernel=1M\n", ["crashkernel"], ["quiet"])
    assert not same_but_for("options quiet=1 ro\n", "options ro quiet=2\n", [], ["quiet"])


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"{ENTRIES}/x.conf", ENTRY),
        ("/boot/grub2/grubenv", GRUBENV),
        ("/boot/grub/grub.conf", GRUB_CONF),
        ("/boot/efi/EFI/redhat/grub.conf", GRUB_CONF),
        ("/etc/default/grub", DEFAULTS),
    ],
)
def test_a_kept_file_is_known_by_its_path(path: str, form: object) -> None:
    assert form_of(path) is form


def test_of_a_xen_entry_crashkernel_counts_on_the_hypervisors_line_and_the_rest_on_linuxs() -> None:
    text = (
        "default=0\ntitle Xen\n\tkernel /xen.gz-2.6.18 crashkernel=128M@16M\n"
        "\tmodule /vmlinuz-2.6.18xen ro root=/dev/sda1 nmi_watchdog=1 crashkernel=9M\n\tmodule /initrd\n"
    )
    assert GRUB_CONF.lines(text) == ["crashkernel=128M@16M ro root=/dev/sda1 nmi_watchdog=1"]


def test_restorecon_of_old_and_new_releases_names_wrong_labels() -> None:
    old = "restorecon reset /etc/kdump.conf context unconfined_u:object_r:tmp_t:s0->system_u:object_r:kdump_etc_t:s0\n"
    new = "Would relabel /etc/kdump.conf from unconfined_u:object_r:tmp_t:s0 to system_u:object_r:kdump_etc_t:s0\n"
    expected = [
        "the SELinux label of /etc/kdump.conf is unconfined_u:object_r:tmp_t:s0, and the policy has "
        "system_u:object_r:kdump_etc_t:s0"
    ]
    assert wrong_labels(old) == wrong_labels(new) == expected
    assert wrong_labels("restorecon: SELinux is disabled\n") == []


def test_what_others_assigned_is_named_and_comments_do_not_count() -> None:
    before = '# one\nKDUMP_IMG="vmlinuz"\nKEXEC_ARGS="-s"\n'
    after = '# two\nKDUMP_IMG="vmlinuz"\nKEXEC_ARGS=""\nKDUMP_BOOTDIR="/other"\n'
    assert list(changes(before, after).values()) == [
        "/etc/sysconfig/kdump: KDUMP_BOOTDIR was set to '/other'",
        "/etc/sysconfig/kdump: KEXEC_ARGS was set to '', instead of '-s'",
    ]
    assert changes(before, before.replace("one", "three")) == {}


def test_an_image_that_is_missing_empty_or_older_than_its_configuration_is_a_problem() -> None:
    files = {"/etc/kdump.conf": FileSeen("file", changed=100), "/etc/sysconfig/kdump": FileSeen("file", changed=300)}
    found = "200.5000000000 4096 /boot/initramfs-5.14kdump.img\nfind: /var/lib/kdump: No such file or directory\n"
    assert image_problems(found, "5.14", files) == [
        "the capture image /boot/initramfs-5.14kdump.img is older than /etc/sysconfig/kdump"
    ]
    assert image_problems(found.replace("200.5", "301.0"), "5.14", files) == []
    assert image_problems(found.replace("200.5", "301.0"), "5.14+debug", files) == []
    assert image_problems(found, "5.15", files) == ["there is no capture image for kernel 5.15"]
    assert image_problems(found.replace(" 4096 ", " 0 "), "5.14", files) == [
        "the capture image /boot/initramfs-5.14kdump.img is empty"
    ]


def test_the_run_level_that_counts_is_the_one_that_a_host_boots_into() -> None:
    assert boot_levels("# id:1:initdefault:\nid:3:initdefault:\nsi::sysinit:/etc/rc.d/rc.sysinit\n") == {"3"}
    assert boot_levels("") == boot_levels("l3:3:wait:/etc/rc.d/rc 3\n") == {"3", "5"}
    listing = "kdump-x \t0:off\t5:on\nkdump \t0:off\t1:off\t2:on\t3:on\t4:off\t5:off\t6:off\n"
    assert levels_on("kdump", listing) == {"2", "3"}


def test_release_5_says_what_is_reserved_in_iomem_only() -> None:
    text = "00100000-7fffffff : System RAM\n  01000000-08ffffff : Crash kernel\n"
    assert reserved_in(text) == 128 * 1024 * 1024
    assert reserved_in("00000000-00000000 : System RAM\n") == 0
