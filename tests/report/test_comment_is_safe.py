"""What hosts and settings say can neither break the comment nor make it too long."""

from __future__ import annotations

import re

import pytest

from report.pull_request.comment import LONGEST
from report.pull_request.markdown import code, names, plain
from report.pull_request.values import UNKNOWN, at, shown
from tests.report.telling import found_of, host, outputs, said, service, told, violation

HOSTILE = "a | b `c` <script>alert(1)</script> @ops #12 [x](https://e.example) **bold** ![i](u)\n\n# heading\n/close"


def test_a_message_stays_in_its_cell() -> None:
    text = told(found_of(host("web1"), violation("free-space", HOSTILE), outputs(readiness={})), code=1)
    (row,) = [line for line in text.splitlines() if line.startswith("| mandatory")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5, row
    assert r"\<script\>" in row
    assert r"\`c\`" in row
    assert "@\u200bops" in row
    assert "#\u200b12" in row
    assert r"\[x\](" in row
    assert r"\*\*bold\*\*" in row
    assert not any(line.startswith(("# ", "/close")) for line in text.splitlines())


def test_errors_and_readiness_are_as_safe() -> None:
    readiness = {"web1": {"level": "<b>", "reason": HOSTILE}}
    text = told(found_of(host("web1"), said("error", HOSTILE, of="web1"), outputs(readiness=readiness)))
    assert "<script>" not in text.replace(r"\<script\>", "")
    assert "<b>" not in text.replace(r"\<b\>", "")
    assert "@ops" not in text


def test_what_pulumi_said_cannot_end_its_block() -> None:
    text = told(found_of(), code=1, said=["````", "@ops <script>", "\x1b[31mred"])
    block = text.split("`````text\n")[1].split("\n`````")[0]
    assert block.splitlines()[:2] == ["````", "@ops <script>"]
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("256M", "`256M`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|b", r"a\|b"),
        (r"a\|b", r"a\\\|b"),
        ("", ""),
    ],
)
def test_values_are_code_that_they_cannot_leave(value: str, expected: str) -> None:
    assert code(value) == expected


def test_an_address_keeps_its_at_sign_and_a_mention_does_not() -> None:
    assert plain("root@web1") == "root@web1"
    assert plain("@ops, see !12 and group#3") == "@\u200bops, see !\u200b12 and group#\u200b3"


def test_the_direction_of_writing_cannot_be_turned() -> None:
    assert plain("safe\u202eexe.txt\u2066") == "safe exe.txt"


def test_the_password_of_a_backend_is_not_told() -> None:
    failed = "error: cannot connect to postgres://pulumi:hunter2@db.example.com/pulumi"
    for text in (told(found_of(), code=1, said=[failed]), told(found_of(said("error", failed)), code=1)):
        assert "hunter2" not in text
        assert "db.example.com" in text


def test_of_a_long_message_the_end_is_kept_which_says_what_to_do() -> None:
    text = plain("found " + "x" * 5000 + ". Write memory: 64G.")
    assert text.startswith("found x")
    assert text.endswith("Write memory: 64G.")
    assert len(text) <= 800


def test_values_are_in_words() -> None:
    assert shown(True) == "yes"
    assert shown(17.0) == "17"
    assert shown({"kind": "local", "path": "/var/crash"}) == "kind=local, path=/var/crash"
    assert shown([]) == "(none)"
    assert shown(f"ssh-rsa {UNKNOWN}") == "(known after up)"
    assert at({"power": {"db.1": ["a", "b"]}}, 'power["db.1"][1]') == "b"
    assert at({"power": []}, "power[3].x") is None
    assert names(["a", "b", "c"], 2) == "a, b and 1 more"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"readiness": UNKNOWN, "capacity": UNKNOWN, "facts": UNKNOWN},
        {"readiness": None, "capacity": [], "facts": "measured"},
        {
            "readiness": {"web1": UNKNOWN, "web2": {"level": UNKNOWN, "reason": UNKNOWN}, "web3": {}},
            "capacity": {"vault": UNKNOWN, "web1": {"neededBytes": UNKNOWN, "freeBytes": 1, "hosts": UNKNOWN}},
            "facts": {"source": UNKNOWN, "asOf": UNKNOWN, "machines": UNKNOWN},
        },
    ],
)
def test_outputs_that_are_missing_or_not_known_yet_are_coped_with(values: dict[str, object]) -> None:
    text = told(found_of(host("web1"), service("web1"), outputs(**values)))
    assert "## staging: 🔶 1 host would change" in text
    assert UNKNOWN not in text


def test_hosts_with_the_same_change_are_one_row() -> None:
    hosts = [f"web{number}" for number in range(40)]
    events = [step for name in hosts for step in (host(name), service(name, enabled=True))]
    text = told(found_of(*events, outputs(readiness={name: {"level": "armed", "reason": "ok"} for name in hosts})))
    assert "| 40 hosts: web0, web1, web10, web11, web12, web13, web14, web15 and 32 more | new: dump service |" in text
    assert "| armed | 40 | web0" in text


def test_a_fleet_that_is_all_wrong_is_counted_and_fits() -> None:
    hosts = [f"{'x' * 30}{number}" for number in range(3000)]
    events = []
    for name in hosts:
        events += [host(name), service(name), said("error", f"up will fail here: {name} {HOSTILE * 8}", of=name)]
        events.append(violation("free-space", f"host {name}: {HOSTILE * 8}", of=name))
    ready = {name: {"level": "unknown", "reason": f"{name} {'é|' * 300}"} for name in hosts}
    room = {
        name: {"hosts": 1, "neededBytes": 1, "freeBytes": -1, "basis": "memory", "explanation": name} for name in hosts
    }
    text = told(found_of(*events, outputs(readiness=ready, capacity=room)), code=1)
    assert len(text.encode()) <= LONGEST < 65_536
    assert "3000 mandatory policy violations" in text
    assert "more, not shown here" in text
    assert "`free-space` (mandatory)" in text
    assert "This was too long for one comment" in text
    assert "pulumi preview -s staging --policy-pack policies --diff" in text


def test_a_middling_fleet_shows_fifty_rows_and_counts_the_rest() -> None:
    hosts = [f"web{number}" for number in range(120)]
    events = [step for name in hosts for step in (host(name), violation("free-space", f"{name} too small", of=name))]
    text = told(found_of(*events, outputs(readiness={"web1": {"level": "armed", "reason": ""}})), code=1)
    assert text.count("| mandatory |") == 50
    assert "70 more, not shown here: `free-space` (mandatory) 70 times." in text
    assert "This was too long" not in text
