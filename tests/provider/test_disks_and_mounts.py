"""Full disks and read-only file systems: said, nothing half written, and mended by the next run."""

from __future__ import annotations

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, INPUTS, KEY, with_account
from tests.provider.fixture.host import FixtureHost

pytestmark = pytest.mark.fixture


def full(host: FixtureHost, folder: str) -> None:
    """Make a folder a file system of its own, with what was in it and not a byte of room."""
    host.run(
        f"cp -a {folder} /tmp/copy && mount -t tmpfs -o size=64k,mode=755 small {folder} && cp -a /tmp/copy/. {folder} "
        f"&& rm -r /tmp/copy; dd if=/dev/zero of={folder}/filler bs=1k 2>/dev/null; df {folder} | grep -q ' 0 100%'"
    )


@pytest.mark.parametrize("token", [CONFIGURATION, BOOT])
@pytest.mark.parametrize("folder", ["/etc/default", "/var/lib/pulumi-kdump"])
def test_a_full_disk(engine: Engine, host: FixtureHost, token: str, folder: str) -> None:
    if folder.startswith("/var"):
        host.run(f"mkdir -m 700 {folder}")
    before = host.listing()
    full(host, folder)
    during = host.listing()
    one = engine.resource(token)
    with pytest.raises(Failed) as failed:
        one.up(INPUTS[token](host))
    assert_clear(
        failed.value.message, "No space left on device|100%", "cannot (write|keep|make|replace)", host=host.address
    )
    kept = [name for name in host.listing() if name not in during]
    assert [name for name in kept if not name.startswith("var/lib/pulumi-kdump")] == []
    for name, line in host.listing().items():
        assert during.get(name, line) == line, name
    host.run(f"umount {folder}")
    if one.identifier:
        one.force_update()
    else:
        one.up(INPUTS[token](host))
    assert one.refresh() == {}
    one.destroy()
    assert host.listing() == {k: v for k, v in before.items() if k != "var/lib/pulumi-kdump"} or (
        host.listing() == before
    )


@pytest.mark.parametrize("token", INPUTS)
def test_a_read_only_host(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    before = host.listing(times=True)
    host.run("systemctl disable kdump-tools")
    before = host.listing(times=True)
    host.run("mount -o remount,ro /")
    one = engine.resource(token)
    with pytest.raises(Failed) as failed:
        one.up(INPUTS[token](host))
    assert_clear(failed.value.message, "Read-only file system", host=host.address)
    assert failed.value.initialised is None, failed.value.message
    assert host.listing(times=True) == before
    host.run("mount -o remount,rw /")
    one.up(INPUTS[token](host))
    assert one.refresh() == {}


def test_a_full_disk_at_the_last_moment_of_a_restore(engine: Engine, host: FixtureHost) -> None:
    one = engine.resource(CONFIGURATION)
    before = host.listing()
    one.up(INPUTS[CONFIGURATION](host))
    full(host, "/etc/default")
    with pytest.raises(Failed) as failed:
        one.destroy()
    assert_clear(failed.value.message, "cannot put back /etc/default/kdump-tools", "No space", host=host.address)
    host.run("umount /etc/default")
    one.destroy()
    assert host.listing() == before


def test_a_collector_whose_keys_cannot_be_written(engine: Engine, host: FixtureHost) -> None:
    with_account(engine, host, KEY)
    host.run("chattr +i /var/lib/pulumi-kdump-kdump/.ssh 2>/dev/null || mount --bind -o ro /srv "
             "/var/lib/pulumi-kdump-kdump/.ssh")  # fmt: skip
    with pytest.raises(Failed) as failed:
        engine.resource(KEY).up(INPUTS[KEY](host))
    assert_clear(failed.value.message, "authorized_keys", "cannot", host=host.address)
