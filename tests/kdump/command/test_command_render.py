"""`python -m kdump render`: settings as a person writes them, and the files they become."""

import json

import pytest
from command_line import Ask, Write

SETTINGS = "target: {kind: ssh, server: nas, user: kdump, path: /srv/web1}\ndumpLevel: 17\n"


def test_settings_become_the_files_of_the_platform(ask: Ask, file: Write) -> None:
    answer = ask("render", "--platform", "rhel-9.4", file(SETTINGS))
    assert (answer.status, answer.err) == (0, "")
    assert [line for line in answer.out.splitlines() if not line.startswith("# ")] == [
        "### /etc/kdump.conf: the whole file",
        "path /srv/web1",
        "sshkey /root/.ssh/kdump_id_rsa",
        "ssh kdump@nas",
        "core_collector makedumpfile -c --message-level 7 -d 17 -F",
    ]


@pytest.mark.parametrize(
    ("platform", "path"), [("debian-12", "/etc/default/kdump-tools"), ("sles-15-sp7", "/etc/sysconfig/kdump")]
)
def test_settings_become_the_files_of_other_families(ask: Ask, file: Write, platform: str, path: str) -> None:
    answer = ask("render", "--platform", platform, file(SETTINGS))
    assert answer.status == 0
    assert answer.out.startswith(f"### {path}: the whole file\n")


def test_what_is_rendered_is_accepted_by_the_verdict(ask: Ask, file: Write) -> None:
    rendered = ask("render", "--platform", "rhel-8.6", file(SETTINGS))
    assert ask("verdict", "--platform", "rhel-8.6", "-", stdin=rendered.out.encode()).status == 0


def test_values_are_words_and_need_no_quotes(ask: Ask, file: Write) -> None:
    text = (
        "target: {kind: nfs, server: nas, export: /srv, version: 4.2}\nfailureAction:\n"
        "options:\n  force_rebuild: 1\n  auto_reset_crashkernel: no\n  KDUMP_COMMANDLINE_APPEND: nr_cpus=1\n"
    )
    answer = ask("render", "--platform", "rhel-9.4", file(text))
    assert answer.status == 0
    for line in ("force_rebuild 1", "auto_reset_crashkernel no", 'KDUMP_COMMANDLINE_APPEND="nr_cpus=1"'):
        assert f"{line}\n" in answer.out
    assert "vers=4.2" in answer.out
    assert "### /etc/sysconfig/kdump: set these in the file, the rest of it stays\n" in answer.out


def test_settings_may_be_json_with_tabs_and_numbers(ask: Ask, file: Write) -> None:
    text = '{\n\t"target": {"kind": "local", "path": "/srv"},\n\t"dump_level": 3, "options": {"force_rebuild": 1}\n}\n'
    answer = ask("render", "--platform", "rhel-9.4", file(text))
    assert answer.status == 0
    assert "-d 3\nforce_rebuild 1\n" in answer.out


