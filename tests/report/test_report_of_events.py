"""From the engine's events to what a person reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report.events import Counted, Said, Step, event
from report.progress import Progress
from report.summary import summary

STACK = "urn:pulumi:dev::pulumi-kdump::pulumi:pulumi:Stack::pulumi-kdump-dev"


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::pulumi-kdump::{token}::{name}"


HOST = urn("kdump:fleet:Host", "web1")
KERNEL = urn("kdump:fleet:Host$kdump:fleet:CrashKernel", "web1-crashkernel")
BOOT = urn("kdump:fleet:Host$kdump:fleet:CrashKernel$kdump:host:BootArguments", "web1-boot-arguments")
SERVICE = urn("kdump:fleet:Host$kdump:host:DumpService", "web1-service")
PARENTS = {HOST: STACK, KERNEL: HOST, BOOT: KERNEL, SERVICE: HOST, STACK: ""}


def step(name: str, about: str, op: str = "create") -> str:
    state = {"urn": about, "parent": PARENTS[about]}
    return json.dumps({name: {"metadata": {"op": op, "urn": about, "old" if op == "delete" else "new": state}}})


def error(about: str, text: str, **more: Any) -> str:
    return json.dumps({"diagnosticEvent": {"urn": about, "severity": "error", "message": text, **more}})


def after(*lines: str) -> Progress:
    progress = Progress()
    for line in lines:
        found = event(line)
        if found is not None:
            progress.take(found)
    return progress


UNTIL_BOOT = (
    step("resourcePreEvent", STACK),
    *(step(name, about) for about in (HOST, KERNEL) for name in ("resourcePreEvent", "resOutputsEvent")),
    step("resourcePreEvent", BOOT),
)
UP = (
    *UNTIL_BOOT,
    step("resOutputsEvent", BOOT),
    step("resourcePreEvent", SERVICE),
    step("resOutputsEvent", SERVICE),
)


def test_lines_become_events() -> None:
    assert event(step("resourcePreEvent", BOOT)) == Step("begin", BOOT, KERNEL, "create")
    assert event(error(BOOT, "<{%fg 1%}>it is down<{%reset%}>\n")) == Said(BOOT, "error", "it is down")
    assert event('{"summaryEvent": {"resourceChanges": {"create": 3}}}') == Counted({"create": 3})


@pytest.mark.parametrize("line", ["", "{", '{"preludeEvent": {}}', error(BOOT, "…", ephemeral=True)])
def test_what_is_of_no_interest_is_passed_over(line: str) -> None:
    assert event(line) is None


def test_a_host_is_under_way_until_its_service_is_done() -> None:
    assert after(*UNTIL_BOOT).line() == "0 of 1 done, 1 under way"
    assert after(*UNTIL_BOOT, step("resOutputsEvent", BOOT)).line() == "0 of 1 done, 0 under way"
    assert after(*UP).line() == "1 of 1 done, 0 under way"


def test_a_host_is_given_up_when_its_boot_arguments_are() -> None:
    taken = [
        step(name, about, "delete")
        for about in (SERVICE, BOOT, KERNEL, HOST)
        for name in ("resourcePreEvent", "resOutputsEvent")
    ]
    # What a resource belongs to is told after it: here the parents are deleted last.
    assert after(*taken[:4]).line() == "0 of 1 done, 0 under way"
    assert after(*taken).line() == "1 of 1 done, 0 under way"


def test_a_failure_is_one_line_of_its_host(tmp_path: Path) -> None:
    progress = after(
        *UNTIL_BOOT,
        error(BOOT, "web1 (connection.host): it cannot be reached.\n  Check the address."),
        step("resOpFailedEvent", BOOT),
        error(STACK, "update failed"),
        '{"summaryEvent": {"resourceChanges": {"create": 3}}}',
    )
    progress.end()
    assert progress.line() == "1 of 1 done, 0 under way, 1 failed"
    assert list(summary(progress, 1, tmp_path / "out"))[:2] == [
        "1 hosts and collectors: 0 changed, 1 failed; 3 create",
        "web1: web1 (connection.host): it cannot be reached. Check the address.",
    ]


def test_a_failed_removal_is_told_of_its_host_though_its_parents_stay(tmp_path: Path) -> None:
    progress = after(*UP, error(urn("kdump:host:DumpIdentity", "web1-identity"), "a disk is full"))
    progress.end()
    assert [machine.name for machine in progress.failed] == ["web1"]


def test_where_nothing_else_explains_a_failure_pulumi_speaks(tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.write_text("error: no stack named 'dev' found\n")
    assert "error: no stack named 'dev' found" in list(summary(Progress(), 255, output))
