"""Shells to prove things with: what a real /bin/sh makes of what we wrote."""

import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no finding, and a shell that starts once per example may take its time.
settings.register_profile(
    "kdump", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("kdump")

Sourced = list[dict[str, str | None] | None]


@pytest.fixture
def sourced(tmp_path: Path) -> Callable[..., Sourced]:
    """Sources each of several files in a fresh subshell of one *shell*, and gives the variables it then has.

    An entry is None where sourcing did not come to its end; a value is None where the variable is not set.
    """

    def run(texts: Sequence[str], names: Iterable[str], shell: str = "dash") -> Sourced:
        names = list(names)
        show = "".join(f'printf "%s%s\\000" "${{{name}+=}}" "${{{name}-}}"; ' for name in names)
        script = 'for file; do (. "$file" >&2; ' + show + ') 2>>errors; printf "\\001"; done'
        folder = tmp_path / "sourced"
        folder.mkdir(exist_ok=True)
        files = [folder / f"file{index}" for index in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(text.encode())
        ran = subprocess.run(
            [f"/bin/{shell}", "-c", script, shell, *map(str, files)],
            cwd=folder,
            env={"PATH": "/nonexistent", "HOME": "/root"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        blocks = ran.stdout.decode(errors="replace").split("\1")[:-1]
        assert len(blocks) == len(texts)
        return [_variables(block, names) for block in blocks]

    return run


def _variables(block: str, names: list[str]) -> dict[str, str | None] | None:
    values = block.split("\0")[:-1]
    if len(values) != len(names):
        return None
    return {name: value[1:] if value else None for name, value in zip(names, values, strict=True)}
