"""State in PostgreSQL: what a team shares instead of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.postgres import server
from tests.project_copy import copy_checkout
from tests.provider.conftest import StartHost
from tests.provider.fixture.host import changes
from tests.provider.pulumi_stack import Fleet, local

pytestmark = [pytest.mark.fixture, pytest.mark.engine]


class SharedFleet(Fleet):
    """A checkout whose state is in a data base."""

    backend = ""

    def shell(self, script: str, *, code: int = 0, seconds: int = 1500) -> str:
        return super().shell(f"export PULUMI_BACKEND_URL='{self.backend}'; {script}", code=code, seconds=seconds)


def checkout(folder: Path, backend: str) -> SharedFleet:
    """A copy of the project, as each member of a team has one."""
    fleet = SharedFleet(folder)
    copy_checkout(folder)
    fleet.backend = backend
    return fleet


def test_two_checkouts_share_a_stack_in_postgresql(tmp_path: Path, start_host: StartHost) -> None:
    host = start_host("web1")
    before = host.listing()
    with server() as url:
        mine, yours = checkout(tmp_path / "mine", url), checkout(tmp_path / "yours", url)
        mine.declare({"web1": local(host)}, host)
        mine.pulumi("up --yes --skip-preview")
        assert not (mine.folder / ".pulumi-state").exists()
        # The stack file comes by git; the salt of the passphrase is in it.
        yours.stack_file("test").write_text(mine.stack_file("test").read_text())
        yours.pulumi("preview --refresh --expect-no-changes")
        host.write("/etc/default/kdump-tools", "USE_KDUMP=0\n")
        assert "web1-configuration" in yours.pulumi("preview --refresh")
        yours.pulumi("up --yes --refresh --skip-preview")
        mine.pulumi("preview --refresh --expect-no-changes")
        mine.pulumi("destroy --yes --skip-preview")
        assert "web1" not in yours.pulumi("stack --show-urns")
    assert changes(before, host.listing()) == {}
