"""Exemptions, and what a rule makes of them: it does not hold until a day, and says so when that is over."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy

from kdump.errors import Refusal
from policies.exempt import day_of, excused, expired
from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings, about
from tests.policies.judging import TODAY, judged_by_sdk

YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)
KIND = "kdump:fleet:Host"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    if inputs.text("value") == "refused":
        raise Refusal("value", "refused", "another", "Write another", "It is refused")
    if inputs.text("value") != "good":
        yield Broken(about(inputs), "bad", settings["wanted"], "Write good", "Bad is not good")


RULE = Rule(
    name="good",
    description="All is good.",
    on=(KIND,),
    judge=_judge,
    settings={"wanted": {"type": "string", "default": "good", "description": "What is good."}},
)


def exempted(*ends: Any, rule: str = "good", **inputs: Any) -> dict[str, Any]:
    told = [{"rule": rule, "machines": ["web1"], "reason": "agreed with all", "until": until} for until in ends]
    return {"host": "web1", "exemptions": told, **inputs}


@pytest.mark.parametrize("until", [TODAY.isoformat(), TOMORROW.isoformat()])
def test_an_exemption_holds_to_the_end_of_its_last_day(until: str) -> None:
    assert judged_by_sdk(RULE, exempted(until)) == []


def test_an_exemption_that_ran_out_is_told_with_its_day() -> None:
    (said,) = judged_by_sdk(RULE, exempted("2026-01-31", YESTERDAY.isoformat()))
    assert said == (
        "host web1: found bad, needed good. Write good. Bad is not good. "
        f"An exemption from this held until {YESTERDAY.isoformat()}."
    )


def test_nothing_is_said_of_it_where_the_rule_is_not_broken() -> None:
    assert judged_by_sdk(RULE, exempted(YESTERDAY.isoformat(), value="good")) == []


def test_one_that_holds_is_enough_beside_one_that_ran_out() -> None:
    assert judged_by_sdk(RULE, exempted(YESTERDAY.isoformat(), TOMORROW.isoformat())) == []


@pytest.mark.parametrize(
    "inputs",
    [
        exempted(TOMORROW.isoformat(), rule="another"),
        exempted("some day"),
        exempted(""),
        exempted(None),
        exempted(20261231.0),
        exempted(UNKNOWN_STRING_VALUE),
        exempted(TOMORROW.isoformat(), rule=UNKNOWN_STRING_VALUE),
        {"host": "web1", "exemptions": UNKNOWN_ARRAY_VALUE},
        {"host": "web1", "exemptions": "good"},
        {"host": "web1"},
    ],
)
def test_what_is_no_exemption_from_this_rule_excuses_nothing(inputs: dict[str, Any]) -> None:
    (said,) = judged_by_sdk(RULE, inputs)
    assert "exemption" not in said


def test_an_exemption_holds_for_what_the_rule_cannot_even_judge() -> None:
    assert judged_by_sdk(RULE, exempted(TOMORROW.isoformat(), value="refused")) == []


def test_the_parts_can_be_asked_for_themselves() -> None:
    inputs = Inputs(exempted(TODAY.isoformat()))
    assert excused(inputs, "good", TODAY)
    assert not excused(inputs, "another", TODAY)
    assert expired(inputs, "good", TODAY) == ""
    assert day_of("2027-02-30") is None
    assert day_of("2027-02-28") == datetime.date(2027, 2, 28)


def test_a_sentence_has_all_parts_and_no_reason_where_there_is_none() -> None:
    assert str(Broken("host web1", "a", "b", "Write b")) == "host web1: found a, needed b. Write b."


def test_what_the_rules_of_kdump_refuse_is_a_violation_with_the_machine_in_front() -> None:
    (said,) = judged_by_sdk(RULE, {"cluster": "db", "value": "refused"})
    assert said == "cluster db: value: found 'refused', needed another. Write another. It is refused."


@pytest.mark.parametrize(
    ("inputs", "name"),
    [
        ({"host": "web1", "collector": "vault"}, "host web1"),
        ({"collector": "vault"}, "collector vault"),
        ({"host": UNKNOWN_STRING_VALUE}, "a machine whose name is not known"),
        ({}, "a machine whose name is not known"),
    ],
)
def test_a_message_names_the_machine(inputs: dict[str, Any], name: str) -> None:
    assert about(Inputs(unknown_checking_proxy(inputs))) == name


def validated(rule: Rule, inputs: dict[str, Any], kind: str = KIND, config: dict[str, Any] | None = None) -> list[str]:
    """What a rule reports to the SDK."""
    options = PolicyResourceOptions(False, [], None, [], None, [])
    args = ResourceValidationArgs(kind, unknown_checking_proxy(inputs), "urn", "name", options, None, config)
    found: list[str] = []
    rule.policy().validate(args, lambda message, urn=None: found.append(message))
    return found


def test_the_sdk_is_told_what_is_found_of_resources_of_the_rules_own_types_only() -> None:
    assert validated(RULE, {"value": "good"}) == []
    assert len(validated(RULE, {})) == 1
    assert validated(RULE, {}, kind="kdump:host:DumpService") == []


def test_settings_that_nobody_makes_have_their_defaults() -> None:
    assert "needed good" in validated(RULE, {})[0]
    assert "needed better" in validated(RULE, {}, config={"wanted": "better"})[0]


def test_a_rule_is_mandatory_unless_it_says_otherwise() -> None:
    assert RULE.policy().enforcement_level is EnforcementLevel.MANDATORY
