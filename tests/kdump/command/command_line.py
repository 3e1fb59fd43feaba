"""What the tests of `python -m kdump` have in common: what it said, and how it is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[3]


class Answer(NamedTuple):
    status: int
    out: str
    err: str


Ask = Callable[..., Answer]
Write = Callable[..., Path]


def process(*arguments: object, shell: str = "", stdin: bytes = b"", **environment: str) -> Answer:
    """The command in a process of its own; *shell*: what a shell adds to the line, such as a redirection."""
    line = " ".join(f"'{argument}'" for argument in ("-m", "kdump", *arguments))
    ran = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' {line} {shell}"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **environment},
        input=stdin,
        capture_output=True,
        timeout=60,
    )
    return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
