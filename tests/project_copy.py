"""A copy of the checkout for a test: stack files and state of its own, what was installed shared."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass
class ProjectCopy:
    """Commands in the copy; each fails the test with what was printed, unless told otherwise."""

    folder: Path

    def stack_file(self, stack: str) -> Path:
        """A stack file of this copy."""
        return self.folder / "stacks" / f"Pulumi.{stack}.yaml"

    def shell(self, script: str, *, code: int = 0, seconds: int = 1500) -> str:
        """Run a script in the copy, as a user would, and return what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "LAB_"))}
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
        said = done.stdout.decode("utf-8", "replace")
        assert done.returncode == code, f"{script} ended with {done.returncode}:\n{said}"
        assert "Traceback" not in said, said
        return said


def copy_checkout(folder: Path) -> None:
    """Copy the working tree as it is, and share what was installed."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        source = CHECKOUT / name
        if source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    # Not shared: it holds the paths of its checkout. Made from the cache in a moment.
    subprocess.run([folder / "engine" / "setup"], check=True, stdout=subprocess.DEVNULL)
