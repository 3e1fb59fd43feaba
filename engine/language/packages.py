"""What is installed in a Python environment: provider packages, and packages at all."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

_REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Parameterization:
    name: str
    version: str
    value: bytes


@dataclass(frozen=True)
class ProviderPackage:
    """A provider plugin that an installed SDK needs."""

    name: str
    version: str
    server: str
    parameterization: Parameterization | None


def provider_packages(site_packages: Sequence[Path]) -> list[ProviderPackage]:
    """The provider plugins named by `pulumi-plugin.json` in the packages installed there."""
    files = [file for folder in site_packages for file in sorted(folder.glob("*/pulumi-plugin.json"))]
    return [package for file in files for package in _read(file)]


def _read(file: Path) -> Iterator[ProviderPackage]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if not content.get("resource"):
        return  # a package that only carries code, such as a component library
    parameter = content.get("parameterization")
    yield ProviderPackage(
        name=content.get("name") or file.parent.name.removeprefix("pulumi_"),
        version=content.get("version") or "",
        server=content.get("server") or "",
        parameterization=parameter
        and Parameterization(parameter["name"], parameter["version"], base64.b64decode(parameter.get("value") or "")),
    )


def installed(site_packages: Sequence[Path], transitive: bool) -> list[tuple[str, str]]:
    """(name, version) of the packages installed there; not transitive leaves out what others require."""
    distributions = list(metadata.distributions(path=[str(folder) for folder in site_packages]))
    required: set[str] = set()
    if not transitive:
        required = {name for one in distributions for name in _required_by(one)}
    found = {_normal(one.name): one.version for one in distributions}
    return sorted((name, version) for name, version in found.items() if name not in required)


def _required_by(distribution: metadata.Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        match = _REQUIREMENT_NAME.match(line)
        if match and "extra ==" not in line:
            yield _normal(match.group())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