def test_settings_may_share_parts_as_yaml_has_it(ask: Ask, file: Write) -> None:
    text = "target: &where {kind: local, path: /srv}\noptions: {<<: {force_rebuild: 0}, kdump_pre: /bin/x}\n"
    answer = ask("render", "--platform", "rhel-9.4", file(text))
    assert answer.status == 0
    assert "kdump_pre /bin/x\nforce_rebuild 0\n" in answer.out
    text = (
        "target: &where {kind: local, path: /srv}\n"
        "options: {<<: [{force_rebuild: 0}, {force_rebuild: 1}], kdump_pre: /bin/x, kdump_post: /bin/x}\n"
    )
    assert "force_rebuild 0\n" in ask("render", "--platform", "rhel-9.4", file(text)).out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("target: {kind: local, path: /x}\nfailureAction: panic\n", "failureAction: found 'panic'"),
        ("target: {kind: local, path: /x}\nfinalAction: shell\n", "finalAction: found 'shell'"),
        ("target: {kind: local, path: x}\n", "target.path: found 'x'"),
        ("target: {kind: raw}\n", "target.device: found None, needed a value"),
        ("target: {kind: loca, path: /x}\n", "target.kind: found 'loca', needed one of 'local', 'filesystem'"),
        ("target: {kind: local, path: /x}\ndumpLevel: !!bool maybe\n", "dumpLevel: found 'maybe'"),
        ("target: {kind: local, path: /x}\noptions: {force_rebuild: !!int x}\n", "options.force_rebuild: found 'x'"),
        ("target: !!timestamp x\n", "target: found 'x'"),
        ("dumpLevel: 3\n", "target: found None, needed a value. Set target"),
        ("target: {kind: local, path: /x}\ndumpLevel: 32\n", "dumpLevel: found 32"),
        ("target: {kind: local, path: /x}\ndumpLevel: all\n", "dumpLevel: found 'all'"),
        ("target: {kind: local, path: /x}\ncompression: gzip\n", "compression: found 'gzip'"),
        ("target: {kind: local, path: /x}\noptions: {link_delay: 60}\n", "options.link_delay"),
        ("target: {kind: local, path: /x}\noptions: {core_colector: cp}\n", "options.core_colector"),
        ("target: {kind: virtiofs, tag: x}\n", "target: found 'virtiofs x'"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(ask: Ask, file: Write, settings: str, said: str) -> None:
    path = file(settings)
    answer = ask("render", "--platform", "rhel-8.6", path)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(f"{path}: {said}")
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("targt: {kind: local, path: /x}\n", "targt: found {'kind': 'local', 'path': '/x'}"),
        ("targt: {kind: local, path: /x}\n", "Write target."),
        ("target: {kind: local, path: /x}\ndumplevel: 3\n", "Write dumpLevel."),
        ("target: {kind: local, path: /x}\nfailure-acton: halt\n", "Write failureAction."),
        ("target: {kind: local, path: /x}\nlink_delay: 60\n", "belong below options"),
        ("target: {kind: local, path: /x}\n1: 2\n", "1: found '2'"),
    ],
)
def test_misspelt_settings_are_told_the_right_spelling(ask: Ask, file: Write, settings: str, said: str) -> None:
    answer = ask("render", "--platform", "rhel-8.6", file(settings))
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "has no settings. Write for example: target:"),
        ("# only a comment\n", "has no settings"),
        ("- a\n- b\n", "has no settings"),
        ("just words\n", "has no settings"),
        ("target: [\n", "is neither YAML nor JSON"),
        ("target: {kind: local}\n  path: /x\n", "is neither YAML nor JSON"),
        ('{"target": ', "is neither YAML nor JSON"),
        ("a: !!python/object/apply:os.system [id]\n", "is neither YAML nor JSON"),
        ("? [a, b]\n: c\n", "is neither YAML nor JSON"),
        ("dumpLevel: 3\ndump_level: 4\n", "the setting dumpLevel twice"),
        ("dumpLevel: 3\ndumpLevel: 4\n", "has 'dumpLevel' twice in one place"),
        ("target: {kind: local, path: /x, path: /y}\n", "has 'path' twice in one place"),
        ('{"target": {"kind": "local", "path": "/x", "path": "/y"}}', "has 'path' twice in one place"),
        ("options: {1: a, '1': b}\n", "has '1' twice in one place"),
        ("target: !!set [a]\n", "is neither YAML nor JSON"),
        ("[" * 5000, "nests too deeply"),
        ('{"a":' * 5000, "nests too deeply"),
        (b"target: \xff\n", "is neither YAML nor JSON"),
    ],
)
def test_what_holds_no_settings_is_misuse(ask: Ask, file: Write, settings: str | bytes, said: str) -> None:
    answer = ask("render", "--platform", "rhel-8.6", file(settings))
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_rendered_files_as_json(ask: Ask, file: Write) -> None:
    good, bad = file(SETTINGS, "good.yaml"), file("target: {kind: local, path: x}\n", "bad.yaml")
    answer = ask("render", "--platform", "rhel-9.4", "--json", good, bad)
    assert (answer.status, answer.err) == (1, "")
    first, second = json.loads(answer.out)
    assert first["settings"] == str(good)
    assert first["refused"] is None
    (one,) = first["files"]
    assert (one["path"], one["whole"]) == ("/etc/kdump.conf", True)
    assert "ssh kdump@nas\n" in one["text"]
    assert second["files"] == []
    assert second["refused"].startswith("target.path: ")


def test_files_from_several_settings_say_which_they_are_from(ask: Ask, file: Write) -> None:
    a, b = file(SETTINGS, "a.yaml"), file(SETTINGS, "b.yaml")
    answer = ask("render", "--platform", "rhel-9.4", a, b)
    heads = [line for line in answer.out.splitlines() if line.startswith("###")]
    assert heads == [f"### {name}: /etc/kdump.conf: the whole file" for name in (a, b)]


def test_settings_are_refused_for_the_host_itself_and_for_machines_without_kdump(ask: Ask, file: Write) -> None:
    path = file("target: {kind: local, path: /x}\noptions: {fence_kdump_nodes: web1}\n")
    answer = ask("render", "--platform", "rhel-9.4", "--host-name", "web1", path)
    assert answer.status == 1
    assert "options.fence_kdump_nodes" in answer.err
    assert ask("render", "--platform", "rhel-9.4", path).status == 0
    answer = ask("render", "--platform", "rhel-6.9", "--virtualisation", "xen-pv", path)
    assert answer.status == 1
    assert "xendump" in answer.err
    assert "netdump" in ask("render", "--platform", "rhel-4", path).err
