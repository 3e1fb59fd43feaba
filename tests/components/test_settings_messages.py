"""What people are told who wrote something into the stack file that can't work."""

import re
from typing import Any

import pytest
import yaml

from components.settings import SettingsRefused, read_fleet

HOST = {"connection": {"host": "web1"}, "crashkernel": "256M", "target": {"local": {}}}
VAULT = {"connection": {"host": "vault"}, "address": "10.0.0.9"}


def problems(written: Any) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read_fleet(written)
    return list(refused.value.problems)


def only_problem(written: Any) -> str:
    (problem,) = problems(written)
    return problem


def with_host(**changes: Any) -> dict[str, Any]:
    return {"hosts": {"web1": {**HOST, **changes}}, "collectors": {"vault": VAULT}}


def test_an_unknown_collector_is_named_with_its_place_and_the_one_probably_meant() -> None:
    assert only_problem(with_host(target={"ssh": {"collector": "valt"}})) == (
        "hosts.web1.target.ssh.collector: found 'valt', which is no collector of this stack file; needed one of "
        "vault; probably meant: vault"
    )


def test_an_unknown_group_is_named_with_its_place() -> None:
    assert only_problem(with_host(groups=["db"])) == (
        "hosts.web1.groups[0]: found 'db', which is no group of this stack file; needed a group declared under `groups`"
    )


def test_a_host_without_connection_is_told_what_to_write() -> None:
    written = with_host()
    del written["hosts"]["web1"]["connection"]
    problem = only_problem(written)
    assert problem.startswith("hosts.web1.connection: has no host")
    assert "write for example connection: {host: web1.example.com}" in problem


def test_a_host_without_target_is_told_what_to_write() -> None:
    written = with_host()
    del written["hosts"]["web1"]["target"]
    assert "write for example target: {local: {}}" in only_problem(written)


def test_a_host_without_crashkernel_is_told_what_to_write() -> None:
    written = with_host()
    del written["hosts"]["web1"]["crashkernel"]
    assert "write for example crashkernel: 256M" in only_problem(written)


def test_a_host_over_nfs_without_address_is_told_why_it_is_needed() -> None:
    problem = only_problem(with_host(target={"nfs": {"collector": "vault"}}))
    assert problem.startswith("hosts.web1.address: is missing")
    assert "NFS exports go by it" in problem
    assert "collectors.vault.nfs.clients" in problem


@pytest.mark.parametrize("name", ["Web1", "web_1", "-web", "a" * 64, "../etc", ""])
def test_a_name_that_is_no_safe_directory_is_refused(name: str) -> None:
    problem = only_problem({"hosts": {name: HOST}})
    assert "needed a name of at most 63 small letters, digits and inner hyphens" in problem


def test_one_machine_under_two_names_is_refused() -> None:
    written = with_host()
    written["hosts"]["web2"] = HOST
    assert only_problem(written).startswith(
        "hosts.web2.connection: found web1, which is the machine of hosts.web1 already"
    )


def test_two_hosts_at_different_ports_of_one_address_are_two_machines() -> None:
    written = with_host()
    written["hosts"]["web2"] = {**HOST, "connection": {"host": "web1", "port": 2222}}
    assert list(read_fleet(written).hosts) == ["web1", "web2"]


def test_two_hosts_with_one_directory_on_a_collector_are_refused() -> None:
    same = {"nfs": {"collector": "vault", "directory": "/srv/all"}}
    written = with_host(target=same, address="10.0.0.2")
    written["hosts"]["web2"] = {**HOST, "connection": {"host": "web2"}, "target": same, "address": "10.0.0.3"}
    assert "hosts.web2.target: found /srv/all on collector vault, which is the directory of web1" in only_problem(
        written
    )


def test_a_host_can_not_be_its_own_collector() -> None:
    problem = only_problem(with_host(connection={"host": "vault"}, target={"ssh": {"collector": "vault"}}))
    assert "hosts.web1.target: found collector vault, which is this very machine" in problem


def test_a_group_given_twice_is_refused() -> None:
    written = {**with_host(groups=["db", "db"]), "groups": {"db": {}}}
    assert only_problem(written).startswith("hosts.web1.groups[1]: found 'db' again")


def test_a_misspelt_setting_is_refused_with_the_one_probably_meant() -> None:
    problem = only_problem(with_host(dumplevl=31))
    assert problem.startswith("hosts.web1.dumplevl: there is no such setting; probably meant: dumpLevel")


def test_snake_case_is_refused_and_shown_in_camel_case() -> None:
    assert "there is no such setting; write dumpLevel" in only_problem(with_host(dump_level=31))
    connection = {"host": "web1", "identity_file": "id"}
    assert "there is no such setting; write identityFile" in only_problem(with_host(connection=connection))


