"""Every rule, broken and mended as its message says, by the real CLI and the real pack, far from any host."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from policies.pack import RULES
from tests.policy_runs.cases import CASES, ROOMY, STRICT, Machine, fleet_of, name_of, recorded
from tests.policy_runs.conftest import Run, Stacks

pytestmark = pytest.mark.engine
WITHOUT_CASE = {"facts-age", "exemptions", "exemption-sense", "collector-key"}
"""Rules over the whole stack have tests of their own below. What collector-key is about, the settings refuse."""


def days_from_today(days: int) -> str:
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


def preview(stacks: Stacks, machines: Mapping[str, Machine], age: int = 3, **changes: Any) -> Run:
    """With facts that are `age` days old."""
    stacks.keep_facts(recorded(machines, days_from_today(-age)))
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


def test_facts_that_are_too_old_are_no_facts(stacks: Stacks) -> None:
    run = preview(stacks, {"web1": Machine()}, age=40, exemptions=[])
    assert run.code == 1
    (told,) = run.violations
    assert (told.rule, told.resource) == ("facts-age", "fleet")
    assert "the recorded facts of web1: found them 40 days old, needed facts of the last 30 days" in told.message


def test_an_exemption_holds_for_its_machine_and_is_shown(stacks: Stacks) -> None:
    small = Machine(facts={"space": {"/var/crash": {**ROOMY, "freeBytes": 1 << 30}}})
    stacks.keep_facts(recorded({"web1": small, "web2": small}, days_from_today(-1)))
    exemption = {
        "rule": "free-space",
        "machines": ["web1"],
        "reason": "its disk comes on Monday",
        "until": days_from_today(5),
    }
    run = stacks.run({**fleet_of({"web1": small, "web2": small}), "exemptions": [exemption]})
    assert run.code == 1
    assert [each.resource for each in run.of("free-space")] == ["web2-dump-target"]
    (shown,) = run.of("exemptions")
    assert shown.level == "advisory"
    assert "exemption from free-space for web1" in shown.message
    assert "its disk comes on Monday" in shown.message


def test_an_exemption_that_ended_or_names_no_rule_is_an_error_and_holds_nothing(stacks: Stacks) -> None:
    small = Machine(facts={"space": {"/var/crash": {**ROOMY, "freeBytes": 1 << 30}}})
    ended = {
        "rule": "free-space",
        "machines": ["web1"],
        "reason": "its disk comes on Monday",
        "until": days_from_today(-1),
    }
    misspelt = {**ended, "rule": "free-spaces", "until": days_from_today(5)}
    run = preview(stacks, {"web1": small}, exemptions=[ended, misspelt])
    assert run.code == 1
    (still,) = run.of("free-space")
    assert f"An exemption from this held until {ended['until']}." in still.message
    told = " ".join(each.message for each in run.of("exemption-sense"))
    assert "it ended on" in told
    assert "found no such rule, needed one of" in told
