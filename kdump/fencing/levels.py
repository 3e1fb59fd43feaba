"""From the fencing levels that a node has to those it shall have, one change at a time.

Nowhere on the way is a node left with fewer ways to be cut off than it had: what is new is added before what is old
goes. Source: Pacemaker Explained, "Fencing topologies": levels are tried in the order of their index, 1 to 9; a node
without levels is fenced by whichever device can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from kdump.dialects.cib import Levels
from kdump.errors import Refusal

_MOST_LEVELS = 9


class LevelChange(NamedTuple):
    """A level that is added to a node or taken from it."""

    verb: Literal["add", "remove"]
    node: str
    level: int
    devices: tuple[str, ...]


def in_order(levels: Mapping[int, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The levels as they are tried."""
    return [levels[index] for index in sorted(levels)]


def wanted_levels(
    node: str,
    now: Mapping[int, tuple[str, ...]],
    asking: str,
    cutting: Sequence[str],
    former: Sequence[Sequence[str]] = (),
) -> Levels:
    """The levels of *node*: first *asking* (the fence_kdump device), then *cutting*, then what it had besides.

    *now* is kept as it is where its order says that already; *former* are levels that we gave it for an earlier
    wish, and take away. Raises :class:`Refusal` where that are more than 9.
    """
    first, second = (asking,), tuple(cutting)
    order = in_order(now)
    dropped = [second, *former]
    if order[:1] == [first] and len(order) > 1 and _same(order[1], second) and not _any_of(order[2:], dropped):
        return dict(now)
    others = [level for level in order if asking not in level and not _any_of([level], dropped)]
    wanted = [first, second, *others]
    if len(wanted) > _MOST_LEVELS:
        raise Refusal(
            f"power.{node}",
            f"{len(others)} further levels of fencing",
            f"at most {_MOST_LEVELS - 2} beside those of fence_kdump and of the node's power",
            "Take levels away that are not needed",
            "Pacemaker has no more than nine levels for a node",
        )
    return dict(enumerate(wanted, start=1))


def earlier_levels(
    now: Mapping[int, tuple[str, ...]],
    before: Mapping[int, tuple[str, ...]],
    asking: str,
    former: Sequence[Sequence[str]],
) -> Levels:
    """The levels of a node as they were *before*, with those that others have given it since behind them.

    *former* are the levels that we gave it.
    """
    wanted = dict(before)
    known = [*before.values(), *former]
    for level in in_order(now):
        if asking not in level and not _any_of([level], known):
            wanted[max(wanted, default=0) + 1] = level
    return wanted


def level_changes(
    node: str, now: Mapping[int, tuple[str, ...]], wanted: Mapping[int, tuple[str, ...]], asking: str
) -> list[LevelChange]:
    """How *node* gets from the levels it has *now* to those that are *wanted*, *asking* being the fence_kdump device.

    Free places are filled first, the last level first, so that what cuts the node off is there before what only
    asks. Then levels are replaced: first those that only ask, last those that shall only ask. What is left over goes
    at the end, the first of it first.
    """
    added = [
        LevelChange("add", node, index, wanted[index]) for index in sorted(wanted, reverse=True) if index not in now
    ]
    different = [index for index in set(now) & set(wanted) if now[index] != wanted[index]]
    different.sort(key=lambda index: (asking in wanted[index], asking not in now[index], -index))
    replaced = [
        change
        for index in different
        for change in (
            LevelChange("remove", node, index, now[index]),
            LevelChange("add", node, index, wanted[index]),
        )
    ]
    removed = [LevelChange("remove", node, index, now[index]) for index in sorted(now) if index not in wanted]
    return [*added, *replaced, *removed]


def level_problems(node: str, now: Mapping[int, tuple[str, ...]], asking: str, cutting: Sequence[str]) -> list[str]:
    """What is wrong with the levels of *node*, a sentence each."""
    order = in_order(now)
    places = [place for place, level in enumerate(order) if asking in level]
    if not places:
        return [f"{node} has no level of {asking}, so it is fenced while it dumps"]
    found: list[str] = []
    if places[0] > 0:
        found.append(f"{node} is fenced by {', '.join(order[0])} before {asking} is asked")
    if len(order[places[0]]) > 1:
        found.append(
            f"{node} has {asking} in one level with others ({', '.join(order[places[0]])}), which all must succeed"
        )
    if not any(_same(level, cutting) for level in order):
        found.append(f"{node} has no level of {', '.join(cutting) or 'a device that cuts it off'}")
    elif not found and not (len(order) > 1 and _same(order[1], cutting)):
        found.append(f"{node} is fenced by {', '.join(order[1])} before {', '.join(cutting)}")
    return found


def _any_of(levels: Sequence[Sequence[str]], known: Sequence[Sequence[str]]) -> bool:
    return any(_same(level, one) for level in levels for one in known)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return sorted(one) == sorted(other)
