"""A collector's disk and the forced command on it, run by a real shell."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from kdump import receiver


class Answer(NamedTuple):
    """What came back from the forced command."""

    status: int
    out: str
    err: str


class Collector:
    """A collector's disk: the directory of one host, and things beside it that are none of its business."""

    def __init__(self, root: Path, shell: str) -> None:
        self.root = root
        self.directory = root / "kdump" / "web1"
        self.neighbour = root / "kdump" / "web10"
        self.directory.mkdir(parents=True)
        self.neighbour.mkdir()
        (self.neighbour / "dump").write_text("secret of web10")
        (self.directory / "old").mkdir()
        (self.directory / "old" / "dump.1").write_text("complete")
        (self.directory / "out").symlink_to(self.neighbour)
        (self.directory / "dangling").symlink_to(root / "nowhere")
        self._script = root / "receive"
        self._script.write_text(receiver.script())
        self._shell = shell

    def ask(self, wish: str | None, sent: bytes = b"", directory: str | None = None) -> Answer:
        """Run the forced command with *wish* as what the host asked for, and *sent* on its input."""
        environment = {"PATH": os.environ["PATH"], "CDPATH": "/", "ENV": "/nonexistent", "IFS": "/"}
        if wish is not None:
            environment["SSH_ORIGINAL_COMMAND"] = wish
        ran = subprocess.run(
            [f"/bin/{self._shell}", str(self._script), str(self.directory) if directory is None else directory],
            env=environment,
            cwd=self.root,
            input=sent,
            capture_output=True,
            timeout=30,
        )
        return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    def put_in_front_of_path(self, folder: Path) -> None:
        """Have the script find the programs in *folder* before those of the system."""
        text = self._script.read_text()
        assert "\nPATH=" in text
        self._script.write_text(text.replace("\nPATH=", f"\nPATH={folder}:", 1))

    def tree(self) -> dict[str, str]:
        """Everything there is, with its content: what a refusal must not have changed."""
        return {
            str(path.relative_to(self.root)): "link"
            if path.is_symlink()
            else path.read_text()
            if path.is_file()
            else ""
            for path in sorted(self.root.rglob("*"))
        }
