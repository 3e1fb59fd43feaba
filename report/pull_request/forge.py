"""Requests to a forge's API: JSON over HTTP, with messages that a reader of a job's log can act on."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import IO, Any, Protocol

TIMEOUT_SECONDS = 30
PER_PAGE = 100
MOST_PAGES = 100
"""Comments beyond ten thousand are not looked through."""


class PostingFailed(Exception):
    """The comment could not be posted; the message says why, and what to do."""


@dataclass(frozen=True)
class Comment:
    """A comment that is there: its id, its text, and whether it is ours."""

    id: int
    body: str
    ours: bool


class Forge(Protocol):
    """What differs between forges."""

    def page(self, number: int) -> tuple[list[Comment], bool]:
        """A page of comments, and whether there is another. Raises PostingFailed."""

    def create(self, body: str) -> None:
        """Post a comment. Raises PostingFailed."""

    def update(self, comment: int, body: str) -> None:
        """Write a comment anew. Raises PostingFailed."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token is for the address it was given for, and a POST that is redirected would become a GET."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True)
class Api:
    """An API below `url`. `header` carries `scheme` and `token`; `remedies`: HTTP status -> what to do.

    The token is never printed, not even where the API repeats it.
    """

    url: str
    header: str
    scheme: str
    token: str
    remedies: Mapping[int, str]

    def __repr__(self) -> str:
        return f"Api({self.url})"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[Any, Message]:
        """The answer's JSON and headers. Raises PostingFailed for everything else than success."""
        address = f"{self.url.rstrip('/')}{path}"
        if urllib.parse.urlsplit(address).scheme not in ("https", "http"):
            raise PostingFailed(f"found {self.url!r} as the API's address, needed one that begins with https://.")
        data = None if body is None else json.dumps(body).encode()
        try:
            request = urllib.request.Request(address, data, method=method)
            request.add_header("Accept", "application/json")
            request.add_header("Content-Type", "application/json")
            request.add_header("User-Agent", "pulumi-kdump")
            request.add_unredirected_header(self.header, self.scheme + self.token)
            opener = urllib.request.build_opener(_NoRedirect)
            with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read() or b"null"), answer.headers
        except urllib.error.HTTPError as fault:
            with fault:
                raise PostingFailed(self._refused(method, address, fault)) from None
        except urllib.error.URLError as fault:
            raise PostingFailed(
                f"{_host(address)} cannot be reached ({fault.reason}). Check that this machine has a route there."
            ) from None
        except (OSError, HTTPException) as fault:
            raise PostingFailed(
                f"{_host(address)} broke the connection off ({fault or type(fault).__name__})."
            ) from None
        except ValueError:
            # No JSON, or a token or an address with characters that no request may have: its words could show them.
            raise PostingFailed(
                f"{method} {address}: the answer was no JSON, or the request could not be written. Check the API's "
                "address, and that the token has no line break."
            ) from None

    def _refused(self, method: str, address: str, fault: urllib.error.HTTPError) -> str:
        said = ""
        try:
            told = json.loads(fault.read(10_000))
            said = str(told.get("message") or told.get("error") or "") if isinstance(told, dict) else ""
        except (ValueError, OSError, HTTPException):
            said = ""
        remedy = self.remedies.get(fault.code, "")
        words = f"{method} {address} was answered with {fault.code}" + (f" ({said})" if said else "") + "."
        return f"{words} {remedy}".strip().replace(self.token, "***")


def needed(name: str, what: str) -> str:
    """A variable of the environment that must be there. Raises PostingFailed."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise PostingFailed(f"{name} is not set, needed {what}.")
    return value


def put(forge: Forge, marker: str, body: str) -> str:
    """Write the comment that begins with `marker` anew, or post the first; returns which, "updated" or "created".

    Only the first line counts: a comment that quotes ours is not ours. Raises PostingFailed.
    """
    for number in range(1, MOST_PAGES + 1):
        comments, more = forge.page(number)
        for each in comments:
            if each.ours and each.body.lstrip().partition("\n")[0].strip() == marker:
                forge.update(each.id, body)
                return "updated"
        if not more:
            break
    forge.create(body)
    return "created"


def _host(address: str) -> str:
    return urllib.parse.urlsplit(address).netloc.rpartition("@")[2]
