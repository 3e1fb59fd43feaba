"""Which platform understands which form, and what its refusal tells to write instead."""

import pytest

from kdump.crashkernel import check, minimum_problem
from kdump.crashkernel.grammar import read
from kdump.crashkernel.knowledge import RULES, Form, forms_of, rounding_of, rule_for, understands
from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.platforms import platform_named
from kdump.units import GIB, MIB


@pytest.mark.parametrize(
    ("form", "platform", "architecture", "expected"),
    [
        (Form.SIZE, "rhel-5.11", "x86_64", False),
        (Form.OFFSET, "rhel-5.11", "x86_64", True),
        (Form.RANGES, "rhel-5.11", "x86_64", False),
        (Form.SIZE, "rhel-6.0", "x86_64", True),
        (Form.RANGES, "rhel-6.0", "x86_64", True),
        (Form.AUTO, "rhel-5.11", "x86_64", False),
        (Form.AUTO, "rhel-6.0", "x86_64", True),
        (Form.AUTO, "rhel-7.9", "s390x", True),
        (Form.AUTO, "rhel-8.10", "aarch64", True),
        (Form.AUTO, "rhel-9.0", "x86_64", False),
        (Form.AUTO, "rhel-10.0", "x86_64", False),
        (Form.AUTO, "fedora-43", "x86_64", False),
        (Form.AUTO, "sles-15.7", "x86_64", False),
        (Form.AUTO, "debian-12", "x86_64", False),
        (Form.AUTO, "rocky-8.10", "x86_64", True),
        (Form.AUTO, "rocky-9.4", "x86_64", False),
        (Form.HIGH, "rhel-6.10", "x86_64", False),
        (Form.HIGH, "rhel-7.0", "x86_64", True),
        (Form.HIGH, "rhel-10.0", "ppc64le", False),
        (Form.HIGH, "rhel-10.0", "s390x", False),
        (Form.HIGH, "debian-12", "i686", False),
        (Form.HIGH, "rhel-8.10", "aarch64", False),
        (Form.HIGH, "rhel-9.4", "aarch64", False),
        (Form.HIGH, "rhel-9.7", "aarch64", True),
        (Form.HIGH, "debian-11", "aarch64", False),
        (Form.HIGH, "debian-12", "aarch64", True),
        (Form.HIGH, "ubuntu-22.04", "aarch64", False),
        (Form.HIGH, "ubuntu-24.04", "aarch64", True),
        (Form.CMA, "rhel-10.0", "x86_64", False),
        (Form.CMA, "fedora-42", "x86_64", False),
        (Form.CMA, "fedora-43", "x86_64", True),
        (Form.CMA, "fedora-43", "aarch64", False),
        (Form.CMA, "opensuse-tumbleweed", "x86_64", True),
        (Form.NO, "rhel-9.4", "x86_64", True),
        (Form.NO, "rhel-8.6", "x86_64", False),
        (Form.XEN, "sles-15.7", "x86_64", False),
    ],
)
def test_forms_by_release_and_architecture(form: Form, platform: str, architecture: str, expected: bool) -> None:
    assert understands(form, platform_named(platform, architecture)) is expected


@pytest.mark.parametrize(
    ("form", "platform", "expected"),
    [
        (Form.XEN, "sles-15.7", True),
        (Form.OFFSET, "rhel-5.11", True),
        (Form.XEN, "sles-12.5", True),
        (Form.XEN, "sles-12.3", False),
        (Form.XEN, "debian-12", True),
        (Form.XEN, "rhel-5.11", False),
        (Form.HIGH, "sles-15.7", False),
        (Form.AUTO, "rhel-6.5", False),
        (Form.RANGES, "sles-15.7", True),
    ],
)
def test_on_a_xen_host_it_is_the_hypervisor_that_must_understand(form: Form, platform: str, expected: bool) -> None:
    assert understands(form, platform_named(platform, virtualisation="xen-dom0")) is expected


