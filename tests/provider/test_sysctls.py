"""Panic triggers on a host: running values, the file for the next boot, and what else may set them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.provider.clear_messages import assert_clear
from tests.provider.conftest import StartHost
from tests.provider.engine_driver import Engine, Failed, Managed
from tests.provider.every_kind import SYSCTLS, sysctls
from tests.provider.fixture.host import FixtureHost, changes

pytestmark = pytest.mark.fixture

DROP_IN, CONF = "/etc/sysctl.d/99-pulumi-kdump.conf", "/etc/sysctl.conf"
OOPS, PANIC, OOM = "/proc/sys/kernel/panic_on_oops", "/proc/sys/kernel/panic", "/proc/sys/vm/panic_on_oom"


def running(host: FixtureHost) -> list[str]:
    """The three values that `sysctls` sets: on an oops, seconds until reboot, when out of memory."""
    return host.run(f"cat {OOPS} {PANIC} {OOM}").split()


def made(engine: Engine, host: FixtureHost, **more: Any) -> Managed:
    one = engine.resource(SYSCTLS)
    one.up(sysctls(host, **more))
    return one


def test_this_machines_own_kernel_is_not_touched(engine: Engine, host: FixtureHost) -> None:
    before = [Path(name).read_text() for name in (OOPS, PANIC, OOM)]
    host.run(f"echo 7 >{PANIC}")
    one = made(engine, host)
    assert running(host) == ["1", "30", "1"]
    assert [Path(name).read_text() for name in (OOPS, PANIC, OOM)] == before
    one.destroy()
    assert [Path(name).read_text() for name in (OOPS, PANIC, OOM)] == before


def test_values_of_before_come_back_even_after_a_refresh(engine: Engine, host: FixtureHost) -> None:
    host.run(f"echo 7 >{PANIC}")
    before = host.listing()
    one = made(engine, host)
    assert running(host) == ["1", "30", "1"]
    assert one.outputs["file"] == DROP_IN
    one.up(sysctls(host, settings={"kernel.panic": "60", "kernel.panic_on_oops": "1"}))
    assert running(host) == ["1", "60", "0"], "what is no longer declared goes back"
    one.refresh()
    one.destroy()
    assert running(host) == ["0", "7", "0"]
    assert changes(before, host.listing()) == {}
    assert engine.log.warnings == []


def test_the_hosts_own_sysctl_takes_the_file_up(engine: Engine, host: FixtureHost) -> None:
    one = made(engine, host)
    host.run(f"echo 0 >{OOPS}; echo 0 >{PANIC}; echo 0 >{OOM}")
    assert set(one.refresh()) == {"settings"}
    host.run(f"sysctl -p {DROP_IN}")
    assert running(host) == ["1", "30", "1"]


@pytest.mark.parametrize(
    ("by_hand", "expected"),
    [
        (f"echo 5 >{PANIC}", {"settings": {"kernel.panic_on_oops": "1", "kernel.panic": "5", "vm.panic_on_oom": "1"}}),
        (f"rm {DROP_IN}", {"problems": [f"{DROP_IN} is not there"]}),
        (f"sed -i 's/panic = 30/panic = 0/' {DROP_IN}", {"problems": [f"{DROP_IN} sets kernel.panic to 0"]}),
        (f"sed -i '/panic = 30/d' {DROP_IN}", {"problems": [f"{DROP_IN} does not set kernel.panic"]}),
        (f"echo 'kernel.pid_max = 9' >>{DROP_IN}", {"problems": [f"{DROP_IN} sets kernel.pid_max to 9"]}),
        (f"echo '# mine' >>{DROP_IN}", {"problems": [f"{DROP_IN} holds other lines than ours"]}),
        (f"chmod 666 {DROP_IN}; chown ops {DROP_IN}",
         {"problems": [f"{DROP_IN} has mode 666 and belongs to ops:root"]}),
    ],
)  # fmt: skip
def test_a_hand_is_named_and_put_right(
    engine: Engine, host: FixtureHost, by_hand: str, expected: dict[str, Any]
) -> None:
    one = made(engine, host)
    before = host.listing()
    host.run(by_hand)
    assert {name: now for name, (_, now) in one.refresh().items()} == expected
    assert one.up(sysctls(host)) == "update"
    assert (one.refresh(), running(host)) == ({}, ["1", "30", "1"])
    # Left out: the copy of what was in place of the file, which the store keeps while it is written.
    assert {name for name in changes(before, host.listing()) if not name.endswith(".before")} == set()


@pytest.mark.parametrize("file", [
    "/etc/sysctl.d/99-sysctl.conf", "/etc/sysctl.d/zz.conf", "/run/sysctl.d/99-z.conf", "/usr/lib/sysctl.d/99-z.conf",
])  # fmt: skip
def test_a_file_that_wins_at_the_next_boot_is_named(engine: Engine, host: FixtureHost, file: str) -> None:
    one = made(engine, host)
    host.run(f"rm -f {file}")
    host.write(file, "# kernel.panic = 9\n -kernel/panic=0\nkernel.panic_on_oops = 1\nnet.ipv4.ip_forward = 1\n")
    said = f"{file} sets kernel.panic to 0 and wins: it is read after {DROP_IN}"
    assert {name: now for name, (_, now) in one.refresh().items()} == {"problems": [said]}
    with pytest.raises(Failed) as failed:
        one.up(sysctls(host))
    assert_clear(failed.value.message, "take it out of the file", said, host=host.address)
    assert failed.value.initialised is not None
    host.path(file).unlink()
    one.force_update()
    assert one.refresh() == {}


def test_the_link_to_sysctl_conf_counts_as_a_boot_takes_it(engine: Engine, host: FixtureHost) -> None:
    one = made(engine, host)
    host.run(f"echo 'kernel.panic = 0' >>{CONF}; rm -f /etc/sysctl.d/99-sysctl.conf")
    assert one.refresh() == {}, "systemd reads the file by its link alone"
    host.run(f"ln -s ../sysctl.conf /etc/sysctl.d/99-sysctl.conf; sysctl -w kernel.panic=30; cat {CONF}")
    assert "99-sysctl.conf sets kernel.panic to 0 and wins" in str(one.refresh())


def test_files_that_do_not_win_are_no_drift(engine: Engine, host: FixtureHost) -> None:
    host.write("/etc/sysctl.d/10-early.conf", "kernel.panic = 0\n")
    host.write("/etc/sysctl.d/zz.conf.bak", "kernel.panic = 0\n")
    host.write("/etc/sysctl.d/zz-pattern.conf", "kernel.panic* = 0\n")
    host.write("/usr/lib/sysctl.d/zz-masked.conf", "kernel.panic = 0\n")
    host.run("ln -s /dev/null /etc/sysctl.d/zz-masked.conf")
    one = made(engine, host)
    assert one.refresh() == {}


def test_what_the_kernel_does_not_have_is_refused_before_anything_is_done(engine: Engine, host: FixtureHost) -> None:
    # An empty file stands for none: files of the kernel cannot be taken away.
    host.run(": >/fixture/kernel/sysctl/vm.panic_on_oom")
    before = host.listing()
    with pytest.raises(Failed) as failed:
        made(engine, host)
    assert_clear(failed.value.message, "settings.vm.panic_on_oom", "does not have vm.panic_on_oom", "Leave it out",
                 host=host.address)  # fmt: skip
    assert failed.value.initialised is None
    assert (host.listing(), host.run(f"cat {OOPS} {PANIC}").split()) == (before, ["0", "0"])


def test_what_the_kernel_does_not_take_is_told_and_not_written(engine: Engine, host: FixtureHost) -> None:
    host.run(f"mount -o remount,bind,ro {PANIC}")
    with pytest.raises(Failed) as failed:
        made(engine, host)
    assert_clear(failed.value.message, "sysctl -w kernel.panic=30 leaves kernel.panic at '0'", host=host.address)
    assert not host.path(DROP_IN).exists()


def test_a_value_that_someone_has_set_since_is_left(engine: Engine, host: FixtureHost) -> None:
    one = made(engine, host)
    host.run(f"echo 5 >{PANIC}")
    one.destroy()
    assert running(host) == ["0", "5", "0"]
    assert any("kernel.panic was set to 5 since; before us it was 0" in text for text in engine.log.warnings)
    assert not host.path(DROP_IN).exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"net.ipv4.ip_forward": "1"}, "needed one of kernel.hardlockup_panic.*file of your own in /etc/sysctl.d"),
        ({"kernel/panic": "1"}, "needed one of"),
        ({"kernel.panic": "01"}, "needed a whole number.*sysctl -n kernel.panic"),
        ({"kernel.panic": "1\nkernel.core_pattern = |/x"}, "needed a whole number"),
        ({}, "needed one sysctl at least"),
    ],
)
def test_anything_but_panic_triggers_is_refused(engine: Engine, settings: dict[str, str], said: str) -> None:
    _, failures = engine.check(SYSCTLS, "one", {"connection": {"host": "web1"}, "settings": settings})
    (setting,) = failures
    assert setting.startswith("settings")
    assert_clear(failures[setting], said)


def test_a_declared_platform_is_asked_instead_of_its_host(engine: Engine) -> None:
    platform = {"family": "redhat", "distribution": "rhel", "release": "7.9", "architecture": "x86_64"}
    news = {"connection": {"host": "web1"}, "settings": {"kernel.panic_on_rcu_stall": "1"}}
    assert engine.check(SYSCTLS, "one", news)[1] == {}
    _, failures = engine.check(SYSCTLS, "one", {**news, "platform": platform})
    assert_clear(failures["settings.kernel.panic_on_rcu_stall"], "needed a kernel with", "rhel 7.9")


def test_import_takes_what_is_named_or_what_files_set(engine: Engine, host: FixtureHost) -> None:
    host.write("/etc/sysctl.d/50-mine.conf", "kernel.panic = 9\nkernel.panic_on_oops = 1\nnet.ipv4.ip_forward = 1\n")
    host.run(f"echo 9 >{PANIC}; echo 1 >{OOPS}")
    connection = host.connection()
    where = f"root@{host.address}?identityFile={connection['identityFile']}&sshConfig=/dev/null"
    keys = "".join(f"&hostKeys={key.replace(' ', '%20').replace('+', '%2B')}" for key in connection["hostKeys"])
    named, all_of_them = engine.resource(SYSCTLS, "named"), engine.resource(SYSCTLS, "all")
    named.adopt(f"{where}{keys}#kernel.panic,vm.panic_on_oom")
    assert named.inputs["settings"] == {"kernel.panic": "9", "vm.panic_on_oom": "0"}
    all_of_them.adopt(f"{where}{keys}")
    assert all_of_them.inputs["settings"] == {"kernel.panic": "9", "kernel.panic_on_oops": "1"}
    with pytest.raises(Failed, match="pid_max has nothing to do with panics; name one of kernel"):
        engine.resource(SYSCTLS, "none").adopt(f"{where}{keys}#kernel.pid_max")
    wanted = sysctls(host, settings=all_of_them.inputs["settings"])
    all_of_them.up(wanted)
    assert (all_of_them.refresh(), host.path(DROP_IN).exists()) == ({}, True)


@pytest.mark.parametrize("conf", ["# own\nkernel.panic = 9\nkernel.sysrq = 0\n", None], ids=["with-conf", "without"])
def test_red_hat_5_keeps_a_block_in_sysctl_conf(start_host: StartHost, engine: Engine, conf: str | None) -> None:
    host = start_host(complete=False)
    host.run(f"rm -f /etc/os-release /usr/lib/os-release {CONF}")
    host.write("/etc/redhat-release", "Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n")
    if conf is not None:
        host.write(CONF, conf)
    before = host.listing()
    one = made(engine, host)
    assert (running(host), one.outputs["file"]) == (["1", "30", "1"], CONF)
    assert host.read(CONF).startswith(conf or "# Begin")
    assert not host.path(DROP_IN).exists()
    host.path(CONF).write_text(host.read(CONF) + "kernel.panic = 9\n")
    assert "sets kernel.panic to 9 below our block, and wins" in str(one.refresh())
    one.up(sysctls(host))
    assert one.refresh() == {}
    host.write("/etc/sysctl.d/own", "kernel.panic = 2\n")
    assert "/etc/sysctl.d/own sets kernel.panic to 2 and wins" in str(one.refresh()), "5.7 and newer read it"
    host.path("/etc/sysctl.d/own").unlink()
    host.run(f"sed -i 's/panic_on_oom = 1/panic_on_oom = 0/' {CONF}")
    assert set(one.refresh()) == {"problems"}
    one.up(sysctls(host))
    host.path(CONF).write_text(host.read(CONF).replace("kernel.panic = 9\n# Begin", "# Begin"))
    one.destroy()
    assert running(host) == ["0", "0", "0"]
    assert changes(before, host.listing()) == {}
