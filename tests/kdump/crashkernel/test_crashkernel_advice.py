"""The value to write for a host: understood, enough, never more than half, and explained."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.crashkernel import Hardware, check, for_host, parse, pinning, read, reserved_on
from kdump.crashkernel.calibrate import Calibrated
from kdump.dialects.boot_edit import wanted_words
from kdump.errors import Refusal
from kdump.platforms import Platform, Virtualisation, platform_named
from kdump.units import GIB, MIB

TIB = 1024 * GIB
NAMES = [
    *("rhel-5.11", "rhel-6.0", "rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.6", "rhel-8.10", "rhel-9.0", "rhel-9.4"),
    *("rhel-9.7", "rhel-10.1", "fedora-43", "sles-12.5", "sles-15.4", "sles-15.7", "sles-16.0"),
    *("opensuse-tumbleweed", "debian-11", "debian-12", "ubuntu-22.04", "ubuntu-24.10"),
]
MACHINES = ["x86_64", "i686", "aarch64", "ppc64", "ppc64le", "s390x", "ia64"]


def supported() -> list[Platform]:
    found = []
    for name, machine in itertools.product(NAMES, MACHINES):
        platform = platform_named(name, machine)
        try:
            for_host(platform, 8 * GIB)
        except Refusal:
            continue
        found.append(platform)
    return found


PLATFORMS = supported()


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_check_accepts_what_is_advised_for_every_memory(platform: Platform) -> None:
    edges = [n * GIB for n in (1, 2, 4, 6, 8, 16, 32, 64, 128, 1024, 4096)]
    around = [edge + more for edge in edges for more in (-200 * MIB, -MIB, 0, MIB)]
    for memory in (256 * MIB, 400 * MIB, 512 * MIB, 1843 * MIB, *around):
        advice = for_host(platform, memory)
        assert advice.explanation
        if not advice.value:
            assert advice.reserved_bytes == 0
            assert memory < GIB
            continue
        assert check(advice.value, platform, memory) == []
        assert advice.reserved_bytes == reserved_on(advice.value, platform, memory)
        assert 0 < advice.minimum_bytes <= advice.reserved_bytes <= memory // 2


ESTIMATES = st.integers(0, 2048).map(lambda mib: mib * MIB)


@given(st.sampled_from(PLATFORMS), st.integers(64, 1 << 23).map(lambda mib: mib * MIB), ESTIMATES)
def test_what_was_estimated_is_set_aside_or_nothing_is(platform: Platform, memory: int, estimate: int) -> None:
    advice = for_host(platform, memory, estimate_bytes=estimate)
    assert advice.recommended_bytes >= max(estimate, advice.minimum_bytes)
    if advice.value:
        assert advice.reserved_bytes >= estimate
        assert check(advice.value, platform, memory) == []
        assert str(parse(advice.value)) == advice.value


def test_release_5_gets_a_size_with_its_offset() -> None:
    advice = for_host(platform_named("rhel-5.11"), 2 * GIB)
    assert (advice.value, advice.reserved_bytes, advice.minimum_bytes) == ("128M@16M", 128 * MIB, 64 * MIB)
    assert any("offset is mandatory" in line for line in advice.explanation)


@pytest.mark.parametrize(("name", "offset"), [("rhel-5.11", "@16M"), ("rhel-6.0", ""), ("rhel-6.10", "")])
def test_64m_is_the_tested_minimum_of_5_and_6(name: str, offset: str) -> None:
    host = platform_named(name)
    assert check(f"64M{offset}", host, GIB) == []
    assert "at least 64 MiB" in str(check(f"63M{offset}", host, GIB)[0])
    assert for_host(host, 200 * MIB).value == f"64M{offset}"


def test_release_6_gets_a_size_without_one() -> None:
    assert for_host(platform_named("rhel-6.5"), 2 * GIB).value == "128M"


def test_the_2g_trap_a_2_gb_guest_shows_less_and_gets_a_fixed_size() -> None:
    for name in ("rhel-9.7", "rhel-10.1", "fedora-43"):
        advice = for_host(platform_named(name), 1843 * MIB)
        assert (advice.value, advice.reserved_bytes) == ("256M", 256 * MIB)
        assert any("it would set nothing aside" in line for line in advice.explanation)
    assert for_host(platform_named("rhel-9.6"), 1843 * MIB).value.startswith("1G-4G:192M")


def test_a_range_that_only_just_holds_is_told() -> None:
    advice = for_host(platform_named("rhel-9.7"), 2 * GIB - 100 * MIB)
    assert advice.value == "2G-64G:256M,64G-:512M"
    assert any("rounds memory up to 128 MiB" in line for line in advice.explanation)


def test_debians_default_is_too_little_for_a_big_host() -> None:
    advice = for_host(platform_named("debian-12"), 2 * TIB)
    assert advice.value == "512M"
    assert any("would run out of memory" in line for line in advice.explanation)


def test_an_estimate_above_the_default_is_written_instead() -> None:
    advice = for_host(platform_named("rhel-9.4"), 64 * GIB, estimate_bytes=1300 * MIB)
    assert advice.value == "1300M"
    assert advice.recommended_bytes == 1300 * MIB
    assert any("estimated to need 1.3 GiB" in line for line in advice.explanation)


def test_an_estimate_below_the_default_changes_nothing() -> None:
    assert for_host(platform_named("rhel-9.4"), 8 * GIB, estimate_bytes=200 * MIB).value.startswith("1G-4G")


@pytest.mark.parametrize(
    ("name", "memory", "estimate", "said"),
    [
        ("rhel-9.4", 2 * GIB, 1300 * MIB, "more than half"),
        ("rhel-9.4", 200 * MIB, 0, "more than half"),
        ("rhel-6.5", 64 * GIB, GIB, "below 896 MiB"),
    ],
)
def test_rather_nothing_than_a_host_without_memory(name: str, memory: int, estimate: int, said: str) -> None:
    advice = for_host(platform_named(name), memory, estimate_bytes=estimate)
    assert (advice.value, advice.reserved_bytes) == ("", 0)
    assert any(said in line for line in advice.explanation)


def test_suse_gets_the_pair_that_calibrate_says_with_its_luns() -> None:
    host = platform_named("sles-15.7")
    advice = for_host(host, 64 * GIB, calibrated=Calibrated(low_mib=72, high_mib=350, luns=200))
    assert (advice.value, advice.reserved_bytes) == ("450M,high 72M,low", 522 * MIB)
    assert not any("knows better" in line for line in advice.explanation)
    assert any("knows better" in line for line in for_host(host, 64 * GIB).explanation)
    assert for_host(host, 2 * GIB, calibrated=Calibrated(low_mib=0, high_mib=250)).value == "250M"


def test_a_xen_host_gets_what_the_hypervisor_understands() -> None:
    host = platform_named("sles-15.7", virtualisation="xen-dom0")
    advice = for_host(host, 64 * GIB)
    assert advice.value == "372M,below=4G"
    assert wanted_words(advice.value, {})["crashkernel"] == ("crashkernel=372M,below=4G",)
    # Xen of 12 SP3 and older may know no limit.
    assert for_host(platform_named("sles-12.3", virtualisation="xen-dom0"), 64 * GIB).value == "372M"
    assert read(advice.value).xen_below == 4 * GIB
    assert check(advice.value, host, 64 * GIB) == []
    assert any("hypervisor's line" in line for line in advice.explanation)
    assert for_host(platform_named("rhel-5.11", virtualisation="xen-dom0"), 2 * GIB).value == "128M@16M"


def test_hardware_and_firmware_assisted_dumps_are_counted_in() -> None:
    arm = for_host(platform_named("rhel-9.7", "aarch64"), 8 * GIB, Hardware(page_size=65536, mlx5=True))
    assert arm.reserved_bytes == (320 + 300) * MIB
    power = for_host(platform_named("rhel-9.4", "ppc64le"), 32 * GIB, Hardware(fadump=True))
    assert power.reserved_bytes == GIB


EVERYTHING = Hardware(page_size=65536, mlx5=True, smmu=True)


@pytest.mark.parametrize("memory", [512 * MIB, GIB, 3 * GIB // 2])
def test_a_small_host_with_hardware_that_needs_much_is_told_how_far_below_it_stays(memory: int) -> None:
    host = platform_named("rhel-9.4", "aarch64")
    advice = for_host(host, memory, EVERYTHING)
    assert (advice.value, advice.minimum_bytes, advice.recommended_bytes) == ("256M", 256 * MIB, 940 * MIB)
    (told,) = [line for line in advice.explanation if "far below the 940 MiB" in line]
    assert "prove it with a drill" in told
    assert check(advice.value, host, memory, EVERYTHING) == []
    (refusal,) = check("128M", host, memory, EVERYTHING)
    assert "at least 256 MiB" in refusal.needed


def test_below_the_minimum_of_its_hardware_a_host_gets_nothing_and_the_reason() -> None:
    host = platform_named("rhel-9.4", "aarch64")
    advice = for_host(host, 400 * MIB, EVERYTHING)
    assert advice.value == ""
    assert any("more than half of the host's 400 MiB" in line for line in advice.explanation)
    assert for_host(host, 400 * MIB).value == "128M"


def test_where_the_default_is_written_nothing_is_said_of_a_drill() -> None:
    for memory in (2 * GIB, 64 * GIB):
        advice = for_host(platform_named("rhel-9.4", "aarch64"), memory, EVERYTHING)
        assert advice.value.startswith("1G-4G:940M")
        assert not any("drill" in line for line in advice.explanation)


@pytest.mark.parametrize("name", ["rhel-4.8", "rhel-3"])
def test_releases_without_kdump_are_refused(name: str) -> None:
    with pytest.raises(Refusal):
        for_host(platform_named(name), 8 * GIB)


@pytest.mark.parametrize(
    ("name", "file", "settings"),
    [
        *(
            (name, "/etc/kdump.conf", (("auto_reset_crashkernel", "no"),))
            for name in ("rhel-9.0", "rocky-9.4", "rhel-9.7", "rhel-10.0", "fedora-43")
        ),
        *(
            (
                name,
                "/etc/sysconfig/kdump",
                (
                    ("KDUMP_UPDATE_BOOTLOADER", "false"),
                    ("KDUMP_CRASHKERNEL", "crashkernel=512M,high crashkernel=72M,low"),
                ),
            )
            for name in ("sles-16.0", "opensuse-tumbleweed")
        ),
    ],
)
def test_a_value_is_pinned_where_the_tools_would_overwrite_it(
    name: str, file: str, settings: tuple[tuple[str, str], ...]
) -> None:
    pin = pinning(platform_named(name), "512M,high 72M,low")
    assert pin is not None
    assert (pin.file, pin.settings) == (file, settings)


def test_without_a_value_suse_is_only_told_to_leave_the_boot_loader_alone() -> None:
    pin = pinning(platform_named("sles-16.0"))
    assert pin is not None
    assert pin.settings == (("KDUMP_UPDATE_BOOTLOADER", "false"),)


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-6.5", "rhel-7.9", "rhel-8.10", "sles-15.7", "debian-12"])
def test_where_nothing_overwrites_it_nothing_is_pinned(name: str) -> None:
    assert pinning(platform_named(name), "256M") is None


@pytest.mark.parametrize("virtualisation", ["none", "kvm", "vmware", "hyper-v", "xen-dom0"])
def test_advice_is_understood_whatever_the_kernel_runs_on(virtualisation: Virtualisation) -> None:
    for name in NAMES:
        host = platform_named(name, virtualisation=virtualisation)
        assert check(for_host(host, 16 * GIB).value, host, 16 * GIB) == []
