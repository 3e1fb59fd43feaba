"""Check and Diff of the command provider: pulumi-command 1.2.1's rules."""

import json

import pytest

from engine.command import schema
from engine.command.diff import diff
from engine.command.inputs import Failure, check
from engine.command.schema import LOCAL, REMOTE, RUN
from engine.command.values import UNKNOWN, has_unknown, is_secret, reveal, secret

OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
SIGNATURE = "4dabf18193072939515e22adb298388d"


@pytest.fixture(autouse=True)
def _no_agent(monkeypatch):
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


def test_a_connection_gets_its_defaults_and_becomes_secret_as_a_whole():
    inputs, failures = check(REMOTE, {"connection": {"host": "web1", "password": "pw"}, "create": "true"})
    assert failures == []
    assert is_secret(inputs["connection"])
    assert reveal(inputs["connection"]) == {
        "host": "web1",
        "user": "root",
        "port": 22,
        "dialErrorLimit": 10,
        "perDialTimeout": 15,
        "password": "pw",
    }
    assert is_secret(inputs["connection"]["value"]["password"])


def test_a_secret_connection_is_completed_too_and_wrapped_once():
    inputs, _ = check(REMOTE, {"connection": secret({"host": "web1", "port": 2222})})
    assert inputs["connection"]["value"]["port"] == 2222
    assert inputs["connection"]["value"]["user"] == "root"


def test_a_proxy_gets_the_same_defaults():
    inputs, failures = check(REMOTE, {"connection": {"host": "web1", "proxy": {"host": "gate"}}})
    assert failures == []
    assert reveal(inputs["connection"])["proxy"] == {
        "host": "gate",
        "user": "root",
        "port": 22,
        "dialErrorLimit": 10,
        "perDialTimeout": 15,
    }


def test_the_agent_of_the_environment_is_a_default(monkeypatch):
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    inputs, _ = check(REMOTE, {"connection": {"host": "web1"}})
    assert reveal(inputs["connection"])["agentSocketPath"] == "/run/agent"


def test_all_that_is_wrong_is_told_at_once():
    inputs, failures = check(
        REMOTE,
        {
            "connection": {"prot": 22, "port": "22", "proxy": {"host": "gate", "proxy": {"host": "x"}}},
            "create": 5,
            "colour": "red",
            "environment": {"A": 1},
            "triggers": "not a list",
            "logging": "loud",
            "addPreviousOutputInEnv": "yes",
        },
    )
    assert {failure.property for failure in failures} == {
        "connection.host",
        "connection.prot",
        "connection.port",
        "connection.proxy.proxy",
        "create",
        "colour",
        "environment.A",
        "triggers",
        "logging",
        "addPreviousOutputInEnv",
    }
    assert Failure("connection.host", "Missing required field 'host'") in failures
    assert Failure("create", "Field 'create' must be a 'string'; got 'number' instead") in failures
    assert is_secret(inputs["connection"]), "secret even when refused"


def test_a_truth_value_is_no_number():
    _, failures = check(REMOTE, {"connection": {"host": "web1", "port": True}})
    assert [failure.property for failure in failures] == ["connection.port"]


def test_required_inputs_are_required():
    assert check(REMOTE, {})[1] == [Failure("connection", "Missing required field 'connection'")]
    assert check(RUN, {})[1] == [Failure("command", "Missing required field 'command'")]
    assert check(LOCAL, {}) == ({}, [])


def test_what_is_not_known_yet_is_not_complained_about():
    given = {"connection": UNKNOWN, "create": UNKNOWN, "triggers": UNKNOWN}
    inputs, failures = check(REMOTE, given)
    assert failures == []
    assert inputs["create"] == UNKNOWN


def test_the_engines_own_notes_are_dropped():
    assert check(LOCAL, {"create": "true", "__defaults": []}) == ({"create": "true"}, [])


def test_triggers_may_be_anything():
    given = {"triggers": [1, "a", None, {"b": [True]}, secret("s")]}
    assert check(LOCAL, given) == (given, [])


def test_equal_inputs_do_not_differ_whatever_the_order():
    old = {"environment": {"A": "1", "B": "2"}, "triggers": [{"x": 1}]}
    assert diff(old, {"triggers": [{"x": 1}], "environment": {"B": "2", "A": "1"}}) == {}


