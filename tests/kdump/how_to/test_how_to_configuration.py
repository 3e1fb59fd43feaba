"""The how-to's rows about local targets and about a dump's content, by what each release gets and refuses."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from how_to_files import LOCAL, NFS, PARTITION, accepted, configuration, filesystem, lines, refused, warned

from kdump.capacity.page_types import kept_types
from kdump.dialects.fstab import Entry
from kdump.dialects.kdump_conf import parse
from kdump.errors import Refusal
from kdump.generations import generation_of
from kdump.platforms import platform_named
from kdump.rendering import rendered
from kdump.support.dump_names import dump_path
from kdump.support.preflight import filter_packages, mount_check, mount_problem
from kdump.targets import FilesystemTarget

TAKEN = datetime(2026, 1, 31, 23, 59, 59)
UUID = "UUID=03138356-5e61-4ab3-b58e-27507ac41937"
SAN = FilesystemTarget(device=UUID, filesystem="ext4")


def path_of(release: str, target: Mapping[str, object]) -> str | None:
    return dump_path(configuration(target), platform_named(release), TAKEN)


def raw_partition(release: str, makedumpfile: str) -> None:
    assert lines(release, PARTITION) == ["raw /dev/sda5", f"core_collector {makedumpfile}"]
    assert path_of(release, PARTITION) is None


def every_filesystem(release: str, *names: str) -> None:
    for name in names:
        for device in ("/dev/sda3", "LABEL=/boot", UUID):
            assert f"{name} {device}" in lines(release, filesystem(name, device))


def every_level(release: str, makedumpfile: str, target: dict[str, str] = LOCAL) -> None:
    """Each bit of the level reaches makedumpfile, which leaves out its pages, and 31 leaves only the kernel's."""
    left_out = {1: "zero", 2: "cache", 4: "cache_private", 8: "user", 16: "free"}
    everything = {kind.field for kind in kept_types(0)}
    for bit, name in left_out.items():
        assert f"core_collector {makedumpfile} -d {bit}" in lines(release, target, dump_level=bit)
        assert f"{name}_pages" in everything - {kind.field for kind in kept_types(bit)}
    assert f"core_collector {makedumpfile} -d 31" in lines(release, target)
    assert [kind.field for kind in kept_types(31)] == ["kernel_pages"]
    with pytest.raises(Refusal, match="dumpLevel"):
        configuration(LOCAL, dump_level=32)


def unmounted(release: str, *options: str) -> Refusal | None:
    """What is said of a target that is not mounted, with these options in /etc/fstab, or without a line there."""
    entry = Entry(device=UUID, mount_point="/var/crashsan", fstype="ext4", options=options) if options else None
    return mount_problem(platform_named(release), SAN, is_mounted=False, fstab=entry)


# Raw partitions


def test_how_to__raw_disk__rhel_5() -> None:
    raw_partition("rhel-5", "makedumpfile -c -d 31")
    assert "labels and UUIDs work for filesystems only" in refused("rhel-5", "raw LABEL=dump").instead


def test_how_to__raw_disk__rhel_6() -> None:
    raw_partition("rhel-6", "makedumpfile -c --message-level 1 -d 31")
    assert "labels and UUIDs work for filesystems only" in refused("rhel-6", "raw LABEL=dump").instead


def test_how_to__raw_disk__rhel_7() -> None:
    raw_partition("rhel-7", "makedumpfile -c --message-level 1 -d 31 -F")
    finding = refused("rhel-7", "raw /dev/sda5", "core_collector makedumpfile -c -d 31")
    assert finding.instead == "Write 'core_collector makedumpfile -F -c -d 31'"
    assert accepted("rhel-7", "raw /dev/sda5")


# File systems


def test_how_to__file_on_filesystem__rhel_5() -> None:
    every_filesystem("rhel-5", "ext2", "ext3")
    assert warned("rhel-5", "ext4 /dev/sda3").instead == "Use ext3, or update first"
    assert "ext3 /dev/sda3" in refused("rhel-5", "xfs /dev/sda3").instead


def test_how_to__file_on_filesystem__rhel_6() -> None:
    every_filesystem("rhel-6", "ext2", "ext3", "ext4", "xfs", "btrfs")
    assert "ext4 /dev/sda3" in refused("rhel-6", "minix /dev/sda3").instead


def test_how_to__file_on_filesystem__rhel_7() -> None:
    every_filesystem("rhel-7", "ext2", "ext3", "ext4", "xfs", "btrfs", "minix")
    assert "does not know the option 'reiserfs'" in refused("rhel-7", "reiserfs /dev/sda3").message


