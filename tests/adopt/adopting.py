"""The command that prints an entry, run on a fixture host, and what Pulumi would be asked for with that entry."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import yaml

from components.dump_target import platform_input
from components.settings import ResolvedHost, read_fleet
from kdump.targets import SshTarget
from provider.adopt.__main__ import main
from tests.provider.every_kind import BOOT, CONFIGURATION, IDENTITY, SERVICE, SYSCTLS
from tests.provider.fixture.host import FixtureHost

OWN = "var/lib/pulumi-kdump"


def where(host: FixtureHost) -> str:
    """How the command line, and `pulumi import`, name a fixture host."""
    connection = host.connection()
    keys = "".join(f"&hostKeys={key.replace(' ', '%20').replace('+', '%2B')}" for key in connection["hostKeys"][:1])
    return f"ssh://root@{host.address}?identityFile={connection['identityFile']}&sshConfig=/dev/null{keys}"


def adopt(host: FixtureHost, *options: str, status: int = 0) -> str:
    """What the command prints; on standard error where another status than 0 is expected."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert main([where(host), *options]) == status, err.getvalue()
    return out.getvalue() if status == 0 else err.getvalue()


def comments(page: str) -> str:
    """What the comments say, on one line."""
    lines = [line.strip() for line in page.splitlines()]
    return " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))


def resolved(page: str, collectors: Mapping[str, Any] | None = None) -> ResolvedHost:
    """The one host of a printed entry, as the stack file's own reader has it."""
    written = yaml.safe_load(page)
    if collectors:
        written["collectors"] = {**written.get("collectors", {}), **collectors}
    (host,) = read_fleet(written).hosts.values()
    return host


def declared(host: ResolvedHost, host_keys: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """The inputs of a host's own resources, as its components give them, by type; *host_keys* of its collector."""
    connection, platform = host.connection.wire(), platform_input(host.platform)
    configuration = host.configuration
    wanted: dict[str, dict[str, Any]] = {}
    if isinstance(configuration.target, SshTarget):
        wanted[IDENTITY] = {
            "path": host.identity.path, "keyType": host.identity.key_type,
            "knownHosts": {configuration.target.server: list(host_keys)},
        }  # fmt: skip
    wanted |= {
        BOOT: {"crashkernel": host.crashkernel, "arguments": dict(host.boot_arguments), "platform": platform},
        CONFIGURATION: {
            "target": configuration.target.model_dump(mode="json"),
            "dumpLevel": configuration.dump_level,
            "compression": configuration.compression,
            "failureAction": configuration.failure_action,
            "finalAction": configuration.final_action,
            "options": dict(configuration.options),
            "platform": platform,
        },
        SERVICE: {"enabled": host.enabled, "loaded": host.enabled},
    }
    if host.panic and host.panic.sysctls:
        wanted[SYSCTLS] = {"settings": dict(host.panic.sysctls), "platform": platform}
    return {
        token: {"connection": connection, **{name: value for name, value in inputs.items() if value is not None}}
        for token, inputs in wanted.items()
    }


def seen(host: FixtureHost, *, times: bool = False) -> dict[str, str]:
    """Everything on a host but rpm's own books, and the store of what was there before us."""
    passed_over = (OWN, "var/lib/rpm", "var/lib/dnf", "var/lib/yum", "usr/lib/sysimage/rpm")
    return {path: line for path, line in host.listing(times=times).items() if not path.startswith(passed_over)}
