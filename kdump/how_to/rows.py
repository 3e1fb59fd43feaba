"""What a row of the how-to's table is."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What ``holds`` (one sentence, with its full stop) for ``item`` on ``release``, and the ``module`` that knows it.

    ``release`` is a platform's name, as :func:`kdump.platforms.platform_named` takes it; "rhel-6" is the newest 6.
    """

    item: str
    release: str
    holds: str
    module: str
