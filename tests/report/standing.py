"""A server that stands in for GitHub and GitLab: keeps comments, and answers as their APIs do."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "ghs_thisisnobodysbusiness"


class Stand(ThreadingHTTPServer):
    """Keeps comments, and answers as the two forges do. `refuse`: status that everything is answered with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.refuse = 0
        self.answer = b""
        self.may_ask_who_it_is = True
        self.per_page = 2

    @classmethod
    @contextlib.contextmanager
    def serving(cls) -> Iterator[Stand]:
        """A server that answers until the end of the block."""
        server = cls()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    @property
    def url(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, body: str, login: str = "bot", kind: str = "Bot", **more: Any) -> int:
        """A comment is there; returns its id."""
        number = len(self.comments) + 1
        author = {"id": login, "login": login}
        comment = {"id": number, "body": body, "user": {"login": login, "type": kind}, "author": author, **more}
        self.comments.append(comment)
        return number


class _Handler(BaseHTTPRequestHandler):
    server: Stand

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at what was asked."""

    def _answer(self, status: int, told: Any, **headers: str) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _do(self) -> None:
        stand, parts = self.server, urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        stand.asked.append(f"{self.command} {parts.path}")
        stand.tokens.add(self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or "")
        if parts.path == "/user" and not stand.may_ask_who_it_is:
            return self._answer(403, {"message": "Resource not accessible by integration"})
        if stand.answer:
            return self._answer(stand.refuse or 200, stand.answer)
        if stand.refuse:
            return self._answer(stand.refuse, {"message": f"no, says {SECRET}"}, Location=f"{stand.url}/elsewhere")
        if parts.path == "/user":
            return self._answer(200, {"login": "bot", "id": "bot"})
        if self.command == "GET":
            page = int(parse_qs(parts.query)["page"][0])
            some = stand.comments[(page - 1) * stand.per_page : page * stand.per_page]
            more = page * stand.per_page < len(stand.comments)
            link = f'<{stand.url}/x?page={page + 1}>; rel="next"' if more else ""
            return self._answer(200, some, Link=link, X_Next_Page=str(page + 1) if more else "")
        if self.command == "POST":
            return self._answer(201, {"id": stand.add(body["body"])})
        stand.comments[int(parts.path.rpartition("/")[2]) - 1]["body"] = body["body"]
        return self._answer(200, {})

    do_GET = do_POST = do_PATCH = do_PUT = _do
