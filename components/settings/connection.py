"""How to reach a host, as written in the stack file: each layer may say a part of it."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from provider.connection import Connection


class ConnectionSettings(Connection):
    """A connection of which `host` may still be missing, so that a fleet can share user, key and jump host."""

    # Unlike the provider's own model this one reads what people write, and they write camelCase only.
    model_config = ConfigDict(populate_by_name=False, coerce_numbers_to_str=True)

    host: Annotated[str, Field(description="Name, address, or a Host alias of the OpenSSH configuration.")] = ""


def _with_host(connection: ConnectionSettings) -> ConnectionSettings:
    if not connection.host:
        raise ValueError(f"has no host, {NEEDED_HOST}")
    return connection


NEEDED_HOST = "needed the name or address to log in at; write for example connection: {host: web1.example.com}"

CompleteConnection = Annotated[ConnectionSettings, AfterValidator(_with_host)]
"""A connection that nothing is added to later, so that it must name its host."""
