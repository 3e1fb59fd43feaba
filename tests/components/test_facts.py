"""Where previews have their facts from, what `up` keeps for them, and whom a preview contacts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml

from components.facts import VARIABLE
from tests.components.conftest import GIB, Run

FLEET: dict[str, Any] = {
    "defaults": {"crashkernel": "512M", "failureDomains": ["rack-1"]},
    "hosts": {
        "web1": {"connection": {"host": "web1"}, "memory": "16G", "target": {"ssh": {"collector": "vault"}}},
        "db1": {
            "connection": {"host": "db1"},
            "platform": "rhel-9.4",
            "memory": "64G",
            "space": {"free": "100G", "mountPoint": "/var/crash"},
            "target": {"local": {}},
        },
    },
    "collectors": {
        "vault": {"connection": {"host": "vault"}, "address": "10.0.0.9", "space": {"free": "2T", "total": "4T"}}
    },
}
RECORDED: dict[str, Any] = {
    "asOf": "2026-11-20",
    "machines": {
        "web1": {
            "family": "debian",
            "distribution": "debian",
            "release": "12",
            "architecture": "x86_64",
            "kernel": "6.1.0-28",
            "memoryBytes": 8 * GIB,
            "readiness": "armed",
            "reason": "the capture kernel is loaded",
        },
        "vault": {"asOf": "2026-10-01", "space": {"/srv/kdump": {"freeBytes": 9 * GIB, "totalBytes": 10 * GIB}}},
    },
}


def written(**changes: Any) -> str:
    return yaml.safe_dump({**FLEET, **changes})


def space_of(seen: Any, host: str) -> Any:
    return seen.one("DumpTarget", f"{host}-dump-target").inputs["space"]


def connections(seen: Any) -> list[Any]:
    return [each.inputs["connection"] for each in seen.registrations if "connection" in each.inputs]


def test_declared_facts_are_of_the_stack_file_and_nobody_is_asked(run: Run) -> None:
    seen = run(written(facts="declared"), preview=True)
    assert seen.questions == []
    assert connections(seen)
    assert all(each["contactInPreview"] is False for each in connections(seen))
    assert space_of(seen, "db1") == {"memoryBytes": 64 * GIB, "freeBytes": 96 * GIB, "mountPoint": "/var/crash"}
    target = seen.one("DumpTarget", "db1-dump-target").inputs
    assert (target["runs"]["distribution"], target["runs"]["release"]) == ("rhel", "9.4")
    vault = seen.one("CollectorSpace", "vault-space").inputs
    assert vault["space"] == {"freeBytes": 2048 * GIB, "totalBytes": 4096 * GIB}
    assert vault["hosts"]["web1"]["memoryBytes"] == 16 * GIB
    assert seen.exports["readiness"]["web1"]["level"] == "unknown"
    assert seen.exports["facts"]["source"] == "declared"


def test_what_is_neither_recorded_nor_declared_is_said_to_be_unknown(run: Run) -> None:
    hosts = {"web1": {"connection": {"host": "web1"}, "target": {"local": {}}}}
    seen = run(written(facts="declared", hosts=hosts), preview=True)
    assert space_of(seen, "web1") == {"problem": "not asked, and neither recorded nor declared"}


def test_recorded_facts_win_over_declared_ones_which_stand_in_where_none_are(run: Run) -> None:
    seen = run(written(facts="recorded"), preview=True, recorded=RECORDED)
    assert seen.questions == []
    assert all(each["contactInPreview"] is False for each in connections(seen))
    assert space_of(seen, "web1")["memoryBytes"] == 8 * GIB
    assert space_of(seen, "db1")["memoryBytes"] == 64 * GIB
    assert seen.one("DumpTarget", "web1-dump-target").inputs["kernel"] == "6.1.0-28"
    vault = seen.one("CollectorSpace", "vault-space").inputs
    assert (vault["space"]["freeBytes"], vault["hosts"]["web1"]["memoryBytes"]) == (9 * GIB, 8 * GIB)
    assert seen.exports["readiness"]["web1"] == {"level": "armed", "reason": "the capture kernel is loaded"}


def test_a_preview_says_of_which_day_recorded_facts_are(run: Run) -> None:
    seen = run(written(facts="recorded"), preview=True, recorded=RECORDED)
    assert seen.one("Fleet", "fleet").inputs["facts"] == {
        "source": "recorded",
        "asOf": {"web1": "2026-11-20", "vault": "2026-10-01"},
    }
    assert "facts" not in run(written()).one("Fleet", "fleet").inputs


def test_recorded_facts_are_passed_on_unchanged_by_a_preview(run: Run) -> None:
    seen = run(written(facts="recorded"), preview=True, recorded=RECORDED)
    ready = ("readiness", "reason")
    machines = {
        name: {word: fact for word, fact in facts.items() if word not in ready}
        for name, facts in RECORDED["machines"].items()
    }
    assert seen.exports["facts"] == {"source": "recorded", "asOf": RECORDED["asOf"], "machines": machines}


def test_up_measures_and_keeps_what_previews_to_come_need(run: Run) -> None:
    seen = run(written(facts="recorded"), {"web1": {"memoryBytes": 4 * GIB, "kernel": "6.1.0-29"}}, recorded=RECORDED)
    assert {question.host for question in seen.questions} == {"web1", "db1", "vault"}
    assert not any("contactInPreview" in each for each in connections(seen))
    kept = seen.exports["facts"]
    assert (kept["source"], kept["asOf"]) == ("measured", datetime.date.today().isoformat())
    assert (kept["machines"]["web1"]["memoryBytes"], kept["machines"]["web1"]["kernel"]) == (4 * GIB, "6.1.0-29")
    assert sorted(kept["machines"]["vault"]["space"]) == ["/srv/kdump", "/srv/kdump/web1"]
    again = run(written(facts="recorded"), preview=True, recorded=kept)
    assert space_of(again, "web1")["memoryBytes"] == 4 * GIB


def test_a_machine_that_does_not_answer_keeps_what_was_known_of_it_with_its_day(run: Run) -> None:
    gone = {"reachable": False, "problem": "gone", "memoryBytes": -1, "readiness": "unknown", "reason": "gone"}
    kept = run(written(), {"web1": gone, "vault": gone}, recorded=RECORDED).exports["facts"]
    web1 = kept["machines"]["web1"]
    assert (web1["asOf"], web1["memoryBytes"], web1["kernel"]) == ("2026-11-20", 8 * GIB, "6.1.0-28")
    assert kept["machines"]["vault"]["asOf"] == "2026-10-01"
    assert "asOf" not in kept["machines"]["db1"]


def test_a_few_bytes_more_or_less_are_no_other_facts(run: Run) -> None:
    kept = [
        run(written(), {"vault": {"freeBytes": free}}).exports["facts"] for free in (90_500_000_000, 90_400_123_456)
    ]
    assert kept[0] == kept[1]


def test_the_environment_decides_for_pull_requests_and_never_for_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "recorded")
    assert run(written(), preview=True, recorded=RECORDED).questions == []
    assert run(written(), recorded=RECORDED).questions != []


def test_a_word_that_the_environment_cannot_mean_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "guessed")
    with pytest.raises(Exception, match="one of measured, recorded, declared"):
        run(written(), preview=True)


def test_capacity_tells_what_each_place_needs_and_has(run: Run) -> None:
    capacity = run(written(facts="declared"), preview=True).exports["capacity"]
    vault, own = capacity["vault"], capacity["db1"]
    assert (vault["hosts"], vault["freeBytes"], vault["basis"]) == (1, 2048 * GIB, "memory")
    assert vault["neededBytes"] == 20 * GIB  # 16 GiB of memory, and a quarter on top
    assert (own["neededBytes"], own["freeBytes"]) == (64 * GIB, 96 * GIB)
    drilled = {"day": "2026-11-02", "kernel": "5.14", "size": "2G", "seconds": 60}
    hosts = {**FLEET["hosts"], "db1": {**FLEET["hosts"]["db1"], "drilled": drilled}}
    measured = run(written(facts="declared", hosts=hosts), preview=True).exports["capacity"]["db1"]
    assert measured["basis"] == "measured dumps"
    assert 2 * GIB < measured["neededBytes"] < 8 * GIB


def test_capacity_says_whose_memory_is_not_known(run: Run) -> None:
    hosts = {"web1": {"connection": {"host": "web1"}, "target": {"ssh": {"collector": "vault"}}}}
    vault = run(written(facts="declared", hosts=hosts), preview=True).exports["capacity"]["vault"]
    assert (vault["neededBytes"], vault["explanation"]) == (-1, "the memory of web1 is not known")


def test_an_exemption_goes_to_what_it_is_for_and_nowhere_else(run: Run) -> None:
    exemption = {
        "rule": "free-space",
        "machines": ["web1"],
        "reason": "a larger vault is on its way, agreed with Kim",
        "until": "2026-12-31",
    }
    seen = run(written(facts="declared", exemptions=[exemption]), preview=True)
    assert seen.one("DumpTarget", "web1-dump-target").inputs["exemptions"] == [exemption]
    assert seen.one("Fleet", "fleet").inputs["exemptions"] == [exemption]
    having = {each.name for each in seen.registrations if "exemptions" in each.inputs}
    assert having == {"fleet", "web1-dump-target", "web1-crashkernel", "web1-ssh-keys"}


def test_the_reboot_is_the_same_in_a_preview_that_contacts_nobody(run: Run) -> None:
    reboot = {"when": "whenRequired"}
    orders = [
        run(written(facts="declared", reboot=reboot), preview=preview).one("Command", "web1-reboot").inputs["stdin"]
        for preview in (True, False)
    ]
    assert orders[0] == orders[1]


@pytest.mark.parametrize("day", ["2026-12-31", "2026-12-31 00:00:00 +0000 UTC", "2026-12-31T00:00:00Z"])
def test_a_date_may_stand_without_quotes(run: Run, day: str) -> None:
    # What Pulumi makes of one: a moment, as text.
    exemption = {"rule": "free-space", "machines": ["web1"], "reason": "agreed with Kim", "until": day}
    seen = run(written(facts="declared", exemptions=[exemption]), preview=True)
    assert seen.one("Fleet", "fleet").inputs["exemptions"][0]["until"] == "2026-12-31"


def test_what_is_no_date_is_told_with_one_that_is(run: Run) -> None:
    exemption = {"rule": "free-space", "machines": ["web1"], "reason": "agreed with Kim", "until": "soon"}
    with pytest.raises(Exception, match=r"exemptions\[0\].until: found 'soon', needed a day like 2026-12-31"):
        run(written(facts="declared", exemptions=[exemption]), preview=True)


def test_a_few_bytes_more_or_less_on_a_collector_are_no_change(run: Run) -> None:
    seen = [run(written(), {"vault": {"freeBytes": free}}) for free in (90_500_000_000, 90_400_123_456)]
    inputs = [each.one("CollectorSpace", "vault-space").inputs for each in seen]
    assert inputs[0] == inputs[1]
    assert seen[0].exports["capacity"] == seen[1].exports["capacity"]


FILESYSTEM = {"filesystem": {"device": "UUID=6b1c0f9e-5f0a-4c2b-9d3e-2f1a7c8b9d0e", "filesystem": "xfs"}}


def own(target: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"web1": {"connection": {"host": "web1"}, "memory": "8G", "target": target, **said}}


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ({"virtiofs": {"tag": "dumps", "path": "/"}}, {}),
        (FILESYSTEM, {}),
        ({"san": {"wwid": "3600508b400105e210000900000490000"}}, {}),
        ({"san": {"wwid": "3600508b400105e210000900000490000"}}, {"mountPoint": "/var/crashsan"}),
    ],
)
def test_what_is_declared_of_a_target_of_its_own_is_known(run: Run, target: Any, place: Any) -> None:
    hosts = own(target, space={"free": "64G", **place})
    found = space_of(run(written(facts="declared", hosts=hosts, collectors={}), preview=True), "web1")
    assert (found["memoryBytes"], found["freeBytes"]) == (8 * GIB, 64 * GIB)
    assert "notYetMounted" not in found


def test_a_file_system_that_is_not_mounted_is_not_taken_for_an_empty_one(run: Run) -> None:
    device = {"found": True, "sizeBytes": 200 * GIB, "freeBytes": -1, "mountPoint": "", "use": "has an xfs file system"}
    kept = {"asOf": "2026-11-20", "machines": {"web1": {"devices": {FILESYSTEM["filesystem"]["device"]: device}}}}
    fleet = written(facts="recorded", hosts=own(FILESYSTEM), collectors={})
    assert "freeBytes" not in space_of(run(fleet, preview=True, recorded=kept), "web1")
    fleet = written(facts="recorded", hosts=own(FILESYSTEM, space={"free": "64G"}), collectors={})
    assert space_of(run(fleet, preview=True, recorded=kept), "web1")["freeBytes"] == 64 * GIB


def test_a_host_and_a_collector_of_one_name_are_refused(run: Run) -> None:
    collectors = {"web1": FLEET["collectors"]["vault"]}
    hosts = {"web1": {**FLEET["hosts"]["web1"], "target": {"local": {}}}}
    with pytest.raises(Exception, match=r"collectors\.web1: found the name of a host, too"):
        run(written(hosts=hosts, collectors=collectors))
