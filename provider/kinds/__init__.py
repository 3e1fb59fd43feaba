"""The kinds of state this provider keeps, by token."""

from __future__ import annotations

from typing import Any

from provider.kinds.account import Account
from provider.kinds.authorized_key import AuthorizedKey
from provider.kinds.base import Kind
from provider.kinds.boot_arguments import BootArguments
from provider.kinds.crash_volume import CrashVolume
from provider.kinds.dump_configuration import DumpConfiguration
from provider.kinds.dump_identity import DumpIdentity
from provider.kinds.dump_service import DumpService
from provider.kinds.export import Export
from provider.kinds.fencing import FenceNode, Fencing
from provider.kinds.sysctls import Sysctls

KINDS: dict[str, Kind[Any]] = {
    kind.token: kind
    for kind in (
        BootArguments(),
        CrashVolume(),
        DumpIdentity(),
        DumpConfiguration(),
        DumpService(),
        Sysctls(),
        Account(),
        AuthorizedKey(),
        Export(),
        FenceNode(),
        Fencing(),
    )
}
