"""How `pulumi install` gets what a program, provider or policy pack needs."""

import sys
from pathlib import Path

from engine.language.virtualenv import PythonEnvironment


def commands(environment: PythonEnvironment, folder: Path) -> list[list[str]]:
    """The commands to run in `folder`: make the virtual environment, install its requirements.txt.

    Nothing is installed into the host's own environment: that one belongs to engine/setup.
    """
    if environment.folder is None:
        return []
    result = []
    if not Path(environment.python).exists():
        result.append([sys.executable, "-m", "venv", str(environment.folder)])
    requirements = folder / "requirements.txt"
    if requirements.exists():
        pip = [environment.python, "-m", "pip", "--disable-pip-version-check"]
        result.append([*pip, "install", "-r", str(requirements)])
    return result
