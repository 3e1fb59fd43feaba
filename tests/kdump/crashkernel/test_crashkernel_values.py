"""The crashkernel grammar and what a value sets aside, against the rules of kernel/crash_reserve.c."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.crashkernel import Crashkernel, Range, minimum_problem, parse, reserved_bytes
from kdump.errors import Refusal
from kdump.units import GIB, MIB


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("256M", {"size": 256 * MIB}),
        ("0x10000000", {"size": 256 * MIB}),
        ("262144k", {"size": 256 * MIB}),
        ("128M@16M", {"size": 128 * MIB, "offset": 16 * MIB}),
        ("512M,high", {"high": 512 * MIB}),
        ("512M,high 128M,low", {"high": 512 * MIB, "low": 128 * MIB}),
        ("128M,low 1G,high", {"high": GIB, "low": 128 * MIB}),
        ("1G,high 0,low", {"high": GIB, "low": 0}),
        ("384M-:128M", {"ranges": (Range(start=384 * MIB, end=None, size=128 * MIB),)}),
        (
            "1G-4G:192M,4G-:256M@16M",
            {
                "ranges": (
                    Range(start=GIB, end=4 * GIB, size=192 * MIB),
                    Range(start=4 * GIB, end=None, size=256 * MIB),
                ),
                "offset": 16 * MIB,
            },
        ),
        ("0-:256M", {"ranges": (Range(start=0, end=None, size=256 * MIB),)}),
    ],
)
def test_the_grammar_of_the_kernel_is_understood(text: str, expected: dict[str, object]) -> None:
    assert parse(text) == Crashkernel.model_validate({"text": text, **expected})
    assert str(parse(text)) == text


# Blanks and other characters that are not of the grammar; numbers that mean nothing or something unexpected;
# ranges and suffixes that are malformed; and combinations of which the kernel uses only a part.
REFUSED = [
    *("", " ", "256M ", " 256M", "256M  128M", "1\n", "256M\t", "256M;reboot", "$(id)", "256\uff2d", "256M\x00"),
    *("no", "0", "0M,high", "1G-:0", "08M", "-5M", "256MB", "M", "0x", "auto"),
    *("256M,", "256M,cma", "256M,high,low", "1G-4G", "1G-4G:", "4G-1G:256M", "1G-1G:2M", "1G:256M", "-4G:256M"),
    *("1G-:256M,high", "1G-:256M,,2G-:1M", "128M@", "128M@x", "128M@1M@2M"),
    *("128M,low", "256M 512M", "256M 512M,high", "1M,high 2M,high", "1M,low 2M,low", "1G,high 1M,low 1M,low"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(text)
    assert caught.value.setting == "crashkernel"


def test_a_number_without_a_unit_is_bytes() -> None:
    assert parse("256").size == 256


def test_auto_is_told_which_kernels_know_it() -> None:
    with pytest.raises(Refusal, match="6 to 8 know 'auto'"):
        parse("auto")


@pytest.mark.parametrize(
    ("value", "memory", "expected"),
    [
        ("256M", GIB, 256 * MIB),
        ("1G", GIB, 0),
        ("2G", GIB, 0),
        ("384M-:128M", 256 * MIB, 0),
        ("384M-:128M", 384 * MIB, 128 * MIB),
        ("1G-4G:192M,4G-:256M", GIB - 1, 192 * MIB),  # the kernel rounds memory up to 128 MiB
        ("1G-4G:192M,4G-:256M", GIB - 128 * MIB, 0),
        ("1G-4G:192M,4G-:256M", 4 * GIB - 200 * MIB, 192 * MIB),
        ("1G-4G:192M,4G-:256M", 4 * GIB - 100 * MIB, 256 * MIB),
        ("1G-4G:192M,4G-:256M", 4 * GIB, 256 * MIB),
        ("1G-4G:192M", 4 * GIB, 0),  # the end of a range is not part of it
        ("64G-:2G,1G-:256M", 2 * GIB, 0),  # one impossible size in front ends the search
        ("512M,high 128M,low", 8 * GIB, 640 * MIB),
        ("512M,high", 8 * GIB, 768 * MIB),
        ("512M,high 0,low", 8 * GIB, 512 * MIB),
        ("512M,high 128M,low", 2 * GIB, 512 * MIB),
        ("512M,high x,low", 8 * GIB, 512 * MIB),
        ("384M-:128M 256M", 8 * GIB, 256 * MIB),  # the last plain value counts
        ("512M,high 256M", 8 * GIB, 256 * MIB),  # and beside it nothing else does
        ("256M nonsense", 8 * GIB, 0),
        ("128M,low", 8 * GIB, 0),
        ("auto", 8 * GIB, 0),
        ("", 8 * GIB, 0),
    ],
)
def test_what_a_kernel_sets_aside(value: str, memory: int, expected: int) -> None:
    assert reserved_bytes(value, memory) == expected


@given(st.text(st.sampled_from("0123456789KMG-:,@ highlow\n"), max_size=30), st.integers(0, 1 << 48))
def test_what_was_found_on_a_host_never_raises(value: str, memory: int) -> None:
    reserved = reserved_bytes(value, memory)
    assert reserved >= 0


@given(st.integers(1, 4096), st.integers(1, 1 << 20), st.sampled_from("KMGkmg"))
def test_a_plain_size_is_set_aside_wherever_it_is_smaller_than_memory(size: int, memory_mib: int, unit: str) -> None:
    size_bytes = size << {"K": 10, "M": 20, "G": 30}[unit.upper()]
    memory = memory_mib * 128 * MIB
    assert reserved_bytes(f"{size}{unit}", memory) == (size_bytes if size_bytes < memory else 0)
    assert parse(f"{size}{unit}").size == size_bytes


@pytest.mark.parametrize(
    ("value", "memory", "said"),
    [
        ("64M", 2 * GIB, "at least 128 MiB"),
        ("128M", 64 * GIB, "at least 256 MiB"),
        ("256M", 2048 * GIB, "at least 512 MiB"),
        ("72M,high 256M,low", 8 * GIB, "at least 128 MiB"),  # what counts is the high part
        ("2G-:256M", GIB, "a range that includes 1 GiB"),
        ("2G", 2 * GIB, "less than the 2 GiB"),
        ("1G-:4G", 2 * GIB, "less than the 2 GiB"),
    ],
)
def test_too_little_is_told_with_numbers(value: str, memory: int, said: str) -> None:
    problem = minimum_problem(value, memory)
    assert problem is not None
    assert said in str(problem)


@pytest.mark.parametrize(
    ("value", "memory"),
    [("128M", 2 * GIB), ("384M-:128M", 8 * GIB), ("256M", GIB), ("512M,high 128M,low", 512 * GIB)],
)
def test_enough_is_no_problem(value: str, memory: int) -> None:
    assert minimum_problem(value, memory) is None
