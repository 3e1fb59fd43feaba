"""Sizes in words, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.errors import Refusal
from kdump.units import GIB, KIB, MIB, bytes_of, human


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("4096", 4096),
        ("1K", KIB),
        ("1k", KIB),
        ("512M", 512 * MIB),
        ("512MB", 512 * MIB),
        ("512MiB", 512 * MIB),
        ("64 GiB", 64 * GIB),
        (" 64G\n", 64 * GIB),
        ("1.5g", GIB + 512 * MIB),
        ("0.5K", 512),
        ("2T", 2048 * GIB),
        ("1P", 1 << 50),
        ("1E", 1 << 60),
    ],
)
def test_a_size_is_understood_with_binary_units(text: str, size: int) -> None:
    assert bytes_of(text) == size


@pytest.mark.parametrize(
    "text",
    ["", " ", "0", "0G", "0.0001", "-1G", "+1G", "G", "1.G", ".5G", "1e3", "1,5G", "64X", "64GG", "1G 1M", "0x10",
     "64 \u212a", "\u0664G", "9" * 400, "inf", "nan", "1_000", "64  G", "1\n2"],
)  # fmt: skip
def test_anything_else_is_refused_by_its_setting(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        bytes_of(text, "memory")
    assert (caught.value.setting, caught.value.found) == ("memory", text)
    assert "64G" in caught.value.needed


@given(st.integers(1, 1 << 62))
def test_what_people_read_is_the_size_to_a_tenth(size: int) -> None:
    text = human(size)
    if size < KIB:
        assert text == f"{size} bytes"
    else:
        assert abs(bytes_of(text) - size) <= size * 0.06


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (KIB, "1 KiB"), (GIB + 512 * MIB, "1.5 GiB"), (1024 * MIB - 1, "1 GiB")],
)
def test_sizes_in_words(size: int, text: str) -> None:
    assert human(size) == text


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        size = bytes_of(text)
    except Refusal:
        return
    assert size > 0
