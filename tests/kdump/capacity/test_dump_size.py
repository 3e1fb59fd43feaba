import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.capacity.dump_size import CoreCollector, DumpSize, MemoryUsage, estimate_dump
from kdump.capacity.real_dump import size_from_real_dump
from kdump.errors import Refusal
from kdump.units import GIB, MIB

# The sample of Red Hat's kernel administration guide: 79.65 million pages, of which 1333192 are the kernel's data.
# 79650000 x 4096 = 326246400000 bytes = 303.8 GiB.
GUIDE = MemoryUsage(
    page_size_bytes=4096,
    total_pages=79650000,
    zero_pages=500000,
    cache_pages=50000,
    cache_private_pages=5000,
    user_pages=16808,
    free_pages=77745000,
    kernel_pages=1333192,
)
GUIDE_BYTES = 326246400000


def usage(*pages: int) -> MemoryUsage:
    zero, cache, private, user, free, kernel = pages
    return MemoryUsage(
        page_size_bytes=4096,
        total_pages=max(sum(pages), 1),
        zero_pages=zero,
        cache_pages=cache,
        cache_private_pages=private,
        user_pages=user,
        free_pages=free,
        kernel_pages=kernel,
    )


def value_of(size: DumpSize, name: str) -> str:
    (line,) = [line for line in size.steps if line.startswith(f"{name} = ")]
    return line.rpartition(" = ")[2]


def test_ten_percent_of_memory_dominate_the_sample_of_the_guide() -> None:
    assert GUIDE.total_bytes == GUIDE_BYTES
    size = estimate_dump(GUIDE_BYTES, [GUIDE])
    # 1333192 x 4096 = 5460754432 = 5.09 GiB, 1.7 % of memory
    assert size.kept_bytes == 5460754432
    # bitmaps: 2 x 79650000 / 8 = 2 x 9956250 = 19912500; descriptors: 24 x 1333192 = 31996608;
    # logs: 64 MiB = 67108864; together with the pages 5579772404; x 1.5 = 8369658606
    assert size.estimate_bytes == 5460754432 + 19912500 + 31996608 + 67108864 == 5579772404
    # 10 % of 326246400000 is more than 8369658606
    assert size.floor_bytes == size.per_dump_bytes == 32624640000
    # 1.02 x 326246400000 = 332771328000
    assert size.upper_bytes == 332771328000
    assert size.explanation == (
        "A dump of this host with 303.8 GiB of memory is planned with 30.4 GiB. By the one sample its level keeps "
        "5.1 GiB (1.7% of memory); no dump of this host was measured."
    )


def test_every_step_says_where_its_number_comes_from() -> None:
    assert estimate_dump(GUIDE_BYTES, [GUIDE]).steps == (
        "memory_bytes = 326246400000 bytes (303.8 GiB)",
        "kept_pages = KERN_DATA 1333192 = 1333192 pages",
        "kept_bytes = kept_pages x page size 4096 bytes = 5460754432 bytes (5.1 GiB)",
        "compression_ratio = 1 (not measured)",
        "bitmap_bytes = 2 x 79650000 pages / 8 = 19912500 bytes (19 MiB)",
        "descriptor_bytes = 24 bytes x kept_pages = 31996608 bytes (30.5 MiB)",
        "log_bytes = 67108864 bytes (64 MiB)",
        "estimate_bytes = kept_bytes x compression_ratio + bitmap_bytes + descriptor_bytes + log_bytes"
        " = 5579772404 bytes (5.2 GiB)",
        "floor_bytes = 10 % x memory_bytes (no dump of this host was measured) = 32624640000 bytes (30.4 GiB)",
        "upper_bytes = 1.02 x memory_bytes = 332771328000 bytes (309.9 GiB)",
        "per_dump_bytes = 1.5 x estimate_bytes, at least floor_bytes, at most upper_bytes"
        " = 32624640000 bytes (30.4 GiB)",
    )


def test_bitmaps_are_64_mib_for_a_tib() -> None:
    size = estimate_dump(1024 * GIB, [usage(0, 0, 0, 0, 1 << 28, 0)])
    assert size.estimate_bytes == 64 * MIB + 64 * MIB  # bitmaps and logs; nothing is kept
    assert value_of(size, "bitmap_bytes") == "67108864 bytes (64 MiB)"


def test_a_measured_ratio_takes_the_floor_away() -> None:
    size = estimate_dump(GUIDE_BYTES, [GUIDE], measured_ratio=0.4)
    # 0.4 x 1.25 = 0.5; 5460754432 / 2 = 2730377216; + 19912500 + 31996608 + 67108864 = 2849395188; x 1.5 = 4274092782
    assert size.estimate_bytes == 2849395188
    assert size.floor_bytes == 0
    assert size.per_dump_bytes == 4274092782
    assert "a dump of this host was measured" in size.explanation


