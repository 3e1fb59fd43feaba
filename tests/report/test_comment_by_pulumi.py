"""The comment by the real CLI, and the jobs of the workflows, run as GitHub and GitLab run them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.project_copy import ProjectCopy, copy_checkout
from tests.report.standing import Stand
from tests.report.workflows import gitlab, step

pytestmark = pytest.mark.engine
FLEET: dict[str, Any] = {
    "facts": "declared",
    "defaults": {
        "crashkernel": "256M",
        "platform": "rhel-9.6",
        "memory": "16G",
        "target": {"ssh": {"collector": "vault"}},
    },
    "hosts": {name: {"connection": {"host": f"{name}.example.com"}} for name in ("web1", "web2")},
    "collectors": {
        "vault": {
            "connection": {"host": "vault.example.com"},
            "address": "192.0.2.9",
            "space": {"free": "800G", "total": "1T", "mountPoint": "/srv/kdump"},
        }
    },
}
TOO_SMALL = {"free": "8G", "total": "1T", "mountPoint": "/srv/kdump"}


@dataclass
class Checkout:
    """A copy of the project with a stack of its own, and a server that stands in for both forges."""

    copy: ProjectCopy
    stand: Stand
    home: Path

    def declare(self, **collector: Any) -> None:
        vault = {**FLEET["collectors"]["vault"], **collector}
        fleet = {**FLEET, "collectors": {"vault": vault}}
        self.copy.stack_file("test").write_text(json.dumps({"config": {"pulumi-kdump:fleet": fleet}}))

    def run(self, script: str, **variables: str) -> tuple[int, str, str]:
        """Run a job's script as the forges do, and return its exit code and what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "LAB_"))}
        environment |= {
            "PULUMI_BACKEND_URL": f"file://{self.copy.folder}/.pulumi-state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "STACK": "test",
            "no_proxy": "127.0.0.1",
            **variables,
        }
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.copy.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("report")
    copy = ProjectCopy(folder / "project")
    copy_checkout(copy.folder)
    with Stand.serving() as stand:
        made = Checkout(copy, stand, folder)
        made.declare()
        copy.shell(
            "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=test; pulumi stack init test --non-interactive"
        )
        yield made


def test_what_a_new_fleet_would_change_is_told_without_asking_a_host(checkout: Checkout) -> None:
    checkout.declare()
    script = ". engine/env.sh; python -m report comment -s test --output told.md"
    code, printed, progress = checkout.run(script)
    assert code == 0, progress
    assert printed == (checkout.copy.folder / "told.md").read_text()
    assert printed.startswith("<!-- pulumi-kdump: test -->\n## test: 🔶 2 hosts and 1 collector would change\n")
    assert "| 2 hosts: web1, web2 | new: boot arguments (crashkernel `256M`), dump key, " in printed
    assert "| collector vault | new: account for dumps (user `kdump`) |" in printed
    assert "no machine was asked in this preview" in printed
    assert "| vault | 2 |" in printed
    assert " done, " in progress, "how far it is goes to stderr"


def test_a_broken_rule_is_in_the_headline_and_the_exit_code(checkout: Checkout) -> None:
    checkout.declare(space=TOO_SMALL)
    code, printed, _ = checkout.run(". engine/env.sh; python -m report comment --stack=test")
    assert code == 1
    assert "mandatory policy violation" in printed.splitlines()[1]
    assert "| mandatory | `free-space` | host web1 | " in printed


def test_settings_of_the_pack_for_this_stack_are_used(checkout: Checkout) -> None:
    checkout.declare(space=TOO_SMALL)
    settings = checkout.copy.folder / "stacks" / "policies.test.json"
    settings.write_text(json.dumps({"all": "advisory"}))
    code, printed, _ = checkout.run(". engine/env.sh; python -m report comment -s test")
    settings.unlink()
    assert code == 0, printed
    assert "| advisory | `free-space` | host web1 | " in printed


def test_a_stack_that_is_not_there_is_not_made(checkout: Checkout) -> None:
    code, printed, _ = checkout.run(". engine/env.sh; python -m report comment -s nowhere")
    assert code not in (0, 2)
    assert "## nowhere: ❌ the preview failed" in printed
    assert "no stack named 'nowhere' found" in printed


def test_a_wrong_use_is_told(checkout: Checkout) -> None:
    code, _, said = checkout.run(". engine/env.sh; python -m report comment -s test --output")
    assert code == 2
    assert "usage: python -m report comment" in said


def test_the_jobs_of_github_post_once_update_in_place_and_end_as_they_should(checkout: Checkout) -> None:
    stand = checkout.stand
    stand.comments.clear()
    event, summary = checkout.home / "event.json", checkout.home / "summary.md"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    variables = {
        "GITHUB_TOKEN": "ghs_x",
        "GITHUB_REPOSITORY": "acme/kdump",
        "GITHUB_API_URL": stand.url,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(summary),
        "AWS_ACCESS_KEY_ID": "",
    }
    preview, comment = (step("pull-request.yml", name)["run"] for name in ("Preview", "Comment"))
    checkout.declare(space=TOO_SMALL)
    assert checkout.run(preview, PULUMI_KDUMP_FACTS="recorded", **variables)[0] == 1
    assert checkout.run(comment, **variables)[0] == 0
    checkout.declare()
    assert checkout.run(preview, PULUMI_KDUMP_FACTS="recorded", **variables)[0] == 0
    assert checkout.run(comment, **variables)[0] == 0
    (posted,) = stand.comments
    assert "🔶 2 hosts and 1 collector would change" in posted["body"]
    assert "❌" in summary.read_text()
    code, _, said = checkout.run(preview, **{**variables, "PULUMI_BACKEND_URL": ""})
    assert code == 1
    assert "PULUMI_BACKEND_URL is not set" in said


def test_the_job_of_gitlab_posts_also_a_failure_and_ends_as_the_preview_did(checkout: Checkout) -> None:
    stand = checkout.stand
    stand.comments.clear()
    variables = {
        "KDUMP_COMMENT_TOKEN": "glpat-x",
        "CI_API_V4_URL": stand.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        **{name: value for name, value in gitlab()["preview"]["variables"].items() if name.startswith("PULUMI_")},
    }
    script = "\n".join(gitlab()["preview"]["script"])
    checkout.declare(space=TOO_SMALL)
    code, _, said = checkout.run(script, **variables)
    assert code == 1
    assert "comment of test created" in said
    checkout.declare()
    code, _, said = checkout.run(script, **variables)
    assert code == 0
    assert "comment of test updated" in said
    assert [each["body"].splitlines()[1] for each in stand.comments] == [
        "## test: 🔶 2 hosts and 1 collector would change"
    ]
    stand.refuse = 403
    code, _, said = checkout.run(script, **variables)
    stand.refuse = 0
    assert code == 1, "a comment that could not be posted is a failure, too"
    assert "may not write here" in said
