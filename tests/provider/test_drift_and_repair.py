"""Hand edits on a host: the next look names exactly the property, and the next update repairs just that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from provider.families.debian.packages import Apt
from provider.host import Host
from provider.shell.script import call
from tests.provider.conftest import StartEngine, StartHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import (
    ACCOUNT,
    BOOT,
    CONFIGURATION,
    EXPORT,
    IDENTITY,
    INPUTS,
    KEY,
    SERVICE,
    boot,
    service,
    with_account,
)
from tests.provider.fixture.host import FixtureHost, changes

pytestmark = pytest.mark.fixture


def edit(file: str, old: str, new: str) -> Callable[[FixtureHost], None]:
    """A hand that changes a word in a file."""

    def do(host: FixtureHost) -> None:
        text = host.read(file)
        assert old in text, text
        host.path(file).write_text(text.replace(old, new))

    return do


def script(text: str) -> Callable[[FixtureHost], None]:
    """A hand that runs commands."""

    def do(host: FixtureHost) -> None:
        host.run(text)

    return do


GRUB_CFG, CONF = "/boot/grub/grub.cfg", "/etc/default/kdump-tools"
KEYS = "/var/lib/pulumi-kdump-kdump/.ssh/authorized_keys"
EXPORTED = "/etc/exports.d/pulumi-kdump-web1.exports"
PRIVATE = "/root/.ssh/kdump_id_rsa"
DROPIN = "/etc/default/grub.d/zz-pulumi-kdump.cfg"

CASES = [
    (BOOT, "an entry by hand", edit(GRUB_CFG, "crashkernel=256M", "crashkernel=64M"), {"crashkernel"}),
    (BOOT, "drop-in gone", script(f"rm {DROPIN}; update-grub"), {"crashkernel", "arguments"}),
    (BOOT, "drop-in changed, not yet taken up", edit(DROPIN, "crashkernel=256M", "crashkernel=64M"), {"crashkernel"}),
    (IDENTITY, "key gone", script(f"rm {PRIVATE}"), {"keyType"}),
    (IDENTITY, "key with a passphrase", script(f"ssh-keygen -q -p -N 'secret' -f {PRIVATE}"), {"keyType"}),
    (IDENTITY, "key readable by all", script(f"chmod 644 {PRIVATE}"), {"keyType"}),
    (IDENTITY, "collector forgotten", script("rm /root/.ssh/known_hosts"), {"knownHosts"}),
    (IDENTITY, "collector's key changed", script("sed -i 's/AAAA/AAAB/' /root/.ssh/known_hosts"), {"knownHosts"}),
    (CONFIGURATION, "level", edit(CONF, "-d 17", "-d 31"), {"dumpLevel"}),
    (CONFIGURATION, "compression", edit(CONF, "-c", "-l"), {"compression"}),
    (CONFIGURATION, "directory", edit(CONF, "/var/crash/here", "/var/crash"), {"target"}),
    (CONFIGURATION, "other target", script(f"echo 'SSH=\"kdump@elsewhere\"' >> {CONF}"), {"target", "unrecognised"}),
    (CONFIGURATION, "another key", script(f"echo 'KDUMP_FAIL_CMD=\"reboot -f\"' >> {CONF}"), {"options"}),
    (CONFIGURATION, "mode", script(f"chmod 600 {CONF}"), {"mode"}),
    (CONFIGURATION, "owner", script(f"chown ops {CONF}"), {"owner"}),
    (CONFIGURATION, "a program in it", script(f"echo 'touch /x' >> {CONF}"), {"unrecognised"}),
    (CONFIGURATION, "switched off", edit(CONF, 'USE_KDUMP="1"', "USE_KDUMP=0"), {"unrecognised"}),
    (SERVICE, "disabled", script("systemctl disable kdump-tools"), {"enabled"}),
    (SERVICE, "masked", script("systemctl disable kdump-tools; systemctl mask kdump-tools"), {"enabled", "problems"}),
    (SERVICE, "unloaded", script("kdump-config unload"), {"loaded"}),
    (SERVICE, "purged", script("apt-get -y -q purge kdump-tools"), {"enabled", "loaded", "problems"}),
    (ACCOUNT, "user gone", script("userdel kdump"), {"present"}),
    (ACCOUNT, "receiver changed", edit("/usr/local/lib/pulumi-kdump/receive", "set -f", "set +f"), {"present"}),
    (ACCOUNT, "receiver not executable", script("chmod 644 /usr/local/lib/pulumi-kdump/receive"), {"present"}),
    (ACCOUNT, "directory gone", script("rm -r /srv/kdump"), {"present"}),
    (KEY, "line gone", script(f"rm {KEYS}"), {"publicKey"}),
    (KEY, "not restricted any more", edit(KEYS, "restrict,", ""), {"restricted"}),
    (KEY, "another command", edit(KEYS, "receive /srv/kdump/web1", "receive /srv/kdump"), {"restricted"}),
    (KEY, "directory open to others", script("chmod 755 /srv/kdump/web1"), {"directoryOwner"}),
    (KEY, "directory of another", script("chown ops /srv/kdump/web1"), {"directoryOwner"}),
    (KEY, "directory gone", script("rm -r /srv/kdump/web1"), {"directoryOwner"}),
    (EXPORT, "client", edit(EXPORTED, "192.0.2.7", "192.0.2.8"), {"client", "served"}),
    (EXPORT, "read only", edit(EXPORTED, "rw", "ro"), {"options"}),
    (EXPORT, "root let through", edit(EXPORTED, "all_squash", "no_root_squash"), {"options", "squashTo"}),
    (EXPORT, "server stopped", script("systemctl stop nfs-server"), {"served"}),
    (EXPORT, "open to all", script(f"echo '/srv/kdump/web1 *(rw,sync)' >> {EXPORTED}"),
     {"client", "options", "squashTo", "served"}),
]  # fmt: skip


@pytest.mark.parametrize("token", INPUTS)
def test_every_hand_edit_is_named_and_repaired(engine: Engine, host: FixtureHost, token: str) -> None:
    with_account(engine, host, token)
    one = engine.resource(token)
    wanted = INPUTS[token](host)
    one.up(wanted)
    for _, what, by_hand, expected in (case for case in CASES if case[0] == token):
        by_hand(host)
        found = one.refresh()
        assert set(found) == expected, f"{what}: {found}"
        assert one.diff(wanted).replaces == [], what
        assert one.up(wanted) == "update", what
        assert one.refresh() == {}, what


@pytest.mark.parametrize("token", [BOOT, CONFIGURATION])
def test_a_declared_platform_is_no_drift(engine: Engine, host: FixtureHost, token: str) -> None:
    declared = {"family": "debian", "distribution": "debian", "release": "12", "architecture": "x86_64"}
    one = engine.resource(token)
    wanted = {**INPUTS[token](host), "platform": {**declared, "virtualisation": "none"}}
    one.up(wanted)
    assert one.refresh() == {}
    assert one.up(wanted) == "same"


@pytest.mark.parametrize(("token", "gone"), [
    (CONFIGURATION, f"rm {CONF}"),
    (EXPORT, f"rm {EXPORTED}; exportfs -ra"),
    (KEY, f"rm -r {KEYS} /srv/kdump/web1"),
])  # fmt: skip
def test_what_is_wholly_gone_is_made_again(engine: Engine, host: FixtureHost, token: str, gone: str) -> None:
    with_account(engine, host, token)
    before = host.listing()
    one = engine.resource(token)
    wanted = INPUTS[token](host)
    one.up(wanted)
    host.run(gone)
    # Not forgotten: the originals are still kept there, and a destroy after a refresh has to put them back.
    assert one.refresh() != {}
    assert one.identifier
    assert one.up(wanted) == "update"
    assert one.refresh() == {}
    one.destroy()
    assert host.listing() == before


def test_what_another_file_overrides_is_said_and_kept_in_state(engine: Engine, host: FixtureHost) -> None:
    host.write("/etc/default/grub.d/zzz-later.cfg", 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX nmi_watchdog=0"\n')
    one = engine.resource(BOOT)
    with pytest.raises(Failed, match=r"the host still has arguments .*nmi_watchdog.*0.* instead of .*1") as failed:
        one.up(boot(host))
    assert failed.value.initialised is not None
    host.path("/etc/default/grub.d/zzz-later.cfg").unlink()
    one.force_update()
    assert one.refresh() == {}


def test_a_held_package_is_there(engine: Engine, host: FixtureHost) -> None:
    one = engine.resource(SERVICE)
    one.up(service(host))
    host.run("echo kdump-tools hold | dpkg --set-selections")
    assert one.refresh() == {}


@pytest.mark.parametrize("left", ["nothing", "the configuration"])
def test_a_destroy_that_broke_off_at_the_removal_goes_on(
    engine: Engine, start_host: StartHost, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    host = start_host(complete=False)
    before = host.listing()
    one = engine.resource(SERVICE)
    one.up(service(host))
    with monkeypatch.context() as patched:
        remove = Apt.remove

        async def cut(self: Apt, host: Host, *, purge: bool = True) -> list[str]:
            if left == "the configuration":
                # As far as dpkg may get with a purge when the power fails.
                await host.act(call("a_run", "dpkg", "dpkg", "--remove", "kdump-tools"))
            else:
                await remove(self, host, purge=purge)
            raise host.refuse("", "killed at this moment", "")

        patched.setattr(Apt, "remove", cut)
        with pytest.raises(Failed, match="killed at this moment"):
            one.destroy()
    one.destroy()
    assert changes(before, host.listing()) == {}
    assert engine.log.warnings == []


@pytest.mark.parametrize("token", [CONFIGURATION, SERVICE])
def test_what_another_stack_keeps_by_now_is_left_and_told(
    start_engine: StartEngine, host: FixtureHost, token: str
) -> None:
    ours, theirs = start_engine(), start_engine(stack="prod")
    one = ours.resource(token)
    one.up(INPUTS[token](host))
    # A run that was killed before it could write down that it had destroyed this.
    again = replace(one)
    one.destroy()
    theirs.resource(token).up(INPUTS[token](host))
    notes = f"/var/lib/pulumi-kdump/{token.split(':')[-1]}/notes"
    host.run(f"mkdir -p {notes}; printf kdump-tools >{notes}/packages")
    before = host.listing(times=True)
    again.destroy()
    assert host.listing(times=True) == before
    assert "it is kept by " in str(ours.log.warnings)
    assert "prod" in str(ours.log.warnings)
