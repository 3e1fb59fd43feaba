"""Hosts of Red Hat's releases, started once for the tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.fleet.host import ReleaseHost, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import release_named
from tests.fleet.tree import Tree

HostOf = Callable[..., ReleaseHost]
MIB = 1024 * 1024
#: What the installer of a version sets.
INITIAL = {
    "5.11": "", "6.10": "crashkernel=auto", "7.9": "crashkernel=auto", "8.10": "crashkernel=auto",
    "9.4": "crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M", "10.0": "crashkernel=2G-64G:256M,64G-:512M",
}  # fmt: skip


@pytest.fixture(scope="module")
def host_of(fleet_tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostOf]:
    """A host of a version, started once for all tests; each test puts back what it changes."""
    started: dict[str, ReleaseHost] = {}
    shared = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:

        def host(version: str, name: str = "db1", complete: bool = True) -> ReleaseHost:
            key = f"{version} {name}"
            if key not in started:
                layers = layers_of(release_named(f"rhel-{version}"), fleet_tree)
                stack.callback(layers.use.end)
                started[key] = stack.enter_context(
                    ReleaseHost(layers, template_of(layers, shared), name=name, complete=complete)
                )
                # SSH is there before kdump has built its first image.
                started[key].run("! command -v systemctl || systemctl is-system-running --wait", check=False)
            return started[key]

        yield host


def major(version: str) -> int:
    """The first number of a version."""
    return int(version.partition(".")[0])


def start(host: ReleaseHost, version: str, verb: str = "start") -> str:
    """What kdump says to a start, and "=CODE"."""
    command = "kdumpctl" if major(version) >= 7 else "/etc/init.d/kdump"
    return host.run(f"{command} {verb}; echo =$?", check=False)


def crashkernels(host: ReleaseHost) -> list[str]:
    """The crashkernel words of each entry, the newest first."""
    shown = host.run("grubby --info=ALL")
    lines = [line for line in shown.splitlines() if line.startswith("args=")]
    return [" ".join(word for word in line[6:].strip('"').split() if word.startswith("crashkernel")) for line in lines]
