"""Running `python -m kdump` in this very process, on files written for it."""

import io
import sys
from pathlib import Path

import pytest
from command_line import Answer, Ask, Write

from kdump.command.arguments import main


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs the command; *stdin* is its standard input, which is closed without one."""

    def run(*arguments: object, stdin: bytes | None = None) -> Answer:
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(str(end.code))
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Write:
    """Writes a file of that content, and gives its path."""

    def write(content: str | bytes, name: str = "kdump.conf") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
