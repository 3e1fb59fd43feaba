"""`pulumi policy analyze` judges a state as its preview is judged, read from the backend and from an export."""

from __future__ import annotations

import json

import pytest

from tests.policy_runs.conftest import ENVIRONMENT, Stacks
from tests.policy_runs.violations import Violation, violations_in

pytestmark = pytest.mark.engine
# Some rules are kept by these hosts and some are not: what matters is that both ways say the same.
FLEET = {
    "defaults": {"crashkernel": "256M"},
    "hosts": {
        "web1": {"connection": {"host": "192.0.2.1"}, "target": {"local": {}}},
        "web2": {"connection": {"host": "192.0.2.2"}, "target": {"ssh": {"collector": "vault"}}},
        "web3": {
            "connection": {"host": "192.0.2.3"},
            "address": "192.0.2.3",
            "target": {"nfs": {"collector": "vault"}},
            "failureDomains": ["site-a"],
        },
    },
    "collectors": {
        "vault": {"connection": {"host": "192.0.2.9"}, "address": "192.0.2.9", "nfs": {"clients": "10.0.0.0/8"}}
    },
    "exemptions": [{"rule": "free-space", "machines": ["web1"], "reason": "a new disk comes", "until": "2999-12-31"}],
}


def test_a_state_is_judged_as_its_preview_is(stacks: Stacks) -> None:
    project = stacks.copy.folder / "Pulumi.yaml"
    # A provider that finds everything as it is wanted: there has to be a state, and no host.
    original = project.read_text()
    project.write_text(original.replace("path: ./provider", "path: ./tools/bench/engine_alone"))
    try:
        assert stacks.run(FLEET, command="up --yes --skip-preview", pack=False).code == 0
        previewed = stacks.run(FLEET)
        assert previewed.code == 1
        analysed = _analysed(stacks, "-s rules")
        stacks.copy.shell(f"{ENVIRONMENT} pulumi stack export -s rules > export.json")
        exported = _analysed(stacks, "--file export.json")
        assert _told(previewed.violations) == _told(analysed) == _told(exported)
        assert {each.rule for each in analysed} > {"free-space", "reservation"}
        assert not [each for each in analysed if each.rule == "free-space" and each.resource.startswith("web1")]
        stacks.run(FLEET, command="destroy --yes --skip-preview", pack=False)
    finally:
        project.write_text(original)


def _analysed(stacks: Stacks, what: str) -> list[Violation]:
    (stacks.copy.folder / "settings.json").write_text(json.dumps({}))
    said = stacks.copy.shell(
        f"{ENVIRONMENT} pulumi policy analyze --policy-pack policies --policy-pack-config settings.json {what} --json "
        "2> analysis.log; echo >> analysis.log; true"
    )
    return list(violations_in(said.splitlines()))


def _told(violations: object) -> set[tuple[str, str, str, str]]:
    assert isinstance(violations, list | tuple)
    return {(each.level, each.rule, each.resource, each.message) for each in violations}
