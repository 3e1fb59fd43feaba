"""What each platform's kernel sets aside, with its own rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.crashkernel import parse, read, reserved_bytes, reserved_on
from kdump.crashkernel.auto import auto_bytes
from kdump.platforms import platform_named
from kdump.units import GIB, MIB

TIB = 1024 * GIB


@pytest.mark.parametrize(
    ("platform", "architecture", "value", "memory", "expected_mib"),
    [
        # memory is rounded up to 128 MiB from Linux 6.0 on, and by Red Hat's kernels from 8 on
        ("rhel-9.7", "x86_64", "2G-64G:256M,64G-:512M", 2 * GIB - 100 * MIB, 256),
        ("rhel-9.7", "x86_64", "2G-64G:256M,64G-:512M", 2 * GIB - 200 * MIB, 0),
        ("rhel-8.0", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 256),
        ("rhel-7.9", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 0),
        ("rhel-6.5", "x86_64", "2G-:128M", 2 * GIB - 100 * MIB, 0),
        ("debian-11", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 0),
        ("debian-12", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 256),
        ("sles-15.5", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 0),
        ("sles-15.6", "x86_64", "2G-:256M", 2 * GIB - 100 * MIB, 256),
        # release 5 needs an offset, and knows no ranges
        ("rhel-5.11", "x86_64", "128M@16M", 2 * GIB, 128),
        ("rhel-5.11", "x86_64", "128M", 2 * GIB, 0),
        ("rhel-5.11", "x86_64", "1G-:128M@16M", 2 * GIB, 0),
        ("rhel-6.0", "x86_64", "128M", 2 * GIB, 128),
        ("rhel-6.0", "x86_64", "512M-2G:64M,2G-:128M", 2 * GIB, 128),
        # what ",high" adds below 4 GiB
        ("rhel-9.4", "x86_64", "512M,high", 8 * GIB, 768),
        ("rhel-7.9", "x86_64", "512M,high", 8 * GIB, 584),
        ("debian-12", "aarch64", "512M,high", 8 * GIB, 640),
        ("debian-12", "aarch64", "512M,high 72M,low", 8 * GIB, 584),
        ("rhel-9.4", "x86_64", "512M,high", 2 * GIB, 512),
        # where it is not known nothing is set aside
        ("rhel-6.10", "x86_64", "512M,high 72M,low", 8 * GIB, 0),
        ("rhel-10.0", "ppc64le", "512M,high 72M,low", 8 * GIB, 0),
        ("rhel-10.0", "s390x", "512M,high 72M,low", 8 * GIB, 0),
        ("rhel-8.6", "aarch64", "512M,high 72M,low", 8 * GIB, 0),
        # memory of the CMA kind is used on by the system; an older kernel calls the last value malformed
        ("fedora-43", "x86_64", "256M 512M,cma", 8 * GIB, 256),
        ("rhel-10.0", "x86_64", "256M 512M,cma", 8 * GIB, 0),
        # s390x rounds a reservation up to MiB
        ("rhel-9.4", "s390x", "200001K", 8 * GIB, 196),
        ("rhel-9.4", "x86_64", "no", 8 * GIB, 0),
        ("rhel-9.4", "x86_64", "auto", 8 * GIB, 0),
        ("rhel-9.4", "x86_64", "256M<4G", 8 * GIB, 0),
        ("rhel-9.4", "x86_64", "", 8 * GIB, 0),
        ("rhel-9.4", "x86_64", "nonsense", 8 * GIB, 0),
        # the highest plain value counts, and beside it nothing else does
        ("rhel-9.4", "x86_64", "512M,high 256M", 8 * GIB, 256),
    ],
)
def test_each_kernel_counts_in_its_own_way(
    platform: str, architecture: str, value: str, memory: int, expected_mib: int
) -> None:
    assert reserved_on(value, platform_named(platform, architecture), memory) == expected_mib * MIB


def test_the_hypervisor_takes_a_limit_and_does_not_round() -> None:
    dom0 = platform_named("sles-15.7", virtualisation="xen-dom0")
    assert reserved_on("372M<4G", dom0, 64 * GIB) == 372 * MIB
    assert reserved_on("372M,below=4G", dom0, 64 * GIB) == 372 * MIB
    assert reserved_on("2G-:256M<4G", dom0, 2 * GIB - MIB) == 0
    assert reserved_on("372M,high 72M,low", dom0, 64 * GIB) == 0


@pytest.mark.parametrize(
    ("platform", "architecture", "memory", "expected_mib"),
    [
        ("rhel-6.0", "x86_64", 2 * GIB, 0),
        ("rhel-6.0", "x86_64", 4 * GIB, 128),
        ("rhel-6.5", "x86_64", 2 * GIB - MIB, 128),
        ("rhel-6.5", "x86_64", GIB, 0),
        ("rhel-6.5", "ppc64", 4 * GIB, 0),
        ("rhel-6.5", "ppc64", 8 * GIB, 256),
        ("rhel-6.5", "s390x", 2 * GIB, 0),
        ("rhel-7.9", "x86_64", GIB, 0),
        ("rhel-7.9", "x86_64", TIB, 161 + 64),
        ("rhel-7.9", "x86_64", 4 * TIB, 161 + 4 * 64),
        ("rhel-7.9", "s390x", 2 * GIB, 0),
        ("rhel-7.9", "aarch64", 2 * GIB, 512),
        ("rhel-7.9", "ppc64le", 20 * GIB, 1024),
        ("rhel-8.6", "x86_64", 2 * GIB, 160),
        ("rhel-8.6", "x86_64", TIB, 512),
        ("rhel-8.10", "x86_64", 2 * GIB, 192),
        ("rhel-8.6", "aarch64", 2 * GIB, 448),
        ("rhel-8.10", "aarch64", 2 * GIB, 480),
        ("rhel-9.0", "x86_64", 64 * GIB, 0),
        ("fedora-43", "x86_64", 64 * GIB, 0),
        ("debian-12", "x86_64", 64 * GIB, 0),
        ("sles-15.7", "x86_64", 64 * GIB, 0),
    ],
)
def test_auto_sets_aside_what_the_kernels_of_6_to_8_take(
    platform: str, architecture: str, memory: int, expected_mib: int
) -> None:
    host = platform_named(platform, architecture)
    assert reserved_on("auto", host, memory) == auto_bytes(host, memory)
    assert auto_bytes(host, memory) // MIB == expected_mib


NAMES = st.sampled_from(["rhel-5.11", "rhel-6.0", "rhel-7.9", "rhel-8.6", "rhel-9.7", "sles-15.4", "debian-12"])
TEXTS = st.text(st.sampled_from("0123456789KMG-:,@<highlow cma"), max_size=24)


@given(TEXTS, NAMES, st.sampled_from(["x86_64", "aarch64", "s390x"]), st.integers(0, 1 << 46))
def test_what_was_found_on_a_host_of_any_platform_never_raises(
    value: str, name: str, architecture: str, memory: int
) -> None:
    assert reserved_on(value, platform_named(name, architecture), memory) >= 0


@given(st.integers(1, 64 * 1024), NAMES, st.integers(1, 1 << 24), st.integers(0, 1 << 24))
def test_a_fixed_size_is_set_aside_on_every_larger_host_too(size: int, name: str, memory: int, more: int) -> None:
    host, value = platform_named(name), f"{size}M@16M"
    assert reserved_on(value, host, memory * MIB) <= reserved_on(value, host, (memory + more) * MIB)


@given(st.lists(st.integers(1, 512), min_size=2, max_size=6), st.integers(1, 1 << 20), st.integers(0, 1 << 20))
def test_ranges_of_growing_sizes_never_give_a_larger_host_less(sizes: list[int], memory: int, more: int) -> None:
    pieces = [f"{1 << i}G-{1 << (i + 1)}G:{size}M" for i, size in enumerate(sorted(sizes)[:-1])]
    value = ",".join([*pieces, f"{1 << len(pieces)}G-:{max(sizes)}M"])
    host = platform_named("rhel-9.7")
    assert reserved_on(value, host, memory * MIB) <= reserved_on(value, host, (memory + more) * MIB)


@given(st.sampled_from(["256M", "1G-4G:192M,4G-:256M", "512M,high 128M,low", "512M,high"]), st.integers(1, 1 << 44))
def test_the_current_kernel_counts_as_the_function_without_a_platform_does(value: str, memory: int) -> None:
    assert reserved_on(value, platform_named("fedora-43"), memory) == reserved_bytes(value, memory)
    assert read(value) == parse(value)
