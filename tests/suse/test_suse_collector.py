"""A SLES host and its collector: the preflight, and a dump sent as the capture kernel sends it, over a real sshd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import ACCOUNT, CONFIGURATION, IDENTITY, KEY, account, configuration, identity, key
from tests.suse.test_suse_armed import release_16

pytestmark = pytest.mark.fixture

DIRECTORY = "/srv/kdump/web1"
PRIVATE = "/root/.ssh/kdump_id_rsa"


@pytest.fixture
def vault(start_release_host: StartReleaseHost) -> ReleaseHost:
    """A collector; it runs SLES, too."""
    return start_release_host("sles-15.7", "vault", complete=False)


def target(vault: ReleaseHost) -> dict[str, Any]:
    """The host's directory on the collector."""
    return {"kind": "ssh", "server": vault.address, "user": "kdump", "path": DIRECTORY, "identity": PRIVATE}


def know_each_other(engine: Engine, host: ReleaseHost, vault: ReleaseHost) -> None:
    """Key, pinned host keys, account and the key's restricted line."""
    engine.resource(ACCOUNT, "account").up(account(vault))
    own = engine.resource(IDENTITY, "identity")
    own.up(identity(host, knownHosts={vault.address: vault.host_keys}))
    engine.resource(KEY, "key").up(key(vault, publicKey=own.outputs["publicKey"]))


def test_a_dump_of_15_sp7_arrives(engine: Engine, sles: ReleaseHost, vault: ReleaseHost) -> None:
    know_each_other(engine, sles, vault)
    one = engine.resource(CONFIGURATION)
    one.up(configuration(sles, target=target(vault)))
    assert one.refresh() == {}
    folder = f"{DIRECTORY}/web1-2026-01-02-15-04"
    send = f"ssh -i {PRIVATE} -o BatchMode=yes -o StrictHostKeyChecking=yes ssh://kdump@{vault.address}"
    for name, text in (("README.txt", "this will be overwritten"), ("vmcore", "core"), ("README.txt", "saved")):
        sles.run(f"echo '{text}' | {send} 'umask 077; mkdir -p {folder} && cat > {folder}/{name}'")
    assert vault.run(f"cd {folder} && cat README.txt vmcore && ls") == "saved\ncore\nREADME.txt\nvmcore\n"
    assert "refused" in sles.run(f"echo other | {send} 'umask 077; mkdir -p {folder} && cat > {folder}/vmcore'",
                                 check=False)  # fmt: skip
    assert vault.run(f"cat {folder}/vmcore; stat -c '%U %a' {folder}/vmcore") == "core\nkdump 600\n"


def test_a_dump_of_other_releases_arrives_by_ssh_too(engine: Engine, sles: ReleaseHost, vault: ReleaseHost) -> None:
    know_each_other(engine, sles, vault)
    release_16(sles)
    one = engine.resource(CONFIGURATION)
    one.up(configuration(sles, target=target(vault)))
    assert f'KDUMP_SAVEDIR="ssh://kdump@{vault.address}' in sles.read("/etc/sysconfig/kdump")


def test_a_collector_that_only_the_whole_system_knows_is_no_collector_of_kdump(
    engine: Engine, sles: ReleaseHost, vault: ReleaseHost
) -> None:
    """ssh would look into /etc/ssh/ssh_known_hosts; what kdump takes into the initrd comes from root's own file."""
    know_each_other(engine, sles, vault)
    sles.run("mv /root/.ssh/known_hosts /etc/ssh/ssh_known_hosts")
    with pytest.raises(Failed, match=r"root's known_hosts has no key of"):
        engine.resource(CONFIGURATION).up(configuration(sles, target=target(vault)))


def test_nfs_brings_the_client_and_takes_it_away_again(engine: Engine, sles: ReleaseHost) -> None:
    """Nobody serves here, so the way to the target is closed: said, and nothing of it is kept."""
    one = engine.resource(CONFIGURATION)
    with pytest.raises(Failed, match="cannot mount and write"):
        one.up(configuration(sles, target={"kind": "nfs", "server": sles.address, "export": "/srv/none"}))
    assert "nfs-client" in sles.run("rpm -qa")
    one.destroy()
    assert "nfs-client" not in sles.run("rpm -qa")
    assert not Path(sles.path("/var/lib/pulumi-kdump")).exists()