# The directory of a dump


def test_how_to__directory__rhel_5() -> None:
    assert path_of("rhel-5", LOCAL) == "/var/crash/2026-01-31-23:59/vmcore"
    target = {**filesystem("ext3"), "path": "/dumps"}
    assert "path /dumps" in lines("rhel-5", target)
    assert path_of("rhel-5", target) == "/dumps/127.0.0.1-2026-01-31-23:59:59/vmcore"


def test_how_to__directory__rhel_6() -> None:
    target = {**LOCAL, "path": "/dumps"}
    assert "path /dumps" in lines("rhel-6", target)
    assert path_of("rhel-6", target) == "/dumps/127.0.0.1-2026-01-31-23:59:59/vmcore"


def test_how_to__directory__rhel_7() -> None:
    target = {**filesystem("xfs"), "path": "/dumps"}
    assert "path /dumps" in lines("rhel-7", target)
    assert path_of("rhel-7", target) == "/dumps/127.0.0.1-2026-01-31-23:59:59/vmcore"
    # Nobody makes it: it has to be there.
    assert not mount_check(platform_named("rhel-7")).makes_directory
    assert mount_check(platform_named("rhel-6")).makes_directory


# Whether the host has to mount it


def test_how_to__fstab_entry__rhel_5() -> None:
    assert unmounted("rhel-5") is None
    assert unmounted("rhel-5", "defaults") is None


def test_how_to__fstab_entry__rhel_6() -> None:
    assert unmounted("rhel-6") is None
    assert unmounted("rhel-6", "defaults") is None


def test_how_to__fstab_entry__rhel_7() -> None:
    for refusal in (unmounted("rhel-7"), unmounted("rhel-7", "defaults", "noauto")):
        assert refusal is not None
        assert refusal.instead == "Mount it at every boot, by a line in /etc/fstab"
    assert mount_problem(platform_named("rhel-7"), SAN, is_mounted=True, fstab=None) is None


def test_how_to__fstab_entry__rhel_8() -> None:
    assert unmounted("rhel-8") is None
    assert unmounted("rhel-8", "defaults", "noauto") is None
    refusal = unmounted("rhel-8", "defaults")
    assert refusal is not None
    assert "add noauto behind its options" in refusal.instead
    # Before 8.3 it is as on 7.
    assert unmounted("rhel-8.2") is not None
    assert unmounted("rhel-8.3") is None


# What is in a dump


def test_how_to__compression_and_filter__rhel_5() -> None:
    assert "core_collector makedumpfile -c -d 31" in lines("rhel-5", NFS, compression="zlib")
    assert filter_packages(platform_named("rhel-5")) == ("kernel-debuginfo",)
    bare = parse("path /var/crash\n", generation_of(platform_named("rhel-5")))
    assert bare.configuration is not None
    assert (bare.configuration.dump_level, bare.configuration.compression) == (0, "none")
    with pytest.raises(Refusal, match="Write 'zlib'"):
        rendered(configuration(NFS, compression="lzo"), platform_named("rhel-5"))


def test_how_to__compression_and_filter__rhel_6() -> None:
    assert "core_collector makedumpfile -c --message-level 1 -d 31" in lines("rhel-6", LOCAL)
    assert filter_packages(platform_named("rhel-6")) == ()
    bare = parse("path /var/crash\n", generation_of(platform_named("rhel-6")))
    assert bare.configuration == configuration(LOCAL, compression="zlib", dump_level=31)


def test_how_to__compression_and_filter__rhel_7() -> None:
    assert "core_collector makedumpfile -l --message-level 1 -d 31" in lines("rhel-7", LOCAL, compression="lzo")
    bare = parse("path /var/crash\n", generation_of(platform_named("rhel-7")))
    assert bare.configuration == configuration(LOCAL, compression="lzo", dump_level=31)
    with pytest.raises(Refusal, match="zstd"):
        rendered(configuration(LOCAL, compression="zstd"), platform_named("rhel-7"))


def test_how_to__dump_level__rhel_5() -> None:
    every_level("rhel-5", "makedumpfile -c", NFS)


def test_how_to__dump_level__rhel_6() -> None:
    every_level("rhel-6", "makedumpfile -c --message-level 1")


def test_how_to__dump_level__rhel_7() -> None:
    every_level("rhel-7", "makedumpfile -c --message-level 1")
