import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.capacity.collector import CollectorHost, collector_need
from kdump.capacity.dump_size import estimate_dump
from kdump.capacity.local import copies_unfiltered, local_need
from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.units import GIB, MIB


def host(
    name: str, memory_gib: int = 64, dump_gib: int = 8, keep: int = 1, domains: tuple[str, ...] = ()
) -> CollectorHost:
    return CollectorHost(
        name=name, memory_bytes=memory_gib * GIB, per_dump_bytes=dump_gib * GIB, keep=keep, domains=domains
    )


def test_a_host_keeps_dumps_and_writes_one_more() -> None:
    need = local_need(estimate_dump(100 * GIB), keep=3)
    # level 31 without samples: 10 GiB a dump; 3 x 10 + 10 GiB, and 64 MiB for the filesystem
    assert need.kept_bytes == 30 * GIB
    assert need.newest_bytes == 10 * GIB
    assert need.needed_bytes == 40 * GIB + 64 * MIB
    assert need.steps[-1] == "needed_bytes = kept_bytes + newest_bytes + reserve_bytes = 43016781824 bytes (40.1 GiB)"
    assert "3 kept at 10 GiB each" in need.explanation


def test_where_the_tools_fall_back_to_a_copy_the_next_dump_may_be_all_of_memory() -> None:
    assert copies_unfiltered(Generation.KDUMP_TOOLS)
    assert not copies_unfiltered(Generation.EL9_2)
    assert not copies_unfiltered(Generation.SUSE_2)
    need = local_need(estimate_dump(100 * GIB), keep=3, unfiltered_fallback=True, reserve_bytes=0)
    assert need.needed_bytes == 130 * GIB  # 3 x 10 + 100
    assert "unfiltered copy" in need.explanation


def test_a_need_is_compared_with_what_there_is() -> None:
    need = local_need(estimate_dump(100 * GIB), keep=1, reserve_bytes=0)
    assert need.against(20 * GIB + 1).ok
    assert not need.against(20 * GIB).ok
    assert need.against(19 * GIB).explanation == (
        "The dumps may need 20 GiB; 19 GiB free is not more than that: 1 GiB are missing."
    )


@pytest.mark.parametrize(("keep", "reserve"), [(-1, 0), (0, -1)])
def test_negative_numbers_are_refused(keep: int, reserve: int) -> None:
    with pytest.raises(Refusal, match=r"a number of (dumps|bytes), 0 or more"):
        local_need(estimate_dump(GIB), keep=keep, reserve_bytes=reserve)


def test_a_collector_holds_what_every_host_keeps_and_the_burst_of_its_worst_domain() -> None:
    need = collector_need(
        [
            host("web1", keep=2, domains=("rack1",)),
            host("web2", keep=2, domains=("rack1",)),
            host("db1", memory_gib=128, dump_gib=20, keep=3, domains=("rack2", "wave1")),
            host("db2", memory_gib=128, dump_gib=20, keep=3, domains=("rack1", "wave1")),
        ]
    )
    # 2 x 8 + 2 x 8 + 3 x 20 + 3 x 20 = 152 GiB stay; wave1: 20 + 20 = 40, rack1: 8 + 8 + 20 = 36;
    # 40 x 1.25 = 50 GiB, which is less than the largest host's 128 GiB of memory
    assert need.resident_bytes == 152 * GIB
    assert need.burst_domain == "wave1"
    assert need.burst_hosts == ("db1", "db2")
    assert need.burst_bytes == 50 * GIB
    assert (need.largest_host, need.largest_memory_bytes) == ("db2", 128 * GIB)
    assert need.free_bytes == 128 * GIB
    assert need.needed_bytes == 280 * GIB
    assert "280 GiB for 4 hosts" in need.explanation
    assert "128 GiB free at any time for db2" in need.explanation


