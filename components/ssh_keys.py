"""Both ends of a dump over SSH: the host's key, and what the collector lets it do."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from provider.resources import Account, AuthorizedKey, DumpIdentity

# Looks like a key to whoever checks it, and is none: no point of the curve has this coordinate.
_NO_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"


class SshKeysArgs(TypedDict):
    """Who dumps where, and both ways in."""

    host: str
    connection: Mapping[str, Any]
    path: str
    """The private key on the host; it never leaves it."""
    key_type: str
    collector: str
    collector_connection: Mapping[str, Any]
    address: str
    """How the host reaches the collector; the name its host keys are pinned under."""
    account: Account
    user: str
    for_policies: Mapping[str, Any]
    directory: str
    """The one directory the key may write below."""


class SshKeys(pulumi.ComponentResource):
    """The key a host dumps with, the collector's keys pinned there, and the host's key allowed at the collector."""

    ready: Sequence[pulumi.Resource]
    """What must be there before the host can dump."""

    def __init__(self, name: str, args: SshKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "host": args["host"],
            "collector": args["collector"],
            "user": args["user"],
            "directory": args["directory"],
            "path": args["path"],
            "keyType": args["key_type"],
            **args["for_policies"],
        }
        super().__init__("kdump:fleet:SshKeys", name, props, opts)
        identity = outliving(
            DumpIdentity(
                f"{args['host']}-identity",
                args["connection"],
                known_hosts={args["address"]: args["account"].host_keys},
                path=args["path"],
                key_type=args["key_type"],
                opts=child_of(self),
            ),
            self,
            public_key=_NO_KEY,
        )
        key = outliving(
            AuthorizedKey(
                f"{args['host']}-authorized-key",
                args["collector_connection"],
                user=args["user"],
                public_key=identity.public_key,
                directory=args["directory"],
                label=args["host"],
                opts=child_of(self, depends_on=[args["account"]]),
            ),
            self,
        )
        self.ready = (identity, key)
        self.register_outputs({})
