import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.capacity.page_types import MemoryUsage, mem_usage
from kdump.errors import Refusal

# Our own numbers in the form of makedumpfile 1.7: tabs, numbers padded.
PRINTED = """\
The kernel version is not supported.
The makedumpfile operation may be incomplete.

TYPE\t\tPAGES\t\t\tEXCLUDABLE\tDESCRIPTION
----------------------------------------------------------------------
ZERO\t\t1000            \tyes\t\tPages filled with zero
NON_PRI_CACHE\t20000           \tyes\t\tCache pages without private flag
PRI_CACHE\t3000            \tyes\t\tCache pages with private flag
USER\t\t40000           \tyes\t\tUser process pages
FREE\t\t500000          \tyes\t\tFree pages
KERN_DATA\t60000           \tno\t\tDumpable kernel data

page size:\t\t4096
Total pages on system:\t624008
Total size on system:\t2555936768       Byte
"""

OLD_NAMES = PRINTED.replace("NON_PRI_CACHE", "CACHE").replace("\nPRI_CACHE", "\nCACHE_PRIVATE")

EXPECTED = MemoryUsage(
    page_size_bytes=4096,
    total_pages=624008,
    zero_pages=1000,
    cache_pages=20000,
    cache_private_pages=3000,
    user_pages=40000,
    free_pages=500000,
    kernel_pages=60000,
)


def test_the_table_is_read_with_what_is_printed_around_it() -> None:
    assert mem_usage(PRINTED) == EXPECTED
    assert mem_usage(PRINTED.replace("\n", "\r\n")) == EXPECTED
    assert EXPECTED.total_bytes == 2555936768


def test_blanks_at_the_end_of_lines_do_not_matter() -> None:
    assert mem_usage(PRINTED.replace("\n", "   \n")) == EXPECTED


def test_the_names_of_older_releases_mean_the_same() -> None:
    assert mem_usage(OLD_NAMES) == EXPECTED


def test_the_oldest_releases_print_neither_page_size_nor_total() -> None:
    table = OLD_NAMES.partition("page size:")[0]
    with pytest.raises(Refusal, match="one line for the page size"):
        mem_usage(table)
    # 1000 + 20000 + 3000 + 40000 + 500000 + 60000
    assert mem_usage(table, page_size_bytes=65536).total_pages == 624000
    assert mem_usage(table, page_size_bytes=65536).page_size_bytes == 65536
    assert mem_usage(PRINTED, page_size_bytes=65536) == EXPECTED


@pytest.mark.parametrize("row", ["ZERO", "NON_PRI_CACHE", "\nPRI_CACHE", "USER", "FREE", "KERN_DATA"])
def test_output_without_one_of_its_rows_is_refused(row: str) -> None:
    lines = PRINTED.splitlines()
    kept = [line for line in lines if not line.startswith(row.strip() + "\t")]
    assert len(kept) == len(lines) - 1
    with pytest.raises(Refusal, match=f"one line for .*{row.strip()}"):
        mem_usage("\n".join(kept))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "makedumpfile Failed.",
        PRINTED + PRINTED,
        PRINTED.replace("4096", "0"),
        PRINTED.replace("624008", "623999"),  # less than the types together
        PRINTED.replace("500000", "many"),
    ],
)
def test_what_cannot_be_one_run_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="memUsage"):
        mem_usage(text)


# makedumpfile(8), the table of -d: which of zero, cache, private cache, user and free pages each level leaves out.
@pytest.mark.parametrize(
    ("level", "kept"),
    [
        (0, 624000),
        (1, 623000),  # without 1000 zero
        (2, 604000),  # without 20000 cache
        (4, 601000),  # without 20000 cache and 3000 private cache: level 4 leaves out both
        (6, 601000),
        (8, 584000),  # without 40000 user
        (16, 124000),  # without 500000 free
        (17, 123000),
        (31, 60000),  # the kernel's data alone
    ],
)
def test_a_level_keeps_what_none_of_its_bits_leaves_out(level: int, kept: int) -> None:
    assert EXPECTED.kept_pages(level) == kept


@pytest.mark.parametrize("level", [-1, 32])
def test_other_levels_are_refused(level: int) -> None:
    with pytest.raises(Refusal, match="0 to 31"):
        EXPECTED.kept_pages(level)


@given(st.integers(0, 31), st.integers(0, 31))
def test_a_level_with_more_bits_never_keeps_more(level: int, more: int) -> None:
    assert EXPECTED.kept_pages(level | more) <= EXPECTED.kept_pages(level)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(Refusal):
        mem_usage(text)
