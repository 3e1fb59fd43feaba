"""The entry of a host, from what was read of it: targets on collectors, newer releases, and what cannot be carried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from components.settings import read_fleet
from kdump.dialects import kdump_conf, kdump_tools, suse_sysconfig
from kdump.dialects.sysctl_order import BootSetting
from kdump.generations import generation_of
from kdump.platforms import platform_named
from kdump.units import memory_of
from provider.adopt.entry import Wish, entry_of
from provider.adopt.page import page
from provider.adopt.place import collector_named
from provider.adopt.read import Reading
from provider.connection import from_import_id
from provider.families.base import ConfigurationSeen, ServiceSeen
from provider.shell.script import FileSeen
from tests.adopt.adopting import comments, resolved

GIB = 1 << 30
VAULT = {"vault": {"connection": {"host": "vault.example.com"}, "address": "10.0.0.9"}}
FILES = {"debian": kdump_tools.PATH, "redhat": kdump_conf.PATH, "suse": suse_sysconfig.PATH}


def reading(release: str, text: str, line: str = "root=/dev/sda1 crashkernel=256M", **more: Any) -> Reading:
    """A host as it would be read that has just this configuration and boots with just this line."""
    platform = platform_named(release)
    if platform.family == "redhat":
        parsed: Any = kdump_conf.parse(text, generation_of(platform))
    else:
        parsed = (kdump_tools if platform.family == "debian" else suse_sysconfig).parse(text)
    file = FileSeen("file", "644", "root", "root", content=text.encode())
    given: dict[str, Any] = {
        "platform": platform, "virtualisation": "none", "hostname": "web1.example.com", "memory_bytes": 16 * GIB,
        "lines": (line,), "file": FILES[platform.family], "configuration": ConfigurationSeen(file, *parsed),
        "service": ServiceSeen(installed=True, enabled=True, loaded=True, reserved_bytes=1), "service_name": "kdump",
        "sysctls": {}, "running": {}, "key_type": "rsa", "pinned": True, "source": "", "edited": "",
    }  # fmt: skip
    return Reading(**{**given, **more})


def printed(seen: Reading, **wish: Any) -> str:
    """The page of a host that was read."""
    where = "ssh://ops@web1.example.com?sudo=true"
    return page(entry_of(seen, Wish(where, from_import_id(where), **wish)), "Read from web1")


def settings(text: str) -> Mapping[str, Any]:
    """What the page says of its one host."""
    (host,) = yaml.safe_load(text)["hosts"].values()
    found: Mapping[str, Any] = host
    return found


SSH = "SSH=dumps@10.0.0.9\nSSH_KEY=/root/.ssh/id_dump\nKDUMP_COREDIR=/srv/kdump/web1\nUSE_KDUMP=1\n"


def test_a_target_on_a_declared_collector_takes_its_name() -> None:
    text = printed(reading("debian-12", SSH), collectors=[collector_named("vault=dumps@10.0.0.9:/srv/kdump")])
    assert settings(text)["target"] == {"ssh": {"collector": "vault"}}
    assert "collectors" not in yaml.safe_load(text)
    host = resolved(text, {"vault": {**VAULT["vault"], "user": "dumps"}})
    assert host.configuration.target.model_dump() == {
        "kind": "ssh", "server": "10.0.0.9", "user": "dumps", "path": "/srv/kdump/web1",
        "identity": "/root/.ssh/id_dump",
    }  # fmt: skip
    assert "#/root/.ssh/id_dump,10.0.0.9'" in text
    assert "dumps into" not in comments(text)


def test_a_server_that_is_no_declared_collector_becomes_one_to_be_completed() -> None:
    text = printed(reading("debian-12", SSH.replace("10.0.0.9", "Vault2.example.com").replace("/web1", "")))
    assert yaml.safe_load(text)["collectors"] == {
        "vault2": {"connection": {"host": "Vault2.example.com"}, "address": "Vault2.example.com",
                   "directory": "/srv/kdump", "user": "dumps"},
    }  # fmt: skip
    assert resolved(text).configuration.target.model_dump()["path"] == "/srv/kdump/web1"
    assert "Not taken over from /etc/default/kdump-tools, so `up` changes it: HOSTTAG is 'ip'" in comments(text)
    assert "Complete this: how you log in to Vault2.example.com" in comments(text)
    assert "The host dumps into /srv/kdump now; `up` has it dump into /srv/kdump/web1" in comments(text)


def test_another_user_or_key_on_the_collector_is_told() -> None:
    seen = reading("debian-12", SSH, key_type="", pinned=False)
    text = printed(seen, collectors=[collector_named("vault=10.0.0.9")])
    assert "logs in there as dumps now; `up` has it log in as kdump" in comments(text)
    assert "/root/.ssh/id_dump is no private key that can be used" in comments(text)
    assert "`up` puts the host keys of 10.0.0.9, read from the collector, into root's known_hosts" in comments(text)
    assert "DumpIdentity" not in text


def test_an_nfs_target_inside_an_export_becomes_an_export_of_its_own() -> None:
    conf = "auto_reset_crashkernel no\nnfs vault.example.com:/srv/dumps\npath /var/crash\n"
    text = printed(reading("rhel-9.4", conf, source="10.0.0.21"))
    host = resolved(text)
    assert host.destination.client == "10.0.0.21"
    assert host.configuration.target.model_dump() == {
        "kind": "nfs", "server": "vault.example.com", "export": "/srv/dumps/var/crash"
    }  # fmt: skip
    assert "`up` exports /srv/dumps/var/crash to this host alone" in comments(text)
    assert "address" not in settings(printed(reading("rhel-9.4", conf)))
    assert "Add address:" in comments(printed(reading("rhel-9.4", conf)))


def test_a_raw_target_whose_name_may_pass_to_another_disk_is_left_to_people() -> None:
    text = printed(reading("rhel-6.10", "raw /dev/sdb1\ncore_collector makedumpfile -c -d 31\n"))
    assert "target" not in settings(text)
    assert "Left out, to be completed: target.raw.device" in comments(text)
    steady = printed(reading("rhel-6.10", "raw /dev/mapper/dump\ncore_collector makedumpfile -c -d 31\n"))
    assert resolved(steady).configuration.target.model_dump() == {"kind": "raw", "device": "/dev/mapper/dump"}


def test_a_file_that_names_no_target_that_we_know_is_told_line_by_line() -> None:
    text = printed(reading("rhel-9.4", "ssh a@b\nnfs c:/d\nextra_bins /bin/x\n"))
    assert "target" not in settings(text)
    assert "where the dump goes cannot be told from /etc/kdump.conf" in comments(text)
    assert "also sets extra_bins to '/bin/x'" in comments(text)


@pytest.mark.parametrize(
    ("release", "text"),
    [
        ("sles-15.7", 'KDUMP_SAVEDIR="sftp://joe:s3cret-word@vault/srv"\nKDUMP_DUMPLEVEL=31\nKDUMP_SMTP_PASSWORD="s3cret-word"\n'),
        ("sles-15.7", 'KDUMP_SAVEDIR="ftp://joe:s3cret-word@vault/srv"\n'),
        ("debian-12", "USE_KDUMP=1\nFTP=vault\nFTP_USER=joe\nFTP_PASSWORD=s3cret-word\n"),
        ("debian-12", "USE_KDUMP=1\nSSH=ssh://joe:s3cret-word@vault\n"),
    ],
)  # fmt: skip
def test_passwords_are_not_printed(release: str, text: str) -> None:
    assert "s3cret" not in printed(reading(release, text))


def test_the_entry_for_a_newer_release_is_one_that_it_takes() -> None:
    seen = reading(
        "rhel-6.10",
        "net vault.example.com:/srv/dumps\nlink_delay 60\ndefault shell\nblacklist foo\n",
        "ro crashkernel=auto nmi_watchdog=panic,1 panic=30",
        source="10.0.0.21",
        sysctls={"vm.panic_on_oom": BootSetting("/etc/sysctl.conf", "1")},
    )
    text = printed(seen, release="rhel-9.4")
    host = resolved(text)
    assert host.platform is not None
    assert host.platform.release == "9.4"
    assert host.crashkernel == "1G-4G:192M,4G-64G:256M,64G-:512M"
    assert "The host has auto now." in comments(text)
    assert host.boot_arguments == {"panic": "30"}
    assert host.panic is not None
    assert host.panic.sysctls == {
        "kernel.nmi_watchdog": "1", "kernel.hardlockup_panic": "1", "vm.panic_on_oom": "1"
    }  # fmt: skip
    assert "nmi_watchdog=panic,1 is a boot argument on rhel 6.10" in comments(text)
    assert host.configuration.failure_action == "shell"
    assert host.configuration.options["auto_reset_crashkernel"] == "no"
    assert any("link_delay" in note or "rd.net" in note for note in [comments(text)])
    assert "pulumi import" not in text


def test_an_entry_for_another_family_keeps_target_and_level() -> None:
    text = printed(reading("sles-15.7", "KDUMP_SAVEDIR=file:///srv/crash\nKDUMP_DUMPLEVEL=17\n"), release="rhel-10.0")
    host = resolved(text)
    assert host.configuration.target.model_dump() == {"kind": "local", "path": "/srv/crash"}
    assert host.configuration.dump_level == 17


def test_triggers_that_a_release_does_not_have_are_told_and_left_out() -> None:
    seen = reading(
        "rhel-7.9",
        "path /var/crash\n",
        sysctls={
            "kernel.panic_on_rcu_stall": BootSetting("/etc/sysctl.d/a.conf", "1"),
            "kernel.panic_on_oops": BootSetting("/etc/sysctl.d/a.conf", "1"),
            "kernel.hung_task_panic": BootSetting("/etc/sysctl.d/a.conf", "yes"),
        },
        running={"kernel.panic_on_oops": "0"},
    )
    text = printed(seen)
    assert settings(text)["panicTriggers"] == {"panicOnOops": True}
    told = comments(text)
    assert "Left out: triggers.rcuStall" in told
    assert "kernel.hung_task_panic = yes is nothing that a trigger can say" in told
    assert "kernel.panic_on_oops = 1 is set by /etc/sysctl.d/a.conf, and the running kernel has 0" in told


def test_a_host_without_a_reservation_gets_one_proposed() -> None:
    text = printed(reading("rhel-9.4", "path /var/crash\n", "root=/dev/sda1"))
    assert resolved(text).crashkernel == "1G-4G:192M,4G-64G:256M,64G-:512M"
    assert "No boot entry sets memory aside" in comments(text)


@pytest.mark.parametrize("memory", [15 * GIB // 10, 64 * GIB - 1, 64 * GIB, 3 * GIB // 4])
def test_memory_is_never_more_than_there_is(memory: int) -> None:
    said = settings(printed(reading("rhel-9.4", "path /var/crash\n", memory_bytes=memory)))["memory"]
    assert memory * 9 // 10 <= memory_of(said) <= memory


@pytest.mark.parametrize(
    ("name", "value"), [("1e3", "0x10"), ("on", "yes"), ("007", "1e5"), ("web1", "~"), ("null", "8.10")]
)
def test_names_and_values_stay_texts_in_yaml(name: str, value: str) -> None:
    conf = f"USE_KDUMP=1\nKDUMP_COREDIR=/var/crash\nKDUMP_CMDLINE='{value}'\n"
    text = printed(reading("debian-12", conf), name=name)
    assert read_fleet(yaml.safe_load(text)).hosts[name].configuration.options == {"KDUMP_CMDLINE": value}
    assert value == "~" or f"KDUMP_CMDLINE: '{value}'" in text or not value[0].isdigit()


def test_a_host_that_lies_about_its_name_needs_one() -> None:
    seen = reading("debian-12", SSH, hostname="web1\n  evil: true")
    where = "ssh://10.0.0.5"
    with pytest.raises(ValueError, match="add --name web1"):
        entry_of(seen, Wish(where, from_import_id(where)))
    assert list(yaml.safe_load(printed(seen, name="db7"))["hosts"]) == ["db7"]


@pytest.mark.parametrize("text", ["vault", "vault=", "Vault=10.0.0.9", "vault=10.0.0.9:srv", "vault=a b", "=x"])
def test_collectors_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        collector_named(text)
