"""The private half of a dump key never crosses the connection, and is nowhere in what the engine keeps."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.provider.conftest import StartHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import ACCOUNT, CONFIGURATION, IDENTITY, KEY, account, configuration, identity, key
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture
PRIVATE = "/root/.ssh/kdump_id_rsa"


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that hosts say to the provider."""
    import provider.ssh

    everything: list[bytes] = []
    bounded = provider.ssh._bounded

    async def listened(stream: Any) -> bytes:
        said = await bounded(stream)
        everything.append(said)
        return said

    monkeypatch.setattr(provider.ssh, "_bounded", listened)
    return everything


def secrets_of(host: FixtureHost) -> list[bytes]:
    """The private key's lines, and as bytes of the key itself."""
    text = host.read(PRIVATE)
    lines = [line for line in text.splitlines() if not line.startswith("-----")]
    # The first lines of an OpenSSH key hold the public half, too.
    inner = base64.b64decode("".join(lines))
    tail = inner[len(inner) // 2 : len(inner) // 2 + 40]
    return [line.encode() for line in lines[-2:]] + [tail]


@pytest.mark.parametrize("key_type", ["ed25519", "rsa", "ecdsa"])
def test_nothing_of_it_is_ever_received(
    engine: Engine, host: FixtureHost, received: list[bytes], key_type: str
) -> None:
    one = engine.resource(IDENTITY)
    one.preview(identity(host, keyType=key_type))
    one.up(identity(host, keyType=key_type))
    one.refresh()
    engine.facts(host.connection(), "/root/.ssh")
    private = secrets_of(host)
    host.run(f"chmod 644 {PRIVATE}")
    one.refresh()
    one.up(identity(host, keyType=key_type))
    everything = b"\n".join(received)
    unhexed = b"\n".join(bytes.fromhex(word.decode()) for word in re.findall(rb"\b(?:[0-9a-f]{2})+\b", everything))
    assert one.outputs["publicKey"].split()[1].encode() in everything + unhexed
    for secret in private:
        assert secret not in everything
        assert secret not in unhexed
        assert secret.hex().encode() not in everything
        assert secret.decode("latin-1") not in str(one.inputs) + str(one.outputs)


def test_the_key_is_for_root_alone(engine: Engine, host: FixtureHost) -> None:
    engine.resource(IDENTITY).up(identity(host))
    assert host.run(f"stat -c '%a %U' {PRIVATE} /root/.ssh/known_hosts") == "600 root\n600 root\n"


def test_a_key_that_was_there_is_used_and_never_touched(engine: Engine, host: FixtureHost) -> None:
    host.run(f"ssh-keygen -q -t ed25519 -N '' -f {PRIVATE}")
    before = host.listing()
    one = engine.resource(IDENTITY)
    one.up(identity(host))
    assert one.outputs["publicKey"] == " ".join(host.read(f"{PRIVATE}.pub").split()[:2])
    one.destroy()
    assert host.listing() == before


def test_a_key_of_another_type_comes_back(engine: Engine, host: FixtureHost) -> None:
    host.run(f"ssh-keygen -q -t ecdsa -N '' -C mine -f {PRIVATE}")
    before = host.listing()
    one = engine.resource(IDENTITY)
    one.up(identity(host))
    assert one.outputs["publicKey"].startswith("ssh-ed25519 ")
    one.destroy()
    assert host.listing() == before


def test_a_dump_goes_the_whole_way(engine: Engine, start_host: StartHost) -> None:
    web, vault = start_host("web1"), start_host("vault")
    base = engine.resource(ACCOUNT)
    base.up(account(vault))
    pinned = engine.resource(IDENTITY)
    pinned.up(identity(web, knownHosts={vault.address: base.outputs["hostKeys"]}))
    way_in = engine.resource(KEY)
    way_in.up(key(vault, publicKey=pinned.outputs["publicKey"]))
    target = {
        "kind": "ssh", "server": vault.address, "user": "kdump", "path": "/srv/kdump/web1", "identity": PRIVATE,
    }  # fmt: skip
    dumping = engine.resource(CONFIGURATION)
    dumping.up(configuration(web, target=target))
    assert dumping.refresh() == {}
    ssh = f"ssh -i {PRIVATE} -o BatchMode=yes -o StrictHostKeyChecking=yes kdump@{vault.address}"
    stamp = "/srv/kdump/web1/web1-202601010000"
    web.run(f"{ssh} mkdir -p {stamp}")
    web.run(f"echo vmcore | {ssh} dd of={stamp}/dump-incomplete")
    web.run(f"{ssh} mv {stamp}/dump-incomplete {stamp}/dump")
    assert vault.read(f"{stamp}/dump") == "vmcore\n"
    assert vault.run(f"stat -c '%U %a' {stamp}/dump") == "kdump 600\n"
    for refused in (f"cat {stamp}/dump", "mkdir -p /srv/kdump/web2", "sh", "'dd of=/srv/kdump/x'", ""):
        assert "refused" in web.run(f"{ssh} {refused} </dev/null", check=False), refused
    # A collector that takes the key away is noticed before the configuration is written.
    way_in.destroy()
    with pytest.raises(Failed, match="cannot write to kdump@"):
        dumping.up(configuration(web, target=target, dumpLevel=3))
    assert "-d 17" in web.read("/etc/default/kdump-tools")
    assert vault.read(f"{stamp}/dump") == "vmcore\n"
    for one in (dumping, pinned, base):
        one.destroy()
    assert vault.read(f"{stamp}/dump") == "vmcore\n", "a dump must outlive the resources"
    assert any("/srv/kdump" in text and "not empty" in text for text in engine.log.warnings)
