"""A long reason keeps both its ends in the report: what failed, and the last words on why."""

from __future__ import annotations

from pathlib import Path

from report.progress import Machine, Progress
from report.summary import summary


def test_a_long_reason_is_cut_in_its_middle() -> None:
    reason = f"root@db1: kdump does not start: {'unloaded. ' * 100}No space left on device"
    progress = Progress({"urn": Machine("db1", ("", ""), failures=[reason])})
    line = next(text for text in summary(progress, 1, Path("said")) if text.startswith("db1: "))
    assert line.startswith("db1: root@db1: kdump does not start: ")
    assert line.endswith("No space left on device")
    assert len(line) < 420
