"""How a host is reached: an input of every resource, never an output, and never secret.

Keys are named (by file, by agent), a sudo password is named by the environment variable that holds it, so
nothing in here needs to be hidden in state.
"""

from __future__ import annotations

import os
import re
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from kdump.errors import Refusal

_HOST = re.compile(r"[A-Za-z0-9_\[\]:.%-]+")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]*\$?")
_CARRIED = "It tells SSH where to go, and must not mean anything else to it"
_VARIABLE = re.compile(r"KDUMP_SUDO[A-Za-z0-9_]*")
_HOST_KEY = re.compile(r"(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?")


class Connection(BaseModel):
    """Where a host answers to SSH and who logs in. What is left out comes from the OpenSSH configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    host: Annotated[
        str, Field(max_length=253, description="Name, address, or a Host alias of the OpenSSH configuration.")
    ]
    port: Annotated[
        int | None,
        Field(ge=1, le=65535, description="TCP port; default from the OpenSSH configuration."),
    ] = None
    user: Annotated[str | None, Field(max_length=64, description="Who logs in; default as with ssh itself.")] = None
    identity_file: Annotated[
        str | None,
        Field(description="Path of a private key; left out: the agent and the OpenSSH configuration."),
    ] = None
    ssh_config: Annotated[
        str | None,
        Field(description="Path of an OpenSSH client configuration, instead of ~/.ssh/config."),
    ] = None
    host_keys: Annotated[
        tuple[str, ...],
        Field(description='Public keys the host may show ("ssh-ed25519 AAAA…"), instead of known_hosts.'),
    ] = ()
    proxy_jump: Annotated[
        str | None, Field(description="Jump hosts, as in OpenSSH's ProxyJump: user@gate:22, comma separated.")
    ] = None
    sudo: Annotated[bool, Field(description="Become root by sudo; needed when the user is not root.")] = False
    sudo_password_env: Annotated[
        str | None,
        Field(
            description="Name (KDUMP_SUDO…) of the environment variable, where Pulumi runs, that holds the "
            "sudo password. Left out: sudo must not ask for one."
        ),
    ] = None
    connect_timeout: Annotated[
        int, Field(ge=1, le=600, description="Seconds to wait for the host to answer and let us in.")
    ] = 15
    contact_in_preview: Annotated[
        bool,
        Field(description="false: a preview says nothing of this host and does not contact it; up does."),
    ] = True

    @field_validator("host")
    @classmethod
    def _plain_host(cls, value: str) -> str:
        if not _HOST.fullmatch(value) or value.startswith("-"):
            raise Refusal("", value, "a host name or an address", "Write a name like web1.example.com", _CARRIED)
        return value

    @field_validator("user")
    @classmethod
    def _plain_user(cls, value: str | None) -> str | None:
        if value is not None and not _USER.fullmatch(value):
            raise Refusal("", value, "a user name", "Write a login name like root", _CARRIED)
        return value

    @field_validator("sudo_password_env")
    @classmethod
    def _a_variable(cls, value: str | None) -> str | None:
        if value is not None and not _VARIABLE.fullmatch(value):
            # The value is not repeated: it may be the password itself, written here by mistake.
            raise Refusal(
                "",
                "(not shown)",
                "the name of an environment variable that begins with KDUMP_SUDO",
                "Write the name of the variable that holds the password, like KDUMP_SUDO_PASSWORD",
                "The password itself must never stand in a stack file, and no other variable may be sent to a host",
            )
        return value

    @field_validator("host_keys")
    @classmethod
    def _public_keys(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not _HOST_KEY.fullmatch(value):
                raise ValueError(f"{value[:40]!r} is no public key; write it as in known_hosts: ssh-ed25519 AAAA…")
        return values

    @field_validator("identity_file", "ssh_config", "proxy_jump")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and (not value or any(c in value for c in "\n\r\0")):
            raise Refusal("", value, "one line of text", "Leave line breaks out", _CARRIED)
        return value

    @property
    def label(self) -> str:
        """The host in messages: user@host:port, as far as it is declared here."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{user}{self.host}{port}"

    def sudo_password(self) -> str | None:
        """The sudo password from the environment, or None when none is declared.

        Raises LookupError when the named variable is not set.
        """
        if self.sudo_password_env is None:
            return None
        try:
            return os.environ[self.sudo_password_env]
        except KeyError:
            raise LookupError(self.sudo_password_env) from None

    def wire(self) -> dict[str, Any]:
        """As an input of a resource: camelCase, without what is left out."""
        return self.model_dump(by_alias=True, mode="json", exclude_defaults=True)


def from_import_id(text: str) -> Connection:
    """The connection in an id given to `pulumi import`.

    An id is a host or alias (`web1`, `root@10.0.0.5:22`), or a URL with settings of a connection as its
    query: `ssh://ops@web1?sudo=true&sshConfig=.lab/ssh_config`. Raises ValueError for anything else.
    """
    url = urlsplit(text if "://" in text else f"ssh://{text}")
    if url.scheme != "ssh" or not url.hostname or url.path not in ("", "/"):
        raise ValueError(f"{text!r} names no host; write web1, root@10.0.0.5:22 or ssh://ops@web1?sudo=true")
    settings: dict[str, Any] = {"host": unquote(url.netloc.rpartition("@")[2].partition(":")[0]) or url.hostname}
    if "[" in url.netloc:
        settings["host"] = url.hostname
    if url.username:
        settings["user"] = unquote(url.username)
    if url.port:
        settings["port"] = url.port
    for name, value in parse_qsl(url.query, strict_parsing=bool(url.query)):
        settings[name] = (value,) if name == "hostKeys" else value
    return Connection.model_validate(settings)
