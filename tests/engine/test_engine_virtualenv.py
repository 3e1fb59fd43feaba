"""Which Python runs a program, and what is installed in it."""

import json
import sys
from pathlib import Path

import pytest

from engine.language.packages import installed, provider_packages
from engine.language.virtualenv import OptionProblem, environment_for, variables


def test_a_relative_virtualenv_counts_from_the_folder_of_the_project_file():
    environment = environment_for({"virtualenv": "../shared/.venv"}, "/srv/projects/policies")
    assert environment.python == "/srv/projects/shared/.venv/bin/python"


def test_an_absolute_virtualenv_is_taken_as_it_is():
    assert environment_for({"virtualenv": "/opt/v"}, "/srv").python == "/opt/v/bin/python"


def test_without_a_virtualenv_the_hosts_own_python_runs_the_program():
    environment = environment_for({}, "/srv")
    assert environment.python == sys.executable
    assert environment.environment({"PATH": "/bin"}) == {"PATH": "/bin"}


def test_a_virtualenv_is_activated_for_what_runs_in_it():
    environment = environment_for({"virtualenv": "v"}, "/srv")
    assert environment.environment({"PATH": "/bin", "PYTHONHOME": "/usr", "LANG": "C"}) == {
        "PATH": "/srv/v/bin:/bin",
        "VIRTUAL_ENV": "/srv/v",
        "LANG": "C",
    }


def test_a_missing_virtualenv_is_refused_with_what_to_run(tmp_path):
    with pytest.raises(OptionProblem, match=r"nowhere .* engine/setup"):
        environment_for({"virtualenv": "nowhere"}, str(tmp_path)).require()


def test_another_toolchain_is_refused_with_what_to_write():
    with pytest.raises(OptionProblem, match=r"'uv' in /srv; .*Write `toolchain: pip`"):
        environment_for({"toolchain": "uv"}, "/srv")


def test_the_last_of_two_variables_of_one_name_wins():
    assert variables(["A=1", "B=x=y", "A=2", "noise"]) == {"A": "2", "B": "x=y"}


def _package(site: Path, folder: str, **content: object) -> None:
    (site / folder).mkdir(parents=True)
    (site / folder / "pulumi-plugin.json").write_text(json.dumps(content))


def test_providers_are_found_by_the_files_of_installed_packages(tmp_path):
    _package(tmp_path, "pulumi_command", resource=True, name="command", version="1.2.1")
    _package(tmp_path, "pulumi_nameless", resource=True)
    _package(tmp_path, "pulumi_components", resource=False, name="components")
    _package(
        tmp_path,
        "pulumi_wrapped",
        resource=True,
        name="terraform-provider",
        version="0.9.0",
        server="https://example.org",
        parameterization={"name": "wrapped", "version": "1.0.0", "value": "eHl6"},
    )
    found = {package.name: package for package in provider_packages([tmp_path])}
    assert sorted(found) == ["command", "nameless", "terraform-provider"]
    assert found["command"].version == "1.2.1"
    wrapped = found["terraform-provider"]
    assert wrapped.server == "https://example.org"
    assert wrapped.parameterization is not None
    assert wrapped.parameterization.value == b"xyz"


def _distribution(site: Path, name: str, version: str, *requires: str) -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {line}" for line in requires)]
    (folder / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")


def test_dependencies_of_dependencies_are_left_out_unless_asked_for(tmp_path):
    _distribution(tmp_path, "pulumi", "3.1", "Semver_X>=2", 'pytest; extra == "dev"')
    _distribution(tmp_path, "semver-x", "2.0")
    _distribution(tmp_path, "pytest", "9.0")
    assert installed([tmp_path], transitive=False) == [("pulumi", "3.1"), ("pytest", "9.0")]
    assert installed([tmp_path], transitive=True) == [("pulumi", "3.1"), ("pytest", "9.0"), ("semver-x", "2.0")]
