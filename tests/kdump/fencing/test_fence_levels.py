"""Levels are changed so that at no moment a node has nothing left that cuts it off."""

import itertools

import pytest

from kdump.errors import Refusal
from kdump.fencing.levels import earlier_levels, in_order, level_changes, level_problems, wanted_levels

Levels = dict[int, tuple[str, ...]]

KDUMP, IPMI, PDU = ("kdump",), ("ipmi",), ("pdu1", "pdu2")
# All ways in which up to three levels can stand on four places.
STARTS: list[Levels] = [
    dict(zip(places, order, strict=True))
    for count in range(4)
    for places in itertools.combinations(range(1, 5), count)
    for order in itertools.permutations([KDUMP, IPMI, PDU], count)
]


def carried_out(now: Levels, wanted: Levels) -> list[Levels]:
    """The levels after each change; refuses what pcs would refuse."""
    states, current = [], dict(now)
    for change in level_changes("n1", now, wanted, "kdump"):
        if change.verb == "add":
            assert change.level not in current
            current[change.level] = change.devices
        else:
            assert current.pop(change.level) == change.devices
        states.append(dict(current))
    return states


def cuts_off(levels: Levels) -> bool:
    return any("kdump" not in level for level in levels.values())


@pytest.mark.parametrize("now", STARTS, ids=str)
def test_from_anything_to_the_wanted_levels_without_a_moment_of_no_power_fencing(now: Levels) -> None:
    wanted = wanted_levels("n1", now, "kdump", IPMI)
    states = carried_out(now, wanted)
    assert in_order((states or [now])[-1])[:2] == [KDUMP, IPMI]
    if cuts_off(now) or not now:
        assert all(cuts_off(state) for state in states)
    assert carried_out(wanted, wanted_levels("n1", wanted, "kdump", IPMI)) == []


@pytest.mark.parametrize("before", STARTS, ids=str)
def test_and_back_to_what_was_there(before: Levels) -> None:
    now = wanted_levels("n1", before, "kdump", IPMI)
    states = carried_out(now, earlier_levels(now, before, "kdump", [IPMI]))
    assert (states or [now])[-1] == before
    if cuts_off(before):
        assert all(cuts_off(state) for state in states)
    if not before:
        # Without levels every device that can fences the node; but it is never left with the one that only asks.
        assert all(cuts_off(state) for state in states[:-1])


def test_a_level_that_others_added_since_stays() -> None:
    now = {1: KDUMP, 2: IPMI, 3: PDU}
    assert earlier_levels(now, {1: IPMI}, "kdump", [IPMI]) == {1: IPMI, 2: PDU}


def test_levels_that_were_there_come_behind_the_declared_one() -> None:
    assert wanted_levels("n1", {1: PDU, 2: IPMI}, "kdump", IPMI) == {1: KDUMP, 2: IPMI, 3: PDU}


def test_a_level_of_an_earlier_wish_goes() -> None:
    assert wanted_levels("n1", {1: KDUMP, 2: PDU}, "kdump", IPMI, [PDU]) == {1: KDUMP, 2: IPMI}


def test_more_than_nine_levels_are_refused() -> None:
    now = {index: (f"d{index}",) for index in range(1, 9)}
    with pytest.raises(Refusal, match=r"power\.n1: found '8 further levels"):
        wanted_levels("n1", now, "kdump", IPMI)


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ({}, "n1 has no level of kdump, so it is fenced while it dumps"),
        ({1: IPMI}, "n1 has no level of kdump, so it is fenced while it dumps"),
        ({1: IPMI, 2: KDUMP}, "n1 is fenced by ipmi before kdump is asked"),
        ({1: KDUMP}, "n1 has no level of ipmi"),
        ({1: KDUMP, 2: PDU, 3: IPMI}, "n1 is fenced by pdu1, pdu2 before ipmi"),
        (
            {1: ("kdump", "ipmi"), 2: IPMI},
            "n1 has kdump in one level with others (kdump, ipmi), which all must succeed",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(now: Levels, problem: str) -> None:
    assert level_problems("n1", now, "kdump", IPMI) == [problem]


def test_nothing_is_wrong_with_what_is_wanted() -> None:
    assert level_problems("n1", {1: KDUMP, 2: ("pdu2", "pdu1"), 5: IPMI}, "kdump", PDU) == []
