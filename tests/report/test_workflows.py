"""Workflows are well-formed, call what there is, and hold to least rights."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess

import pytest

from tests.report.workflows import GITHUB, ROOT, github, gitlab, scripts, steps

WORKFLOW = pytest.mark.parametrize("name", list(GITHUB))


@pytest.mark.parametrize("where", list(scripts()))
def test_every_script_is_good_shell_and_calls_what_there_is(where: str) -> None:
    script = scripts()[where]
    checked = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr.decode()
    assert "${{" not in script, "what a pull request says must come as a variable, not as shell"
    for module in re.findall(r"python -m ([\w.]+)", script):
        assert importlib.util.find_spec(module) is not None, module
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z-]+)", script):
        assert f"\n{target}:" in makefile, target
    for path in re.findall(r"(?<![\w/.])(?:engine|stacks|policies)/[\w./-]+", script):
        assert (ROOT / path).exists(), path


def test_the_scripts_are_found_at_all() -> None:
    assert set(GITHUB) == {"pull-request.yml", "drift.yml"}
    assert len(scripts()) >= 8
    assert any("report comment" in script for script in scripts().values())
    assert any("report post gitlab" in script for script in scripts().values())


@WORKFLOW
def test_actions_are_pinned_to_a_commit(name: str) -> None:
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in used), used


@WORKFLOW
def test_rights_are_the_least(name: str) -> None:
    wanted = {"contents": "read", "pull-requests": "write"} if name == "pull-request.yml" else {"contents": "read"}
    assert github(name)["permissions"] == wanted
    assert all("permissions" not in job for job in github(name)["jobs"].values())
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    # The program of a stranger must never run with secrets.
    assert "pull_request_target" not in json.dumps(github(name), default=str)
    assert "concurrency" in github(name)


@WORKFLOW
def test_every_environment_has_a_stack_file(name: str) -> None:
    matrices = [job["strategy"]["matrix"]["stack"] for job in github(name)["jobs"].values()]
    matrices += [row["STACK"] for row in gitlab()[".stacks"]["parallel"]["matrix"]]
    assert matrices
    for stack in {stack for matrix in matrices for stack in matrix}:
        assert (ROOT / "stacks" / f"Pulumi.{stack}.yaml").is_file(), stack


def test_a_preview_of_a_fork_is_skipped_and_one_of_ours_asks_no_host() -> None:
    (job,) = github("pull-request.yml")["jobs"].values()
    assert job["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    preview = next(step for step in job["steps"] if step.get("name") == "Preview")
    assert preview["env"]["PULUMI_KDUMP_FACTS"] == "recorded"
    assert gitlab()["preview"]["variables"]["PULUMI_KDUMP_FACTS"] == "recorded"


def test_the_comment_is_posted_also_when_the_preview_failed() -> None:
    (job,) = github("pull-request.yml")["jobs"].values()
    post = next(step for step in job["steps"] if step.get("name") == "Comment")
    assert "!cancelled()" in post["if"]
    assert job["strategy"]["fail-fast"] is False


def test_the_nightly_check_runs_where_there_is_a_route_to_the_hosts() -> None:
    (job,) = github("drift.yml")["jobs"].values()
    assert job["runs-on"] == ["self-hosted", "kdump-route"]
    assert github("drift.yml")[True]["schedule"]
    assert gitlab()["drift"]["tags"] == ["kdump-route"]


@pytest.mark.parametrize("target", ["preview", "drift"])
def test_make_has_the_same_for_a_terminal(target: str) -> None:
    shown = subprocess.run(
        ["make", "-n", target, "STACK=production"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert f'python -m report comment -s "production"{" --drift" if target == "drift" else ""}' in shown
    assert subprocess.run(["sh", "-n"], input=shown.encode(), check=False).returncode == 0
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {target} " in helped


def test_make_says_so_where_a_stack_has_no_file() -> None:
    done = subprocess.run(["make", "preview", "STACK=typo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "There is no stacks/Pulumi.typo.yaml" in done.stderr
