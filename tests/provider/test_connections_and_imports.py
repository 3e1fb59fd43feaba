"""The connection as a setting, and the ids that name a host for `pulumi import`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from provider.connection import Connection, from_import_id

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO4MV8ntxX8xWcZ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web1", {"host": "web1"}),
        ("Web1.Example.org", {"host": "Web1.Example.org"}),
        ("root@10.0.0.5:22", {"user": "root", "host": "10.0.0.5", "port": 22}),
        ("ssh://ops@web1?sudo=true", {"user": "ops", "host": "web1", "sudo": True}),
        ("ssh://ops@web1:2222?sudo=true&sshConfig=.lab/ssh_config",
         {"user": "ops", "host": "web1", "port": 2222, "sudo": True, "sshConfig": ".lab/ssh_config"}),
        ("ssh://[2001:db8::1]:22", {"host": "2001:db8::1", "port": 22}),
        (f"ssh://web1?hostKeys={KEY.replace(' ', '%20')}", {"host": "web1", "hostKeys": [KEY]}),
        ("web1?connectTimeout=5&proxyJump=gate", {"host": "web1", "connectTimeout": 5, "proxyJump": "gate"}),
    ],
)  # fmt: skip
def test_import_ids(text: str, expected: dict[str, object]) -> None:
    assert from_import_id(text).wire() == expected


@pytest.mark.parametrize(
    "text",
    ["", "ssh://", "http://web1", "web1/path", "web1:99999", "web1:port", "web1?sudo", "web1?nonsense=1",
     "-oProxyCommand=x", "web1?sudo=perhaps", "a b", "root@"],
)  # fmt: skip
def test_ids_that_name_no_host(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own is one, too
        from_import_id(text)


@given(st.text(max_size=30))
def test_no_text_is_more_than_refused(text: str) -> None:
    try:
        connection = from_import_id(text)
    except ValueError:
        return
    assert connection.host
    assert not any(character.isspace() for character in connection.label)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "-oProxyCommand=touch"), ("host", "a b"), ("host", ""), ("user", "-l"), ("user", "a b"),
        ("port", 0), ("port", 65536), ("hostKeys", ["AAAA"]), ("hostKeys", [KEY + "\nssh-rsa AAAA"]),
        ("identityFile", ""), ("identityFile", "a\nb"), ("sshConfig", "a\0b"), ("proxyJump", "x\ny"),
        ("connectTimeout", 0), ("sudoPasswordEnv", "my password"), ("nonsense", 1),
    ],
)  # fmt: skip
def test_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=r".+"):
        Connection.model_validate({"host": "web1", field: value})


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"host": "web1"}, "web1"),
        ({"host": "web1", "user": "ops"}, "ops@web1"),
        ({"host": "web1", "user": "ops", "port": 2222}, "ops@web1:2222"),
    ],
)
def test_the_label_of_messages(fields: dict[str, object], label: str) -> None:
    assert Connection.model_validate(fields).label == label


def test_the_wire_form_holds_what_was_declared_and_nothing_else() -> None:
    declared = {"host": "web1", "sudo": True, "sudoPasswordEnv": "KDUMP_SUDO", "hostKeys": [KEY]}
    assert Connection.model_validate(declared).wire() == declared
    assert Connection.model_validate({"host": "web1"}).wire() == {"host": "web1"}


def test_a_sudo_password_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection.model_validate({"host": "web1", "sudoPasswordEnv": "KDUMP_SUDO_TEST"})
    with pytest.raises(LookupError, match="KDUMP_SUDO_TEST"):
        connection.sudo_password()
    monkeypatch.setenv("KDUMP_SUDO_TEST", "a secret")
    assert connection.sudo_password() == "a secret"
    assert "a secret" not in repr(connection) + str(connection.wire())
