"""The rule empty-range: ranges of crashkernel have one for the host."""

from typing import Any

import pytest

from policies.empty_range import EMPTY_RANGE
from policies.reservation import RESERVATION
from tests.policies.judging import GIB, crash_kernel, judged, judged_by_sdk, runs, unknown, without

RANGES = "2G-64G:256M,64G-:512M"


@pytest.mark.parametrize("value", [RANGES, "256M", "512M,high", "auto", "", "plenty"])
def test_a_range_for_the_memory_and_no_ranges_at_all_are_fine(value: str) -> None:
    assert judged(EMPTY_RANGE, crash_kernel(value)) == []


@pytest.mark.parametrize("known", [{}, {"runs": None}, {"runs": runs("debian", "12")}])
def test_ranges_that_leave_the_memory_out_are_told_with_what_to_write(known: dict[str, Any]) -> None:
    (said,) = judged(EMPTY_RANGE, crash_kernel("32G-:512M", **known))
    assert said.startswith("host web1, crashkernel: found '32G-:512M', needed a range that includes 16 GiB.")
    assert "Write '" in said


def test_what_is_asked_for_passes() -> None:
    (said,) = judged(EMPTY_RANGE, crash_kernel("32G-:512M"))
    asked_for = said.split("Write '")[1].split("'")[0]
    assert judged(EMPTY_RANGE, crash_kernel(asked_for)) == []
    assert judged(RESERVATION, crash_kernel(asked_for)) == []


def test_memory_is_rounded_up_only_where_the_kernel_does_so() -> None:
    nearly = {"crashkernel": "4G-:256M", "memoryBytes": 4.0 * GIB - (64 << 20)}
    assert judged(EMPTY_RANGE, crash_kernel(**nearly)) == []
    assert len(judged(EMPTY_RANGE, crash_kernel(**nearly, runs=runs("rhel", "7.9")))) == 1


def test_a_range_that_sets_too_little_aside_is_left_to_the_rule_for_that() -> None:
    small = crash_kernel("1G-:64M")
    assert judged(EMPTY_RANGE, small) == []
    assert len(judged(RESERVATION, small)) == 1


def test_ranges_of_a_form_that_the_release_does_not_know_are_left_to_the_rule_for_that() -> None:
    limited = crash_kernel("32G-:512M<4G")
    assert judged(EMPTY_RANGE, limited) == []
    assert len(judged(RESERVATION, limited)) == 1


@pytest.mark.parametrize(
    ("inputs", "declare"),
    [
        ({}, "hosts.<host>.crashkernel"),
        (unknown(crash_kernel(RANGES), "crashkernel"), "hosts.web1.crashkernel"),
        (unknown(crash_kernel(RANGES), "memoryBytes"), "hosts.web1.memory"),
        (without(crash_kernel(RANGES), "memoryBytes"), "hosts.web1.memory"),
        (unknown(crash_kernel(f"{RANGES} 128M,cma"), "runs"), "hosts.web1.platform"),
    ],
)
def test_what_is_not_known_is_a_violation_that_says_what_to_declare(inputs: dict[str, Any], declare: str) -> None:
    (said,) = judged_by_sdk(EMPTY_RANGE, inputs)
    assert declare in said
