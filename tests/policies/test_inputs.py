"""Inputs as rules read them: what is unknown, missing or of another kind is None, and never raises."""

from typing import Any

import pytest
from pulumi_policy.proxy import (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    unknown_checking_proxy,
)

from policies.inputs import Inputs

SENTINELS = (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)


def sdk(values: dict[str, Any]) -> Inputs:
    """Inputs as the SDK hands them to a rule."""
    return Inputs(unknown_checking_proxy(values))


@pytest.mark.parametrize("inputs", [sdk({"v": sentinel}) for sentinel in SENTINELS] + [sdk({}), Inputs(), Inputs(3)])
def test_what_is_unknown_or_missing_is_none_of_any_kind(inputs: Inputs) -> None:
    assert inputs.text("v") is None
    assert inputs.whole("v") is None
    assert inputs.flag("v") is None
    assert inputs.texts("v") is None
    assert inputs.groups("v") == []
    assert inputs.mapping("v") is None
    assert list(inputs.group("v").names()) == []
    assert inputs.group("v").group("w").text("x") is None


@pytest.mark.parametrize("sentinel", SENTINELS)
def test_what_is_unknown_is_told_apart_from_what_is_left_out(sentinel: str) -> None:
    assert sdk({"v": sentinel}).is_unknown("v")
    assert not sdk({"v": None}).is_unknown("v")
    assert not sdk({"v": "text"}).is_unknown("v")
    assert not sdk({}).is_unknown("v")


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (16.0, 16),
        (0, 0),
        (float(1 << 50), 1 << 50),
        (-1.0, None),
        (1.5, None),
        (True, None),
        ("16", None),
        (float("nan"), None),
        (float("inf"), None),
        ([1], None),
    ],
)
def test_whole_numbers_are_those_that_are_not_negative(value: object, whole: int | None) -> None:
    assert sdk({"v": value}).whole("v") == whole


def test_only_a_text_is_a_text_and_only_true_or_false_a_flag() -> None:
    inputs = sdk({"text": "a", "number": 1.0, "yes": True, "no": False})
    assert inputs.text("text") == "a"
    assert inputs.text("number") is None
    assert inputs.flag("yes") is True
    assert inputs.flag("no") is False
    assert inputs.flag("number") is None
    assert inputs.flag("text") is None


def test_a_list_of_texts_of_which_one_is_not_known_is_not_known() -> None:
    assert sdk({"v": ["a", "b"]}).texts("v") == ["a", "b"]
    assert sdk({"v": []}).texts("v") == []
    assert sdk({"v": ["a", UNKNOWN_STRING_VALUE]}).texts("v") is None
    assert sdk({"v": ["a", 1.0]}).texts("v") is None
    assert sdk({"v": "ab"}).texts("v") is None


def test_groups_are_read_to_any_depth() -> None:
    inputs = sdk({"a": {"b": [{"c": "deep"}, "no group"]}})
    assert [each.text("c") for each in inputs.group("a").groups("b")] == ["deep"]


def test_names_come_in_order() -> None:
    assert list(sdk({"b": 1.0, "a": UNKNOWN_STRING_VALUE}).names()) == ["a", "b"]


def test_a_mapping_is_plain_values_with_whole_numbers_again() -> None:
    found = sdk({"v": {"kind": "nfs", "level": 31.0, "share": 0.5, "on": True, "list": ["a", {"b": 2.0}]}}).mapping("v")
    assert found == {"kind": "nfs", "level": 31, "share": 0.5, "on": True, "list": ["a", {"b": 2}]}
    assert found is not None
    assert isinstance(found["level"], int)
    assert type(found["list"]) is list


@pytest.mark.parametrize("value", [{"a": UNKNOWN_STRING_VALUE}, {"a": {"b": [UNKNOWN_NUMBER_VALUE]}}, "text", ["a"]])
def test_a_mapping_of_which_a_part_is_not_known_is_not_known(value: object) -> None:
    assert sdk({"v": value}).mapping("v") is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_stay_as_they_are(value: float) -> None:
    found = sdk({"v": {"a": value}}).mapping("v")
    assert found is not None
    assert repr(found["a"]) == repr(value)
