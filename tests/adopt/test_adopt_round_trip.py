"""A host's printed entry, given to `up`, changes nothing on that host; an import of it finds what is declared."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.adopt.adopting import adopt, comments, declared, resolved, seen, where
from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import StartEngine, StartHost
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import ACCOUNT, KEY, account, key
from tests.provider.fixture.host import FixtureHost, changes

pytestmark = pytest.mark.fixture

Declared = Mapping[str, dict[str, Any]]
PREPARED = {
    "rhel-5.11": (
        "grubby --update-kernel=ALL --args='crashkernel=128M@16M nmi_watchdog=1'; chkconfig kdump on",
        "path /var/crash\n",
    ),
    "rhel-6.10": (
        "grubby --update-kernel=ALL --args='crashkernel=256M nmi_watchdog=1'; chkconfig kdump on",
        "# by hand\npath /var/crash/here\ncore_collector makedumpfile -c --message-level 1 -d 17\ndefault poweroff\n",
    ),
    "rhel-7.9": (
        "grubby --update-kernel=ALL --args='crashkernel=256M panic=10'; systemctl enable kdump; "
        "sed -i 's/crashkernel=auto/crashkernel=256M panic=10/' /etc/default/grub",
        "path /var/crash\ncore_collector makedumpfile -l --message-level 1 -d 31\ndefault shell\n",
    ),
    "rhel-9.4": (
        "grubby --update-kernel=ALL --args='crashkernel=512M oops=panic'; systemctl enable kdump",
        "# by hand\nauto_reset_crashkernel no\npath /var/crash\nkdump_post /usr/local/bin/post.sh\n"
        "core_collector makedumpfile -l --message-level 7 -d 23\nfailure_action halt\nfinal_action poweroff\n",
    ),
}  # fmt: skip


def converge_as_declared(engine: Engine, host: FixtureHost, wanted: Declared) -> None:
    """`up` with the printed entry, which must leave the host alone and find all as declared."""
    before = seen(host, times=True)
    for token, inputs in wanted.items():
        one = engine.resource(token, token)
        one.up(inputs)
        assert one.refresh() == {}, token
    after = seen(host, times=True)
    # The folder that holds ours is the only one with a new time.
    assert {path: what for path, what in changes(before, after).items() if path != "var/lib"} == {}


def import_as_declared(engine: Engine, page: str, wanted: Declared) -> None:
    """Import by the very ids that are printed; what is declared is then no change."""
    printed = [line.split() for line in page.splitlines() if line.startswith("#   pulumi import ")]
    assert {words[3] for words in printed} == {*wanted}
    for words in printed:
        one = engine.resource(words[3], words[4])
        one.adopt(words[5].strip("'"))
        assert one.up(wanted[words[3]]) == "same", words


def test_a_host_that_dumps_to_a_collector_over_ssh_is_taken_over_whole(
    engine: Engine, start_engine: StartEngine, start_host: StartHost
) -> None:
    """Both were set up by a stack that has been lost, and the host's own files by hand."""
    vault, web1 = start_host("vault"), start_host("web1")
    web1.run("ssh-keygen -q -t rsa -N '' -f /root/.ssh/id_dump")
    public = " ".join(web1.read("/root/.ssh/id_dump.pub").split()[:2])
    known = "".join(f"{vault.address} {line} pulumi-kdump\n" for line in vault.host_keys)
    web1.write("/root/.ssh/known_hosts", known, mode=0o600)
    lost = start_engine()
    lost.resource(ACCOUNT).up(account(vault, directory="/srv/dumps"))
    there = key(vault, publicKey=public, directory="/srv/dumps/web1")
    lost.resource(KEY).up(there)
    web1.run("rm -f /etc/default/grub.d/kdump-tools.cfg; systemctl enable kdump-tools")
    web1.write("/etc/default/grub", 'GRUB_CMDLINE_LINUX="crashkernel=256M"\n')
    web1.run("update-grub; mkdir -p /srv/dumps/web1")
    web1.write(
        "/etc/default/kdump-tools",
        "USE_KDUMP=1\nKDUMP_KERNEL=/var/lib/kdump/vmlinuz\nKDUMP_INITRD=/var/lib/kdump/initrd.img\n"
        f"SSH=kdump@{vault.address}\nSSH_KEY=/root/.ssh/id_dump\nKDUMP_COREDIR=/srv/dumps/web1\n"
        "MAKEDUMP_ARGS='-c -d 31'\nHOSTTAG=hostname\n",
    )
    page = adopt(web1, "--collector", f"vault={vault.address}:/srv/dumps")
    collector = {"connection": vault.connection(), "address": vault.address, "directory": "/srv/dumps"}
    wanted = declared(resolved(page, {"vault": collector}), vault.host_keys)
    converge_as_declared(engine, web1, wanted)
    again = start_engine()
    import_as_declared(again, page, wanted)
    for token, fragment, inputs in (
        (ACCOUNT, "kdump:/srv/dumps", account(vault, directory="/srv/dumps")),
        (KEY, "kdump:web1", there),
    ):
        one = again.resource(token, "imported")
        one.adopt(f"{where(vault)}#{fragment}")
        assert one.up(inputs) == "same", token


