"""Hosts that let us in and then talk, rave, flood or keep silent; and those that lack common tools."""

from __future__ import annotations

import threading

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import ACCOUNT, BOOT, CONFIGURATION, INPUTS
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
ANSWERS_FOR_ROOT = "/etc/ssh/sshd_config.d/answers.conf"


def always_answer(host: FixtureHost, command: str) -> None:
    """Whatever root asks for over SSH, this is run."""
    host.write(ANSWERS_FOR_ROOT, f"ForceCommand {command}\n")
    host.reboot()


def test_banners_and_noisy_login_scripts(engine: Engine, host: FixtureHost) -> None:
    host.write("/etc/issue.net", "Keep out!\n" * 50)
    host.write(ANSWERS_FOR_ROOT, "Banner /etc/issue.net\n")
    host.run("chsh -s /bin/bash root")
    noise = "echo Welcome to $(hostname); echo 0.done written; seq 1 2000; echo oops >&2; printf 'no line end'\n"
    for name in (".bashrc", ".profile", ".bash_profile"):
        host.write(f"/root/{name}", noise)
    host.reboot()
    before = host.listing()
    for token in (CONFIGURATION, BOOT, ACCOUNT):
        one = engine.resource(token)
        one.up(INPUTS[token](host))
        assert one.refresh() == {}
        one.destroy()
    assert host.listing() == before


@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/dash"])
def test_login_scripts_that_change_how_shells_work(engine: Engine, host: FixtureHost, shell: str) -> None:
    setting = "set -eu; alias cp='cp -i' rm='rm -i' mv='mv -i'; umask 077; IFS=x; cd /tmp; export POSIXLY_CORRECT=1"
    host.run(f"chsh -s {shell} root")
    host.write("/root/.bashrc", f"{setting}\n")
    host.write("/root/.profile", f"{setting}\n")
    before = host.listing()
    one = engine.resource(CONFIGURATION)
    one.up(INPUTS[CONFIGURATION](host))
    assert one.refresh() == {}
    assert host.run("stat -c %a /etc/default/kdump-tools") == "644\n"
    one.destroy()
    assert host.listing() == before


@pytest.mark.parametrize(
    ("command", "meaning"),
    [
        ("/bin/echo hello", ("did not carry out", "Log in by hand")),
        ("/usr/bin/head -c 300000 /dev/urandom", ("did not carry out",)),
        ("/bin/false", ("did not carry out", "exit code 1")),
        ("/usr/bin/yes", ("more than 1 MiB",)),
        ("/bin/sleep 30", ("no answer within 1 s",)),
        ("/bin/cat", ("did not carry out",)),
    ],
)
def test_answers_that_are_none(
    engine: Engine, host: FixtureHost, monkeypatch: pytest.MonkeyPatch, command: str, meaning: tuple[str, ...]
) -> None:
    monkeypatch.setattr("provider.ssh.OUTPUT_LIMIT", 1024 * 1024)
    monkeypatch.setattr("provider.ssh.ASK_SECONDS", 1)
    always_answer(host, command)
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up(INPUTS[CONFIGURATION](host))
    assert_clear(failed.value.message, *meaning, host=host.address)
    facts = engine.facts(host.connection())
    assert not facts["reachable"]
    assert_clear(facts["problem"], *meaning, host=host.address)


def test_an_account_that_may_not_log_in(engine: Engine, host: FixtureHost) -> None:
    host.run("usermod -s /usr/sbin/nologin ops")
    facts = engine.facts(host.connection("ops", sudo=True))
    assert_clear(facts["problem"], "sudo|account|carry out", "not available", host=host.address)


def test_tools_that_are_not_needed(engine: Engine, host: FixtureHost) -> None:
    host.run("rm $(command -v mktemp readlink timeout install perl python3)", check=False)
    before = host.listing()
    one = engine.resource(CONFIGURATION)
    one.up(INPUTS[CONFIGURATION](host))
    one.destroy()
    assert host.listing() == before


@pytest.mark.parametrize("tool", ["od", "stat", "flock"])
def test_tools_that_are_needed(engine: Engine, host: FixtureHost, tool: str) -> None:
    host.run(f"rm $(command -v {tool})")
    before = host.listing()
    with pytest.raises(Failed) as failed:
        engine.resource(CONFIGURATION).up(INPUTS[CONFIGURATION](host))
    assert_clear(failed.value.message, tool, host=host.address)
    assert host.listing() == before


def test_configuration_files_that_are_strange(engine: Engine, host: FixtureHost) -> None:
    one = engine.resource(CONFIGURATION)
    one.up(INPUTS[CONFIGURATION](host))
    original = host.path("/etc/default/kdump-tools").read_bytes()
    for strange in (b"\xff\xfe\x00binary\x00", b"", b"A" * 3_000_000, original.replace(b"\n", b"\r\n")):
        host.path("/etc/default/kdump-tools").write_bytes(strange)
        if len(strange) > 1024 * 1024:
            with pytest.raises(Failed) as failed:
                one.refresh()
            assert_clear(failed.value.message, "MiB|larger", host=host.address)
            host.path("/etc/default/kdump-tools").write_bytes(original)
            continue
        assert one.refresh() != {}
        assert one.up(INPUTS[CONFIGURATION](host)) == "update"
        assert one.refresh() == {}
    host.run("mv /etc/default/kdump-tools /etc/default/elsewhere; ln -s elsewhere /etc/default/kdump-tools")
    one.up(INPUTS[CONFIGURATION](host, dumpLevel=3))
    assert one.refresh() == {}
    assert host.path("/etc/default/kdump-tools").is_symlink(), "a link stays one"
    host.run("rm /etc/default/kdump-tools /etc/default/elsewhere; mkdir /etc/default/kdump-tools")
    with pytest.raises(Failed) as failed:
        one.force_update()
    assert_clear(failed.value.message, "/etc/default/kdump-tools", host=host.address)


def test_an_sshd_that_allows_one_session_at_a_time(engine: Engine, host: FixtureHost) -> None:
    host.write("/etc/ssh/sshd_config.d/sessions.conf", "MaxSessions 1\n")
    host.reboot()
    one = engine.resource(BOOT)
    problems: list[str] = []
    changing = threading.Event()

    def ask_beside() -> None:
        while not changing.is_set():
            problems.append(engine.facts(host.connection())["problem"])

    beside = threading.Thread(target=ask_beside)
    beside.start()
    try:
        for megabytes in (256, 320, 256):
            one.up(INPUTS[BOOT](host, crashkernel=f"{megabytes}M"))
    finally:
        changing.set()
        beside.join(60)
    assert problems
    assert set(problems) == {""}
