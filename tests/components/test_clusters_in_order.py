"""Clusters of a fleet: what comes before a node's reboot, which nodes reboot together, and who keeps the fencing."""

import json
from typing import Any

import pulumi
import pytest

from components.batches import batches
from tests.components.conftest import Run, Seen


def fleet_of(*members: str, others: tuple[str, ...] = (), reboot: dict[str, Any] | None = None, **cluster: Any) -> str:
    """A cluster "db" of the members, and other hosts; all reboot when that is required."""
    defaults = {"crashkernel": "512M", "target": {"local": {}}, "platform": "rhel-9.4"}
    return json.dumps(
        {
            "defaults": defaults,
            "hosts": {name: {"connection": {"host": name}} for name in (*members, *others)},
            "clusters": {
                "db": {
                    "members": {name: {"power": [f"ipmi-{name}"]} for name in members},
                    "fenceKdump": {},
                    **cluster,
                }
            },
            "reboot": {"when": "whenRequired", **(reboot or {})},
        }
    )


def reboots_before(seen: Seen, host: str) -> set[str]:
    """The hosts whose reboots a host's reboot waits for directly."""
    waited = seen.one("Command", f"{host}-reboot").waits_for
    return {name.removesuffix("-reboot") for name in waited if name.endswith("-reboot")}


@pytest.mark.parametrize("host", ["db1", "db2"])
def test_a_node_reboots_after_the_fencing_of_its_cluster_is_set_through_whichever_member(run: Run, host: str) -> None:
    seen = run(fleet_of("db1", "db2", others=("web1",)))
    assert seen.waits(f"{host}-reboot", "db-fencing")
    assert seen.waits(f"{host}-reboot", "db1-fence-node")
    assert seen.waits(f"{host}-reboot", "db2-fence-node")
    assert "db-fencing" not in seen.one("Command", "web1-reboot").waits_for


def test_the_fencing_waits_for_no_reboot(run: Run) -> None:
    seen = run(fleet_of("db1", "db2"))
    for reboot in ("db1-reboot", "db2-reboot"):
        assert not seen.waits("db-fencing", reboot)


def test_without_its_fencing_no_node_reboots_and_nobody_else_is_held_up(run: Run) -> None:
    seen = run(fleet_of("db1", "db2", others=("web1",)), failing=["db-fencing"])
    assert {"db1-reboot", "db2-reboot"} <= seen.failed
    assert not {"web1-reboot", "db1-service", "db2-service"} & seen.failed


def test_two_nodes_of_a_cluster_never_reboot_together(run: Run) -> None:
    seen = run(fleet_of("db1", "db2", others=("web1", "web2"), reboot={"batchSize": 3}))
    assert reboots_before(seen, "db1") == set()
    assert reboots_before(seen, "db2") == {"db1"}
    assert reboots_before(seen, "web1") == {"db1"}
    assert reboots_before(seen, "web2") == {"db1"}


def test_a_node_that_does_not_come_back_keeps_the_other_one_up(run: Run) -> None:
    seen = run(fleet_of("db1", "db2", reboot={"batchSize": 10}), failing=["db1-reboot"])
    assert "db2-reboot" in seen.failed


@pytest.mark.parametrize(
    ("hosts", "size", "expected"),
    [
        ("a1 a2", 2, ["a1", "a2"]),
        ("a1 b1 a2 b2", 4, ["a1 b1", "a2 b2"]),
        ("a1 x a2 y z", 3, ["a1 x", "a2 y z"]),
        ("x y z", 2, ["x y", "z"]),
        ("", 2, []),
    ],
)
def test_batches_keep_the_order_and_have_one_node_of_a_cluster(hosts: str, size: int, expected: list[str]) -> None:
    names = hosts.split()
    cluster_of = {name: name[0] for name in names if len(name) == 2}
    assert [" ".join(batch) for batch in batches(names, size, cluster_of)] == expected


MACHINES = {"db0-boot-arguments": "m0", "db1-boot-arguments": "m1", "db2-boot-arguments": "m2", "db-fencing": "m1"}


def refusal_of(run: Run, text: str) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        run(text, preview=True, machines=MACHINES)
    return str(refused.value)


def test_a_new_first_member_does_not_take_the_fencing_over_unseen(run: Run) -> None:
    said = refusal_of(run, fleet_of("db0", "db1", "db2"))
    assert said.startswith("clusters.db.through: found 'db0', needed db1, through which the fencing was made.")
    assert "Write clusters.db.through: db1." in said
    seen = run(fleet_of("db0", "db1", "db2", through="db1"), preview=True, machines=MACHINES)
    assert seen.one("Fencing", "db-fencing").inputs["connection"] == {"host": "db1"}


def test_a_changed_through_is_refused_with_the_way_to_move_the_fencing(run: Run) -> None:
    said = refusal_of(run, fleet_of("db1", "db2", through="db2"))
    assert "found 'db2', needed db1" in said
    assert "To move it, take clusters.db out of the stack file, run up, and put it in again" in said


@pytest.mark.parametrize(
    ("others", "who"),
    [(("db1",), "db1, which is no member any more"), ((), "a machine that is no host of this stack file")],
)
def test_a_member_that_keeps_the_fencing_is_not_taken_out_unseen(run: Run, others: tuple[str, ...], who: str) -> None:
    said = refusal_of(run, fleet_of("db0", "db2", others=others))
    assert who in said
    assert "Put that member back" in said


@pytest.mark.parametrize("machines", [{}, {"db1-boot-arguments": "m1", "db-fencing": "m1"}])
def test_what_is_not_known_of_machines_refuses_nothing(run: Run, machines: dict[str, str]) -> None:
    assert run(fleet_of("db1", "db2"), preview=True, machines=machines, failing=["db2-boot-arguments"]).exports


def test_the_stack_exports_how_long_each_cluster_waits_and_why(run: Run) -> None:
    computed = run(fleet_of("db1", "db2")).exports["clusters"]["db"]
    assert computed["waits"].startswith("290 seconds for a message that a node dumps (timeout of fence_kdump)")
    assert "capture_boot_seconds = 90 seconds" in computed["why"]
    given = run(fleet_of("db1", "db2", fenceKdump={"timeoutSeconds": 120})).exports["clusters"]["db"]
    assert given["waits"].startswith("120 seconds ")
    assert given["why"] == "given as clusters.db.fenceKdump.timeoutSeconds"
    blind = run(
        fleet_of("db1", "db2", fenceKdump=None, postFailDelay={"seconds": 600}).replace("rhel-9.4", "rhel-6.1")
    ).exports["clusters"]["db"]
    assert blind["waits"].startswith("600 seconds, whether a node dumps or not (post_fail_delay)")
