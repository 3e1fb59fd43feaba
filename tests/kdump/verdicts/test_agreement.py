"""Verdicts against what the releases' own kdumpctl and mkdumprd said of the same files (tools/agreement)."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kdump.platforms import platform_named
from kdump.verdicts.judge import verdict
from kdump.verdicts.node import Node

RECORDED = Path(__file__).parent / "recorded" / "corpus.jsonl.gz"
PLATFORMS = {"el7": "rhel-7.9", "el8": "rhel-8.10", "el9": "rhel-9.4", "ku": "rhel-10.0"}


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("release", PLATFORMS)
def test_verdict_and_real_tools_agree_on_every_recorded_file(release: str, cases: list[dict[str, Any]]) -> None:
    platform = platform_named(PLATFORMS[release])
    wrong = []
    for case in cases:
        node = Node(host_name=case["host_name"], addresses=tuple(case["addresses"].split()))
        said = verdict(case["text"], platform, node)
        accepted, stage, *_ = case["verdicts"][release]
        if said.accepted != accepted:
            wrong.append((case["text"], stage, [str(finding) for finding in said.refused]))
    assert not wrong, f"{len(wrong)} of {len(cases)}, the first: {wrong[0]}"


@pytest.mark.parametrize("release", PLATFORMS)
def test_the_recorded_files_are_worth_comparing(release: str, cases: list[dict[str, Any]]) -> None:
    accepted = sum(case["verdicts"][release][0] for case in cases)
    assert len(cases) >= 4000
    assert 0.2 < accepted / len(cases) < 0.8
    assert len({case["verdicts"][release][1] for case in cases}) >= 6, "refused at many different checks"
