"""A Pulumi CLI with the engine's own language host, and projects to run it in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Project:
    """A throw-away Pulumi project with a stack and a state of its own."""

    def __init__(self, folder: Path, cli: Path) -> None:
        self.folder = folder
        self.cli = cli
        self.program = folder / "__main__.py"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
            "PATH": f"{cli.parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(ROOT / ".engine" / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "NO_COLOR": "1",
        }
        (folder / "state").mkdir()
        self.write("Pulumi.yaml", f"name: test\nruntime:\n  name: python\n  options: {{virtualenv: {ROOT}/.venv}}\n")
        self.pulumi("stack", "init", "dev")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.cli, "--non-interactive", "--color=never", *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pulumi(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run it, expect this exit code, and return all it printed."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == code, output
        return output

    def up(self, code: int = 0, **environment: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", code=code, **environment)


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The CLI of this checkout. It runs programs with the checkout's own language host."""
    cli = ROOT / ".engine" / "bin" / "pulumi"
    host = cli.with_name("pulumi-language-python")
    missing = [path for path in (cli, host, ROOT / ".venv" / "bin" / "python") if not path.exists()]
    if missing:
        names = ", ".join(str(path.relative_to(ROOT)) for path in missing)
        pytest.fail(
            f"{names} not found. Run engine/setup. Where an official CLI is on PATH it builds none; these tests "
            "are about the one it builds, so run it once without that CLI on PATH."
        )
    return cli


@pytest.fixture
def project(pulumi_cli: Path, tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, pulumi_cli)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what engine/setup and engine/env.sh need, with a .venv that looks finished."""
    folder = tmp_path / "check out"  # a blank, as some people's folders have
    (folder / "engine").mkdir(parents=True)
    for name in ("setup", "env.sh", "launch.py"):
        shutil.copy(ROOT / "engine" / name, folder / "engine" / name)
    shutil.copytree(ROOT / "engine" / "cli", folder / "engine" / "cli")
    (folder / "Pulumi.yaml").write_text('name: x\nrequiredPulumiVersion: ">=3.219.0"\n')
    (folder / "requirements.txt").write_text("")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    digest = subprocess.run(["sha256sum"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    (folder / ".venv" / ".requirements.sha256").write_text(digest.stdout)
    return folder
