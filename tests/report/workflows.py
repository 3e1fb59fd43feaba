"""The workflows of this repository, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = {file.name: file for file in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}


def github(name: str) -> dict[Any, Any]:
    """A workflow of GitHub Actions. The key `on` is read as true, as YAML 1.1 has it."""
    loaded: dict[Any, Any] = yaml.safe_load(GITHUB[name].read_text(encoding="utf-8"))
    return loaded


def gitlab() -> dict[str, Any]:
    """GitLab's pipeline."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    return loaded


def steps(name: str) -> list[dict[str, Any]]:
    """All steps of all jobs of a workflow."""
    return [step for job in github(name)["jobs"].values() for step in job["steps"]]


def step(workflow: str, name: str) -> dict[str, Any]:
    """A step by its name."""
    return next(each for each in steps(workflow) if each.get("name") == name)


def scripts() -> dict[str, str]:
    """Everything that is run, by where it stands."""
    found = {f"{name}: {step.get('name')}": step["run"] for name in GITHUB for step in steps(name) if "run" in step}
    for name, job in gitlab().items():
        for key in ("before_script", "script", "after_script"):
            if isinstance(job, dict) and key in job:
                found[f".gitlab-ci.yml: {name}, {key}"] = "\n".join(job[key])
    return found
