"""What is refused of a cluster's fencing before any host is asked."""

from __future__ import annotations

from typing import Any

import pytest

from provider.kinds import KINDS
from provider.states import States

POWER = {"n1": ["ipmi1"], "n2": ["ipmi2"]}


def failures(**properties: Any) -> dict[str, str]:
    _, found = States().check(KINDS["kdump:cluster:Fencing"], {"connection": {"host": "n1"}, **properties})
    return found


@pytest.mark.parametrize(
    ("properties", "setting", "said"),
    [
        ({"stack": "pcs"}, "timeoutSeconds", "cuts nodes off while they dump"),
        ({"stack": "pcs", "postFailDelaySeconds": 300}, "postFailDelaySeconds", "Only cman has a post_fail_delay"),
        ({"stack": "pcs", "timeoutSeconds": 9, "power": {"n1": ["a"]}}, "power", "two nodes or more"),
        ({"stack": "pcs", "timeoutSeconds": 9, "power": {**POWER, "n3": []}}, "power.n3", "would never be fenced"),
        ({"stack": "pcs", "timeoutSeconds": 9, "power": {**POWER, "n 3": ["a"]}}, "power.n 3", "names of nodes"),
        ({"stack": "pcs", "timeoutSeconds": 9, "power": {**POWER, "n3": ["a;b"]}}, "power.n3", "names of devices"),
        ({"stack": "cman", "timeoutSeconds": 9, "power": POWER, "port": 99}, "port", "has no other port"),
        ({"stack": "crm", "timeoutSeconds": 9, "power": POWER, "name": "a b"}, "name", "refers to it by this name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(properties: dict[str, Any], setting: str, said: str) -> None:
    found = failures(**properties)
    assert list(found) == [setting]
    assert said in found[setting]


def test_a_declared_platform_is_judged_without_the_host() -> None:
    rhel61 = {"family": "redhat", "distribution": "rhel", "release": "6.1", "architecture": "x86_64"}
    found = failures(stack="cman", timeoutSeconds=9, power=POWER, platform=rhel61)
    assert "Set post_fail_delay in cluster.conf" in " ".join(found.values())


@pytest.mark.parametrize("stack", ["cman", "pcs", "crm"])
def test_what_can_be_is_taken(stack: str) -> None:
    assert failures(stack=stack, timeoutSeconds=120, power=POWER) == {}
    assert (failures(stack=stack, postFailDelaySeconds=300) == {}) is (stack == "cman")
