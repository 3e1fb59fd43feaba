"""The how-to's table as a page of Markdown, and which tests prove its rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from kdump.how_to.rows import Row
from kdump.how_to.table import GROUPS, ROWS

TESTS = "tests/kdump/how_to"

_PREFIX = "test_how_to__"
_INTRODUCTION = """\
# The how-to, release by release

<!-- Written by `python -m kdump.how_to`; change kdump/how_to and its tests instead. -->

Every item of Red Hat's how-to of kdump, for each release it speaks of, and beyond it for newer ones: what holds there,
the module that knows it, and the test that proves it. A release without its minor number is the newest of its major.
"""


def name_of_test(row: Row) -> str:
    """The name of the test function that proves *row*: "test_how_to__raw_disk__rhel_5"."""
    item, release = (re.sub("[^a-z0-9]", "_", part) for part in (row.item, row.release))
    return f"{_PREFIX}{item}__{release}"


def proofs_in(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Which files have a test of which name: *sources* are the texts of test files, by the files' names.

    Only functions on the outermost level that begin with "test_how_to__" count, and one that stands twice counts
    twice. Raises ``SyntaxError`` for a text that is no Python.
    """
    found: dict[str, list[str]] = {}
    for file, text in sorted(sources.items()):
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.FunctionDef) and statement.name.startswith(_PREFIX):
                found.setdefault(statement.name, []).append(file)
    return found


def document(proofs: Mapping[str, list[str]]) -> str:
    """The whole page; *proofs* as :func:`proofs_in` gives them. A row without a test has "none" in its place."""
    parts = [_INTRODUCTION]
    for title, rows in GROUPS:
        parts += [f"## {title}\n", "| item | release | what holds | module | test |", "|---|---|---|---|---|"]
        parts += [_line(row, proofs.get(name_of_test(row), [])) for row in rows]
        parts.append("")
    parts.append(f"{len(ROWS)} rows.\n")
    return "\n".join(parts)


def _line(row: Row, files: list[str]) -> str:
    links = ", ".join(f"[{file}](../{TESTS}/{file})" for file in files) or "none"
    cells = (row.item, row.release, row.holds, f"`{row.module}`", links)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
