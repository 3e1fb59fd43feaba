"""Clusters of the stack file: what members are told, how long the cluster waits, and what is refused."""

import copy
import json
from typing import Any

import pytest

from components.settings import SettingsRefused, read_fleet


def fleet_of(platform: str | None = "rhel-9.4", **cluster: Any) -> dict[str, Any]:
    """Two hosts that fence each other; `cluster` replaces settings of theirs, None takes one out."""
    members = {
        "db1": {"rings": ["10.0.1.1", "10.0.2.1"], "power": ["ipmi1"]},
        "db2": {"node": "db2-ha", "power": ["ipmi2"]},
    }
    whole = {"members": members, "fenceKdump": {}, **cluster}
    defaults: dict[str, Any] = {"crashkernel": "512M", "target": {"local": {}}}
    if platform is not None:
        defaults["platform"] = platform
        if platform.startswith("rhel-5"):
            defaults |= {"crashkernel": "128M@16M", "dumpLevel": 0, "compression": "none"}
    return {
        "defaults": defaults,
        "hosts": {name: {"connection": {"host": name}} for name in ("db1", "db2", "web1")},
        "clusters": {"db": {key: value for key, value in whole.items() if value is not None}},
    }


def problems(written: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read_fleet(written)
    return list(refused.value.problems)


def only_problem(written: dict[str, Any]) -> str:
    (problem,) = problems(written)
    return problem


def options_of(written: dict[str, Any], host: str) -> dict[str, str]:
    return dict(read_fleet(written).hosts[host].configuration.options)


def test_every_member_tells_the_others_and_never_itself() -> None:
    fleet = fleet_of()
    assert options_of(fleet, "db1")["fence_kdump_nodes"] == "db2-ha"
    assert options_of(fleet, "db2")["fence_kdump_nodes"] == "10.0.1.1 10.0.2.1"
    assert options_of(fleet, "db2")["fence_kdump_args"] == "-p 7410 -f auto -c 0 -i 10"
    assert "fence_kdump_nodes" not in options_of(fleet, "web1")


def test_what_a_member_tells_is_shown_in_the_file_of_its_declared_platform() -> None:
    files = read_fleet(fleet_of()).hosts["db1"].files
    assert "fence_kdump_nodes db2-ha\n" in files[0].text


def test_port_and_interval_reach_both_ends() -> None:
    fleet = fleet_of(fenceKdump={"port": 7411, "intervalSeconds": 5})
    assert options_of(fleet, "db1")["fence_kdump_args"] == "-p 7411 -f auto -c 0 -i 5"
    assert read_fleet(fleet).clusters["db"].port == 7411


def test_on_suse_the_message_is_sent_by_the_script_after_the_dump() -> None:
    fleet = fleet_of("sles-15.7", delay={"dumpSeconds": 400})
    assert options_of(fleet, "db1")["KDUMP_POSTSCRIPT"] == "/usr/lib/fence_kdump_send -i 10 -p 7410 -c 1 db2-ha"
    cluster = read_fleet(fleet).clusters["db"]
    assert (cluster.stack, cluster.timeout_seconds) == ("crm", 90 + 180 + 400 + 60 + 20)


def test_red_hat_6_2_takes_the_nodes_from_cluster_conf_by_itself() -> None:
    assert "fence_kdump_nodes" not in options_of(fleet_of("rhel-6.2"), "db1")


def test_without_a_declared_platform_the_stack_says_what_members_are_told() -> None:
    assert options_of(fleet_of(None, stack="pcs"), "db1")["fence_kdump_nodes"] == "db2-ha"
    told = options_of(fleet_of(None, stack="crm", fenceKdump={"timeoutSeconds": 600}), "db1")
    assert set(told) == {"KDUMP_POSTSCRIPT"}


@pytest.mark.parametrize(
    ("platform", "stack"), [("rhel-9.4", "pcs"), ("fedora-42", "pcs"), ("rhel-6.2", "cman"), ("rocky-8.9", "pcs")]
)
def test_the_platform_decides_the_stack_where_only_one_is_possible(platform: str, stack: str) -> None:
    assert read_fleet(fleet_of(platform)).clusters["db"].stack == stack


def test_where_two_stacks_are_possible_one_must_be_named() -> None:
    assert only_problem(fleet_of("rhel-6.10")).startswith(
        "clusters.db.stack: is missing, needed cman or pcs (rhel 6.10"
    )
    assert read_fleet(fleet_of("rhel-6.10", stack="cman")).clusters["db"].stack == "cman"
    assert only_problem(fleet_of(None)).startswith("clusters.db.stack: is missing, needed cman or pcs or crm")


def test_the_time_to_wait_is_computed_and_its_parts_are_shown() -> None:
    cluster = read_fleet(fleet_of(delay={"captureBootSeconds": 40, "networkSeconds": 30})).clusters["db"]
    assert cluster.timeout_seconds == 40 + 30 + 2 * 10
    assert cluster.parts == {"captureBootSeconds": 40, "networkSeconds": 30, "intervalSeconds": 10}
    assert cluster.delay is not None
    assert cluster.delay.steps[-1].endswith("= 90 seconds")


def test_a_given_time_is_taken() -> None:
    cluster = read_fleet(fleet_of(fenceKdump={"timeoutSeconds": 120})).clusters["db"]
    assert (cluster.timeout_seconds, cluster.delay, cluster.parts) == (120, None, {})


def test_a_given_time_below_the_declared_parts_is_refused_with_the_sum() -> None:
    problem = only_problem(fleet_of(fenceKdump={"timeoutSeconds": 60}, delay={"captureBootSeconds": 50}))
    assert problem.startswith("clusters.db.fenceKdump.timeoutSeconds: found 60, needed 250 or more")
    assert "capture_boot_seconds = 50 seconds" in problem


def test_cman_may_wait_blindly_for_the_whole_dump() -> None:
    fleet = fleet_of("rhel-5.11", fenceKdump=None, postFailDelay={}, delay={"dumpSeconds": 300, "networkSeconds": 0})
    cluster = read_fleet(fleet).clusters["db"]
    assert (cluster.stack, cluster.post_fail_delay_seconds) == ("cman", 90 + 300 + 60)
    assert cluster.timeout_seconds is None
    assert "fence_kdump_nodes" not in options_of(fleet, "db1")


def test_waiting_for_the_dump_needs_its_seconds() -> None:
    blind = fleet_of("rhel-5.11", fenceKdump=None, postFailDelay={})
    assert "clusters.db.delay.dumpSeconds: is missing" in only_problem(blind)
    assert "write postFailDelay: {seconds: 600}" in only_problem(blind)
    suse = only_problem(fleet_of("sles-15.7"))
    assert "SUSE's message comes after the dump" in suse
    assert "write fenceKdump: {timeoutSeconds: 600}" in suse


@pytest.mark.parametrize(("platform", "stack"), [("rhel-9.4", None), ("rhel-9.4", "cman"), (None, "pcs")])
def test_post_fail_delay_is_refused_where_there_is_no_cman(platform: str | None, stack: str | None) -> None:
    fleet = fleet_of(platform, stack=stack, fenceKdump=None, postFailDelay={"seconds": 300})
    problem = only_problem(fleet)
    assert problem.startswith("clusters.db.postFailDelay: found on ")
    assert "write fenceKdump: {}" in problem


def test_both_ways_or_none_are_refused() -> None:
    assert "found neither of fenceKdump and postFailDelay" in only_problem(fleet_of(fenceKdump=None))
    both = only_problem(fleet_of("rhel-6.10", stack="cman", postFailDelay={"seconds": 300}))
    assert "found both of fenceKdump and postFailDelay" in both
    assert "every fencing waits twice" in both


def test_a_release_without_fence_kdump_is_refused_with_what_to_use() -> None:
    problem = only_problem(fleet_of("rhel-6.1", stack="cman"))
    assert problem.startswith("clusters.db.stack: found 'cman on rhel 6.1")
    assert "Set post_fail_delay" in problem


def test_an_unknown_member_is_named_with_the_one_probably_meant() -> None:
    fleet = fleet_of()
    fleet["clusters"]["db"]["members"]["bd2"] = fleet["clusters"]["db"]["members"].pop("db2")
    assert only_problem(fleet) == (
        "clusters.db.members.bd2: found 'bd2', which is no host of this stack file; needed one of db1, db2, web1; "
        "probably meant: db2"
    )


def test_a_host_in_two_clusters_is_refused() -> None:
    fleet = fleet_of()
    fleet["clusters"]["web"] = copy.deepcopy(fleet["clusters"]["db"])
    fleet["clusters"]["web"]["members"]["web1"] = fleet["clusters"]["web"]["members"].pop("db1") | {"rings": []}
    assert only_problem(fleet).startswith("clusters.web.members.db2: found a member of cluster db")


def test_a_member_without_power_device_is_told_why_it_needs_one() -> None:
    fleet = fleet_of()
    del fleet["clusters"]["db"]["members"]["db2"]["power"]
    problem = only_problem(fleet)
    assert problem.startswith("clusters.db.members.db2.power: is missing")
    assert "a node that hangs would never be fenced" in problem


def test_a_cluster_of_one_is_refused() -> None:
    fleet = fleet_of()
    del fleet["clusters"]["db"]["members"]["db2"]
    assert "clusters.db.members: found 1, needed two members or more" in only_problem(fleet)


def test_two_members_with_one_node_name_are_refused() -> None:
    fleet = fleet_of()
    fleet["clusters"]["db"]["members"]["db2"]["node"] = "DB1"
    assert "clusters.db.members.db2.node: found 'DB1', which is db1 already" in only_problem(fleet)


def test_a_ring_address_that_two_members_share_is_refused() -> None:
    fleet = fleet_of()
    fleet["clusters"]["db"]["members"]["db2"]["rings"] = ["10.0.1.1"]
    assert any(text.startswith("clusters.db.members.db1.rings: found '10.0.1.1'") for text in problems(fleet))


def test_changing_the_cluster_through_a_host_that_is_no_member_is_refused() -> None:
    assert "clusters.db.through: found 'web1', needed one of the members: db1, db2" in only_problem(
        fleet_of(through="web1")
    )


def test_a_power_device_by_the_name_of_the_new_one_is_refused() -> None:
    problem = only_problem(fleet_of(fenceKdump={"name": "ipmi1"}))
    assert problem.startswith("clusters.db.members.db1.power: found 'ipmi1'")


def test_a_watchdog_that_bites_during_the_dump_is_refused() -> None:
    fleet = fleet_of(watchdogSeconds=60, delay={"dumpSeconds": 300})
    assert only_problem(fleet).startswith("clusters.db.watchdogSeconds: found 60, needed more than the 570 seconds")
    assert "clusters.db.delay.dumpSeconds: is missing" in only_problem(fleet_of(watchdogSeconds=60))


@pytest.mark.parametrize("key", ["fence_kdump_nodes", "fence_kdump_args"])
def test_an_option_that_the_cluster_decides_is_refused_where_it_was_written(key: str) -> None:
    fleet = fleet_of()
    fleet["hosts"]["db1"]["options"] = {key: "mine"}
    assert only_problem(fleet) == (
        f"hosts.db1.options.{key}: found 'mine', needed nothing here, because clusters.db decides whom db1 tells that "
        "it dumps; leave it out"
    )


def test_a_script_of_the_user_s_own_is_refused_on_suse() -> None:
    fleet = fleet_of("sles-15.7", delay={"dumpSeconds": 300})
    fleet["hosts"]["db1"]["options"] = {"KDUMP_POSTSCRIPT": "/usr/local/bin/mine"}
    assert only_problem(fleet).startswith("hosts.db1.options.KDUMP_POSTSCRIPT: found '/usr/local/bin/mine'")


def test_all_problems_are_told_at_once() -> None:
    fleet = fleet_of(through="nobody", fenceKdump=None)
    fleet["hosts"]["web1"]["crashkernel"] = "2M"
    places = {text.partition(":")[0] for text in problems(fleet)}
    assert places >= {"clusters.db.through", "clusters.db", "hosts.web1.crashkernel"}


def test_fencing_comes_after_what_every_node_needs_and_a_node_s_configuration_too(run: Any) -> None:
    seen = run(json.dumps(fleet_of()))
    for host in ("db1", "db2"):
        assert seen.waits("db-fencing", f"{host}-fence-node")
        assert seen.waits(f"{host}-configuration", f"{host}-fence-node")
    assert not seen.waits("web1-configuration", "db1-fence-node")
    assert not seen.waits("db1-configuration", "db2-fence-node")
    assert {each.name for each in seen.all("FenceNode")} == {"db1-fence-node", "db2-fence-node"}


def test_fencing_is_kept_once_through_the_first_member_or_the_named_one(run: Any) -> None:
    fencing = run(json.dumps(fleet_of())).one("Fencing", "db-fencing").inputs
    assert fencing["connection"] == {"host": "db1"}
    assert fencing["power"] == {"db1": ["ipmi1"], "db2-ha": ["ipmi2"]}
    assert (fencing["stack"], fencing["timeoutSeconds"], fencing["name"]) == ("pcs", 290, "kdump")
    assert "postFailDelaySeconds" not in fencing
    other = run(json.dumps(fleet_of(through="db2"))).one("Fencing", "db-fencing").inputs
    assert other["connection"] == {"host": "db2"}


def test_policies_and_previews_see_how_long_the_cluster_waits_and_why(run: Any) -> None:
    seen = run(json.dumps(fleet_of(delay={"captureBootSeconds": 40})))
    delay = seen.one("FenceDelay", "db-fence-delay")
    assert delay.parent == "db"
    assert (delay.inputs["setting"], delay.inputs["seconds"]) == ("timeout of fence_kdump", 240)
    assert delay.inputs["parts"] == {"captureBootSeconds": 40, "networkSeconds": 180, "intervalSeconds": 10}
    assert delay.inputs["steps"][0] == "capture_boot_seconds = 40 seconds"
    assert seen.one("Cluster", "db").inputs["members"] == {"db1": "db1", "db2": "db2-ha"}


def test_a_cluster_that_waits_blindly_needs_nothing_on_its_nodes(run: Any) -> None:
    seen = run(json.dumps(fleet_of("rhel-5.11", fenceKdump=None, postFailDelay={"seconds": 600})))
    assert seen.all("FenceNode") == []
    fencing = seen.one("Fencing", "db-fencing").inputs
    assert fencing["postFailDelaySeconds"] == 600
    assert not {"timeoutSeconds", "power", "port", "name"} & set(fencing)


def test_a_node_that_fails_leaves_the_others_configured(run: Any) -> None:
    seen = run(json.dumps(fleet_of()), failing=["db1-fence-node"])
    assert {"db-fencing", "db1-configuration"} <= seen.failed
    assert not {"db2-configuration", "web1-configuration"} & seen.failed
