"""`python -m report post github|gitlab --comment FILE --marker staging`: posts the comment, or updates it in place.

All else comes from the variables that a job of GitHub Actions or GitLab CI has. Exits with 1 where it cannot be posted.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from report.pull_request.comment import marker
from report.pull_request.forge import Forge, PostingFailed, put
from report.pull_request.github import GitHub
from report.pull_request.gitlab import GitLab

USAGE = "python -m report post github|gitlab --comment FILE --marker STACK"


def main(arguments: Sequence[str]) -> int:
    """Post. Returns 0 when it was, 1 when it could not be, 2 for a wrong use."""
    parser = argparse.ArgumentParser(prog="python -m report post", description="Post a comment, or update it in place.")
    parser.add_argument("forge", choices=("github", "gitlab"))
    parser.add_argument("--comment", required=True, type=Path, help="file with the comment's Markdown")
    parser.add_argument("--marker", required=True, help="what tells this comment from others: the stack's name")
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    try:
        first = marker(_checked(chosen.marker))
        body = _body(chosen.comment, first)
        forge: Forge = GitHub() if chosen.forge == "github" else GitLab()
        done = put(forge, first, body)
    except PostingFailed as failed:
        print(f"The comment was not posted: {failed}", file=sys.stderr)
        return 1
    print(f"comment of {chosen.marker} {done}", file=sys.stderr)
    return 0


def _checked(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._]+(-[A-Za-z0-9._]+)*", name):
        raise PostingFailed(f"found {name!r} as --marker, needed letters, digits, dots, and single hyphens in between.")
    return name


def _body(file: Path, first: str) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise PostingFailed(f"{file} cannot be read ({fault}); `python -m report comment` writes it.") from None
    if not text.strip():
        raise PostingFailed(f"{file} is empty; `python -m report comment` writes it.")
    return text if text.partition("\n")[0].strip() == first else f"{first}\n{text}"
