"""Programs, providers and policy packs through the real CLI and our language host."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
VIRTUALENV = f"runtime:\n  name: python\n  options: {{virtualenv: {ROOT}/.venv}}\n"

PROVIDER = """
import json, os, sys
from pulumi.provider.experimental import property_value, provider, server

class Toy(provider.Provider):
    async def get_schema(self, request):
        thing = {"properties": {"v": {"type": "string"}}, "inputProperties": {"v": {"type": "string"}}}
        schema = {"name": "toy", "version": "1.0.0", "resources": {"toy:index:Thing": thing}}
        return provider.GetSchemaResponse(json.dumps(schema))
    async def check(self, request):
        return provider.CheckResponse(inputs=request.new_inputs)
    async def diff(self, request):
        return provider.DiffResponse()
    async def create(self, request):
        pid = property_value.PropertyValue(str(os.getpid()))
        return provider.CreateResponse(resource_id="1", properties={**request.properties, "pid": pid})
    async def read(self, request):
        state = {"v": property_value.PropertyValue("found"), "pid": property_value.PropertyValue("0")}
        return provider.ReadResponse(resource_id=request.resource_id, properties=state, inputs={"v": state["v"]})
    async def delete(self, request):
        pass

server.main(sys.argv[1:], "1.0.0", Toy())
"""

THING = """
import pulumi
class Thing(pulumi.CustomResource):
    pid: pulumi.Output[str]
    def __init__(self, name, v):
        super().__init__("toy:index:Thing", name, {"v": v, "pid": None})
pulumi.export("pid", Thing("thing", "forbidden").pid)
"""

POLICY = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy
def validate(args, report):
    if args.props.get("v") == "forbidden":
        report("write another v")
rule = ResourceValidationPolicy("no-forbidden", "v is not forbidden", validate, EnforcementLevel.MANDATORY)
PolicyPack("pack", [rule])
"""


@pytest.fixture
def toy(project):
    """A project with a provider from a path."""
    with (project.folder / "Pulumi.yaml").open("a") as file:
        file.write("plugins:\n  providers:\n    - name: toy\n      path: ./provider\n")
    project.write("provider/PulumiPlugin.yaml", VIRTUALENV)
    project.write("provider/__main__.py", PROVIDER)
    project.write("__main__.py", THING)
    return project


def _diagnostics(output: str) -> str:
    return output.split("Diagnostics:")[1]


def test_a_provider_runs_from_a_path_and_is_another_process_in_the_update(toy):
    output = toy.pulumi("up", "--yes")
    pids = [line.split('"')[1] for line in output.splitlines() if "pid:" in line or "pid :" in line]
    assert len(pids) == 2, output
    assert pids[0] != pids[1]
    assert "2 deleted" in toy.pulumi("destroy", "--yes")


def test_a_mandatory_violation_fails_the_preview(toy):
    toy.write("policies/PulumiPolicy.yaml", VIRTUALENV)
    toy.write("policies/__main__.py", POLICY)
    output = toy.pulumi("preview", "--policy-pack", "policies", code=1)
    assert "[mandatory]  no-forbidden  (toy:index:Thing: thing)" in output
    assert "write another v" in output
    assert "Traceback" not in output
    toy.write("__main__.py", THING.replace('"forbidden"', '"allowed"'))
    toy.pulumi("preview", "--policy-pack", "policies")


def test_an_import_ends_well_and_says_what_it_took_over(toy):
    output = toy.pulumi("import", "toy:index:Thing", "adopted", "7", "--yes")
    assert "1 imported" in output
    assert 'resource adopted "toy:index:Thing"' in output
    assert "error" not in output


def test_a_relative_virtualenv_of_a_plugin_counts_from_its_own_folder(toy):
    (toy.folder / "shared").symlink_to(ROOT / ".venv")
    for folder in (".", "provider"):
        path = toy.folder / folder / ("Pulumi.yaml" if folder == "." else "PulumiPlugin.yaml")
        relative = "shared" if folder == "." else "../shared"
        path.write_text(path.read_text().replace(f"{ROOT}/.venv", relative))
    assert "2 to create" in toy.pulumi("preview")


def test_a_missing_virtualenv_is_told_with_what_to_run(project):
    project.write("Pulumi.yaml", "name: test\nruntime:\n  name: python\n  options: {virtualenv: gone}\n")
    project.write("__main__.py", "")
    output = project.pulumi("preview", code=1)
    assert "gone (runtime option virtualenv) has no bin/python. Run engine/setup" in output


def test_what_a_program_prints_is_shown(project):
    project.write("__main__.py", "import sys\nprint('from stdout')\nprint('from stderr', file=sys.stderr)\n")
    output = _diagnostics(project.pulumi("preview"))
    assert "from stdout" in output
    assert "from stderr" in output


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import pulumi\nraise pulumi.RunError('web1: say more')", ["error: web1: say more"]),
        ("import sys\nsys.exit('web1: say more')", ["error: web1: say more"]),
        ("import sys\nsys.exit(7)", ["The Python program exited with code 7"]),
        ("raise ValueError('web1')", ['__main__.py", line 1, in <module>', "ValueError: web1"]),
        ("import nothere", ["ModuleNotFoundError: No module named 'nothere'"]),
        (
            "import pulumi\npulumi.Output.from_input(1).apply(lambda n: n / 0)",
            ['__main__.py", line 2, in <lambda>', "ZeroDivisionError"],
        ),
        (
            "from pulumi_command import local\nlocal.Command('a', create=5)",
            ["Field 'create' must be a 'string'; got 'number' instead"],
        ),
    ],
)
def test_an_error_of_the_program_is_shown_once_and_without_the_hosts_own_lines(project, program, told):
    project.write("__main__.py", program + "\n")
    output = _diagnostics(project.pulumi("preview", code=1))
    for text in told:
        assert output.count(text) == 1, output
    for noise in ("engine/language", "site-packages", "KeyboardInterrupt", "asyncio"):
        assert noise not in output


def test_a_program_that_is_not_there_is_told(project):
    assert "There is no Python program" in project.pulumi("preview", code=1)


def test_config_and_secrets_reach_the_program(project):
    project.pulumi("config", "set", "--secret", "word", "hunter2")
    project.pulumi("config", "set", "--path", "fleet.hosts.web1", "10.0.0.1")
    project.write(
        "__main__.py",
        "import pulumi\n"
        "config = pulumi.Config()\n"
        "pulumi.export('host', config.require_object('fleet')['hosts']['web1'])\n"
        "pulumi.export('length', len(config.require('word')))\n"
        "pulumi.export('word', config.require_secret('word'))\n"
        "pulumi.export('names', [pulumi.get_project(), pulumi.get_stack()])\n",
    )
    output = project.pulumi("preview")
    assert '"10.0.0.1"' in output
    assert "7" in output
    assert "[secret]" in output
    assert "hunter2" not in output


def test_about_names_the_language_host(project):
    project.write("__main__.py", "")
    assert "engine/language of pulumi-kdump" in project.pulumi("about")
