"""What a collector has to have room for: who may crash together, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from policies.collector_space import COLLECTOR_SPACE
from tests.policies.judging import GIB, judged, judged_by_sdk, unknown, without


def collector(free: int = 1000, total: int | None = 2000, **changes: Any) -> dict[str, Any]:
    """Two hosts of 64 GiB in one rack, one of 16 GiB elsewhere. Sizes in GiB."""
    rack = {"memoryBytes": 64.0 * GIB, "keep": 1.0, "failureDomains": ["rack-1"]}
    space = {"freeBytes": float(free * GIB), **({"totalBytes": float(total * GIB)} if total is not None else {})}
    return {
        "collector": "vault",
        "directory": "/srv/kdump",
        "space": space,
        "hosts": {"db1": rack, "db2": rack, "web1": {"memoryBytes": 16.0 * GIB, "keep": 1.0, "failureDomains": []}},
        "failureDomains": [],
        "crashTogether": {},
        **changes,
    }


def test_hosts_that_share_a_failure_domain_are_added_up_with_a_quarter_on_top() -> None:
    assert judged(COLLECTOR_SPACE, collector(free=161)) == []
    (text,) = judged(COLLECTOR_SPACE, collector(free=160))
    assert text.startswith("collector vault, directory /srv/kdump: found 160 GiB free, needed more than 160 GiB.")
    assert "db1, db2, which share rack-1, may dump at once (160 GiB)" in text


def test_how_many_can_crash_together_may_be_said() -> None:
    assert judged(COLLECTOR_SPACE, collector(free=81, crashTogether={"rack-1": 1.0})) == []
    (text,) = judged(COLLECTOR_SPACE, collector(free=80, crashTogether={"rack-1": 1.0}))
    assert "needed more than 80 GiB" in text


def test_what_stays_must_fit_beside_the_next_ones() -> None:
    # 64 + 64 + 16 that stay, and 160 that may come.
    assert judged(COLLECTOR_SPACE, collector(free=200, total=304)) == []
    (text,) = judged(COLLECTOR_SPACE, collector(free=200, total=303))
    assert "found 303 GiB in all, needed 304 GiB or more" in text
    assert judged(COLLECTOR_SPACE, collector(free=200, total=300, dumpsMayTakeBytes=100.0 * GIB)) == []


def test_measured_dumps_count_only_where_that_is_chosen_and_memory_for_hosts_without() -> None:
    dumped = {"memoryBytes": 64.0 * GIB, "keep": 1.0, "failureDomains": ["rack-1"], "dumpedBytes": 2.0 * GIB}
    inputs = collector(free=70)
    inputs["hosts"] |= {"db1": dumped, "db2": dumped}
    assert len(judged(COLLECTOR_SPACE, inputs)) == 1
    # Not less than the largest memory is free: the only bound that is certain.
    assert judged(COLLECTOR_SPACE, inputs, basis="measuredDumps") == []
    inputs["hosts"]["db2"] = without(dumped, "dumpedBytes")
    (text,) = judged(COLLECTOR_SPACE, inputs, basis="measuredDumps")
    assert "needed more than" in text


@pytest.mark.parametrize("judge", [judged, judged_by_sdk])
def test_what_is_not_known_is_broken_and_says_what_to_declare(judge: Any) -> None:
    inputs = collector()
    inputs["hosts"] = {f"web{number}": {} for number in range(1, 8)}
    (text,) = judge(COLLECTOR_SPACE, inputs)
    assert "found the memory of web1, web2, web3, web4, web5 and 2 more unknown" in text
    assert "Declare hosts.web1.memory" in text
    (text,) = judge(COLLECTOR_SPACE, collector(space={"problem": "vault refused the login"}))
    assert "its free space unknown (vault refused the login)" in text
    assert "See to it that the collector answers" in text
    (text,) = judge(COLLECTOR_SPACE, collector(total=None))
    assert "its size unknown" in text
    assert "Declare collectors.vault.space: {free: …, total: …}" in text


def test_hosts_that_are_not_known_yet_are_not_none() -> None:
    (text,) = judged_by_sdk(COLLECTOR_SPACE, unknown(collector(), "hosts"))
    assert "the memory of its hosts unknown" in text


def test_a_collector_that_nobody_dumps_to_needs_nothing() -> None:
    assert judged(COLLECTOR_SPACE, collector(free=0, hosts={})) == []


def test_hosts_of_which_nobody_said_what_they_share_may_all_crash_together() -> None:
    hosts = {name: {"memoryBytes": 64.0 * GIB, "keep": 0.0} for name in ("db1", "db2", "db3")}
    assert judged(COLLECTOR_SPACE, collector(free=241, hosts=hosts)) == []
    (text,) = judged(COLLECTOR_SPACE, collector(free=240, hosts=hosts))
    assert "db1, db2, db3, which share that no failure domain is declared for, may dump at once" not in text
    assert "db1, db2, db3 (no failure domain is declared for them) may dump at once (240 GiB)" in text
