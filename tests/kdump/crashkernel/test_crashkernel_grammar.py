"""Text to numbers and back: any value that can be written is read as what it says."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.crashkernel import Crashkernel, Range, parse, read, written
from kdump.crashkernel.grammar import bytes_in, size_text
from kdump.errors import Refusal
from kdump.units import GIB, MIB

SIZES = st.integers(1, 1 << 45)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Range, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1 << 50), min_size=2, max_size=8)))
    found = [Range(start=a, end=b, size=draw(SIZES)) for a, b in itertools.pairwise(edges)]
    if draw(st.booleans()):
        found.append(Range(start=edges[-1], end=None, size=draw(SIZES)))
    return tuple(found)


@st.composite
def settings_of_all_kinds(draw: st.DrawFn) -> Crashkernel:
    kind = draw(st.sampled_from(["size", "ranges", "high", "word"]))
    if kind == "word":
        return Crashkernel(text="", word=draw(st.sampled_from(["auto", "no"])))
    cma = draw(st.none() | SIZES)
    if kind == "high":
        return Crashkernel(text="", high=draw(SIZES), low=draw(st.none() | st.integers(0, 1 << 32)), cma=cma)
    size, spans = (draw(SIZES), ()) if kind == "size" else (None, draw(ranges()))
    place = draw(st.sampled_from(["nowhere", "offset", "limit"]))
    if place == "limit":
        return Crashkernel(text="", size=size, ranges=spans, xen_below=draw(SIZES))
    return Crashkernel(text="", size=size, ranges=spans, cma=cma, offset=draw(SIZES) if place == "offset" else None)


@given(settings_of_all_kinds())
def test_what_is_written_is_read_as_the_same_numbers_and_printed_as_the_same_text(setting: Crashkernel) -> None:
    text = written(setting)
    understood = read(text)
    assert understood == setting.model_copy(update={"text": text})
    assert str(understood) == text
    assert written(understood) == text


@given(settings_of_all_kinds().filter(lambda s: not (s.word or s.cma or s.xen_below)))
def test_what_every_kernel_may_understand_is_parsed_without_a_platform(setting: Crashkernel) -> None:
    assert parse(written(setting)) == read(written(setting))


@given(st.integers(0, (1 << 64) - 1))
def test_a_size_is_spelled_with_the_largest_whole_unit(size: int) -> None:
    text = size_text(size)
    assert bytes_in(text) == size
    assert len(text) <= len(str(size)) or size % 1024 == 0


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0"), (1, "1"), (1025, "1025"), (256 * MIB, "256M"), (1040 * MIB, "1040M"), (2 * GIB, "2G"), (1 << 40, "1T")],
)
def test_sizes_are_spelled_as_kdump_utils_spells_them(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auto", {"word": "auto"}),
        ("no", {"word": "no"}),
        ("256M 128M,cma", {"size": 256 * MIB, "cma": 128 * MIB}),
        ("128M,cma 256M", {"size": 256 * MIB, "cma": 128 * MIB}),
        ("1G,high 128M,low 512M,cma", {"high": GIB, "low": 128 * MIB, "cma": 512 * MIB}),
        ("256M<4G", {"size": 256 * MIB, "xen_below": 4 * GIB}),
        (r"256M\<4G", {"size": 256 * MIB, "xen_below": 4 * GIB}),
        ("256M,below=4G", {"size": 256 * MIB, "xen_below": 4 * GIB}),
        ("0x10000000,below=4G", {"size": 256 * MIB, "xen_below": 4 * GIB}),
        ("1G-:256M<4G", {"ranges": (Range(start=GIB, end=None, size=256 * MIB),), "xen_below": 4 * GIB}),
    ],
)
def test_forms_that_only_some_platforms_know_are_read(text: str, expected: dict[str, object]) -> None:
    assert read(text) == Crashkernel.model_validate({"text": text, **expected})
    with pytest.raises(Refusal):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("64M,cma", "256M 64M,cma 64M,cma", "256M 0,cma", "256M x,cma", "256M  64M,cma", ",cma"),
        *("256M<", "<4G", "256M<4G<4G", "256M<0", "256M<x", "256M@16M<4G", "1G,high<4G", "256M 64M,cma<4G"),
        *("256M,below=", "256M,below=4G,below=4G", "256M,below=x", "256M@16M,below=4G", ",below=4G"),
        *("auto 256M", "no no", "AUTO", " auto", "auto\n", "256M\n<4G", "0-:1M\x00"),
    ],
)
def test_what_no_platform_knows_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(text)
    assert caught.value.setting == "crashkernel"


@given(st.text(st.sampled_from("0123456789KMG-:,@<\\ ahutowlgcmnbe="), max_size=24))
def test_reading_ends_in_an_understood_value_or_in_a_refusal(text: str) -> None:
    try:
        understood = read(text)
    except Refusal:
        return
    assert understood.text == text
    numbers = {"text", "word"}
    assert read(written(understood)).model_dump(exclude=numbers) == understood.model_dump(exclude=numbers)


def test_xen_loses_a_limit_behind_ranges_unless_it_is_written_with_its_sign() -> None:
    with pytest.raises(Refusal, match="for one range more, and loses the limit"):
        read("1G-:256M,below=4G")
    assert written(read("1G-:256M<4G")) == "1G-:256M<4G"
    assert written(read("256M<4G")) == written(read(r"256M\<4G")) == "256M,below=4G"


@pytest.mark.parametrize("digits", [21, 4300, 5000, 50_000])
@pytest.mark.parametrize(
    "form", ["{}", "{}M", "0x{}", "256M@{}", "{}-:256M", "1G-{}:256M", "1G-:{}", "{},high", "256M {},cma", "256M<{}"]
)
def test_a_number_of_any_length_is_a_refusal_and_no_traceback(form: str, digits: int) -> None:
    with pytest.raises(Refusal):
        read(form.format("9" * digits))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("18446744073709551615", (1 << 64) - 1),
        ("0xffffffffffffffff", (1 << 64) - 1),
        ("15E", 15 << 60),
        ("18446744073709551616", None),
        ("16E", None),
        ("0x10000000000000000", None),
        ("99999999999999999999", None),
    ],
)
def test_sizes_end_where_the_kernels_64_bits_end(text: str, size: int | None) -> None:
    assert bytes_in(text) == size
