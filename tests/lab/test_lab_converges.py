"""The main job on real machines, in the order a user would do it: each test goes on where the one before ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.converged_lab import GUESTS, HOSTS, Lab
from tests.project_copy import copy_checkout

pytestmark = pytest.mark.lab

EDITS = {
    "ssh-host": "sed -i 's/-d 31/-d 1/' /etc/default/kdump-tools",
    "nfs-host": "sed -i 's/256M/128M/' /etc/default/grub.d/zz-pulumi-kdump.cfg && update-grub 2>/dev/null",
    "vault": "sed -i 's/(rw/(ro/' /etc/exports.d/*.exports && exportfs -ra && "
    "sed -i 's/^restrict,//' /var/lib/pulumi-kdump-kdump/.ssh/authorized_keys",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Fresh guests, which go when the module is done."""
    lab = Lab(tmp_path_factory.mktemp("checkout") / "pulumi kdump")
    copy_checkout(lab.folder)
    try:
        lab.shell(".venv/bin/python -m lab up", seconds=3000)
        yield lab
    finally:
        lab.shell(".venv/bin/python -m lab destroy")


@pytest.fixture(scope="module")
def before(lab: Lab) -> dict[str, list[str]]:
    """What the guests had before Pulumi came."""
    return {guest: lab.listing(guest) for guest in GUESTS}


def test_make_lab_ends_with_both_hosts_armed(lab: Lab, before: dict[str, list[str]]) -> None:
    assert all(before.values())
    said = lab.shell("make lab")
    assert said.count("256 MiB are set aside and the capture kernel is loaded") == 2
    for host in HOSTS:
        assert f"{host}: kexec_crash_loaded 1, running kernel has crashkernel=256M" in said
    assert said.count("accepts the configuration") == 2


def test_there_is_nothing_to_change_then(lab: Lab) -> None:
    lab.pulumi("preview --expect-no-changes")
    lab.pulumi("preview --refresh --expect-no-changes")
    lab.pulumi("up --yes --expect-no-changes")


def test_hand_edits_are_named_with_resource_and_property(lab: Lab) -> None:
    for guest, edit in EDITS.items():
        lab.ssh(guest, edit)
    said = lab.pulumi("preview --refresh")
    for line in (
        "ssh-host-configuration update [diff: ~dumpLevel]",
        "nfs-host-boot-arguments update [diff: ~crashkernel]",
        "nfs-host-export update [diff: ~options]",
        "ssh-host-authorized-key update [diff: ~restricted]",
    ):
        assert line in said
    assert "4 to update" in said


def test_up_refresh_repairs_them(lab: Lab) -> None:
    lab.pulumi("up --yes --refresh")
    lab.pulumi("preview --refresh --expect-no-changes")


def test_import_adopts_without_changing_anything(lab: Lab) -> None:
    had = lab.listing("nfs-host")
    lab.stack_file("adopted").write_text(lab.stack_file("lab").read_text())
    lab.shell("source lab/env.sh; pulumi stack init adopted --non-interactive")
    lab.shell(
        "source lab/env.sh; pulumi import -s adopted --yes --protect=false --generate-code=false "
        "kdump:host:BootArguments nfs-host-boot-arguments 'ssh://nfs-host?sshConfig=.lab/ssh_config'"
    )
    state = lab.shell("source lab/env.sh; pulumi stack export -s adopted")
    assert '"crashkernel": "256M"' in state
    assert lab.listing("nfs-host") == had
    lab.shell("source lab/env.sh; pulumi stack rm adopted --yes --force --non-interactive")


def test_another_target_previews_as_just_that_and_works(lab: Lab) -> None:
    text = lab.stack_file("lab").read_text()
    lab.stack_file("lab").write_text(
        text.replace("        address: 10.0.2.2\n", "").replace("          nfs:\n", "          ssh:\n")
    )
    said = lab.pulumi("preview --diff")
    assert '~ target     : "nfs 10.0.2.100:/srv/kdump/nfs-host" => "ssh kdump@10.0.2.100:/srv/kdump/nfs-host"' in said
    assert "ssh-host-" not in said
    lab.pulumi("up --yes")
    lab.pulumi("preview --refresh --expect-no-changes")
    assert 'SSH="kdump@10.0.2.100"' in lab.ssh("nfs-host", "cat /etc/default/kdump-tools")
    assert lab.ssh("vault", "ls /etc/exports.d 2>/dev/null || true") == ""


def test_a_host_taken_out_is_put_back_alone(lab: Lab, before: dict[str, list[str]]) -> None:
    text = lab.stack_file("lab").read_text()
    start, end = text.index("      # Dumps over NFS."), text.index("    collectors:")
    lab.stack_file("lab").write_text(text[:start] + text[end:])
    lab.pulumi("up --yes")
    assert lab.listing("nfs-host") == before["nfs-host"]
    assert lab.ssh("vault", "ls /srv/kdump").split() == ["ssh-host"]
    keys = lab.ssh("vault", "cat /var/lib/pulumi-kdump-kdump/.ssh/authorized_keys")
    assert "pulumi-kdump:ssh-host" in keys
    assert "nfs-host" not in keys


def test_no_secret_and_no_private_key_is_in_the_state(lab: Lab) -> None:
    state = lab.shell("source lab/env.sh; pulumi stack export -s lab --show-secrets")
    assert "PRIVATE KEY" not in state
    private = lab.ssh("ssh-host", "cat /root/.ssh/kdump_id_*  | grep -v -e ---- -e ssh-").split()
    assert private
    assert not any(line in state for line in private)


def test_destroy_puts_everything_back(lab: Lab, before: dict[str, list[str]], tmp_path: Path) -> None:
    lab.pulumi("destroy --yes")
    for guest in GUESTS:
        now = lab.listing(guest)
        assert [line for line in now if line not in before[guest]] == []
        assert [line for line in before[guest] if line not in now] == []
