"""The comment on real previews, recorded."""

from __future__ import annotations

from report.pull_request.verdict import Run, exit_code
from tests.report.telling import PREFIX, STACK, found_of, host, outputs, recorded, said, service, told, violation


def test_the_first_line_is_the_marker_and_the_second_the_verdict() -> None:
    lines = told(recorded("changes"), code=1).splitlines()
    assert lines[0] == "<!-- pulumi-kdump: staging -->"
    assert lines[1] == "## staging: ❌ 2 mandatory policy violations"
    assert "If it were let through: 4 hosts would change." in lines


def test_each_host_has_its_changes_in_words() -> None:
    text = told(recorded("changes"), code=1)
    assert "| host web1 | dump configuration: dump level `31` → `17` |" in text
    assert "| host web2 | boot arguments: crashkernel `256M` → `512M`<br>dump configuration: dump level `31` → " in text
    assert (
        "| host app1 | new: boot arguments (crashkernel `256M`), dump key, dump configuration (target `ssh`), "
        "dump service, authorized key on the collector |" in text
    )
    assert "| host db1 | removed: boot arguments, dump key, dump configuration, dump service, authorized key" in text
    assert "of what is kept on them, 5 new, 3 changed, 5 removed." in text
    assert "urn:" not in text
    assert "CollectorSpace" not in text, "components are nothing on any machine"


def test_mandatory_violations_come_first_and_exemptions_are_told() -> None:
    text = told(recorded("changes"), code=1)
    rows = [line for line in text.splitlines() if line.startswith(("| mandatory", "| advisory"))]
    assert [row.split(" | ")[:3] for row in rows] == [
        ["| mandatory", "`free-space`", "host app1"],
        ["| mandatory", "`free-space`", "host web2"],
        ["| advisory", "`not-on-root`", "host web1"],
        ["| advisory", "`not-on-root`", "host web2"],
    ]
    assert "found 480 MiB free, needed more than 23.7 GiB" in rows[0]
    assert "2 mandatory and 2 advisory violations of 2 rules; 6 other rules not broken." in text
    assert "1 exemption in force:" in text
    assert "| `free-space` | web1 | 2099-01-31 | moves to a larger disk in March, agreed with ops |" in text


def test_readiness_capacity_and_facts_are_told_with_what_is_not_known_yet() -> None:
    text = told(recorded("changes"), code=1)
    assert "1 known after up, 2 armed." in text
    assert "| known after up | 1 | app1 |  |" in text
    assert "| armed | 1 | web2 | 128 MiB are set aside and the capture kernel is loaded. |" in text
    assert "| web1, web2 | 1 | 23.7 GiB | 480 MiB | no | memory | one dump of 23.7 GiB of memory |" in text
    assert "**Facts**: measured on the machines in this preview." in text


def test_a_host_that_up_will_fail_on_is_named_with_the_reason() -> None:
    found = recorded("down")
    text = told(found, code=1)
    assert "## staging: ❌ 3 mandatory policy violations; `up` will fail on 1 host (web2)" in text
    assert "- **host web2**: up will fail here: root@192.0.2.2 (connection.host): it cannot be reached" in text
    assert "not known | not known | not known" in text, "its capacity"
    assert exit_code(Run("staging", 0), found) == 1, "pulumi alone exits with 0 where no policy pack runs"


def test_a_refused_stack_file_is_all_that_is_told() -> None:
    text = told(recorded("refused"), code=1)
    assert "## staging: ❌ the stack cannot be previewed" in text
    assert "- hosts.web1.crashkernal: there is no such setting; probably meant: crashkernel" in text
    assert "The preview ended before all of the stack was looked at." in text
    assert "none broken" not in text
    assert "armed" not in text, "the state of before tells nothing about this change"


def test_nothing_to_change_is_good() -> None:
    found = recorded("nothing")
    text = told(found)
    assert "## staging: ✅ nothing to change" in text
    assert "No policy pack has run." in text
    assert exit_code(Run("staging", 0), found) == 0


def test_drift_is_told_by_host_with_what_was_and_what_is() -> None:
    found = recorded("drift")
    text = told(found, drift=True)
    assert "## staging: ❌ 2 hosts (web1, web2) drifted" in text
    assert "| host web1 | dump configuration: directory of dumps `/var/crash` → `/var/mine`, lines written by " in text
    assert "| host web2 | boot arguments: crashkernel `256M` → `(none)` |" in text
    assert "Waiting for up" not in text, "what repairs the drift is no change of its own"
    assert exit_code(Run("staging", 0, drift=True), found) == 1


def test_no_drift_is_good_though_free_space_is_another_number_than_yesterday() -> None:
    found = recorded("nothing")
    assert "## staging: ✅ no drift: all is as it was declared" in told(found, drift=True)
    assert exit_code(Run("staging", 0, drift=True), found) == 0


