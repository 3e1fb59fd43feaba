"""Which Debian mirror the image is made from: the one this machine's own apt uses, when it can."""

from __future__ import annotations

import subprocess

from lab.image.recipe import SUITE


def apt_sources(listing: str) -> list[str]:
    """Lines for sources.list, out of `apt-get indextargets` lines "origin|suite|uri|component"."""
    lines: list[str] = []
    for entry in listing.splitlines():
        parts = entry.split("|")
        if len(parts) != 4:
            continue
        origin, suite, uri, component = parts
        ours = suite == SUITE or suite.startswith(f"{SUITE}-")
        if origin == "Debian" and ours and uri:
            lines.append(f"deb {uri} {suite} {component}")
    if not any(line.split()[2] == SUITE for line in lines):
        return []
    return lines


def apt_options(dump: str) -> list[str]:
    """The options of `apt-config dump` that are needed to reach the mirror: proxies, and clock checks."""
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-Valid-Until", "Acquire::Check-Date")
    lines = (line.strip().rstrip(";") for line in dump.splitlines())
    return [line for line in lines if line.startswith(wanted) and not line.endswith('""')]


def _answer(arguments: list[str]) -> str:
    try:
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return ran.stdout if ran.returncode == 0 else ""


def this_machines_sources() -> list[str]:
    """Sources of this machine's apt; none when it is not Debian's same release (mmdebstrap then knows its own)."""
    columns = "$(ORIGIN)|$(RELEASE)|$(REPO_URI)|$(COMPONENT)"
    return apt_sources(_answer(["apt-get", "indextargets", "--format", columns, "Created-By: Packages"]))


def this_machines_options() -> list[str]:
    """Proxy and clock options of this machine's apt."""
    return apt_options(_answer(["apt-config", "dump"]))