def arm(host: ReleaseHost) -> None:
    """Reboot, and wait for the capture kernel: with systemd, its service may still be at it when sshd answers."""
    host.reboot()
    deadline = time.monotonic() + 20
    while host.run("cat /sys/kernel/kexec_crash_loaded") != "1\n":
        assert time.monotonic() < deadline, host.run("journalctl -u kdump --no-pager", check=False)[-2000:]
        time.sleep(0.2)


@pytest.mark.parametrize("release", PREPARED)
def test_a_red_hat_host_is_left_alone_by_its_own_entry(
    engine: Engine, start_engine: StartEngine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = start_release_host(release)
    script, conf = PREPARED[release]
    host.run(script)
    host.write("/etc/kdump.conf", conf)
    host.write("/usr/local/bin/post.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    arm(host)
    before = seen(host, times=True)
    page = adopt(host)
    assert changes(before, seen(host, times=True)) == {}
    assert resolved(page).platform is not None
    assert "Keeps the host from being armed" not in page
    wanted = declared(resolved(page))
    converge_as_declared(engine, host, wanted)
    import_as_declared(start_engine(), page, wanted)


def test_a_sles_host_is_left_alone_by_its_own_entry(
    engine: Engine, start_engine: StartEngine, start_release_host: StartReleaseHost
) -> None:
    host = start_release_host("sles-15.7")
    arm_sles(host)
    before = seen(host, times=True)
    page = adopt(host)
    assert changes(before, seen(host, times=True)) == {}
    wanted = declared(resolved(page))
    converge_as_declared(engine, host, wanted)
    import_as_declared(start_engine(), page, wanted)


def arm_sles(host: ReleaseHost) -> None:
    """Enabled, with a level of its own and the reservation on every entry."""
    host.run("sed -i 's/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX=\"crashkernel=256M panic=10\"/' /etc/default/grub")
    host.run("sed -i 's/crashkernel=[^ \"]*//g; s/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX=\"crashkernel=256M\"/' "
             "/etc/default/grub; grub2-mkconfig -o /boot/grub2/grub.cfg")  # fmt: skip
    host.run("sed -i 's/^KDUMP_DUMPLEVEL=.*/KDUMP_DUMPLEVEL=\"17\"/' /etc/sysconfig/kdump")
    host.run("systemctl enable kdump kdump-early; mkdumprd; systemctl restart kdump")


def test_a_debian_host_is_left_alone_by_its_own_entry(
    engine: Engine, start_engine: StartEngine, host: FixtureHost
) -> None:
    host.run("rm -f /etc/default/grub.d/kdump-tools.cfg")
    host.write("/etc/default/grub", 'GRUB_CMDLINE_LINUX="crashkernel=256M nmi_watchdog=1"\n')
    host.run("update-grub")
    host.write(
        "/etc/default/kdump-tools",
        "USE_KDUMP=1\nKDUMP_KERNEL=/var/lib/kdump/vmlinuz\nKDUMP_INITRD=/var/lib/kdump/initrd.img\n"
        'KDUMP_COREDIR="/srv/crash"\nMAKEDUMP_ARGS="-l -d 17"\nKDUMP_FAIL_CMD="reboot -f"\n',
    )
    host.run("systemctl enable kdump-tools")
    page = adopt(host)
    assert resolved(page).configuration.options == {"KDUMP_FAIL_CMD": "reboot -f"}
    wanted = declared(resolved(page))
    converge_as_declared(engine, host, wanted)
    import_as_declared(start_engine(), page, wanted)


def test_triggers_that_files_set_are_declared_and_stay_what_they_are(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = start_release_host("rhel-9.4")
    host.run(PREPARED["rhel-9.4"][0])
    host.write("/etc/kdump.conf", "auto_reset_crashkernel no\npath /var/crash\n")
    arm(host)
    host.run("echo 30 >/proc/sys/kernel/panic")
    host.write("/etc/sysctl.d/60-mine.conf", "kernel.panic = 30\nkernel.panic_on_oops = 1\nnet.ipv4.ip_forward = 1\n")
    page = adopt(host)
    panic = resolved(page).panic
    assert panic is not None
    assert panic.sysctls == {"kernel.panic": "30", "kernel.panic_on_oops": "1"}
    assert "kernel.panic = 30 is set by /etc/sysctl.d/60-mine.conf" in comments(page)
    before = seen(host)
    for token, inputs in declared(resolved(page)).items():
        engine.resource(token, token).up(inputs)
    changed = changes(before, seen(host))
    assert [*changed] == ["etc/sysctl.d/99-pulumi-kdump.conf"], changed