def test_changes_are_told_by_path():
    old = {"create": "a", "environment": {"A": "1", "B": "2"}, "stdin": "x"}
    new = {"create": "b", "environment": {"A": "1", "C.D": "3"}, "delete": "y"}
    assert diff(old, new) == {
        "create": "UPDATE",
        "environment.B": "DELETE",
        'environment["C.D"]': "ADD",
        "stdin": "DELETE",
        "delete": "ADD",
    }


def test_a_connection_differs_as_one_value_so_that_no_path_tells_what_changed():
    old, _ = check(REMOTE, {"connection": {"host": "web1", "password": "old"}})
    new, _ = check(REMOTE, {"connection": {"host": "web1", "password": "new"}})
    assert diff(old, new) == {"connection": "UPDATE"}
    assert diff(old, old) == {}


def test_being_marked_secret_is_no_change():
    assert diff({"create": "a"}, {"create": secret("a")}) == {}


def test_single_triggers_are_left_to_the_sdks_replace_on_changes():
    assert diff({"triggers": [1, 2]}, {"triggers": [1, 3, 4]}) == {"triggers[1]": "UPDATE", "triggers[2]": "ADD"}
    assert diff({"triggers": [1, 2]}, {"triggers": [1]}) == {"triggers[1]": "DELETE"}


def test_triggers_that_come_go_or_are_secret_as_a_whole_replace():
    assert diff({}, {"triggers": [1]}) == {"triggers": "ADD_REPLACE"}
    assert diff({"triggers": [1]}, {}) == {"triggers": "DELETE_REPLACE"}
    assert diff({"triggers": secret([1])}, {"triggers": secret([2])}) == {"triggers": "UPDATE_REPLACE"}


def test_what_is_not_known_yet_differs():
    assert diff({"create": "a"}, {"create": UNKNOWN}) == {"create": "UPDATE"}
    assert diff({"environment": {"A": "1"}}, {"environment": secret({"A": UNKNOWN})}) == {"environment": "UPDATE"}


def test_ignored_inputs_do_not_differ():
    assert diff({"create": "a", "delete": "a"}, {"create": "b", "delete": "b"}, {"create"}) == {"delete": "UPDATE"}


def test_an_asset_differs_as_one_value():
    asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "hash": "1", "path": "a"}
    assert diff({"triggers": [asset]}, {"triggers": [{**asset, "hash": "2"}]}) == {"triggers[0]": "UPDATE"}


def test_outputs_that_wrap_values_are_seen_through():
    output = {SIGNATURE: OUTPUT, "value": {"a": secret(1)}, "secret": True, "dependencies": ["urn"]}
    assert reveal([output]) == [{"a": 1}]
    assert is_secret(output)
    assert has_unknown({SIGNATURE: OUTPUT})


def test_the_schema_names_what_the_sdk_registers():
    content = json.loads(schema.schema())
    assert content["name"] == "command"
    assert content["version"] == "1.2.1"
    assert sorted(content["resources"]) == [LOCAL, REMOTE]
    assert content["resources"][REMOTE]["requiredInputs"] == ["connection"]
    assert content["resources"][LOCAL]["inputProperties"]["triggers"]["replaceOnChanges"] is True
    assert content["types"]["command:remote:Connection"]["required"] == ["host"]
    assert content["functions"][RUN]["inputs"]["required"] == ["command"]
    assert "proxy" not in content["types"]["command:remote:ProxyConnection"]["properties"]


def test_the_schema_has_every_input_of_the_installed_sdk():
    """The SDK is generated from the official schema: its arguments are the official inputs."""
    from pulumi_command import local, remote

    def arguments(cls: type) -> set[str]:
        return {name for name, value in vars(cls).items() if isinstance(value, property)}

    def snake(name: str) -> str:
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)

    assert {snake(name) for name in schema.INPUTS[REMOTE]} == arguments(remote.CommandArgs)
    assert {snake(name) for name in schema.INPUTS[LOCAL]} == arguments(local.CommandArgs)
    assert {snake(name) for name in schema.CONNECTION_PROPERTIES} == arguments(remote.ConnectionArgs)
    assert {snake(name) for name in schema.PROXY_PROPERTIES} == arguments(remote.ProxyConnectionArgs)