def test_every_form_is_decided_everywhere_and_every_row_names_its_source() -> None:
    for form in Form:
        for name in ("rhel-4", "rhel-5", "rhel-6.0", "rhel-9.0", "fedora-41", "sles-12.5", "debian", "ubuntu-20.04"):
            for machine in ("x86_64", "ia64"):
                assert form in rule_for(form, platform_named(name, machine)).forms
    assert all(rule.source for rule in RULES)
    assert all(rule.why for rule in RULES if not rule.understood)


@pytest.mark.parametrize(
    ("value", "forms"),
    [
        ("128M", (Form.SIZE,)),
        ("128M@16M", (Form.OFFSET,)),
        ("1G-:128M@16M", (Form.RANGES,)),
        ("1G,high 72M,low 1G,cma", (Form.HIGH, Form.CMA)),
        ("1G-:128M<4G", (Form.RANGES, Form.XEN)),
        ("auto", (Form.AUTO,)),
    ],
)
def test_a_value_may_need_several_forms(value: str, forms: tuple[Form, ...]) -> None:
    assert forms_of(read(value)) == forms


@pytest.mark.parametrize(
    ("value", "platform", "architecture", "memory", "instead", "why"),
    [
        ("128M", "rhel-5.11", "x86_64", None, "Write '128M@16M'", "Without an offset"),
        ("auto", "rhel-5.11", "ppc64", None, "Write '256M@32M'", "Without an offset"),
        ("1G-:128M", "rhel-5.4", "x86_64", 4 * GIB, "Write '256M@24M'", "Without an offset"),
        ("auto", "rhel-9.0", "x86_64", None, "Write '1G-4G:192M,4G-64G:256M,64G-:512M'", "6 to 8 know 'auto'"),
        ("auto", "rhel-9.7", "x86_64", None, "Write '2G-64G:256M,64G-:512M'", "6 to 8 know 'auto'"),
        ("auto", "rhel-10.1", "aarch64", None, "Write '2G-4G:256M,4G-64G:320M,64G-:576M'", "6 to 8 know 'auto'"),
        ("auto", "rhel-9.7", "x86_64", 1950 * MIB, "Write '2G-64G:256M,64G-:512M'", "6 to 8 know 'auto'"),
        ("auto", "rhel-9.7", "x86_64", 1700 * MIB, "Write '256M'", "6 to 8 know 'auto'"),
        ("auto", "debian-12", "x86_64", None, "Write '384M-:128M'", "6 to 8 know 'auto'"),
        ("auto", "rhel-8.6", "x86_64", 512 * MIB, "Write '160M'", "'auto' sets nothing aside"),
        ("2G-64G:256M,64G-:512M", "rhel-9.7", "x86_64", 1843 * MIB, "Write '256M'", "firmware keeps some"),
        ("512M,high 72M,low", "rhel-9.7", "ppc64le", 8 * GIB, "Write '2G-4G:384M,4G-16G:512M", "pass over them"),
        ("1G 256M,cma", "rhel-10.0", "x86_64", 8 * GIB, "Write '2G-64G:256M,64G-:512M'", "from 6.17 on"),
        ("256M<4G", "debian-12", "x86_64", None, "Write '384M-:128M'", "Only the Xen hypervisor"),
        ("no", "debian-12", "x86_64", None, "Leave crashkernel out", "malformed"),
        ("256MB", "rhel-5.11", "x86_64", None, "Write '128M@16M'", "does not understand"),
        ("32M", "rhel-6.5", "x86_64", 2 * GIB, "Write '128M'", "runs out of memory"),
        ("128M", "rhel-9.4", "x86_64", 64 * GIB, "Write '1G-4G:192M", "runs out of memory"),
        ("128M", "rhel-9.4", "ppc64le", 8 * GIB, "Write '2G-4G:384M", "runs out of memory"),
        ("4G", "rhel-9.4", "x86_64", 4 * GIB, "Write '1G-4G:192M", "not smaller than memory"),
        ("1G", "rhel-6.5", "x86_64", 64 * GIB, "Write '768M'", "below 896 MiB"),
        ("768M@256M", "rhel-5.11", "x86_64", None, "Write '128M@16M'", "below 896 MiB"),
        ("128M", "rhel-4", "x86_64", None, "use netdump", "from release 5 on"),
        ("256M", "rhel-9.4", "x86_64", 200 * MIB, "Give the host more memory", "not smaller than memory"),
    ],
)
def test_refusals_name_what_to_write_instead(
    value: str, platform: str, architecture: str, memory: int | None, instead: str, why: str
) -> None:
    refusals = check(value, platform_named(platform, architecture), memory)
    assert len(refusals) == 1
    assert refusals[0].setting == "crashkernel"
    assert refusals[0].found == value
    assert instead in refusals[0].instead
    assert why in refusals[0].why


