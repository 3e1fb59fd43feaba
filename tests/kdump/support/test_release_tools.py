"""Packages, service, files and commands of each release's dump tools."""

import pytest

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import platform_named
from kdump.support.packages import KERNEL, RESERVED_FILE, tools_of

EVERY = (
    *("rhel-5.11", "rhel-6.0", "rhel-6.3", "rhel-7.9", "rhel-8.0", "rhel-8.10", "rhel-9.0", "rhel-9.4", "rhel-9.7"),
    *("rhel-10.0", "fedora-42", "sles-12.5", "sles-15.7", "sles-16.0", "debian-12", "ubuntu-24.04"),
)


@pytest.mark.parametrize(
    ("name", "packages", "service", "main_file", "initrd"),
    [
        ("rhel-5.11", ("kexec-tools",), "kdump", "/etc/kdump.conf", "/boot/initrd-{kernel}kdump.img"),
        ("rhel-6.10", ("kexec-tools",), "kdump", "/etc/kdump.conf", "/boot/initrd-{kernel}kdump.img"),
        ("rhel-8.6", ("kexec-tools",), "kdump.service", "/etc/kdump.conf", "/boot/initramfs-{kernel}kdump.img"),
        (
            "rhel-10.0",
            ("kexec-tools", "kdump-utils", "makedumpfile"),
            "kdump.service",
            "/etc/kdump.conf",
            "/boot/initramfs-{kernel}kdump.img",
        ),
        (
            "sles-15.7",
            ("kdump", "kexec-tools", "makedumpfile"),
            "kdump.service",
            "/etc/sysconfig/kdump",
            "/var/lib/kdump/initrd",
        ),
        (
            "sles-15.4",
            ("kdump", "kexec-tools", "makedumpfile"),
            "kdump.service",
            "/etc/sysconfig/kdump",
            "/boot/initrd-{kernel}-kdump",
        ),
        (
            "debian-12",
            ("kdump-tools", "kexec-tools", "makedumpfile"),
            "kdump-tools.service",
            "/etc/default/kdump-tools",
            "/var/lib/kdump/initrd.img-{kernel}",
        ),
    ],
)
def test_names_by_release(name: str, packages: tuple[str, ...], service: str, main_file: str, initrd: str) -> None:
    tools = tools_of(platform_named(name))
    assert tools.packages == packages
    assert tools.service == service
    assert tools.configuration_files[0] == main_file
    assert tools.capture_initrd == initrd


@pytest.mark.parametrize("name", EVERY)
def test_every_release_can_be_turned_on_taken_up_and_checked(name: str) -> None:
    tools = tools_of(platform_named(name))
    unit = tools.service
    for commands in (tools.enable, tools.disable, tools.restart):
        assert commands
        assert any(unit in command for command in commands)
    assert tools.status
    assert tools.default_directory == "/var/crash"
    assert tools.source
    for command in (*tools.enable, *tools.disable, *tools.restart, *tools.verify, tools.status):
        assert all(word and " " not in word for word in command)
    assert tools.capture_initrd.count(KERNEL) <= 1
    assert (tools.manager == "sysv") == (name in ("rhel-5.11", "rhel-6.0", "rhel-6.3"))


def test_every_generation_with_kdump_has_its_tools() -> None:
    assert {generation_of(platform_named(name)) for name in EVERY} == set(Generation) - {Generation.NETDUMP}


def test_releases_and_machines_without_kdump_have_no_tools_of_it() -> None:
    with pytest.raises(Refusal, match="netdump"):
        tools_of(platform_named("rhel-4.9"))
    with pytest.raises(Refusal, match="xendump"):
        tools_of(platform_named("rhel-5.11", virtualisation="xen-pv"))


def test_the_kernel_of_its_own_on_5_is_marked_as_unconfirmed() -> None:
    tools = tools_of(platform_named("rhel-5.11", "ppc64"))
    assert tools.packages == ("kexec-tools", "kernel-kdump")
    assert "not confirmed" in tools.notes[0]
    assert tools_of(platform_named("rhel-6.10", "ppc64")).packages == ("kexec-tools",)


def test_where_the_reservation_is_read() -> None:
    assert tools_of(platform_named("rhel-5.11")).reserved_bytes_file is None
    assert ("free",) in tools_of(platform_named("rhel-5.11")).verify
    assert tools_of(platform_named("rhel-7.9")).reserved_bytes_file == RESERVED_FILE


def test_estimate_came_with_8_5() -> None:
    estimate = ("kdumpctl", "estimate")
    assert estimate not in tools_of(platform_named("rhel-7.9")).verify
    assert estimate not in tools_of(platform_named("rhel-8.0")).verify
    assert estimate not in tools_of(platform_named("rhel-8.4")).verify
    assert estimate in tools_of(platform_named("rhel-8.5")).verify
    assert estimate in tools_of(platform_named("rhel-9.4")).verify


def test_only_the_newest_tools_have_a_drill_of_their_own() -> None:
    assert tools_of(platform_named("fedora-42")).drill == ("kdumpctl", "test")
    assert tools_of(platform_named("rhel-9.4")).drill is None


def test_debians_status_tells_by_its_words() -> None:
    tools = tools_of(platform_named("debian-12"))
    assert tools.status_output in "current state   : ready to kdump"
    assert tools.status_output not in "current state   : Not ready to kdump"
