"""What an id given to `pulumi import` says after its `#`: words, separated by commas.

Most are names of what is to be taken over besides what is found by itself. ``platform=``, ``architecture=`` and
``virtualisation=`` repeat what the stack file declares: resources hold it among their inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from kdump.platforms import Platform, Virtualisation, platform_named

_DECLARED = ("platform", "architecture", "virtualisation")


@dataclass(frozen=True)
class ImportWords:
    """The words: names in their order, and the platform that is declared; None where none is."""

    names: tuple[str, ...] = ()
    platform: Platform | None = None

    def declared(self) -> dict[str, Any]:
        """The platform as an input of a resource."""
        return {} if self.platform is None else {"platform": self.platform.model_dump(mode="json")}


def words_of(fragment: str) -> ImportWords:
    """The words of ``nmi_watchdog,platform=rhel-9.4``. Raises ValueError for a platform that there is not."""
    said: dict[str, str] = {}
    names: list[str] = []
    for word in filter(None, fragment.split(",")):
        name, equals, value = word.partition("=")
        if not equals:
            names.append(word)
        elif name in _DECLARED:
            said[name] = value
        else:
            raise ValueError(f"{word!r} is nothing to import; needed names, or one of {', '.join(_DECLARED)} with '='")
    if "platform" not in said:
        if said:
            raise ValueError(f"{next(iter(said))} says nothing without platform=, as in platform=rhel-9.4")
        return ImportWords(tuple(names))
    on = next((known for known in get_args(Virtualisation) if known == said.get("virtualisation", "none")), None)
    if on is None:
        raise ValueError(f"virtualisation is one of {', '.join(get_args(Virtualisation))}")
    return ImportWords(tuple(names), platform_named(said["platform"], said.get("architecture", "x86_64"), on))
