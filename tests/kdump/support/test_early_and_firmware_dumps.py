"""Early kdump, firmware-assisted dump, and kernels with large pages."""

import pytest

from kdump.platforms import platform_named
from kdump.support.early_kdump import early_kdump_problems
from kdump.support.fadump import boot_argument, fadump_problems
from kdump.support.page_sizes import page_size_of, page_sizes
from kdump.units import KIB


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-6.10", "rhel-7.9", "sles-15.7", "debian-12"])
def test_early_kdump_is_there_from_8_on(name: str) -> None:
    (problem,) = early_kdump_problems(platform_named(name), "poweroff", "poweroff")
    assert "Red Hat Enterprise Linux 8 or newer" in problem.needed


@pytest.mark.parametrize("name", ["rhel-8.1", "rhel-9.4", "rhel-10.0", "fedora-42"])
def test_early_kdump_with_an_end_to_it_is_no_problem(name: str) -> None:
    assert early_kdump_problems(platform_named(name), "poweroff", "poweroff") == []
    assert early_kdump_problems(platform_named(name), "halt", "shell") == []


def test_early_kdump_that_reboots_would_loop() -> None:
    problems = early_kdump_problems(platform_named("rhel-9.4"))
    assert [problem.setting for problem in problems] == ["finalAction", "failureAction"]
    assert all("endless loop" in problem.why and "poweroff" in problem.instead for problem in problems)
    (one,) = early_kdump_problems(platform_named("rhel-9.4"), "reboot", "poweroff")
    assert one.setting == "finalAction"


def test_early_kdump_cannot_be_ended_on_8_0() -> None:
    (problem,) = early_kdump_problems(platform_named("rhel-8.0"), "poweroff", "poweroff")
    assert "8.1" in problem.needed


def test_early_kdump_does_not_go_with_fadump() -> None:
    (problem,) = early_kdump_problems(platform_named("rhel-9.4", "ppc64le"), "poweroff", "poweroff", fadump=True)
    assert "not fadump" in problem.needed


@pytest.mark.parametrize(("level", "argument"), [(31, "on"), (8, "on"), (0, "nocma"), (17, "nocma"), (23, "nocma")])
def test_a_dump_that_keeps_user_pages_lends_no_memory(level: int, argument: str) -> None:
    assert boot_argument(level) == f"fadump={argument}"


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64", "s390x"])
def test_fadump_is_for_power_alone(architecture: str) -> None:
    (problem,) = fadump_problems(platform_named("rhel-9.4", architecture))
    assert "POWER" in problem.needed
    assert problem.instead == "Use kdump"


@pytest.mark.parametrize("name", ["rhel-6.10", "rhel-7.9", "rhel-9.4", "fedora-42", "sles-15.7", "debian-12"])
def test_fadump_on_power(name: str) -> None:
    assert fadump_problems(platform_named(name, "ppc64le")) == []


def test_fadump_came_with_6() -> None:
    assert "6.3" in fadump_problems(platform_named("rhel-5.11", "ppc64"))[0].needed


def test_nocma_is_unknown_to_old_kernels() -> None:
    (problem,) = fadump_problems(platform_named("rhel-7.9", "ppc64le"), "nocma")
    assert "'nocma'" in problem.why
    assert fadump_problems(platform_named("rhel-9.4", "ppc64le"), "nocma") == []


def test_fadump_renames_generic_interfaces() -> None:
    problems = fadump_problems(platform_named("rhel-9.4", "ppc64le"), interfaces=("eth0", "ibmveth2", "env2", "net11"))
    assert [problem.found for problem in problems] == ["eth0", "net11"]
    assert "kdump-eth0" in problems[0].why


def test_page_sizes_of_aarch64_by_release() -> None:
    assert page_sizes(platform_named("rhel-8.10", "aarch64")) == (64 * KIB,)
    assert page_sizes(platform_named("rhel-9.0", "aarch64")) == (4 * KIB,)
    assert page_sizes(platform_named("rhel-9.4", "aarch64")) == (4 * KIB, 64 * KIB)
    assert page_sizes(platform_named("rhel-9.4", "ppc64le")) == (64 * KIB,)
    assert page_sizes(platform_named("rhel-9.4")) == (4 * KIB,)


@pytest.mark.parametrize(
    ("release", "name", "size"),
    [
        ("5.14.0-427.el9.aarch64+64k", "rhel-9.4", 64),
        ("5.14.0-427.el9.aarch64+64k-debug", "rhel-9.4", 64),
        ("5.14.0-427.el9.aarch64", "rhel-9.4", 4),
        ("4.18.0-553.el8_10.aarch64", "rhel-8.10", 64),
        ("6.4.0-150600.21-64kb", "sles-15.7", 64),
        ("6.8.0-31-generic-64k", "ubuntu-24.04", 64),
        ("6.8.0-31-generic", "ubuntu-24.04", 4),
    ],
)
def test_a_kernels_name_tells_its_pages(release: str, name: str, size: int) -> None:
    assert page_size_of(release, platform_named(name, "aarch64")) == size * KIB