def test_compression_never_makes_a_page_larger() -> None:
    size = estimate_dump(GUIDE_BYTES, [GUIDE], measured_ratio=0.9)  # 0.9 x 1.25 is more than 1
    assert size.estimate_bytes == 5579772404
    assert value_of(size, "compression_ratio") == "1"


def test_a_ratio_without_samples_has_nothing_to_be_a_ratio_of() -> None:
    assert estimate_dump(GIB, measured_ratio=0.1).per_dump_bytes == 107374183  # ceil(GIB / 10)


def test_the_largest_of_several_samples_counts() -> None:
    quiet, busy = usage(0, 0, 0, 0, 900_000, 100_000), usage(0, 0, 0, 0, 100_000, 900_000)
    size = estimate_dump(4 * GIB, [quiet, busy, quiet])
    assert size.kept_bytes == 900_000 * 4096
    assert "largest of 3 samples" in size.explanation


@pytest.mark.parametrize("collector", ["cp", "cat", "scp"])
def test_a_copy_of_memory_is_as_large_as_memory(collector: CoreCollector) -> None:
    size = estimate_dump(GUIDE_BYTES, [GUIDE], collector=collector, measured_ratio=0.1)
    assert size.floor_bytes == GUIDE_BYTES
    assert size.per_dump_bytes == size.upper_bytes == 332771328000
    assert size.estimate_bytes is None
    assert f"{collector} copies all of memory" in size.explanation


def test_level_0_keeps_all_of_memory() -> None:
    assert estimate_dump(100 * GIB, level=0).per_dump_bytes == 100 * GIB
    assert estimate_dump(GUIDE_BYTES, [GUIDE], level=0).per_dump_bytes == 332771328000  # 1.5 x all, clamped


def test_without_samples_level_31_is_a_tenth_and_others_are_all_of_memory() -> None:
    assert estimate_dump(100 * GIB).per_dump_bytes == 10 * GIB
    assert estimate_dump(100 * GIB, level=17).per_dump_bytes == 100 * GIB
    assert "only known from samples" in estimate_dump(100 * GIB, level=17).explanation


def test_a_sample_that_shows_more_memory_counts() -> None:
    assert estimate_dump(GIB, [GUIDE]).memory_bytes == GUIDE_BYTES


@pytest.mark.parametrize(
    ("memory", "level", "ratio", "message"),
    [
        (0, 31, None, "a number of bytes, 1 or more"),
        (GIB, 32, None, "0 to 31"),
        (GIB, 31, 0.0, "above 0"),
        (GIB, 31, -1.0, "above 0"),
    ],
)
def test_what_cannot_be_is_refused(memory: int, level: int, ratio: float | None, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        estimate_dump(memory, level=level, measured_ratio=ratio)


counts = st.integers(0, 1 << 34)
usages = st.builds(usage, counts, counts, counts, counts, counts, counts)


@given(
    st.integers(1, 1 << 46),
    st.integers(0, 1 << 46),
    st.lists(usages, max_size=3),
    st.integers(0, 31),
    st.sampled_from(["makedumpfile", "cp"]),
    st.one_of(st.none(), st.floats(0.001, 2)),
)
def test_more_memory_never_needs_less(
    memory: int, more: int, samples: list[MemoryUsage], level: int, collector: CoreCollector, ratio: float | None
) -> None:
    smaller = estimate_dump(memory, samples, level=level, collector=collector, measured_ratio=ratio)
    larger = estimate_dump(memory + more, samples, level=level, collector=collector, measured_ratio=ratio)
    assert smaller.per_dump_bytes <= larger.per_dump_bytes
    assert min(smaller.floor_bytes, smaller.upper_bytes) <= smaller.per_dump_bytes <= smaller.upper_bytes


@given(usages, usages, st.integers(0, 31))
def test_one_more_sample_never_needs_less(one: MemoryUsage, other: MemoryUsage, level: int) -> None:
    alone = estimate_dump(1, [one], level=level)
    assert alone.per_dump_bytes <= estimate_dump(1, [one, other], level=level).per_dump_bytes


@given(st.integers(1, 1 << 44), st.integers(1, 1 << 44), st.integers(0, 1 << 40))
def test_a_larger_real_dump_never_needs_less_and_never_less_than_itself(memory: int, dump: int, more: int) -> None:
    smaller, larger = size_from_real_dump(memory, dump), size_from_real_dump(memory, dump + more)
    assert larger.per_dump_bytes >= smaller.per_dump_bytes >= dump


def test_a_real_dump_of_nothing_is_refused() -> None:
    with pytest.raises(Refusal, match="dumpBytes"):
        size_from_real_dump(64 * GIB, 0)
