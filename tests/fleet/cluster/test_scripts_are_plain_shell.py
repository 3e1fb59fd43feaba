"""The stand-ins for SUSE, clusters and SANs are scripts for any POSIX shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FLEET = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(
    path
    for folder in ("suse", "cluster")
    for path in (FLEET / folder).rglob("*")
    if path.is_file() and not path.is_symlink() and (path.suffix == ".sh" or path.read_bytes().startswith(b"#!"))
)
SHELL = shutil.which("dash") or "sh"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(FLEET)))
def test_a_script_parses_and_says_what_it_is(script: Path) -> None:
    done = subprocess.run([SHELL, "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first = next(line for line in script.read_text().splitlines() if not line.startswith(("#!", "# chkconfig:")))
    assert first.startswith("# ")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(FLEET)))
def test_a_program_is_executable(script: Path) -> None:
    sourced = script.suffix == ".sh" and (script.name == "kdump-read-config.sh" or "/fixture/" in str(script))
    assert os.access(script, os.X_OK) != sourced
