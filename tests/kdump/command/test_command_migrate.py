"""`python -m kdump migrate`: an old file as a newer release has it, and what is lost told apart."""

import json

from command_line import Ask, Write


def test_an_old_file_becomes_a_new_one_and_what_is_lost_is_told_apart(ask: Ask, file: Write) -> None:
    path = file("net nas:/srv\ncore_collector makedumpfile -c -d 31\nlink_delay 60\n")
    answer = ask("migrate", "--from", "rhel-5.11", "--to", "rhel-9.4", path)
    assert answer.status == 0
    assert answer.out.startswith("### /etc/kdump.conf: the whole file\n")
    assert "\nnfs nas:/srv\n" in answer.out
    assert (
        answer.err == f"{path}: mind: 'link_delay 60': it is not needed any more, the capture kernel waits by itself\n"
    )


def test_a_file_that_cannot_be_moved_is_told_with_its_reasons(ask: Ask, file: Write) -> None:
    path = file("raw /dev/sdb1\n")
    answer = ask("migrate", "--from", "rhel-6.9", "--to", "debian-12", path)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(f"{path}: nothing can be written for debian 12 on x86_64, because:\n  target.kind: ")


def test_migrations_as_json(ask: Ask, file: Write) -> None:
    good, bad = file("nfs nas:/srv\n", "good"), file("raw /dev/a\nraw /dev/b\n", "bad")
    answer = ask("migrate", "--from", "rhel-7.9", "--to", "rhel-9.4", "--json", good, bad)
    assert (answer.status, answer.err) == (1, "")
    first, second = json.loads(answer.out)
    assert first["file"] == str(good)
    assert first["configuration"]["target"] == {
        "kind": "nfs",
        "server": "nas",
        "export": "/srv",
        "path": "/var/crash",
    }
    assert first["files"][0]["path"] == "/etc/kdump.conf"
    assert first["lost"] == []
    assert (second["configuration"], second["files"]) == (None, [])
    assert second["lost"]


def test_a_migration_from_before_kdump_is_misuse(ask: Ask, file: Write) -> None:
    answer = ask("migrate", "--from", "rhel-4", "--to", "rhel-9.4", file(""))
    assert answer.status == 2
    assert "netdump" in answer.err


def test_what_is_migrated_is_accepted_by_the_verdict(ask: Ask, file: Write) -> None:
    moved = ask("migrate", "--from", "rhel-6.9", "--to", "rhel-9.4", file("ssh kdump@nas\ndefault halt\n"))
    assert ask("verdict", "--platform", "rhel-9.4", "-", stdin=moved.out.encode()).status == 0


def test_what_the_old_host_never_accepted_is_not_moved(ask: Ask, file: Write) -> None:
    path = file("nsf nas:/srv\n")
    answer = ask("migrate", "--from", "rhel-7.9", "--to", "rhel-9.4", path)
    assert (answer.status, answer.out) == (1, "")
    assert "The old host's own tools refuse this file: line 1: 'nsf nas:/srv': kdumpctl of release 7" in answer.err
