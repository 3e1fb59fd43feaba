"""The how-to's rows about space: how much a target must have free, and what tells best how large a dump is."""

from kdump.capacity import free_space
from kdump.capacity.dump_size import estimate_dump, mem_usage
from kdump.capacity.real_dump import size_from_real_dump
from kdump.platforms import platform_named
from kdump.support.packages import tools_of
from kdump.support.preflight import ssh_preflight
from kdump.units import GIB, MIB

# A host with 64 GiB (16777216 pages): 2 GiB of the kernel's data, 30 GiB of processes, the rest is cache or free.
USAGE = """\
TYPE            PAGES                   EXCLUDABLE      DESCRIPTION
----------------------------------------------------------------------
ZERO            262144                  yes             Pages filled with zero
NON_PRI_CACHE   2621440                 yes             Cache pages without private flag
PRI_CACHE       262144                  yes             Cache pages with private flag
USER            7864320                 yes             User process pages
FREE            5242880                 yes             Free pages
KERN_DATA       524288                  no              Dumpable kernel data

page size:              4096
Total pages on system:  16777216
Total size on system:   68719476736      Byte
"""


def more_than_memory(release: str) -> None:
    """The rule, and that *release* itself looks at the space: on a collector, by df."""
    assert not free_space(64 * GIB, 64 * GIB).ok
    short = free_space(64 * GIB, 60 * GIB)
    assert (short.ok, short.needed_bytes) == (False, 64 * GIB)
    assert "4 GiB are missing" in short.explanation
    assert free_space(64 * GIB, 64 * GIB + 1).ok
    assert "df" in ssh_preflight(platform_named(release)).programs


def a_tenth_until_a_dump_was_measured(release: str) -> None:
    assert tools_of(platform_named(release)).drill is None
    planned = estimate_dump(64 * GIB)
    assert planned.per_dump_bytes // MIB == 64 * 1024 // 10
    assert "no dump of this host was measured" in planned.explanation
    assert estimate_dump(64 * GIB, level=1).per_dump_bytes == 64 * GIB
    # 3 GiB were seen: 3 x 1.25 x 1.5 = 5.625 GiB, less than the tenth.
    known = size_from_real_dump(64 * GIB, 3 * GIB)
    assert known.per_dump_bytes == 5760 * MIB
    assert "a real one took 3 GiB" in known.explanation


def test_how_to__free_space__rhel_5() -> None:
    more_than_memory("rhel-5")


def test_how_to__free_space__rhel_6() -> None:
    more_than_memory("rhel-6")


def test_how_to__free_space__rhel_7() -> None:
    more_than_memory("rhel-7")


def test_how_to__best_estimate__rhel_5() -> None:
    a_tenth_until_a_dump_was_measured("rhel-5")


def test_how_to__best_estimate__rhel_6() -> None:
    a_tenth_until_a_dump_was_measured("rhel-6")


def test_how_to__best_estimate__rhel_7() -> None:
    usage = mem_usage(USAGE)
    assert usage.total_bytes == 64 * GIB
    assert usage.kept_pages(31) == 524288
    sampled = estimate_dump(64 * GIB, [usage])
    assert sampled.kept_bytes == 2 * GIB
    # A real dump that took 40 % of what it holds is believed, where the sample alone is not.
    measured = estimate_dump(64 * GIB, [usage], measured_ratio=0.4)
    assert measured.per_dump_bytes < 2 * GIB < sampled.per_dump_bytes
    # Without level 31, the processes are in it too.
    assert estimate_dump(64 * GIB, [usage], level=23).per_dump_bytes > 32 * GIB
