import pytest

from kdump.capacity import free_space, human, shared_space
from kdump.errors import Refusal
from kdump.units import GIB, MIB


@pytest.mark.parametrize(
    ("memory", "free", "margin", "ok", "needed"),
    [
        (GIB, GIB + 1, 1.0, True, GIB),
        (GIB, GIB, 1.0, False, GIB),  # the rule says more than memory
        (GIB, 2 * GIB, 2.0, False, 2 * GIB),
        (GIB, GIB // 5, 0.1, True, 107374183),  # rounded up
        (0, 1, 1.0, True, 0),
    ],
)
def test_free_space_must_be_more_than_memory(memory: int, free: int, margin: float, ok: bool, needed: int) -> None:
    verdict = free_space(memory, free, margin)
    assert (verdict.ok, verdict.needed_bytes, verdict.free_bytes) == (ok, needed, free)


def test_the_explanation_has_the_numbers_and_what_is_missing() -> None:
    assert free_space(4 * GIB, 3 * GIB).explanation == (
        "A dump of 4 GiB of memory may need 4 GiB; 3 GiB free is not more than that: 1 GiB are missing."
    )
    assert free_space(GIB, GIB).explanation.endswith("1 GiB free is not more than that.")
    assert free_space(GIB, 9 * GIB).explanation.endswith("9 GiB free is enough.")


def test_hosts_that_fit_each_for_itself_may_not_fit_together() -> None:
    memories = {"web1": 4 * GIB, "db1": 64 * GIB, "web2": 4 * GIB}
    assert all(free_space(memory, 70 * GIB).ok for memory in memories.values())
    verdict = shared_space(memories, 70 * GIB)
    assert not verdict.ok
    assert verdict.needed_bytes == 72 * GIB
    assert "3 hosts" in verdict.explanation
    assert "db1, has 64 GiB" in verdict.explanation
    assert shared_space(memories, 73 * GIB).ok


def test_one_host_or_none_on_a_collector() -> None:
    assert shared_space({"web1": GIB}, 2 * GIB) == free_space(GIB, 2 * GIB)
    assert shared_space({}, 0).ok


@pytest.mark.parametrize("margin", [0, -1.0, float("nan"), float("inf")])
def test_a_margin_is_a_number_above_zero(margin: float) -> None:
    with pytest.raises(Refusal, match="above 0"):
        free_space(GIB, GIB, margin)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (256 * MIB, "256 MiB"),
        (GIB - 1, "1 GiB"),
        (GIB + 1, "1 GiB"),
        (1 << 40, "1 TiB"),
        (1 << 70, "1024 EiB"),
        (-GIB, "-1 GiB"),
    ],
)
def test_sizes_read_like_people_write_them(size: int, text: str) -> None:
    assert human(size) == text
