"""What a fleet registers, in which order, and what becomes of the others when one host fails."""

import base64
import itertools
import json
from typing import Any

import pytest
from pulumi.output import Unknown

SSH_AND_NFS = """
defaults:
  crashkernel: 256M
  bootArguments: {nmi_watchdog: 1}
hosts:
  web1:
    connection: {host: web1.example.com, user: ops, sudo: true}
    target: {ssh: {collector: vault}}
  db1:
    connection: {host: db1.example.com}
    target: {nfs: {collector: vault}}
    address: 10.0.0.7
collectors:
  vault:
    connection: {host: vault.example.com}
    address: 10.0.0.9
reboot: {when: whenRequired, batchSize: 1, timeoutSeconds: 300}
"""

LOCAL = """
defaults: {crashkernel: 256M, target: {local: {}}}
hosts:
  web1: {connection: {host: web1.example.com}}
"""


def fleet_of(names: list[str], **reboot: Any) -> str:
    hosts = {name: {"connection": {"host": name}} for name in names}
    defaults = {"crashkernel": "256M", "target": {"local": {}}}
    return json.dumps({"defaults": defaults, "hosts": hosts, "reboot": {"when": "whenRequired", **reboot}})


def test_a_host_over_ssh_gets_its_key_pinned_and_allowed_for_its_own_directory_only(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    identity = seen.one("DumpIdentity", "web1-identity").inputs
    assert identity["knownHosts"] == {"10.0.0.9": ["ssh-ed25519 AAAAvault"]}
    key = seen.one("AuthorizedKey", "web1-authorized-key").inputs
    assert key["publicKey"] == "ssh-rsa AAAAhost"
    assert (key["user"], key["directory"], key["label"]) == ("kdump", "/srv/kdump/web1", "web1")
    assert key["connection"] == {"host": "vault.example.com"}
    target = seen.one("DumpConfiguration", "web1-configuration").inputs["target"]
    assert target == {
        "kind": "ssh",
        "server": "10.0.0.9",
        "user": "kdump",
        "path": "/srv/kdump/web1",
        "identity": "/root/.ssh/kdump_id_rsa",
    }


def test_a_host_over_nfs_gets_an_export_of_its_own_and_no_key(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    export = seen.one("Export", "db1-export").inputs
    assert (export["directory"], export["client"]) == ("/srv/kdump/db1", "10.0.0.7")
    assert (export["squashTo"], export["label"]) == ("kdump", "db1")
    target = seen.one("DumpConfiguration", "db1-configuration").inputs["target"]
    assert target == {"kind": "nfs", "server": "10.0.0.9", "export": "/srv/kdump/db1"}
    assert [each.name for each in seen.all("DumpIdentity")] == ["web1-identity"]


def test_a_host_is_set_up_in_the_order_in_which_each_step_can_work(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    order = [
        "vault-account",
        "web1-identity",
        "web1-authorized-key",
        "web1-configuration",
        "web1-service",
        "web1-reboot",
    ]
    for earlier, later in itertools.pairwise(order):
        assert seen.waits(later, earlier), f"{later} must come after {earlier}"
    assert seen.waits("web1-configuration", "web1-boot-arguments")
    assert seen.waits("db1-configuration", "db1-export")
    assert not seen.waits("db1-configuration", "web1-identity")


def test_collectors_are_asked_once_for_all_directories_and_hosts_before_and_after(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    of_vault = [question.paths for question in seen.questions if question.host == "vault.example.com"]
    assert of_vault == [["/srv/kdump", "/srv/kdump/db1", "/srv/kdump/web1"]]
    assert [question.host for question in seen.questions].count("web1.example.com") == 2


def test_inputs_of_components_show_in_previews_what_a_host_is_to_be(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    target = seen.one("DumpTarget", "web1-dump-target").inputs
    assert target["target"] == "ssh kdump@10.0.0.9:/srv/kdump/web1"
    assert (target["host"], target["collector"], target["enabled"]) == ("web1", "vault", True)
    assert (target["dumpLevel"], target["compression"]) == (31, "zlib")
    crash_kernel = seen.one("CrashKernel", "web1-crashkernel").inputs
    assert crash_kernel == {
        "host": "web1",
        "crashkernel": "256M",
        "bootArguments": {"nmi_watchdog": "1"},
        "memoryBytes": 2 << 30,
        "runs": {},
    }


def test_no_component_holds_a_connection_so_that_a_new_key_is_no_change_of_a_host(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    with_connection = [each.type for each in seen.registrations if "connection" in each.inputs]
    assert with_connection
    assert not [each for each in with_connection if each.startswith("kdump:fleet:")]


def test_memory_and_space_are_known_to_policies_before_anything_is_changed(run: Any) -> None:
    facts = {"web1.example.com": {"memoryBytes": 16 << 30, "freeBytes": 80 << 30}}
    seen = run(LOCAL, facts, preview=True)
    assert seen.one("DumpTarget", "web1-dump-target").inputs["space"] == {
        "memoryBytes": 16 << 30,
        "freeBytes": 80 << 30,
    }


def test_a_few_bytes_more_or_less_of_free_space_are_no_change(run: Any) -> None:
    spaces = [
        run(LOCAL, {"web1.example.com": {"memoryBytes": memory, "freeBytes": free}})
        .one("DumpTarget", "web1-dump-target")
        .inputs["space"]
        for memory, free in ((2_100_000_000, 90_500_000_000), (2_099_000_000, 90_400_123_456))
    ]
    assert spaces[0] == spaces[1]


@pytest.mark.parametrize(("memory", "free"), [(17 << 30, (17 << 30) + 1), (17 << 30, 17 << 30)])
def test_rounding_never_changes_whether_there_is_room(run: Any, memory: int, free: int) -> None:
    seen = run(LOCAL, {"web1.example.com": {"memoryBytes": memory, "freeBytes": free}})
    space = seen.one("DumpTarget", "web1-dump-target").inputs["space"]
    assert (space["freeBytes"] > space["memoryBytes"]) == (free > memory)


def test_imported_resources_without_a_parent_are_adopted_and_every_resource_has_one(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    ours = [each for each in seen.registrations if each.type.startswith(("kdump:host:", "kdump:collector:"))]
    assert len(ours) == 10
    assert all(each.adopts_imported for each in ours)
    assert all(each.parent for each in seen.registrations if each.name != "fleet")


def test_every_component_registers_its_outputs(run: Any) -> None:
    seen = run(SSH_AND_NFS)
    components = {each.name for each in seen.registrations if each.type.startswith("kdump:fleet:")}
    assert components - {*seen.outputs} == set()
    assert seen.outputs["web1"] == {
        "readiness": "armed",
        "reason": "the capture kernel is loaded",
        "advice": [],
        "rebootRequired": False,
        "target": "ssh kdump@10.0.0.9:/srv/kdump/web1",
    }


def test_the_stack_exports_how_ready_each_host_is_and_its_collectors(run: Any) -> None:
    exports = run(SSH_AND_NFS).exports
    assert {name: exports[name] for name in ("readiness", "collectors", "clusters")} == {
        "readiness": {name: {"level": "armed", "reason": "the capture kernel is loaded"} for name in ("web1", "db1")},
        "collectors": {"vault": {"address": "10.0.0.9", "directory": "/srv/kdump", "user": "kdump"}},
        "clusters": {},
    }


def test_a_disabled_host_sets_no_memory_aside_dumps_nothing_and_is_not_rebooted(run: Any) -> None:
    seen = run(SSH_AND_NFS.replace("  web1:\n", "  web1:\n    enabled: false\n"))
    assert seen.one("BootArguments", "web1-boot-arguments").inputs["crashkernel"] == ""
    service = seen.one("DumpService", "web1-service").inputs
    assert (service["enabled"], service["loaded"]) == (False, False)
    assert [each.name for each in seen.all("Command")] == ["db1-reboot"]


def test_nothing_is_rebooted_unless_asked_for(run: Any) -> None:
    assert run(LOCAL).all("Command") == []


def test_a_reboot_runs_once_per_change_of_the_boot_and_not_for_a_new_connection(run: Any) -> None:
    command = run(SSH_AND_NFS).one("Command", "web1-reboot").inputs
    assert command["triggers"] == ["boot-1"]
    assert command["update"] == "true"
    assert "delete" not in command
    assert (command["logging"], command["addPreviousOutputInEnv"]) == ("stderr", False)
    assert command["create"] == ".venv/bin/python -m provider.reboot"
    assert json.loads(command["stdin"]) == {
        "host": "web1",
        "connection": {"host": "web1.example.com", "user": "ops", "sudo": True},
        "machineId": "machine-1",
        "arguments": {"nmi_watchdog": "1"},
        "timeoutSeconds": 300,
    }


def test_reboots_go_batch_by_batch_and_at_once_within_a_batch(run: Any) -> None:
    seen = run(fleet_of(["a", "b", "c", "d", "e"], batchSize=2))
    waits = {each.name: each.waits_for for each in seen.all("Command")}
    reboots = {name: {w for w in waited if w.endswith("-reboot")} for name, waited in waits.items()}
    assert reboots == {
        "a-reboot": set(),
        "b-reboot": set(),
        "c-reboot": {"a-reboot", "b-reboot"},
        "d-reboot": {"a-reboot", "b-reboot"},
        "e-reboot": {"c-reboot", "d-reboot"},
    }


def test_a_host_that_does_not_come_back_stops_the_reboots_of_later_batches(run: Any) -> None:
    seen = run(fleet_of(["a", "b", "c"], batchSize=1), failing=["a-reboot"])
    assert {"a-reboot", "b-reboot", "c-reboot"} <= seen.failed
    assert "c-service" not in seen.failed


def test_a_host_that_can_not_be_set_up_stops_nobody_elses_reboot(run: Any) -> None:
    seen = run(fleet_of(["a", "b", "c"], batchSize=1), failing=["b-boot-arguments"])
    assert {name.partition("-")[0] for name in seen.failed} == {"b"}
    assert seen.waits("c-reboot", "a-reboot")


def test_what_depends_on_a_failure_is_still_registered_so_that_it_is_not_taken_out(run: Any) -> None:
    whole = {each.name for each in run(SSH_AND_NFS).registrations}
    seen = run(SSH_AND_NFS, failing=["vault-account"])
    assert {each.name for each in seen.registrations} == whole
    assert "web1-boot-arguments" not in seen.failed
    assert "web1-authorized-key" in seen.failed


def test_a_key_that_was_never_made_is_replaced_by_what_is_no_key_only_to_be_checked(run: Any) -> None:
    seen = run(SSH_AND_NFS, failing=["web1-identity"])
    key = seen.one("AuthorizedKey", "web1-authorized-key")
    assert "web1-authorized-key" in seen.failed
    assert "web1-identity" in key.waits_for
    (kind, encoded) = key.inputs["publicKey"].split()
    assert (kind, base64.b64decode(encoded)[-32:]) == ("ssh-ed25519", b"\x02" * 32)


def test_a_host_that_can_not_be_reached_says_so_and_all_others_go_on(run: Any) -> None:
    gone = {"reachable": False, "memoryBytes": -1, "problem": "web1 refused the login"}
    gone |= {"readiness": "unknown", "reason": "web1 refused the login"}
    seen = run(SSH_AND_NFS, {"web1.example.com": gone}, failing=["web1-boot-arguments", "web1-identity"])
    assert seen.exports["readiness"] == {
        "web1": {"level": "unknown", "reason": "web1 refused the login"},
        "db1": {"level": "armed", "reason": "the capture kernel is loaded"},
    }
    assert [question.host for question in seen.questions].count("web1.example.com") == 1
    space = seen.one("DumpTarget", "web1-dump-target").inputs["space"]
    assert "memoryBytes" not in space
    assert space["problem"] == "web1 refused the login"


def test_a_host_on_which_a_step_failed_is_asked_how_it_is_now(run: Any) -> None:
    facts = {"web1.example.com": {"readiness": "reserved", "reason": "nothing is loaded"}}
    seen = run(SSH_AND_NFS, facts, failing=["web1-service"])
    assert seen.exports["readiness"]["web1"] == {"level": "reserved", "reason": "nothing is loaded"}


def test_a_preview_does_not_promise_the_readiness_of_a_host_that_fails_to_plan(run: Any) -> None:
    seen = run(SSH_AND_NFS, failing=["web1-service"], preview=True)
    assert isinstance(seen.exports["readiness"]["web1"]["level"], Unknown)