@pytest.mark.parametrize(
    ("value", "platform", "architecture", "memory"),
    [
        ("128M@16M", "rhel-5.11", "x86_64", 2 * GIB),
        ("64M@16M", "rhel-5.11", "x86_64", 2 * GIB),
        ("128M", "rhel-6.0", "x86_64", 2 * GIB),
        ("64M", "rhel-6.5", "x86_64", 2 * GIB),
        ("auto", "rhel-6.5", "x86_64", 2 * GIB),
        ("auto", "rhel-7.9", "x86_64", 8 * GIB),
        ("auto", "rhel-8.6", "s390x", 8 * GIB),
        ("no", "rhel-9.4", "x86_64", 8 * GIB),
        ("512M,high 72M,low", "sles-15.7", "x86_64", 8 * GIB),
        ("256M 128M,cma", "fedora-43", "x86_64", 8 * GIB),
        ("16M", "rhel-9.4", "x86_64", None),
    ],
)
def test_what_a_platform_understands_is_accepted(
    value: str, platform: str, architecture: str, memory: int | None
) -> None:
    assert check(value, platform_named(platform, architecture), memory) == []


def test_several_unknown_forms_are_all_told() -> None:
    refusals = check("1G,high 512M,cma", platform_named("rhel-9.4", "ppc64le"))
    assert [form in str(refusal) for refusal, form in zip(refusals, ("',high'", "',cma'"), strict=True)] == [True, True]


def test_the_rules_name_generations_that_exist() -> None:
    assert {g for rule in RULES for g in rule.generations} <= set(Generation)


@pytest.mark.parametrize("value", ["auto", "165M"])
def test_what_release_7_sets_aside_by_itself_is_enough_there(value: str) -> None:
    assert check(value, platform_named("rhel-7.9"), 64 * GIB) == []
    (refusal,) = check("160M", platform_named("rhel-7.9"), 64 * GIB)
    assert refusal.needed.startswith("at least 165 MiB")


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("rhel-6.5", Form.AUTO, 128 * MIB),
        ("rhel-7.9", Form.AUTO, 128 * MIB),
        ("rhel-7.9", Form.RANGES, 1),
        ("rhel-8.6", Form.AUTO, 128 * MIB),
        ("rhel-8.6", Form.RANGES, 128 * MIB),
        ("debian-11", Form.AUTO, 1),
    ],
)
def test_kernels_of_6_and_7_round_memory_up_for_auto_only(name: str, form: Form, expected: int) -> None:
    assert rounding_of(platform_named(name), form) == expected
    if form is Form.AUTO and expected > 1:
        assert check("auto", platform_named(name), 2 * GIB - 100 * MIB) == []


@pytest.mark.parametrize("value", ["256M,high", "1G-4G:256M", "8G", "auto", "64M"])
def test_both_ways_of_asking_find_the_same_shortage(value: str) -> None:
    checked = check(value, platform_named("opensuse-tumbleweed"), 8 * GIB)
    try:
        problem = minimum_problem(value, 8 * GIB)
    except Refusal:
        assert checked
        return
    assert [(one.needed, one.why) for one in checked] == ([(problem.needed, problem.why)] if problem else [])
