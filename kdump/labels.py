"""Labels: how lines and files that belong to one host are marked on a collector, to be found again."""

from __future__ import annotations

import re

from kdump.errors import Refusal

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def checked_label(value: str, setting: str = "label") -> str:
    """*value* if it can mark a line of any of our files and be part of a file name; else :class:`Refusal`."""
    if not _LABEL.fullmatch(value):
        raise Refusal(
            setting,
            value,
            "a letter or digit, then letters, digits, '.', '_' and '-', at most 200 in all",
            "Use the name of the host in the settings",
            "The label marks the host's lines and files on a collector",
        )
    return value
