from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.capacity.dump_time import DumpTime, estimate_time
from kdump.capacity.pitfalls import PITFALLS, advice_for
from kdump.errors import Refusal
from kdump.units import GIB, MIB


def time_of(**changes: Any) -> DumpTime:
    numbers: dict[str, Any] = {
        "memory_bytes": 256 * GIB,
        "per_dump_bytes": 24 * GIB,
        "transport": "nfs",
        "scan_bytes_per_second": 4 * GIB,
        "compress_bytes_per_second": 256 * MIB,
        "disk_bytes_per_second": 512 * MIB,
        "host_link_bytes_per_second": 1 * GIB,
        "collector_link_bytes_per_second": 1 * GIB,
        "threads": 1,
        "simultaneous": 1,
        **changes,
    }
    return estimate_time(numbers.pop("memory_bytes"), numbers.pop("per_dump_bytes"), **numbers)


def test_a_dump_goes_through_its_narrowest_part() -> None:
    time = time_of()
    # 256 / 4 = 64 s to scan; 24 GiB at 256 MiB/s = 96 s
    assert (time.scan_seconds, time.write_seconds, time.seconds) == (64, 96, 160)
    assert time.bottleneck == "compression"
    assert time.steps[-1] == "seconds = scan_seconds + write_seconds = 160 seconds"
    assert "160 seconds: 64 to look through 256 GiB of memory, and 96 to write 24 GiB at 256 MiB" in time.explanation


def test_threads_speed_compression_up_to_the_next_bottleneck() -> None:
    time = time_of(threads=8)  # 8 x 256 MiB/s = 2 GiB/s; the disk gives 512 MiB/s: 24 GiB take 48 s
    assert (time.bottleneck, time.write_seconds) == ("disk", 48)


def test_over_ssh_makedumpfile_has_one_thread() -> None:
    time = time_of(transport="ssh", threads=8)
    assert (time.bottleneck, time.write_seconds) == ("compression", 96)
    assert "threads = 1 (over ssh never more)" in time.steps


def test_hosts_that_crash_together_share_the_collector() -> None:
    time = time_of(simultaneous=8)  # 512 MiB/s / 8 = 64 MiB/s: 24 GiB take 384 s
    assert (time.bottleneck, time.write_seconds) == ("disk", 384)
    assert "disk for one of the hosts" in time.explanation


def test_a_local_dump_uses_no_link_and_shares_no_disk() -> None:
    time = time_of(
        transport="local",
        simultaneous=8,
        threads=8,
        host_link_bytes_per_second=None,
        collector_link_bytes_per_second=None,
    )
    assert (time.bottleneck, time.write_seconds) == ("disk", 48)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"host_link_bytes_per_second": None}, "hostLinkBytesPerSecond"),
        ({"collector_link_bytes_per_second": 0}, "collectorLinkBytesPerSecond"),
        ({"scan_bytes_per_second": float("nan")}, "scanBytesPerSecond"),
        ({"threads": 0}, "threads"),
        ({"simultaneous": 0}, "simultaneous"),
        ({"memory_bytes": 0}, "memoryBytes"),
        ({"transport": "ftp"}, "'local', 'nfs' or 'ssh'"),
    ],
)
def test_what_cannot_be_a_rate_or_count_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        time_of(**change)


@given(st.integers(1, 4096), st.integers(0, 4096), st.integers(0, 4096), st.integers(1, 64), st.integers(0, 64))
def test_more_memory_dump_or_hosts_never_take_less_time(
    memory: int, more: int, dump: int, hosts: int, further: int
) -> None:
    smaller = time_of(memory_bytes=memory * GIB, per_dump_bytes=dump * GIB, simultaneous=hosts)
    larger = time_of(
        memory_bytes=(memory + more) * GIB, per_dump_bytes=(dump + more) * GIB, simultaneous=hosts + further
    )
    assert smaller.seconds <= larger.seconds


def test_advice_needs_all_of_its_conditions() -> None:
    assert [row.name for row in advice_for(["thin-pool"])] == ["thin pool"]
    assert [row.name for row in advice_for(["tmpfs", "automount"])] == ["tmpfs", "automount"]
    assert advice_for(["quota"]) == ()  # of a local filesystem df tells the truth
    assert [row.name for row in advice_for(["quota", "remote"])] == ["quota"]
    assert advice_for([]) == ()


def test_every_pitfall_can_be_met_and_says_why_and_what_to_do() -> None:
    for row in PITFALLS:
        assert row in advice_for(row.conditions)
        assert row.conditions
        assert row.why
        assert row.advice
        assert row.source
    assert len({row.name for row in PITFALLS}) == len(PITFALLS)


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(Refusal, match=r"conditions: found 'thinpool'.*thin-pool"):
        advice_for(["thinpool"])
