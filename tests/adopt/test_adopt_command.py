"""The command line of `python -m provider.adopt`: what it prints, and how it says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from provider.adopt.__main__ import main
from tests.adopt.adopting import adopt, where
from tests.provider.conftest import StartHost
from tests.provider.fixture.host import FixtureHost


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://web1"], "names no host"),
        (["web1?nonsense=1"], "nonsense"),
        (["web1", "--name", "Web 1"], "--name: found 'Web 1'"),
        (["web1", "--as", "solaris-11"], "a distribution and its release"),
        (["web1", "--as", "rhel-8.99"], "8.10"),
        (["web1", "--collector", "vault"], "vault=10.0.0.9:/srv/kdump"),
    ],
)
def test_misuse_is_told_before_any_host_is_asked(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_a_host_out_of_reach_is_its_own_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ssh://root@127.0.0.1:1?sshConfig=/dev/null"]) == 1
    printed = capsys.readouterr()
    assert "root@127.0.0.1:1 (connection.host): it cannot be reached" in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


@pytest.mark.fixture
def test_json_has_the_same_as_the_page(host: FixtureHost) -> None:
    told = json.loads(adopt(host, "--json", "--name", "db7"))
    assert told["fleet"]["hosts"]["db7"]["platform"] == "debian-12"
    assert {one["name"] for one in told["imports"]} == {"db7-boot-arguments", "db7-configuration", "db7-service"}
    assert any(note["setting"] == "crashkernel" and "boot entries" in note["text"] for note in told["notes"])


@pytest.mark.fixture
def test_a_host_without_kdump_has_nothing_to_adopt(start_host: StartHost) -> None:
    said = adopt(start_host(complete=False), status=1)
    assert "there is nothing to adopt: no boot entry has crashkernel=" in said


@pytest.mark.fixture
def test_it_runs_as_a_module_and_leaves_nothing_behind(host: FixtureHost) -> None:
    before = host.listing(times=True)
    done = subprocess.run(
        [sys.executable, "-m", "provider.adopt", where(host)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "target: {local: {path: /var/crash}}" in done.stdout
    assert host.listing(times=True) == before
