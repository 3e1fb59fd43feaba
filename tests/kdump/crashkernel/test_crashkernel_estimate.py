"""The estimates of kdump-utils and of SUSE's calibrate, by hand-made numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.crashkernel.calibrate import Calibrated, Constants, SuseHost, calibrate
from kdump.crashkernel.estimate import CaptureParts, estimate
from kdump.platforms import platform_named
from kdump.units import GIB, KIB, MIB

PARTS = CaptureParts(
    architecture="x86_64",
    kernel_bytes=60 * MIB,
    initrd_bytes=30 * MIB,
    loaded_modules={"xfs": 3 * MIB, "virtio_net": 100 * KIB, "nouveau": 8 * MIB},
    initrd_modules=frozenset({"xfs", "virtio_net", "not_loaded"}),
)


def test_the_image_counts_three_times_and_only_modules_of_the_image_count() -> None:
    result = estimate(PARTS)
    assert result.total_bytes == (60 + 3 + 3 * 30 + 16) * MIB + 100 * KIB
    assert result.large_modules == (("xfs", 3 * MIB),)
    assert "large module xfs 3 MiB" in result.explanation
    assert not any("encrypted" in line for line in result.explanation)


@pytest.mark.parametrize(("architecture", "overhead_mib"), [("x86_64", 20), ("aarch64", 50), ("s390x", 20)])
def test_luks2_needs_the_memory_of_its_worst_keyslot(architecture: str, overhead_mib: int) -> None:
    encrypted = PARTS.model_copy(
        update={"architecture": architecture, "luks2_keyslots_kib": ((1024 * 1024, 512 * 1024), (65536,), ())}
    )
    needed = estimate(encrypted)
    assert needed.luks_bytes == GIB + 64 * MIB + overhead_mib * MIB
    assert needed.total_bytes == estimate(PARTS).total_bytes + needed.luks_bytes
    assert any("a network target needs none" in line for line in needed.explanation)


def test_keyslots_without_argon2_cost_nothing() -> None:
    assert estimate(PARTS.model_copy(update={"luks2_keyslots_kib": ((), ())})).luks_bytes == 0


@given(st.integers(0, 1 << 32), st.integers(0, 1 << 30))
def test_a_larger_image_never_needs_less(initrd: int, more: int) -> None:
    small = PARTS.model_copy(update={"initrd_bytes": initrd})
    large = PARTS.model_copy(update={"initrd_bytes": initrd + more})
    assert estimate(large).total_bytes - estimate(small).total_bytes == 3 * more


CONSTANTS = Constants(
    kernel_base=60_000,
    kernel_init=40_000,
    init_net=4_000,
    init_cached=50_000,
    init_cached_net=8_000,
    percpu=100,
    user_base=20_000,
    user_net=5_000,
)
LARGE = SuseHost(ram=((0x1000, 0x7FFFFFFF), (1 << 32, (34 << 30) - 1)), cpus=1, framebuffers_bytes=0)
SMALL = SuseHost(ram=((0x1000, 0x7FFFFFFF),), cpus=1, framebuffers_bytes=0)
NEW, OLD = platform_named("sles-15.7"), platform_named("sles-15.4")


def test_calibrate_splits_off_72_mib_where_the_reservation_lies_above_4_gib() -> None:
    result = calibrate(LARGE, CONSTANTS, NEW)
    assert result.low_mib == 72
    # In KiB: 60000 + 50000 for kernel and image, 345 for a processor, 20000 for programs, 2048 for bitmaps, 96 for
    # sections: 132489; with dirty pages 168240, hashes 168538 and memory map 171162; with 30 % and 64 MiB 288046;
    # with 64 MiB for bounce buffers and without the 72 MiB that lie low 279854.
    assert result.high_mib == -(-279854 // 1024)


def test_calibrate_keeps_to_one_part_where_all_memory_lies_below_4_gib() -> None:
    result = calibrate(SMALL, CONSTANTS, NEW)
    assert result.low_mib == 0
    assert result.high_mib < calibrate(LARGE, CONSTANTS, NEW).high_mib + 72


def test_other_architectures_have_no_high_part() -> None:
    for machine in ("aarch64", "s390x", "ppc64le"):
        result = calibrate(LARGE, CONSTANTS, platform_named("sles-15.7", machine))
        assert result.high_mib == 0
        assert result.low_mib > 200


def test_newer_releases_leave_a_wider_margin() -> None:
    assert calibrate(LARGE, CONSTANTS, OLD).high_mib < calibrate(LARGE, CONSTANTS, NEW).high_mib
    assert calibrate(LARGE, CONSTANTS, platform_named("sles-16.0")) == calibrate(LARGE, CONSTANTS, NEW)
    assert calibrate(LARGE, CONSTANTS, platform_named("opensuse-tumbleweed")) == calibrate(LARGE, CONSTANTS, NEW)


def test_what_makes_a_host_need_more() -> None:
    plain = calibrate(LARGE, CONSTANTS, NEW).high_mib
    changes: list[dict[str, int | bool | None]] = [
        {"cpus": 32},
        {"luks_kib": 1024 * 1024},
        {"framebuffers_bytes": 32 * MIB},
        {"framebuffers_bytes": None},
        {"acpi_slabs_kib": 8192},
        {"network": True},
    ]
    for change in changes:
        assert calibrate(LARGE.model_copy(update=change), CONSTANTS, NEW).high_mib > plain
    assert calibrate(LARGE.model_copy(update={"filters": False}), CONSTANTS, NEW).high_mib < plain


def test_encryption_stands_outside_the_margin_on_newer_releases() -> None:
    plain, encrypted = (calibrate(LARGE.model_copy(update={"luks_kib": kib}), CONSTANTS, NEW) for kib in (0, 1 << 20))
    # A quarter more for dirty pages, and the margin on that quarter only.
    assert 1024 * 1.25 < encrypted.high_mib - plain.high_mib < 1024 * 1.45


def test_half_a_mib_is_added_for_each_lun_path() -> None:
    assert Calibrated(low_mib=72, high_mib=288).total_mib == 288
    assert Calibrated(low_mib=72, high_mib=288, luns=401).total_mib == 288 + 201
    assert Calibrated(low_mib=300, high_mib=0, luns=2).total_mib == 301


@given(st.integers(1, 4096), st.integers(0, 1 << 21), st.integers(2, 1 << 14))
def test_calibrate_never_raises_and_never_says_nothing(cpus: int, luks: int, gib: int) -> None:
    host = SuseHost(ram=((0, 0x7FFFFFFF), (1 << 32, (gib + 4 << 30) - 1)), cpus=cpus, luks_kib=luks)
    for platform in (OLD, NEW, platform_named("sles-15.7", "ppc64le")):
        result = calibrate(host, CONSTANTS, platform)
        assert result.total_mib > 100