def test_a_burst_may_be_more_than_the_largest_host() -> None:
    hosts = [host(f"node{number}", domains=("power",)) for number in range(20)]
    need = collector_need(hosts, resident_budget_bytes=500 * GIB)
    assert need.burst_bytes == need.free_bytes == 200 * GIB  # 20 x 8 x 1.25
    assert need.needed_bytes == 700 * GIB
    assert "share 'power' and may crash together" in need.explanation
    # a wave of updates that stops after five of them: 5 x 8 x 1.25 = 50, less than 64 GiB of memory
    staged = collector_need(hosts, resident_budget_bytes=500 * GIB, together={"power": 5})
    assert staged.burst_bytes == 50 * GIB
    assert len(staged.burst_hosts) == 5
    assert staged.needed_bytes == 564 * GIB


def test_hosts_that_share_nothing_crash_one_at_a_time() -> None:
    need = collector_need([host("web1"), host("db1", dump_gib=60), host("web2")])
    assert need.burst_hosts == ("db1",)
    assert need.burst_bytes == 75 * GIB  # 60 x 1.25
    assert need.burst_domain == ""


def test_a_collector_in_the_same_failure_domain_is_told_of() -> None:
    need = collector_need([host("web1", domains=("rack1",))], collector_domains=["rack1", "rack7"])
    assert need.shared_domains == ("rack1",)
    assert "shares 'rack1' with hosts" in need.explanation
    assert not collector_need([host("web1", domains=("rack1",))], collector_domains=["rack7"]).shared_domains


def test_a_collector_of_nobody_needs_nothing() -> None:
    assert collector_need([]).needed_bytes == 0


def test_what_would_be_counted_wrongly_is_refused() -> None:
    with pytest.raises(Refusal, match="every host once"):
        collector_need([host("web1"), host("web1")])
    with pytest.raises(Refusal, match=r"together\.rack1"):
        collector_need([host("web1")], together={"rack1": 0})
    with pytest.raises(Refusal, match="residentBudgetBytes"):
        collector_need([host("web1")], resident_budget_bytes=-1)


fleets = st.lists(
    st.builds(
        host,
        st.integers(0, 99).map("host{}".format),
        st.integers(1, 4096),
        st.integers(0, 4096),
        st.integers(0, 5),
        st.lists(st.sampled_from(["rack1", "rack2", "wave"]), unique=True).map(tuple),
    ),
    unique_by=lambda one: one.name,
    max_size=8,
)
limits = st.dictionaries(st.sampled_from(["rack1", "wave"]), st.integers(1, 4))
budgets = st.one_of(st.none(), st.integers(0, 1 << 50))


@given(fleets, limits, budgets)
def test_more_hosts_never_need_less(fleet: list[CollectorHost], together: dict[str, int], budget: int | None) -> None:
    needs = [
        collector_need(fleet[:count], together=together, resident_budget_bytes=budget).needed_bytes
        for count in range(len(fleet) + 1)
    ]
    assert needs == sorted(needs)


@given(fleets.filter(bool), limits, st.integers(0, 4096), st.integers(0, 4096))
def test_more_memory_or_a_larger_dump_never_needs_less(
    fleet: list[CollectorHost], together: dict[str, int], memory: int, dump: int
) -> None:
    grown = fleet[0].model_copy(
        update={
            "memory_bytes": fleet[0].memory_bytes + memory * GIB,
            "per_dump_bytes": fleet[0].per_dump_bytes + dump * GIB,
        }
    )
    before = collector_need(fleet, together=together)
    assert before.needed_bytes <= collector_need([grown, *fleet[1:]], together=together).needed_bytes
    assert before.free_bytes >= max(one.memory_bytes for one in fleet)


def test_hosts_of_which_nobody_said_what_they_share_are_told_as_such() -> None:
    hosts = [CollectorHost(name=name, memory_bytes=GIB, per_dump_bytes=GIB, domains=None) for name in ("a1", "a2")]
    need = collector_need(hosts)
    assert need.burst_hosts == ("a1", "a2")
    assert "for hosts that have no failure domain declared and may crash together" in need.explanation
    assert any("of a1, a2 (have no failure domain declared)" in step for step in need.steps)
