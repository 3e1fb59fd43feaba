"""Every rule, broken and mended as its message says, by the real CLI and the real pack, far from any host."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from policies.pack import RULES
from tests.policy_runs.cases import CASES, STRICT, Machine, fleet_of, name_of, recorded
from tests.policy_runs.conftest import Run, Stacks

pytestmark = pytest.mark.engine
WITHOUT_CASE = {"facts-age", "exemptions", "exemption-sense", "cluster-waits", "fence-and-target"}
"""Rules over the whole stack or over a cluster: each has a test of its own below."""


def preview(stacks: Stacks, machines: Mapping[str, Machine], **changes: Any) -> Run:
    day = (datetime.date.today() - datetime.timedelta(days=3)).isoformat()
    stacks.keep_facts(recorded(machines, day))
    return stacks.run({**fleet_of(machines), **changes}, STRICT)


def test_every_rule_of_the_pack_is_among_the_cases() -> None:
    assert {rule.name for rule in RULES} == {case.rule for case in CASES} | WITHOUT_CASE


@pytest.fixture(scope="module")
def broken(stacks: Stacks) -> Run:
    return preview(stacks, {name_of(case): case.broken for case in CASES})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_one_message_says_what_is_wrong(broken: Run, case: Any) -> None:
    assert broken.code == 1
    name = name_of(case)
    about = [each for each in broken.violations if each.resource == name or each.resource.startswith(f"{name}-")]
    assert [each.rule for each in about] == [case.rule], about
    assert about[0].level == "mandatory"
    assert case.says in about[0].message


def test_nothing_else_is_said(broken: Run) -> None:
    assert len(broken.violations) == len(CASES), broken.violations


def test_all_pass_with_the_fixes_that_the_messages_ask_for(stacks: Stacks) -> None:
    run = preview(stacks, {name_of(case): case.fixed for case in CASES})
    assert run.violations == ()
    assert run.code == 0, run.said