def test_a_host_that_cannot_be_read_is_no_proof_of_no_drift() -> None:
    found = recorded("drift_unread")
    text = told(found, drift=True)
    assert "1 host (web1) drifted; 1 host (web2) could not be read; `up` has not been run yet for 3 hosts" in text
    assert "- **host web2**: could not be read: root@192.0.2.2" in text
    assert "### Waiting for up" in text
    unread = found_of(host("web1"), said("warning", "Refreshed resource is in an unhealthy state:\n* no route", "web1"))
    assert exit_code(Run("staging", 0, drift=True), unread) == 1
    assert exit_code(Run("staging", 0), unread) == 0


def test_a_preview_that_never_began_shows_what_pulumi_said() -> None:
    text = told(found_of(), code=255, said=["error: no stack named 'staging' found", "```"])
    assert "## staging: ❌ the preview failed (exit code 255)" in text
    assert "````text\nerror: no stack named 'staging' found\n```\n````" in text


def test_a_violation_is_a_failure_though_pulumi_were_content() -> None:
    assert exit_code(Run("staging", 0), found_of(violation("free-space", "too small"))) == 1
    assert exit_code(Run("staging", 0), found_of(violation("free-space", "too small", "advisory"))) == 0
    assert exit_code(Run("staging", 7), found_of()) == 7


def test_a_rule_that_could_not_run_is_seen() -> None:
    text = told(found_of(host("web1"), violation("free-space", "can't run policy", "advisory"), outputs(readiness={})))
    assert "| advisory | `free-space` | host web1 | can't run policy |" in text


def test_a_host_is_known_by_the_name_of_what_belongs_to_it_where_the_run_broke_off() -> None:
    text = told(found_of(host("web1"), said("error", "it is down", of="web1")), code=1)
    assert "- **host web1**: it is down" in text


def test_replacements_are_one_change() -> None:
    steps = [service("web1", op, enabled=True) for op in ("create-replacement", "replace", "delete-replaced")]
    assert "1 replaced." in told(found_of(host("web1"), *steps))


def test_recorded_facts_have_their_age() -> None:
    machines = {"web1": {"asOf": "2026-11-20"}, "web2": {}}
    text = told(found_of(outputs(facts={"source": "recorded", "asOf": "2026-11-24", "machines": machines})))
    assert (
        "recorded by the last `up`; no machine was asked in this preview; the oldest are of 2026-11-20, 6 days old"
        in text
    )
    assert "since when is not known" in told(found_of(outputs(facts={"source": "recorded", "asOf": ""})))


def test_exemptions_that_have_run_out_are_said_to_have() -> None:
    gone = {"rule": "free-space", "machines": ["web1"], "reason": "a larger disk comes", "until": "2026-11-25"}
    fleet = f"{PREFIX}kdump:fleet:Fleet::fleet"
    state = {"type": "kdump:fleet:Fleet", "urn": fleet, "parent": STACK, "inputs": {"exemptions": [gone]}}
    step = {"resourcePreEvent": {"metadata": {"op": "same", "urn": fleet, "old": state, "new": state}}}
    text = told(found_of(step, violation("free-space", "too small"), outputs(readiness={})))
    assert "0 exemptions in force:" in text
    assert "| `free-space` | web1 | 2026-11-25 (**run out**) | a larger disk comes |" in text


def test_exemptions_are_told_once_though_a_rule_of_the_pack_tells_of_them_too() -> None:
    (exemption,) = recorded("changes").exemptions
    fleet = f"{PREFIX}kdump:fleet:Fleet::fleet"
    told_of = {
        "rule": exemption.rule,
        "machines": list(exemption.on),
        "reason": "agreed with ops",
        "until": "2026-12-31",
    }
    state = {"type": "kdump:fleet:Fleet", "urn": fleet, "parent": STACK, "inputs": {"exemptions": [told_of]}}
    step = {"resourcePreEvent": {"metadata": {"op": "same", "urn": fleet, "old": state, "new": state}}}
    shown = violation("exemptions", "exemption from free-space for web1: agreed with ops", "advisory")
    assert told(found_of(step, shown, outputs(readiness={}))).count("agreed with ops") == 1
    assert told(found_of(shown, outputs(readiness={}))).count("agreed with ops") == 1, "where the stack does not tell"


def test_what_belongs_to_no_machine_is_of_the_stack() -> None:
    urn = f"{PREFIX}aws:s3/bucket:Bucket::dumps"
    state = {"type": "aws:s3/bucket:Bucket", "urn": urn, "parent": STACK, "custom": True, "inputs": {}}
    step = {"resourcePreEvent": {"metadata": {"op": "create", "urn": urn, "old": None, "new": state}}}
    assert "| stack test | new: aws:s3/bucket:Bucket |" in told(found_of(step))
