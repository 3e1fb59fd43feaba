"""The rule free-space: a target has room for the whole memory of its host."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.free_space import FREE_SPACE
from tests.policies.judging import GIB, dump_target, judged, judged_by_sdk, unknown


def target(memory: Any = 16 * GIB, free: Any = 20 * GIB, **changes: Any) -> dict[str, Any]:
    """Inputs of a DumpTarget on a collector, None for a size that is not known."""
    sizes = {"memoryBytes": memory, "freeBytes": free}
    space = {name: size for name, size in sizes.items() if size is not None}
    return dump_target(**{"target": "ssh kdump@vault:/srv/kdump/web1", "collector": "vault", "space": space, **changes})


def test_more_space_than_memory_is_enough() -> None:
    assert judged(FREE_SPACE, target(memory=16 * GIB, free=16 * GIB + 1)) == []


@pytest.mark.parametrize("free", [0, 15 * GIB, 16 * GIB, 1.0 * GIB])
def test_no_more_space_than_memory_is_refused(free: float) -> None:
    assert len(judged(FREE_SPACE, target(memory=16 * GIB, free=free))) == 1


def test_the_message_names_host_target_found_needed_and_what_to_do() -> None:
    (said,) = judged(FREE_SPACE, target(memory=16 * GIB, free=3 * GIB))
    assert said.startswith(
        "host web1, target ssh kdump@vault:/srv/kdump/web1: found 3 GiB free, needed more than 16 GiB."
    )
    assert "Free space there, or give the host a target with more." in said


def test_a_margin_asks_for_more() -> None:
    assert judged(FREE_SPACE, target(memory=16 * GIB, free=20 * GIB)) == []
    assert len(judged(FREE_SPACE, target(memory=16 * GIB, free=20 * GIB), margin=1.5)) == 1


@pytest.mark.parametrize(
    ("inputs", "missing", "declare"),
    [
        (target(memory=None), "the host's memory unknown", "hosts.web1.memory"),
        (target(memory=None, free=0), "found the host's memory unknown", "Declare hosts.web1.memory, "),
        (target(free=None), "the target's free space unknown", "Declare collectors.vault.space: {free: …}, "),
        (
            target(free=None, collector=None),
            "the target's free space unknown",
            "Declare hosts.web1.space: {free: …}, ",
        ),
        (
            target(memory=None, free=None),
            "the host's memory and the target's free space unknown",
            "hosts.web1.memory and collectors.vault.space",
        ),
        (target(memory="much"), "the host's memory unknown", "hosts.web1.memory"),
        (target(memory=0), "the host's memory unknown", "hosts.web1.memory"),
        (target(free=-1), "the target's free space unknown", "collectors.vault.space"),
        (target(space=None), "the host's memory and the target's free space unknown", "hosts.web1.memory and"),
        ({}, "the host's memory and the target's free space unknown", "enabled: false"),
    ],
)
def test_what_is_not_known_is_refused_and_told(inputs: Mapping[str, Any], missing: str, declare: str) -> None:
    (said,) = judged(FREE_SPACE, inputs)
    assert missing in said
    assert declare in said
    assert "enabled: false for the host" in said


def test_the_reason_why_something_is_not_known_is_passed_on() -> None:
    (said,) = judged(FREE_SPACE, target(space={"problem": "vault refused the login"}))
    assert "(vault refused the login)" in said


def test_a_host_that_dumps_nothing_needs_no_space() -> None:
    assert judged(FREE_SPACE, target(memory=16 * GIB, free=0, enabled=False)) == []


def test_of_a_lun_that_is_yet_to_be_mounted_its_size_counts() -> None:
    lun = {"memoryBytes": 16.0 * GIB, "notYetMounted": "/var/crashsan"}
    assert judged(FREE_SPACE, target(space={**lun, "deviceBytes": 17.0 * GIB})) == []
    assert "found 16 GiB free" in judged(FREE_SPACE, target(space={**lun, "deviceBytes": 16.0 * GIB}))[0]
    assert "the target's free space unknown" in judged(FREE_SPACE, target(space=lun))[0]


DRILLED = {"day": "2026-11-02", "kernel": "5.14.0-427", "seconds": 60, "bytes": 1.0 * GIB}


def test_measured_dumps_count_only_where_that_is_chosen_in_so_many_words() -> None:
    drilled = target(memory=64 * GIB, free=20 * GIB, drilled=DRILLED)
    assert len(judged(FREE_SPACE, drilled)) == 1
    assert judged(FREE_SPACE, drilled, basis="measuredDumps") == []
    (said,) = judged(FREE_SPACE, target(memory=64 * GIB, free=GIB, drilled=DRILLED), basis="measuredDumps")
    assert "a real one took 1 GiB" in said


def test_a_host_that_was_never_drilled_needs_its_memory_all_the_same() -> None:
    (said,) = judged(FREE_SPACE, target(memory=64 * GIB, free=20 * GIB), basis="measuredDumps")
    assert "needed more than 64 GiB" in said


SPACE = {"memoryBytes": 16 * GIB, "freeBytes": 20 * GIB}


@pytest.mark.parametrize(
    "inputs",
    [
        target(space=unknown(SPACE, "memoryBytes")),
        target(space=unknown(SPACE, "freeBytes")),
        unknown(target(), "space"),
        unknown(target(space=unknown(SPACE, "freeBytes")), "host", "target", "enabled"),
    ],
)
def test_values_not_known_in_a_preview_are_a_violation_and_not_an_advice(inputs: dict[str, Any]) -> None:
    (said,) = judged_by_sdk(FREE_SPACE, inputs)
    assert "unknown" in said
