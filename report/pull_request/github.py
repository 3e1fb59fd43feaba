"""Comments of a pull request on GitHub.

Source: REST API, issue comments (a pull request's conversation is that of an issue); variables of GitHub Actions.
"""

from __future__ import annotations

import json
import re
from email.message import Message
from pathlib import Path
from typing import Any

from report.pull_request.forge import PER_PAGE, Api, Comment, PostingFailed, needed

_REMEDIES = {
    401: "GITHUB_TOKEN is not, or no longer, valid.",
    403: "The token may not write here: give the job `permissions: pull-requests: write`. In a pull request from a "
    "fork it never may.",
    404: "There is no such repository or pull request, or the token does not see it: check GITHUB_REPOSITORY.",
    410: "This conversation was locked or deleted.",
    422: "GitHub did not take the comment; it takes 65,536 characters at most.",
}


class GitHub:
    """The conversation of the pull request that this job runs for."""

    def __init__(self) -> None:
        """Raises PostingFailed where the environment does not tell what is needed."""
        token = needed("GITHUB_TOKEN", "a token that may write to pull requests")
        url = needed("GITHUB_API_URL", "the address of GitHub's API, which Actions sets")
        self._repository = needed("GITHUB_REPOSITORY", "the repository, OWNER/NAME")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", self._repository):
            raise PostingFailed(f"found {self._repository!r} in GITHUB_REPOSITORY, needed OWNER/NAME.")
        self._number = _pull_request()
        self._api = Api(url, "Authorization", "Bearer ", token, _REMEDIES)
        self._login = self._own_login()

    def page(self, number: int) -> tuple[list[Comment], bool]:
        """A page of comments, and whether there is another. Raises PostingFailed."""
        path = f"/repos/{self._repository}/issues/{self._number}/comments?per_page={PER_PAGE}&page={number}"
        told, headers = self._api.call("GET", path)
        return [Comment(each["id"], each.get("body") or "", self._is_ours(each)) for each in told], _has_next(headers)

    def create(self, body: str) -> None:
        """Post a comment. Raises PostingFailed."""
        self._api.call("POST", f"/repos/{self._repository}/issues/{self._number}/comments", {"body": body})

    def update(self, comment: int, body: str) -> None:
        """Write a comment anew. Raises PostingFailed."""
        self._api.call("PATCH", f"/repos/{self._repository}/issues/comments/{comment}", {"body": body})

    def _own_login(self) -> str | None:
        """Who we are; None for the token of a job, which may not ask: its comments are those of a bot."""
        try:
            told, _ = self._api.call("GET", "/user")
        except PostingFailed:
            return None
        return str(told["login"]) if isinstance(told, dict) and "login" in told else None

    def _is_ours(self, comment: Any) -> bool:
        author = comment.get("user") or {}
        if self._login is not None:
            return bool(author.get("login") == self._login)
        return bool(author.get("type") == "Bot")


def _pull_request() -> int:
    path = needed("GITHUB_EVENT_PATH", "the file that tells of the event, which Actions sets")
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise PostingFailed("the file that GITHUB_EVENT_PATH names cannot be read.") from None
    number = (event.get("pull_request") or {}).get("number") if isinstance(event, dict) else None
    if not isinstance(number, int):
        raise PostingFailed("this job was not started by a pull request: the event that it runs for names none.")
    return number


def _has_next(headers: Message) -> bool:
    return 'rel="next"' in headers.get("Link", "")
