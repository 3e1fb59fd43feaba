"""What tests need installed on this machine, and how it gets there (Debian, as root)."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterable

from lab.paths import cache_folder


def install(missing: Callable[[], Iterable[str]]) -> list[str]:
    """Install the packages that are still `missing` when it is our turn. Returns which they were.

    Tests of several files run at once, and apt does not wait for its own lists.
    """
    if not list(missing()):
        return []
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = sorted(set(missing()))
        if wanted:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            patient = ["-q", "-o", "DPkg::Lock::Timeout=300"]
            for words in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
                subprocess.run(["apt-get", *patient, *words], check=True, env=environment, capture_output=True)
        return wanted
