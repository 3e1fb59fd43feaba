"""local.Command through the real CLI, our language host and our command provider."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

COMMAND = """
import pulumi
from pulumi_command import local
config = pulumi.Config()
log = config.require("log")
command = local.Command(
    "hello",
    create=f"echo created >> {log}; echo hello",
    update=f"echo updated >> {log}; echo hello again",
    delete=f"echo deleted >> {log}",
    stdin=config.get("stdin"),
    triggers=[config.get("trigger")],
    opts=pulumi.ResourceOptions(delete_before_replace=True),
)
pulumi.export("said", command.stdout)
"""


def _no_noise(output: str) -> None:
    for noise in ("Traceback", "KeyboardInterrupt", "panic:", "from $PATH", "asyncio", "fork"):
        assert noise not in output, output


def _state(project) -> list[str]:
    """URNs in the state, without the stack and its default providers."""
    resources = json.loads(project.pulumi("stack", "export"))["deployment"].get("resources", [])
    return [one["urn"] for one in resources if not one["type"].startswith("pulumi:")]


def test_the_life_of_a_command(project, tmp_path):
    log = tmp_path / "log"
    project.write("__main__.py", COMMAND)
    project.pulumi("config", "set", "log", str(log))

    preview = project.pulumi("preview", "--diff")
    assert "said: [unknown]" in preview
    assert not log.exists(), "a preview runs nothing"
    _no_noise(preview)

    assert 'said: "hello"' in project.up()
    assert log.read_text() == "created\n"

    assert "2 unchanged" in project.up()
    assert "2 unchanged" in project.pulumi("refresh", "--yes")
    project.pulumi("preview", "--expect-no-changes")
    assert log.read_text() == "created\n"

    project.pulumi("config", "set", "stdin", "more")
    assert "1 updated" in project.up()
    assert log.read_text() == "created\nupdated\n"

    project.pulumi("config", "set", "trigger", "now")
    preview = project.pulumi("preview")
    assert "1 to replace" in preview
    assert log.read_text() == "created\nupdated\n"
    assert "1 replaced" in project.up()
    assert log.read_text() == "created\nupdated\ndeleted\ncreated\n"

    _no_noise(project.pulumi("destroy", "--yes"))
    assert log.read_text() == "created\nupdated\ndeleted\ncreated\ndeleted\n"
    assert _state(project) == []


def test_a_failing_command_fails_the_update_tells_why_and_leaves_no_state(project):
    project.write(
        "__main__.py",
        'from pulumi_command import local\nlocal.Command("bad", create="echo the disk is full >&2; exit 3")\n',
    )
    output = project.up(code=1)
    assert output.count('error: exit status 3: running "echo the disk is full >&2; exit 3":') >= 1
    diagnostics = output.split("Diagnostics:")[1]
    assert diagnostics.count("exit status 3") == 1
    assert "the disk is full" in diagnostics
    assert _state(project) == []
    _no_noise(output)


def test_one_failure_stops_only_what_depends_on_it_and_deletes_nothing(project, tmp_path):
    project.write(
        "__main__.py",
        """
import os, pulumi
from pulumi_command import local
gone = os.environ["GONE"]
first = local.Command("first", create="exit 3" if os.environ.get("FAIL") else "true")
local.Command("dependent", create="true", delete=f"touch {gone}", opts=pulumi.ResourceOptions(depends_on=[first]))
local.Command("other", create="echo " + os.environ.get("FAIL", "no"))
""",
    )
    gone = tmp_path / "gone"
    project.up(GONE=str(gone))
    output = project.up(code=1, GONE=str(gone), FAIL="yes", PULUMI_CONTINUE_ON_ERROR="true")
    assert "1 updated" in output, "the other one"
    assert not gone.exists()
    assert sorted(urn.rsplit("::", 1)[1] for urn in _state(project)) == ["dependent", "first", "other"]
    _no_noise(output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_update_ends_its_command_without_a_traceback(project, tmp_path, number):
    pid = tmp_path / "pid"
    project.write(
        "__main__.py",
        "from pulumi_command import local\n"
        f'a = local.Command("a", create="echo $$ > {pid}; sleep 60")\n'
        'local.Command("b", create=a.stdout.apply(lambda text: "echo " + text))\n',
    )
    process = project.start("up", "--yes", "--skip-preview")
    _wait_for(pid.exists)
    time.sleep(0.2)
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "the update was cancelled" in output
    _no_noise(output)
    assert not _runs(int(pid.read_text()))
    assert _state(project) == []


def test_a_killed_cli_leaves_no_process_behind(project, tmp_path):
    pids = tmp_path / "pids"
    project.write(
        "__main__.py",
        "import os\n"
        "from pulumi_command import local\n"
        f'with open({str(pids)!r}, "a") as file:\n'
        '    file.write(f"{os.getpid()} {os.getppid()} ")\n'
        f'local.Command("a", create="echo $$ $PPID >> {pids}; sleep 60")\n',
    )
    process = project.start("up", "--yes", "--skip-preview")
    _wait_for(lambda: pids.exists() and pids.read_text().endswith("\n"))
    process.kill()
    process.communicate(timeout=60)
    started = [int(word) for word in pids.read_text().split()]
    assert len(started) == 4  # program, language host, command, command provider
    _wait_for(lambda: not any(_runs(pid) for pid in started))


def test_run_runs_in_previews_and_its_result_can_be_an_input(project):
    project.write(
        "__main__.py",
        "import pulumi\n"
        "from pulumi_command import local\n"
        'fact = local.run_output(command="echo measured")\n'
        'pulumi.export("fact", fact.stdout)\n',
    )
    assert '"measured"' in project.pulumi("preview")


def test_a_secret_input_is_secret_in_the_state(project):
    project.write(
        "__main__.py",
        "import pulumi\n"
        "from pulumi_command import local\n"
        'local.Command("a", create="cat > /dev/null", stdin=pulumi.Output.secret("hunter2"), logging="none")\n',
    )
    assert "hunter2" not in project.up()
    files = [path for path in (project.folder / "state").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"hunter2" in path.read_bytes()]
    assert "2 unchanged" in project.up(), "what is secret compares by its value"


def _wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
