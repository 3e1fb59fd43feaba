"""What a verdict must know of the host itself, where its tools compare the file with it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Node(BaseModel):
    """``host_name``: what `hostname` prints there, None where it is not known; ``addresses``: all of its addresses, as
    `hostname -I` prints them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host_name: str | None = None
    addresses: tuple[str, ...] = ()


NOBODY = Node()
