"""What a rule says of inputs, straight and behind the proxies that the SDK puts around them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from pulumi_policy.proxy import (
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    unknown_checking_proxy,
)

from policies.inputs import Inputs
from policies.rule import Rule

TODAY = datetime.date(2026, 11, 25)
GIB = 1 << 30

_UNKNOWN = {bool: UNKNOWN_BOOLEAN_VALUE, int: UNKNOWN_NUMBER_VALUE, str: UNKNOWN_STRING_VALUE}

RHEL_9 = {"family": "redhat", "distribution": "rhel", "release": "9.4", "architecture": "x86_64"}


def runs(distribution: str, release: str, **more: str) -> dict[str, str]:
    """What a host runs, as an input."""
    family = {"sles": "suse", "debian": "debian", "ubuntu": "debian"}.get(distribution, "redhat")
    found = {"family": family, "distribution": distribution, "release": release, "architecture": "x86_64"}
    return {**found, **more}


def judged(rule: Rule, inputs: Mapping[str, Any], **settings: Any) -> list[str]:
    """What a rule says of inputs, in settings that differ from the defaults only where given."""
    return list(rule.violations(Inputs(inputs), {**rule.defaults, **settings}, TODAY))


def judged_by_sdk(rule: Rule, inputs: Mapping[str, Any], **settings: Any) -> list[str]:
    """The same behind the SDK's proxies, which raise for each value that is not known yet."""
    return judged(rule, unknown_checking_proxy(dict(inputs)), **settings)


def unknown(inputs: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The inputs of a preview that does not know some of them yet."""
    return {
        name: _UNKNOWN.get(type(value), UNKNOWN_OBJECT_VALUE) if name in names else value
        for name, value in inputs.items()
    }


def without(inputs: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The inputs but for some of them."""
    return {name: value for name, value in inputs.items() if name not in names}


def dump_target(destination: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Inputs of a DumpTarget that breaks no rule; None takes one away."""
    inputs: dict[str, Any] = {
        "host": "web1",
        "enabled": True,
        "target": "local /var/crash",
        "collector": None,
        "dumpLevel": 31.0,
        "compression": "zlib",
        "failureAction": None,
        "finalAction": None,
        "options": {},
        "destination": dict(destination or {"kind": "local", "path": "/var/crash"}),
        "space": {"memoryBytes": 16.0 * GIB, "freeBytes": 20.0 * GIB, "mountPoint": "/var/crash"},
        "runs": RHEL_9,
        **changes,
    }
    return {name: value for name, value in inputs.items() if value is not None}


def nfs(version: str | None = None, **changes: Any) -> dict[str, Any]:
    """Inputs of a DumpTarget over NFS."""
    destination = {"kind": "nfs", "server": "vault", "export": "/srv/kdump/web1"}
    if version is not None:
        destination["version"] = version
    given = {"target": "nfs vault:/srv/kdump/web1", "collector": "vault", **changes}
    return dump_target(destination, **given)


def crash_kernel(crashkernel: Any = "512M", **changes: Any) -> dict[str, Any]:
    """Inputs of a CrashKernel that breaks no rule; None takes one away."""
    inputs: dict[str, Any] = {
        "host": "web1",
        "crashkernel": crashkernel,
        "bootArguments": {},
        "memoryBytes": 16.0 * GIB,
        "runs": RHEL_9,
        **changes,
    }
    return {name: value for name, value in inputs.items() if value is not None}
