"""The rule encrypted-dumps: no memory in clear over the network, where that is required."""

from typing import Any

import pytest

from policies.encrypted_dumps import ENCRYPTED_DUMPS
from tests.policies.judging import dump_target, judged, judged_by_sdk, nfs, unknown, without

SSH = {"kind": "ssh", "server": "vault", "user": "kdump", "path": "/srv/kdump/web1"}


def test_nothing_is_required_until_an_environment_says_so() -> None:
    assert judged(ENCRYPTED_DUMPS, nfs()) == []


def test_nfs_is_refused_where_dumps_must_be_encrypted() -> None:
    (said,) = judged(ENCRYPTED_DUMPS, nfs(), required=True)
    assert said.startswith("host web1, target nfs vault:/srv/kdump/web1: found memory sent over the network in clear")
    assert "Write hosts.web1.target: {ssh: {collector: vault}}." in said


@pytest.mark.parametrize("inputs", [dump_target(SSH), dump_target(), nfs(enabled=False)])
def test_what_sends_nothing_in_clear_is_fine(inputs: dict[str, Any]) -> None:
    assert judged(ENCRYPTED_DUMPS, inputs, required=True) == []


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        unknown(dump_target(SSH), "destination"),
        without(dump_target(SSH), "destination"),
        dump_target(unknown(SSH, "kind")),
        nfs(**unknown({"enabled": False}, "enabled")),
    ],
)
def test_what_is_not_known_is_a_violation(inputs: dict[str, Any]) -> None:
    assert len(judged_by_sdk(ENCRYPTED_DUMPS, inputs, required=True)) == 1
