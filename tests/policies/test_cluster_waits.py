"""A cluster waits as long as its nodes need, by the sums of `kdump.fencing.delay`."""

from __future__ import annotations

from typing import Any

import pytest

from policies.cluster_waits import CLUSTER_WAITS
from tests.policies.judging import judged, judged_by_sdk, unknown

PARTS = {"captureBootSeconds": 60.0, "networkSeconds": 30.0}
ASKED = {**PARTS, "intervalSeconds": 10.0}
BLIND = {**PARTS, "dumpSeconds": 300.0, "slackSeconds": 60.0}


def delay(seconds: float, parts: Any, **more: Any) -> dict[str, Any]:
    return {"cluster": "db", "setting": "timeout of fence_kdump", "seconds": seconds, "parts": parts, **more}


@pytest.mark.parametrize(
    ("parts", "needed"), [(ASKED, 110), (BLIND, 450), ({**BLIND, "intervalSeconds": 10.0}, 470)],
    ids=["asking at once", "waiting blindly", "asking after the dump"],
)  # fmt: skip
def test_less_than_the_parts_add_up_to_is_broken_with_the_numbers(parts: Any, needed: int) -> None:
    assert judged(CLUSTER_WAITS, delay(needed, parts)) == []
    (text,) = judged(CLUSTER_WAITS, delay(needed - 1, parts))
    assert f"cluster db, timeout of fence_kdump: found {needed - 1} seconds, needed {needed} or more" in text
    assert f"= {needed} seconds" in text


def test_what_a_drill_took_counts_where_the_whole_dump_does() -> None:
    drilled = {"dumpSeconds": {"db1": 200.0, "db2": 900.0}}
    assert judged(CLUSTER_WAITS, delay(110, ASKED, **drilled)) == []
    (text,) = judged(CLUSTER_WAITS, delay(450, BLIND, **drilled))
    assert "needed 1050 or more" in text
    assert "Write clusters.db.postFailDelay.seconds: 1050" in text


@pytest.mark.parametrize(
    "inputs", [delay(600, {}), {}, unknown(delay(600, ASKED), "parts"), unknown(delay(1, ASKED), "seconds")]
)
def test_a_time_without_its_parts_is_broken_and_says_what_to_declare(inputs: Any) -> None:
    (text,) = judged_by_sdk(CLUSTER_WAITS, inputs)
    assert ".delay: {captureBootSeconds" in text
