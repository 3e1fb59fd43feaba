"""The program itself: what it exports, and how it ends when the stack file can't be used."""

import json
import logging
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import config, mocks

PROGRAM = Path(__file__).resolve().parents[2] / "__main__.py"


class Nothing(mocks.Mocks):
    """No host is asked and nothing is made."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        return {
            "reachable": False,
            "problem": "gone",
            "readiness": "unknown",
            "reason": "gone",
            "rebootRequired": False,
        }

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, Mapping[str, Any]]:
        return f"{args.name}-id", args.inputs


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the program with a stack file; gives what it exported."""

    def run(written: Any) -> dict[str, Any]:
        exported: dict[str, Any] = {}
        monkeypatch.setattr(pulumi, "export", exported.__setitem__)
        config.set_config("pulumi-kdump:fleet", json.dumps(written))
        mocks.set_mocks(Nothing(), "pulumi-kdump", "lab", preview=False)

        @mocks.test
        def program() -> None:
            runpy.run_path(str(PROGRAM), run_name="__main__")

        program()
        return exported

    return run


def test_readiness_collectors_and_clusters_are_exported(start: Any) -> None:
    host = {"connection": {"host": "web1"}, "crashkernel": "256M", "target": {"local": {}}}
    exported = start({"hosts": {"web1": host}})
    assert sorted(exported) == ["capacity", "clusters", "collectors", "facts", "readiness"]
    assert sorted(exported["readiness"]["web1"]) == ["level", "reason"]


def test_each_problem_of_the_stack_file_is_shown_and_the_program_ends_without_a_traceback(
    start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    # The language host prints the text of a RunError, and the traceback of anything else.
    with caplog.at_level(logging.ERROR), pytest.raises(pulumi.RunError, match=r"2 problems in pulumi-kdump:fleet"):
        start({"hosts": {"web1": {"connection": {"host": "web1"}}}})
    shown = [record.message for record in caplog.records]
    assert len(shown) == 2
    assert shown[0].startswith("hosts.web1.crashkernel: is missing")
    assert shown[1].startswith("hosts.web1.target: is missing")
