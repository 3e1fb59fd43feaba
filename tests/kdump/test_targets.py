import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.errors import Refusal
from kdump.targets import (
    DEFAULT_IDENTITY,
    LocalTarget,
    NfsTarget,
    SshTarget,
    bracketed,
    checked_path,
    checked_server,
    checked_user,
    normalised,
    target_from,
)

HOSTILE = [
    "a b",
    "a\nb",
    "$(id)",
    "`id`",
    "a;b",
    "a|b",
    "a&b",
    "a'b",
    'a"b',
    "a\\b",
    "a*",
    "a?",
    "[a]",
    "é",
    "a\x00b",
    "~",
]


def test_each_kind_becomes_its_model() -> None:
    assert target_from({"kind": "local", "path": "/var/crash"}) == LocalTarget(path="/var/crash")
    assert target_from({"kind": "nfs", "server": "c", "export": "/"}) == NfsTarget(server="c", export="/")
    ssh = target_from({"kind": "ssh", "server": "c", "user": "kdump", "path": "/srv/kdump/web1"})
    assert ssh == SshTarget(server="c", user="kdump", path="/srv/kdump/web1", identity=DEFAULT_IDENTITY)


@pytest.mark.parametrize("path", [f"/{text}" for text in HOSTILE] + ["", "relative", "C:/x", "~/x", "-rf"])
def test_paths_that_a_shell_would_read_otherwise_are_refused(path: str) -> None:
    for target in (
        {"kind": "local", "path": path},
        {"kind": "nfs", "server": "c", "export": path},
        {"kind": "ssh", "server": "c", "user": "u", "path": path},
        {"kind": "ssh", "server": "c", "user": "u", "path": "/x", "identity": path},
    ):
        with pytest.raises(Refusal, match="absolute path"):
            target_from(target)


@pytest.mark.parametrize(
    ("path", "plain"),
    [("/a/", "/a"), ("//a", "/a"), ("/a//b", "/a/b"), ("/a/../b", "/b"), ("/./a", "/a"), ("/..", "/"), ("///", "/")],
)
def test_a_path_that_has_another_name_is_told_that_name(path: str, plain: str) -> None:
    with pytest.raises(Refusal, match=r"without '\.', '\.\.'") as caught:
        checked_path(path)
    assert repr(plain) in caught.value.instead
    assert normalised(path) == plain


@pytest.mark.parametrize("path", ["/tmp", "/tmp/x", "/proc/1", "/dev/shm", "/run/x", "/sys", "/"])
def test_a_local_dump_must_survive_the_reboot(path: str) -> None:
    with pytest.raises(Refusal):
        target_from({"kind": "local", "path": path})


def test_a_directory_that_only_begins_like_a_volatile_one_is_fine() -> None:
    assert LocalTarget(path="/tmpfiles/crash").path == "/tmpfiles/crash"


@pytest.mark.parametrize(
    ("server", "bare"),
    [
        ("collector", "collector"),
        ("c-1.example.org", "c-1.example.org"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:0DB8:0:0:0:0:0:7", "2001:db8::7"),
    ],
)
def test_servers_are_names_or_addresses_and_ipv6_is_kept_bare(server: str, bare: str) -> None:
    assert checked_server(server) == bare
    assert NfsTarget(server=server, export="/x").server == bare


def test_an_ipv6_address_gets_brackets_before_a_colon() -> None:
    assert bracketed("2001:db8::7") == "[2001:db8::7]"
    assert bracketed("collector") == "collector"


@pytest.mark.parametrize(
    "server",
    [
        *HOSTILE,
        "",
        "-oProxyCommand=x",
        "a..b",
        ".a",
        "a.",
        "a_b",
        "user@host",
        "host:22",
        "1.2.3",
        "1.2.3.256",
        "[::1",
        "fe80::1%eth0",
        "[c]",
        "a" * 64,
        "a." * 130 + "a",
    ],
)
def test_anything_else_is_no_server(server: str) -> None:
    with pytest.raises(Refusal):
        checked_server(server)


@pytest.mark.parametrize("user", [*HOSTILE, "", "-l", "1a", "a@b", "a:b", "a/b", "a" * 33])
def test_users_are_plain_names(user: str) -> None:
    with pytest.raises(Refusal):
        checked_user(user)


@given(st.text(max_size=12))
def test_nothing_that_passes_means_anything_to_a_shell(text: str) -> None:
    for check, value in ((checked_path, f"/{text}"), (checked_server, text), (checked_user, text)):
        try:
            passed = check(value)
        except Refusal:
            continue
        assert passed.isascii()
        assert not set(passed) & set(" \t\r\n\"'$`\\;&|<>(){}[]*?!#~")
        assert not passed.startswith("-")
