"""What every kind of state is: desired properties, and three verbs that look, make it so, and put back."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from kdump.errors import Refusal
from kdump.labels import checked_label
from provider.host import Host


class Wire(BaseModel):
    """A model whose fields travel in camelCase; frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    def wire(self) -> dict[str, Any]:
        """As properties of a resource."""
        # Drifted values that no longer fit the model are passed on as they are.
        return self.model_dump(by_alias=True, mode="json", warnings=False)


Wanted = TypeVar("Wanted", bound=Wire)


@dataclass(frozen=True)
class Found:
    """What a host has: `inputs` in the same terms as the desired properties (None: nothing of it is there)."""

    inputs: Mapping[str, Any] | None
    outputs: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


class Kind(ABC, Generic[Wanted]):
    """One kind of state. Adding a kind is adding one file with one subclass."""

    token: ClassVar[str]
    wanted: type[Wanted]
    outputs: ClassVar[Mapping[str, tuple[type, str]]] = {}
    """Name on the wire -> type and meaning."""
    shared: ClassVar[bool] = False
    """Whether several stacks may keep the same state on one host."""
    replace_on: ClassVar[frozenset[str]] = frozenset()
    """Properties that say *which* state it is: a change is a new resource, after the old one was deleted."""
    renewed_by: ClassVar[Mapping[str, frozenset[str]]] = {}
    """Output -> the properties whose change makes it unknown until it is applied."""

    confined: ClassVar[bool] = False
    """Whether making it so changes nothing on a host that a question can tell of but what a look asks for."""

    remedy: ClassVar[str] = ""
    """Where to look when the host does not show what was set, as a sentence."""

    @abstractmethod
    def store(self, wanted: Wanted) -> str:
        """The name under which a host keeps the originals of this state: letters, digits, dot, dash."""

    @abstractmethod
    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        """What is there now. Changes nothing. Raises HostError."""

    async def examine(self, host: Host, wanted: Wanted) -> None:
        """What the host's platform would refuse, before anything is done. Raises HostError."""

    async def claim(self, host: Host, wanted: Wanted) -> None:
        """Say on a host where all is as wanted already that this stack relies on it. Raises HostError."""
        await host.claim()

    def drops(self, wanted: Wanted, olds: Mapping[str, Any]) -> bool:
        """Whether something that was set for *olds* is no longer declared, which a look does not find."""
        return False

    @abstractmethod
    async def apply(self, host: Host, wanted: Wanted) -> None:
        """Make it so, touching only what differs; harmless when repeated. Raises HostError."""

    @abstractmethod
    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        """Put back what was there before, as far as it is still ours. Returns what was left, in words."""

    def imported(self, fragment: str) -> dict[str, Any]:
        """The properties an id given to `pulumi import` names after its `#`, enough to inspect. Raises ValueError."""
        raise ValueError(f"{self.token} cannot be imported")

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """What an import is to find: *wanted* of the id, with what only the host can tell filled in.

        Raises HostError, in words, where there is nothing to import.
        """
        return wanted


def shaped(pattern: str, needed: str, example: str, why: str) -> AfterValidator:
    """A validator that refuses text of another shape, in words instead of by its regular expression."""
    whole = re.compile(pattern)

    def check(value: str) -> str:
        if not whole.fullmatch(value):
            raise Refusal("", value, needed, f"Write it like {example}", why)
        return value

    return AfterValidator(check)


UserName = Annotated[
    str,
    shaped(
        r"[a-z_][a-z0-9_-]{0,30}",
        "a user name: a small letter or '_', then at most 30 small letters, digits, '_' and '-'",
        "kdump",
        "useradd refuses others",
    ),
]
Path = Annotated[
    str,
    shaped(
        r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)+",
        "an absolute path of letters, digits, '.', '_' and '-', without '..' in it or a '/' at its end",
        "/srv/kdump",
        "It stands in authorized_keys and exports, which read other characters in ways of their own",
    ),
]
_SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "tmp", "usr")


def _no_system_directory(value: str) -> str:
    if value.split("/")[1] in _SYSTEM:
        raise Refusal(
            "", value, "a directory for data", "Write one like /srv/kdump", "The system keeps its own files there"
        )
    return value


Directory = Annotated[Path, AfterValidator(_no_system_directory)]


def _below_another(value: str) -> str:
    if value.count("/") < 2 or value in ("/var/lib", "/var/log", "/var/spool", "/var/cache", "/var/tmp", "/var/mail"):
        raise Refusal(
            "",
            value,
            "a directory of the host's own, below another",
            "Write one like /srv/kdump/web1",
            "Its mode and owner are set, which would shut others out of a directory they share",
        )
    return value


HostDirectory = Annotated[Directory, AfterValidator(_below_another)]


async def refuse_others_directory(host: Host, directory: str, user: str) -> None:
    """Raise HostError for a directory that is in use by someone else: it is not taken over."""
    seen, inside = await host.file(directory), await host.names(directory)
    if seen.kind == "directory" and inside and seen.owner != user:
        raise host.refuse(
            "directory",
            f"{directory} belongs to {seen.owner} and is not empty",
            "Name another directory, or empty it first: its owner and mode would be changed.",
        )


NOTHING_TO_IMPORT = "Leave the import out: `up` makes what is declared."
"""What to do instead of an import for which there is nothing."""

Label = Annotated[str, AfterValidator(checked_label)]


def store_name(*parts: str) -> str:
    """A name for the store out of parts that may hold any character: what is not plain is written as _hex."""
    return "-".join("".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}" for c in part) for part in parts)
