"""Where the lab keeps what: run-time files beside the checkout's code, the image in the user's cache."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def lab_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """LAB_DIR when set, else .lab in the checkout. Always absolute, so that it works from any folder."""
    chosen = environment.get("LAB_DIR", "")
    return Path(chosen).absolute() if chosen else CHECKOUT / ".lab"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for images, shared by all checkouts of this user."""
    base = environment.get("XDG_CACHE_HOME", "")
    # The specification says to pass over relative values.
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "pulumi-kdump"
