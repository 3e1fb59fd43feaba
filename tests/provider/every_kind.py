"""One sensible resource of every kind, for tests that go through all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.provider.engine_driver import Engine, Managed
from tests.provider.fixture.host import FixtureHost

BOOT = "kdump:host:BootArguments"
IDENTITY = "kdump:host:DumpIdentity"
CONFIGURATION = "kdump:host:DumpConfiguration"
SERVICE = "kdump:host:DumpService"
SYSCTLS = "kdump:host:Sysctls"
ACCOUNT = "kdump:collector:Account"
KEY = "kdump:collector:AuthorizedKey"
EXPORT = "kdump:collector:Export"


@lru_cache
def public_key(number: int = 0) -> str:
    """A public key, always the same for a number within one run."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"key{number}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
        return " ".join(path.with_suffix(".pub").read_text().split()[:2])


def boot(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """Boot arguments."""
    return {"connection": host.connection(), "crashkernel": "256M", "arguments": {"nmi_watchdog": "1"}, **more}


def identity(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """A key pair and a pinned collector. ed25519, since rsa takes its time."""
    pinned = {"vault.example.org": [public_key(9)]}
    return {"connection": host.connection(), "keyType": "ed25519", "knownHosts": pinned, **more}


def configuration(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """Dumps kept on the host itself."""
    target = {"kind": "local", "path": "/var/crash/here"}
    return {"connection": host.connection(), "target": target, "dumpLevel": 17, **more}


def service(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """Enabled and loaded."""
    return {"connection": host.connection(), "enabled": True, "loaded": True, **more}


def sysctls(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """Panic triggers that every kernel has."""
    settings = {"kernel.panic_on_oops": "1", "kernel.panic": "30", "vm.panic_on_oom": "1"}
    return {"connection": host.connection(), "settings": settings, **more}


def account(host: FixtureHost, **more: Any) -> dict[str, Any]:
    """The receiving user of a collector."""
    return {"connection": host.connection(), "user": "kdump", "directory": "/srv/kdump", **more}


def key(host: FixtureHost, label: str = "web1", **more: Any) -> dict[str, Any]:
    """One host's line; needs the account."""
    return {
        "connection": host.connection(), "user": "kdump", "publicKey": public_key(), "label": label,
        "directory": f"/srv/kdump/{label}", **more,
    }  # fmt: skip


def export(host: FixtureHost, label: str = "web1", **more: Any) -> dict[str, Any]:
    """One host's export; needs the account."""
    return {
        "connection": host.connection(), "directory": f"/srv/kdump/{label}", "client": "192.0.2.7", "label": label,
        "options": ["rw", "sync", "no_subtree_check"], "squashTo": "kdump", **more,
    }  # fmt: skip


INPUTS: dict[str, Callable[..., dict[str, Any]]] = {
    BOOT: boot,
    IDENTITY: identity,
    CONFIGURATION: configuration,
    SERVICE: service,
    SYSCTLS: sysctls,
    ACCOUNT: account,
    KEY: key,
    EXPORT: export,
}
NEEDS_ACCOUNT = (KEY, EXPORT)


def with_account(engine: Engine, host: FixtureHost, token: str) -> Managed | None:
    """Make the account first, where a kind needs one."""
    if token not in NEEDS_ACCOUNT:
        return None
    made = engine.resource(ACCOUNT, "account")
    made.up(account(host))
    return made
