"""The rule reservation: what is set aside is enough for the capture kernel to start."""

from typing import Any

import pytest

from policies.reservation import RESERVATION
from tests.policies.judging import GIB, crash_kernel, judged, judged_by_sdk, runs, unknown, without

TIB = 1024 * GIB


@pytest.mark.parametrize(
    "inputs",
    [
        crash_kernel("512M"),
        crash_kernel("1G-4G:192M,4G-64G:256M,64G-:512M"),
        crash_kernel("512M,high 128M,low"),
        crash_kernel("auto", runs=runs("rhel", "8.6")),
        crash_kernel("128M@16M", runs=runs("rhel", "5.11"), memoryBytes=4.0 * GIB),
        crash_kernel("64M", runs=runs("centos", "6.9"), memoryBytes=4.0 * GIB),
        crash_kernel("512M", runs=None),
        crash_kernel("512M", memoryBytes=None),
        crash_kernel("1G", runs=None, memoryBytes=None),
    ],
)
def test_enough_is_enough(inputs: dict[str, Any]) -> None:
    assert judged(RESERVATION, inputs) == []


@pytest.mark.parametrize("runs_", [runs("rhel", "9.4"), runs("debian", "12"), None])
@pytest.mark.parametrize("memory", [16.0 * GIB, None])
def test_less_than_the_least_that_was_ever_tested_is_refused(runs_: Any, memory: Any) -> None:
    (said,) = judged(RESERVATION, crash_kernel("32M", runs=runs_, memoryBytes=memory))
    assert said.startswith("host web1, crashkernel: found '32M', needed at least ")
    assert "Write " in said


def test_what_is_enough_for_a_small_host_is_not_for_a_large_one() -> None:
    assert judged(RESERVATION, crash_kernel("128M", memoryBytes=8.0 * GIB)) == []
    (said,) = judged(RESERVATION, crash_kernel("128M", memoryBytes=2.0 * TIB))
    assert "needed at least 512 MiB on a host with 2 TiB of memory" in said
    assert "Write '1G-4G:192M,4G-64G:256M,64G-:512M'." in said


def test_what_is_asked_for_passes() -> None:
    asked_for = "1G-4G:192M,4G-64G:256M,64G-:512M"
    assert judged(RESERVATION, crash_kernel(asked_for, memoryBytes=2.0 * TIB)) == []


def test_a_form_that_the_release_does_not_understand_is_refused() -> None:
    (said,) = judged(RESERVATION, crash_kernel("auto"))
    assert "a form that rhel 9.4 on x86_64 understands, not 'auto'" in said
    assert len(judged(RESERVATION, crash_kernel("128M", runs=runs("rhel", "5.11")))) == 1


def test_a_host_without_crashkernel_is_not_to_dump_and_breaks_nothing() -> None:
    assert judged(RESERVATION, crash_kernel("", memoryBytes=None, runs=None)) == []


def test_no_sets_nothing_aside_even_where_the_release_knows_the_word() -> None:
    (said,) = judged(RESERVATION, crash_kernel("no"))
    assert said.startswith("host web1, crashkernel: found 'no', needed memory that is set aside.")
    assert "hosts.web1.enabled: false" in said


@pytest.mark.parametrize("value", ["256M", "1G-4G:192M,4G-64G:256M,64G-:512M", "256M,high"])
@pytest.mark.parametrize("known", [{}, {"runs": None}])
def test_without_the_memory_only_a_size_for_any_host_passes(value: str, known: dict[str, Any]) -> None:
    (said,) = judged(RESERVATION, crash_kernel(value, memoryBytes=None, **known))
    assert said.startswith(f"host web1, crashkernel {value}: found the host's memory unknown, needed its size")
    assert "Declare hosts.web1.memory" in said


def test_what_only_a_platform_explains_needs_the_platform() -> None:
    (said,) = judged(RESERVATION, crash_kernel("auto", runs={}))
    assert "found a platform that is not known" in said
    assert "Declare hosts.web1.platform" in said


def test_a_range_without_the_memory_is_left_to_the_rule_for_that() -> None:
    assert judged(RESERVATION, crash_kernel("32G-:512M")) == []


@pytest.mark.parametrize("known", [{}, {"runs": None}])
def test_what_no_kernel_understands_is_refused(known: dict[str, Any]) -> None:
    (said,) = judged(RESERVATION, crash_kernel("plenty", **known))
    assert "host web1" in said
    assert "found 'plenty'" in said


def test_a_platform_of_which_nothing_is_known_is_refused() -> None:
    (said,) = judged(RESERVATION, crash_kernel(runs=runs("slackware", "15.0")))
    assert said.startswith("host web1: platform: found 'slackware 15.0 on x86_64'")


@pytest.mark.parametrize(
    ("inputs", "declare"),
    [
        ({}, "hosts.<host>.crashkernel"),
        (without(crash_kernel(), "crashkernel"), "hosts.web1.crashkernel"),
        (unknown(crash_kernel(), "crashkernel"), "hosts.web1.crashkernel"),
        (unknown(crash_kernel("256M"), "memoryBytes"), "hosts.web1.memory"),
        (unknown(crash_kernel("256M"), "memoryBytes", "runs"), "hosts.web1.memory"),
        (unknown(crash_kernel("auto", runs=runs("rhel", "8.6")), "runs"), "hosts.web1.platform"),
        (crash_kernel("256M", memoryBytes="much"), "hosts.web1.memory"),
        (crash_kernel("256M", memoryBytes=0.0), "hosts.web1.memory"),
    ],
)
def test_what_is_not_known_is_a_violation_that_says_what_to_declare(inputs: dict[str, Any], declare: str) -> None:
    (said,) = judged_by_sdk(RESERVATION, inputs)
    assert declare in said
