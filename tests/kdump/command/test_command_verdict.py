"""`python -m kdump verdict`, and what it shares with the others: misuse, help, and no traceback."""

import json
from pathlib import Path

import pytest
from command_line import Ask, Write, process

GOOD = "path /var/crash\next4 /dev/sda3\n"
BAD = "net kdump@nas\npath /srv\ndefault panic\n"


def test_a_file_that_is_accepted_says_so(ask: Ask, file: Write) -> None:
    path = file(GOOD)
    assert ask("verdict", "--platform", "rhel-8.6", path) == (0, f"{path}: accepted on rhel 8.6 on x86_64\n", "")


def test_a_file_that_is_refused_says_which_lines_and_what_to_write(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "rhel-8.6", file(BAD))
    assert answer.status == 1
    first, second, third = answer.out.splitlines()
    assert first.endswith("refused on rhel 8.6 on x86_64")
    assert second.startswith("  line 1: 'net kdump@nas': ")
    assert "Write 'ssh kdump@nas'" in second
    assert third.startswith("  line 3: 'default panic': ")


def test_what_is_accepted_though_not_as_it_was_meant_is_told(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "fedora-42", file("default halt\n"))
    assert answer.status == 0
    assert "accepted, but: line 1: 'default halt'" in answer.out


def test_several_files_are_counted_and_one_refused_file_decides(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "rhel-9.4", file(GOOD, "a"), file(BAD, "b"), file("", "c"))
    assert answer.status == 1
    assert answer.out.splitlines()[-1] == "3 files: 2 accepted, 1 refused"


def test_standard_input_is_a_file_too(ask: Ask) -> None:
    assert ask("verdict", "--platform", "rhel-8.6", "-", stdin=GOOD.encode()).out.startswith("-: accepted")
    assert ask("verdict", "--platform", "rhel-8.6", "-", stdin=BAD.encode()).status == 1


def test_an_empty_file_is_a_file(ask: Ask, file: Write) -> None:
    assert ask("verdict", "--platform", "rhel-9.4", file("")).status == 0


def test_a_verdict_as_json(ask: Ask, file: Write) -> None:
    good, bad = file(GOOD, "good"), file(BAD, "bad")
    answer = ask("verdict", "--platform", "rhel-8.6", "--json", good, bad)
    assert (answer.status, answer.err) == (1, "")
    first, second = json.loads(answer.out)
    assert first == {
        "file": str(good),
        "accepted": True,
        "platform": "rhel 8.6 on x86_64",
        "refused": [],
        "warned": [],
    }
    assert second["accepted"] is False
    assert [finding["line"] for finding in second["refused"]] == [1, 3]
    assert set(second["refused"][0]) == {"line", "option", "found", "message", "instead"}


@pytest.mark.parametrize(
    "own", [("--host-name", "web1"), ("--addresses", "192.0.2.9,192.0.2.7"), ("--addresses", "192.0.2.7 ::1")]
)
def test_the_hosts_own_name_and_addresses_are_compared(ask: Ask, file: Write, own: tuple[str, str]) -> None:
    path = file("fence_kdump_nodes web1 192.0.2.7\n")
    assert ask("verdict", "--platform", "rhel-9.4", path).status == 0
    answer = ask("verdict", "--platform", "rhel-9.4", *own, path)
    assert answer.status == 1
    assert "own" in answer.out


@pytest.mark.parametrize(
    ("platform", "virtualisation", "instead"),
    [
        ("rhel-5.11", "xen-pv", "Use xendump"),
        ("rhel-6.9", "xen-pv", "Use xendump"),
        ("rhel-4.8", "none", "Use netdump"),
    ],
)
def test_where_kdump_does_not_work_that_comes_first(
    ask: Ask, file: Write, platform: str, virtualisation: str, instead: str
) -> None:
    where = ("verdict", "--platform", platform, "--virtualisation", virtualisation)
    answer = ask(*where, file(GOOD))
    assert (answer.status, answer.err) == (1, "")
    first, second = answer.out.splitlines()[:2]
    assert ": refused on rhel " in first
    assert instead in second
    (said,) = json.loads(ask(*where, "--json", file(GOOD)).out)
    assert said["accepted"] is False
    assert instead in said["refused"][0]["instead"]
    assert said["refused"][0]["line"] is None


def test_in_a_guest_without_kdump_the_file_is_judged_all_the_same(ask: Ask, file: Write) -> None:
    path = file("no_such_option 1\n")
    answer = ask("verdict", "--platform", "rhel-6.9", "--virtualisation", "xen-pv", path)
    assert answer.status == 1
    alone = ask("verdict", "--platform", "rhel-6.9", path).out.splitlines()
    assert answer.out.splitlines()[2:] == alone[1:]


def test_addresses_may_be_given_several_times(ask: Ask, file: Write) -> None:
    path = file("fence_kdump_nodes 192.0.2.7\n")
    addresses = ("--addresses", "192.0.2.6", "--addresses", "192.0.2.7")
    assert ask("verdict", "--platform", "rhel-9.4", *addresses, path).status == 1


def test_bytes_that_are_no_utf_8_are_shown_and_never_sent_to_the_terminal(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "rhel-9.4", file(b"pa\xffth \x1b[31m/x\n"))
    assert answer.status == 1
    assert all(char.isprintable() or char == "\n" for char in answer.out)


