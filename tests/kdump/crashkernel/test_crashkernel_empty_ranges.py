"""Ranges of crashkernel that leave a host out, and values that would do on a host of any memory."""

import pytest

from kdump.crashkernel import minimum_bytes
from kdump.crashkernel.any_memory import enough_for_any_memory
from kdump.crashkernel.empty_range import empty_range_problem, needs_platform
from kdump.errors import Refusal
from kdump.platforms import Platform, platform_named
from kdump.units import GIB, MIB

RHEL_9 = platform_named("rhel-9.4")
RHEL_7 = platform_named("rhel-7.9")


@pytest.mark.parametrize("platform", [None, RHEL_9, RHEL_7, platform_named("debian-12")])
def test_ranges_without_the_memory_are_a_problem_and_ranges_with_it_are_not(platform: Platform | None) -> None:
    problem = empty_range_problem("2G-64G:256M", 1 * GIB, platform)
    assert problem is not None
    assert problem.needed == "a range that includes 1 GiB"
    assert empty_range_problem("2G-64G:256M", 2 * GIB, platform) is None
    assert empty_range_problem("2G-64G:256M", 64 * GIB, platform) is not None
    assert empty_range_problem("2G-64G:256M,64G-:512M", 64 * GIB, platform) is None


def test_a_machine_that_was_sold_as_4_gib_is_in_the_range_from_4_gib_where_the_kernel_rounds_up() -> None:
    assert empty_range_problem("4G-:256M", 4 * GIB - 100 * MIB, RHEL_9) is None
    assert empty_range_problem("4G-:256M", 4 * GIB - 100 * MIB, RHEL_7) is not None


def test_a_range_larger_than_the_memory_sets_nothing_aside_either() -> None:
    problem = empty_range_problem("1G-:2G", 1 * GIB, RHEL_9)
    assert problem is not None
    assert problem.needed == "less than the 1 GiB of memory the host has"


@pytest.mark.parametrize("value", ["256M", "512M,high", "auto", "no", "plenty", "", "32G-:512M<4G", "32G-:512M 1G,cma"])
def test_a_value_without_ranges_or_refused_for_its_form_is_none_of_this(value: str) -> None:
    assert empty_range_problem(value, 16 * GIB, RHEL_9) is None
    assert empty_range_problem(value, 16 * GIB) is None


@pytest.mark.parametrize(
    ("value", "needed"),
    [
        ("256M", False),
        ("2G-:256M", False),
        ("512M,high 72M,low", False),
        ("auto", True),
        ("no", True),
        ("256M 64M,cma", True),
        ("256M,below=4G", True),
    ],
)
def test_what_some_kernels_only_understand_needs_the_platform(value: str, needed: bool) -> None:
    assert needs_platform(value) is needed


def test_what_nothing_understands_is_refused() -> None:
    with pytest.raises(Refusal):
        needs_platform("plenty")


@pytest.mark.parametrize("value", ["512M", "1G", "1G,high", "512M,high 72M,low"])
def test_a_large_size_is_enough_for_any_host(value: str) -> None:
    assert enough_for_any_memory(value)
    assert enough_for_any_memory(value, RHEL_9)


@pytest.mark.parametrize("value", ["511M", "256M", "256M,high 1G,low", "auto", "no", "1G-:1G"])
def test_a_small_size_and_what_depends_on_memory_are_not(value: str) -> None:
    assert not enough_for_any_memory(value)
    assert not enough_for_any_memory(value, RHEL_9)


@pytest.mark.parametrize(
    "name", ["rhel-5.11", "rhel-6.2", "rhel-7.9", "rhel-8.4", "rhel-8.10", "rhel-9.4", "sles-15.5", "debian-12"]
)
@pytest.mark.parametrize("architecture", ["x86_64", "aarch64", "ppc64le", "s390x"])
def test_what_is_enough_for_any_host_is_enough_for_each(name: str, architecture: str) -> None:
    platform = platform_named(name, architecture)
    for mib in range(64, 600, 16):
        if enough_for_any_memory(f"{mib}M", platform):
            assert all(minimum_bytes(platform, memory * GIB) <= mib * MIB for memory in (1, 3, 9, 63, 64, 1024, 65536))


def test_a_release_that_needs_little_is_content_with_little() -> None:
    assert enough_for_any_memory("64M@16M", platform_named("rhel-5.11"))
