"""Targets that a release's tools take, and that its vendor does not stand by: they work until they do not.

Source: the rows of :mod:`kdump.support.storage` and :mod:`kdump.support.network`, which name theirs.
"""

from __future__ import annotations

from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.support import network, storage
from kdump.support.standing import Row, Standing, support_of
from kdump.targets import AnyTarget, FilesystemTarget, NfsTarget, RawTarget, SshTarget, VirtiofsTarget

_IPV6 = "IPv6"


def unsupported_ways(target: AnyTarget, platform: Platform) -> list[Refusal]:
    """Why *target* is none to rely on, as far as the target itself tells; [] where nothing speaks against it.

    What the tools end on with an error is not among it: :mod:`kdump.rendering` refuses that. Raises :class:`Refusal`
    for a platform of which no rules are known. Sources: the rows, named in each refusal.
    """
    rows, feature, setting, found = _feature(target)
    said = support_of(rows, feature, platform) if feature else None
    if said is None or said.standing is not Standing.UNSUPPORTED:
        return []
    return [said.refusal(setting, found, platform)]


def _feature(target: AnyTarget) -> tuple[tuple[Row, ...], str, str, str]:
    """Where to look for what ("" for nothing), and the setting and value that it is of."""
    match target:
        case FilesystemTarget():
            return storage.ROWS, target.filesystem, "target.filesystem", target.filesystem
        case RawTarget():
            return storage.ROWS, "raw", "target.device", target.device
        case VirtiofsTarget():
            return storage.ROWS, "virtiofs", "target.tag", target.tag
        case NfsTarget() | SshTarget():
            return network.ROWS, _IPV6 if ":" in target.server else "", "target.server", target.server
        case _:
            return (), "", "target", ""
