"""Comments are made, then updated in place, on servers that stand in for GitHub and GitLab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from report.pull_request import post
from tests.report.standing import SECRET, Stand

MARKER = "<!-- pulumi-kdump: staging -->"
NOTES = "/projects/42/merge_requests/7/notes"


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stand]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    with Stand.serving() as server:
        _set_variables(monkeypatch, server.url, event)
        yield server


def _set_variables(monkeypatch: pytest.MonkeyPatch, url: str, event: Path) -> None:
    for name, value in {
        "GITHUB_TOKEN": SECRET,
        "GITHUB_REPOSITORY": "acme/kdump",
        "GITHUB_API_URL": url,
        "GITHUB_EVENT_PATH": str(event),
        "KDUMP_COMMENT_TOKEN": SECRET,
        "CI_API_V4_URL": url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "no_proxy": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def comment(tmp_path: Path) -> Path:
    file = tmp_path / "comment.md"
    file.write_text(f"{MARKER}\n## staging: first\n")
    return file


def posting(forge: str, file: Path, marker: str = "staging") -> int:
    return post.main([forge, "--comment", str(file), "--marker", marker])


FORGES = pytest.mark.parametrize("forge", ["github", "gitlab"])


@FORGES
def test_the_first_is_posted_and_the_second_updates_it(forge: str, stand: Stand, comment: Path) -> None:
    stand.add("Looks good", "ann", "User")
    assert posting(forge, comment) == 0
    comment.write_text(f"{MARKER}\n## staging: second\n")
    assert posting(forge, comment) == 0
    assert [each["body"] for each in stand.comments] == ["Looks good", f"{MARKER}\n## staging: second\n"]
    assert stand.tokens == {f"Bearer {SECRET}" if forge == "github" else SECRET}


@FORGES
def test_ours_is_found_on_a_later_page(forge: str, stand: Stand, comment: Path) -> None:
    for number in range(5):
        stand.add(f"talk {number}", "ann", "User")
    stand.add(f"{MARKER}\r\n## staging: old\r\n")
    assert posting(forge, comment) == 0
    assert len(stand.comments) == 6
    assert stand.comments[5]["body"].endswith("## staging: first\n")


@FORGES
def test_comments_of_others_are_left_alone_whatever_they_hold(forge: str, stand: Stand, comment: Path) -> None:
    stand.add(f"{MARKER}\nforged", "mallory", "User")
    stand.add(f"I quote:\n{MARKER}\n", "bot")
    stand.add("<!-- pulumi-kdump: production -->\nother", "bot")
    before = [each["body"] for each in stand.comments]
    assert posting(forge, comment) == 0
    assert [each["body"] for each in stand.comments][:3] == before
    assert len(stand.comments) == 4


def test_notes_that_gitlab_itself_wrote_are_passed_over(stand: Stand, comment: Path) -> None:
    stand.add(f"{MARKER}\nby the system", system=True)
    assert posting("gitlab", comment) == 0
    assert len(stand.comments) == 2
    assert f"GET {NOTES}" in stand.asked


def test_the_token_of_a_job_may_not_ask_who_it_is_and_finds_its_comment_all_the_same(
    stand: Stand, comment: Path
) -> None:
    stand.may_ask_who_it_is = False
    stand.add(f"{MARKER}\nforged", "mallory", "User")
    stand.add(f"{MARKER}\nold", "github-actions[bot]")
    assert posting("github", comment) == 0
    assert stand.comments[0]["body"].endswith("forged")
    assert stand.comments[1]["body"].endswith("## staging: first\n")
    assert stand.asked[-1] == "PATCH /repos/acme/kdump/issues/comments/2"


def test_a_comment_without_its_marker_gets_it(stand: Stand, comment: Path) -> None:
    comment.write_text("written by hand\n")
    assert posting("github", comment) == 0
    assert stand.comments[0]["body"] == f"{MARKER}\nwritten by hand\n"


@FORGES
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "valid"),
        (403, "may not write here"),
        (404, "does not see it"),
        (301, "was answered with 301"),
        (500, "was answered with 500"),
    ],
)
def test_refusals_say_what_to_do_and_never_the_token(
    forge: str, status: int, words: str, stand: Stand, comment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.refuse = status
    assert posting(forge, comment) == 1
    printed = "".join(capsys.readouterr())
    assert printed.startswith("The comment was not posted: ")
    assert words in printed
    assert SECRET not in printed
    assert "Traceback" not in printed
    assert not any("elsewhere" in asked for asked in stand.asked), "a token is not taken to another address"


@FORGES
def test_an_answer_that_is_no_json_is_said_to_be_none(
    forge: str, stand: Stand, comment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.answer = b"<html>log in first</html>"
    assert posting(forge, comment) == 1
    assert "the answer was no JSON" in capsys.readouterr().err


@FORGES
def test_a_network_that_is_down_is_said_in_words(
    forge: str, stand: Stand, comment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CI_API_V4_URL", "http://127.0.0.1:1")
    assert posting(forge, comment) == 1
    assert "127.0.0.1:1 cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("GITHUB_TOKEN", "", "GITHUB_TOKEN is not set"),
        ("GITHUB_TOKEN", f"{SECRET}\nX: y", "no line break"),
        ("GITHUB_REPOSITORY", "acme/../x", "needed OWNER/NAME"),
        ("GITHUB_API_URL", "file:///etc", "begins with https://"),
        ("GITHUB_EVENT_PATH", "/nowhere", "cannot be read"),
    ],
)
def test_what_the_environment_lacks_is_named(
    variable: str,
    value: str,
    words: str,
    stand: Stand,
    comment: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)
    assert posting("github", comment) == 1
    printed = capsys.readouterr().err
    assert words in printed
    assert SECRET not in printed
    assert stand.comments == []


def test_an_event_without_a_pull_request_is_no_place_for_a_comment(
    stand: Stand, comment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "event.json").write_text('{"ref": "refs/heads/main"}')
    assert posting("github", comment) == 1
    assert "not started by a pull request" in capsys.readouterr().err


def test_a_comment_that_is_not_there_and_a_marker_that_is_none_are_refused(
    stand: Stand, comment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert posting("github", tmp_path / "none.md") == 1
    assert posting("github", comment, "a --> b") == 1
    comment.write_text("\n")
    assert posting("github", comment) == 1
    assert stand.asked == []
    assert "cannot be read" in capsys.readouterr().err
    assert post.main(["bitbucket"]) == 2