def test_a_value_of_the_wrong_kind_is_named_with_what_is_needed() -> None:
    assert "hosts.web1.dumpLevel: found the number 40, needed a whole number from 0 to 31" in only_problem(
        with_host(dumpLevel=40)
    )
    assert "hosts.web1.compression: found 'gzip', needed one of zlib, lzo" in only_problem(
        with_host(compression="gzip")
    )
    assert "hosts.web1.enabled: found 'maybe', needed true or false" in only_problem(with_host(enabled="maybe"))
    assert "hosts.web1.groups: found 'db', needed a list" in only_problem(with_host(groups="db"))
    assert "hosts.web1: found nothing, needed settings below it" in only_problem({"hosts": {"web1": None}})


def test_what_yaml_takes_for_true_is_to_be_put_in_quotes() -> None:
    problem = only_problem(with_host(options={"KDUMP_SOMETHING": True}))
    assert problem.startswith("hosts.web1.options.KDUMP_SOMETHING: found true, needed a text; write it in quotes")


def test_two_kinds_of_target_at_once_are_refused() -> None:
    problem = only_problem(with_host(target={"local": {}, "ssh": {"collector": "vault"}}))
    assert "hosts.web1.target: found 'local and ssh', needed exactly one of local, filesystem, raw, " in problem


def test_rules_of_kdump_speak_with_the_place_in_the_stack_file() -> None:
    crashkernel = only_problem({"defaults": {"crashkernel": "12Q"}})
    assert crashkernel.startswith("defaults.crashkernel: found '12Q', needed SIZE")
    argument = only_problem({"groups": {"db": {"bootArguments": {"panic": "1 0"}}}})
    assert argument.startswith("groups.db.bootArguments.panic: found '1 0'")
    directory = only_problem({"collectors": {"vault": {**VAULT, "directory": "srv"}}})
    assert directory.startswith("collectors.vault.directory: found 'srv', needed an absolute path")
    option = only_problem(with_host(options={"TWO WORDS": "x"}))
    assert option.startswith("hosts.web1.options: found 'TWO WORDS'")
    volatile = only_problem(with_host(target={"local": {"path": "/tmp/crash"}}))
    assert volatile.startswith("hosts.web1.target.local.path: found '/tmp/crash'")


def test_exports_are_checked_as_the_collector_will_check_them() -> None:
    everyone = {"collectors": {"vault": {**VAULT, "nfs": {"clients": "0.0.0.0/0"}}}}
    assert only_problem(everyone).startswith("collectors.vault.nfs.clients: found '0.0.0.0/0', needed a host")
    unknown = {"collectors": {"vault": {**VAULT, "nfs": {"options": ["rw", "insecur"]}}}}
    assert only_problem(unknown).startswith("collectors.vault.nfs.options: found 'insecur'")
    assert only_problem(with_host(address="10.0.0.2 *")).startswith("hosts.web1.address: found '10.0.0.2 *'")


def test_a_problem_in_what_hosts_share_is_told_once_and_where_it_was_written() -> None:
    hosts = {name: {"connection": {"host": name}} for name in ("a", "b", "c")}
    written = {"defaults": {"crashkernel": "256M", "target": {"ssh": {"collector": "valt"}}}, "hosts": hosts}
    assert only_problem(written).startswith("defaults.target.ssh.collector: found 'valt'")


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(with_host(dumpLevel=40, compression="gzip", crashkernel="1X"))) == 3
    assert len(problems(with_host(groups=["a", "b"], target={"nfs": {"collector": "x"}}))) == 3


def test_a_password_written_by_mistake_is_not_repeated() -> None:
    for written in ({"sudoPassword": "hunter2"}, {"sudoPasswordEnv": "hunter2 !"}):
        assert "hunter2" not in only_problem(with_host(connection={"host": "web1", **written}))


def test_an_empty_stack_file_is_told_where_to_read_on() -> None:
    assert "docs/settings.md" in only_problem(None)


GARBAGE = """
[1, x, {hosts: 1}, {hosts: [a]}, {hosts: {a: 1}}, {collectors: {v: {}}}, {reboot: {batchSize: many}},
 {defaults: {connection: {port: 0, hostKeys: x, connectTimeout: -1, host: "a b", user: "a b"}}},
 {groups: {g: {target: 1}}}, {groups: {g: {target: {nfs: {}}}}}, {defaults: {crashkernel: [a]}},
 {defaults: {bootArguments: [a], options: {a: [1]}, dumpIdentity: {keyType: dsa, path: ~user}}}]
"""


@pytest.mark.parametrize("written", yaml.safe_load(GARBAGE))
def test_no_message_speaks_of_the_library_behind_it(written: Any) -> None:
    for problem in problems(written):
        assert re.match(r"[A-Za-z0-9.\[\]-]+: ", problem), problem
        assert not re.search(r"pydantic|http|Input should|Value error|validation|None|type=|dict|str\b", problem), (
            problem
        )