@pytest.mark.parametrize("command", ["verdict", "render", "migrate"])
def test_what_cannot_be_read_is_told_by_its_name(ask: Ask, tmp_path: Path, command: str) -> None:
    platform = ("--from", "rhel-5.11", "--to", "rhel-9.4") if command == "migrate" else ("--platform", "rhel-9.4")
    for name, said in ((tmp_path / "nowhere", "No such file"), (tmp_path, "Is a directory")):
        answer = ask(command, *platform, name)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith(f"python -m kdump {command}: {name} cannot be read: {said}")


@pytest.mark.parametrize("command", ["verdict", "render"])
def test_a_file_that_is_no_text_is_told_by_its_name(ask: Ask, file: Write, command: str) -> None:
    answer = ask(command, "--platform", "rhel-9.4", file(b"\x7fELF\x02\0\0\0"))
    assert (answer.status, answer.out) == (2, "")
    assert "is no text" in answer.err


def test_a_file_too_large_for_a_configuration_is_not_judged(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "rhel-9.4", file(b"#" * (16 << 20) + b"\n"))
    assert answer.status == 2
    assert "larger than 16 MiB" in answer.err


def test_nothing_is_printed_when_one_of_several_files_cannot_be_read(ask: Ask, file: Write) -> None:
    answer = ask("verdict", "--platform", "rhel-9.4", "--json", file(GOOD), file(GOOD, "b") / "c")
    assert (answer.status, answer.out) == (2, "")


def test_standard_input_is_read_once_and_only_where_there_is_one(ask: Ask) -> None:
    assert "only once" in ask("verdict", "--platform", "rhel-9.4", "-", "-", stdin=b"").err
    answer = ask("verdict", "--platform", "rhel-9.4", "-")
    assert (answer.status, answer.out) == (2, "")
    assert "Standard input is closed" in answer.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rhel", "a hyphen and the release"),
        ("slackware-15", "Write one of"),
        ("rhel-2", "rhel 3 or newer"),
        ("debian-10", "debian 11 or newer"),
        ("ubuntu-18.04", "ubuntu 20.04 or newer"),
        ("", "a distribution and its release"),
    ],
)
@pytest.mark.parametrize("command", [("verdict",), ("render",), ("crashkernel", "--memory", "8G")])
def test_a_platform_of_which_nothing_is_known_is_misuse(
    ask: Ask, file: Write, command: tuple[str, ...], name: str, said: str
) -> None:
    files = () if command[0] == "crashkernel" else (file("target: {kind: local, path: /x}\n"),)
    answer = ask(*command, "--platform", name, *files)
    assert (answer.status, answer.out) == (2, "")
    assert f"python -m kdump {command[0]}: platform: found " in answer.err
    assert said in answer.err


def test_a_platform_without_kdump_conf_has_no_verdict(ask: Ask, file: Write) -> None:
    for name in ("debian-12", "sles-15.7"):
        answer = ask("verdict", "--platform", name, file(GOOD))
        assert answer.status == 2
        assert "/etc/kdump.conf" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("judge",), "invalid choice: 'judge'"),
        (("verdict", "x"), "--platform"),
        (("verdict", "--platform", "rhel-9.4"), "FILE"),
        (("migrate", "--from", "rhel-7.9", "x"), "--to"),
        (("crashkernel", "--platform", "rhel-9.4"), "--memory"),
        (("verdict", "--platform", "rhel-9.4", "--architecture", "amd64", "x"), "Write 'x86_64'"),
        (("verdict", "--platform", "rhel-9.4", "--architecture", "arm64", "x"), "Write 'aarch64'"),
        (("verdict", "--platform", "rhel-9.4", "--architecture", "vax", "x"), "needed one of x86_64"),
        (("verdict", "--platform", "rhel-9.4", "--virtualisation", "docker", "x"), "xen-hvm"),
    ],
)
def test_what_the_command_does_not_understand_is_told(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    answer = ask(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize("command", [(), ("verdict",), ("render",), ("crashkernel",), ("migrate",)])
def test_help_is_there(ask: Ask, command: tuple[str, ...]) -> None:
    answer = ask(*command, "--help")
    assert answer.status == 0
    assert answer.out.startswith("usage: python -m kdump")
    if not command:
        assert "exit status: 0 accepted" in answer.out
        assert "python -m kdump verdict --platform rhel-8.6 /etc/kdump.conf" in answer.out


def test_the_command_in_a_process_of_its_own(file: Write) -> None:
    assert process("verdict", "--platform", "rhel-8.6", "-", stdin=GOOD.encode()).status == 0
    answer = process("verdict", "--platform", "rhel-8.6", file(BAD))
    assert (answer.status, answer.err) == (1, "")


@pytest.mark.parametrize(
    ("shell", "status"), [(">&-", 0), ("| true", 0), (">/dev/full", 2), ("<&-", 0), ("2>&-", 0), ("| head -1", 0)]
)
def test_an_answer_that_nobody_takes_leaves_no_traceback(file: Write, shell: str, status: int) -> None:
    answer = process("verdict", "--platform", "rhel-8.6", file(GOOD), file(GOOD, "b"), shell=shell)
    assert answer.status == status
    assert "Traceback" not in answer.out + answer.err
    assert "Exception ignored" not in answer.err
    if shell == ">/dev/full":
        assert "cannot be written" in answer.err


def test_names_and_answers_beyond_the_terminals_letters_are_no_problem(file: Write) -> None:
    path = file("päth /x\n", "ünï.conf")
    for encoding in ("ascii", "utf-8"):
        answer = process("verdict", "--platform", "rhel-8.6", path, PYTHONIOENCODING=encoding, PYTHONUTF8="1")
        assert answer.status == 1
        assert "Traceback" not in answer.err
        assert "does not know the option" in answer.out
    assert process("verdict", "--help", PYTHONIOENCODING="ascii").status == 0
