"""Who can read dumps on a collector: exports to hosts alone, one key for one host."""

from __future__ import annotations

from typing import Any

import pytest

from policies.collector_key import COLLECTOR_KEY
from policies.inputs import Inputs
from policies.one_key_each import shared_keys
from policies.open_export import OPEN_EXPORT
from tests.policies.judging import dump_target, judged, judged_by_sdk, unknown

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXBWYLVy0cMyQnAh4hvtQWyJBO8UjTDHoHm4ACrCw8N"
KEYS = {
    "host": "web1",
    "collector": "vault",
    "directory": "/srv/kdump/web1",
    "path": "/root/.ssh/key",
    "keyType": "rsa",
}


def export(client: str = "10.0.0.21", **changes: Any) -> dict[str, Any]:
    options = ["rw", "sync", "no_subtree_check"]
    return {"host": "db1", "collector": "vault", "client": client, "options": options, "squashTo": "kdump", **changes}


@pytest.mark.parametrize("client", ["10.0.0.21", "db1.example.com", "10.0.0.0/24", "2001:db8::/64", "fe80::1"])
def test_an_export_to_a_host_or_a_small_network_is_fine(client: str) -> None:
    assert judged(OPEN_EXPORT, export(client)) == []


@pytest.mark.parametrize("client", ["*", "0.0.0.0/0", "::/0", "10.0.0.0/23", "2001:db8::/63", "*.example.com", "@all"])
def test_a_wider_one_is_broken(client: str) -> None:
    (text,) = judged(OPEN_EXPORT, export(client))
    assert "Leave collectors.vault.nfs.clients out" in text


def test_how_wide_it_may_be_is_a_setting() -> None:
    assert judged(OPEN_EXPORT, export("10.0.0.0/16"), widestPrefix=16.0) == []


def test_who_root_becomes_must_be_decided_and_high_ports_are_refused() -> None:
    assert "Write collectors.vault.user" in judged(OPEN_EXPORT, export(squashTo=""))[0]
    assert "the option insecure" in judged(OPEN_EXPORT, export(options=["rw", "insecure"]))[0]
    assert judged(OPEN_EXPORT, export(options=["rw", "insecure"]), allowInsecure=True) == []


@pytest.mark.parametrize("inputs", [{}, unknown(export(), "client"), unknown(export(), "options")])
def test_an_export_that_is_not_known_is_broken(inputs: Any) -> None:
    assert len(judged_by_sdk(OPEN_EXPORT, inputs)) == 1


def test_a_key_writes_the_directory_of_its_own_host() -> None:
    assert judged(COLLECTOR_KEY, KEYS) == []
    (text,) = judged(COLLECTOR_KEY, {**KEYS, "directory": "/srv/kdump/db1"})
    assert "needed a directory of its own, /srv/kdump/web1" in text
    assert len(judged_by_sdk(COLLECTOR_KEY, unknown(KEYS, "directory"))) == 1


def test_a_target_over_ssh_has_a_collector_of_this_stack_file() -> None:
    ssh = {"kind": "ssh", "server": "10.0.0.9", "user": "kdump", "path": "/srv/kdump/web1"}
    assert judged(COLLECTOR_KEY, dump_target(ssh, collector="vault")) == []
    assert "Write target.ssh.collector" in judged(COLLECTOR_KEY, dump_target(ssh))[0]
    assert judged(COLLECTOR_KEY, dump_target()) == []


def test_one_key_for_two_hosts_is_told_whatever_its_comment() -> None:
    mine = {"publicKey": f"{KEY} root@web1", "label": "web1"}
    assert list(shared_keys([Inputs(mine), Inputs({**mine, "publicKey": KEY})])) == []
    (broken,) = shared_keys([Inputs(mine), Inputs({"publicKey": f"{KEY} root@db1", "label": "db1"})])
    assert str(broken).startswith("hosts db1 and web1: found the same key for their dumps, needed one for each")


def test_a_key_that_is_yet_to_be_made_is_passed_over() -> None:
    assert list(shared_keys([Inputs({"label": "web1"}), Inputs({"label": "db1"})])) == []
