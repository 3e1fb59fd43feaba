"""The how-to's rows about NFS and SSH: what each release gets, refuses, and tries on the collector before it starts."""

from datetime import datetime

import pytest
from how_to_files import NFS, SSH, accepted, configuration, lines, refused, warned

from kdump.dialects.kdump_conf import parse
from kdump.errors import Refusal
from kdump.generations import generation_of
from kdump.platforms import platform_named
from kdump.rendering import rendered
from kdump.support.bonding import bonding_options
from kdump.support.dump_names import dump_path
from kdump.support.network import NetworkPath, network_problems
from kdump.support.preflight import TEMPORARY, SshPreflight, ssh_preflight

EXPORT = "nfs.example.org:/export/crash"
LOGIN = "kdump@kd.example.org"
TAKEN = datetime(2026, 1, 31, 23, 59, 59)
BONDED = NetworkPath(layers=("bond", "ethernet"))


def over_ssh(release: str) -> str | None:
    return dump_path(configuration(SSH), platform_named(release), TAKEN, "192.0.2.7")


def preflight(release: str) -> SshPreflight:
    return ssh_preflight(platform_named(release), "/srv/crash")


def bonding_option(release: str) -> str:
    """The one line that the capture kernel's bond needs on *release*, of a configuration which it accepts."""
    platform = platform_named(release)
    options = bonding_options(platform, "mode=active-backup miimon=100")
    (file,) = rendered(configuration(NFS, options=options), platform)
    (line,) = [line for line in file.text.splitlines() if line.startswith("options")]
    assert network_problems(platform, BONDED) == []
    return line


# NFS


def test_how_to__nfs__rhel_5() -> None:
    assert f"net {EXPORT}" in lines("rhel-5", NFS)
    for name in ("nfs", "nfs4"):
        assert refused("rhel-5", f"{name} {EXPORT}").instead == f"Write 'net {EXPORT}'"


def test_how_to__nfs__rhel_6_2() -> None:
    assert f"net {EXPORT}" in lines("rhel-6.2", NFS)
    for name in ("nfs", "nfs4"):
        assert refused("rhel-6.2", f"{name} {EXPORT}").instead == f"Write 'net {EXPORT}'"
    with pytest.raises(Refusal, match="version 3"):
        rendered(configuration({**NFS, "version": "4"}), platform_named("rhel-6.2"))


def test_how_to__nfs__rhel_6_3() -> None:
    assert f"nfs {EXPORT}" in lines("rhel-6.3", NFS)
    assert f"nfs4 {EXPORT}" in lines("rhel-6.3", {**NFS, "version": "4"})
    assert warned("rhel-6.3", f"net {EXPORT}").instead == f"Write 'nfs {EXPORT}'"


def test_how_to__nfs__rhel_7() -> None:
    assert f"nfs {EXPORT}" in lines("rhel-7", NFS)
    assert refused("rhel-7", f"nfs4 {EXPORT}").instead.startswith(f"Write 'nfs {EXPORT}'")
    assert refused("rhel-7", f"net {EXPORT}").instead == f"Write 'nfs {EXPORT}'"
    assert f'dracut_args --mount "{EXPORT} /kdumproot nfs vers=4"' in lines("rhel-7", {**NFS, "version": "4"})


# NFS over a bond


def test_how_to__nfs_bonding__rhel_5() -> None:
    assert bonding_option("rhel-5") == "options bonding mode=active-backup miimon=100"
    assert "Only later updates" in warned("rhel-5", "options bonding mode=1 miimon=100").message


def test_how_to__nfs_bonding__rhel_6_3() -> None:
    assert bonding_option("rhel-6.3") == "options bonding mode=active-backup miimon=100"


def test_how_to__nfs_bonding__rhel_6() -> None:
    assert bonding_option("rhel-6") == "options bonding mode=active-backup miimon=100"


def test_how_to__nfs_bonding__rhel_7() -> None:
    assert bonding_options(platform_named("rhel-7"), "mode=active-backup miimon=100") == {}
    assert network_problems(platform_named("rhel-7"), BONDED) == []
    finding = refused("rhel-7", f"nfs {EXPORT}", "options bonding mode=1 miimon=100")
    assert "bonding is taken from the running host's own connection" in finding.instead


# SSH


def test_how_to__ssh__rhel_5() -> None:
    assert f"net {LOGIN}" in lines("rhel-5", SSH)
    assert over_ssh("rhel-5") == "/srv/crash/192.0.2.7-2026-01-31-23:59:59/vmcore.flat"
    assert refused("rhel-5", f"ssh {LOGIN}").instead == f"Write 'net {LOGIN}'"
    bare = parse(f"net {LOGIN}\n", generation_of(platform_named("rhel-5")))
    assert bare.configuration is not None
    assert bare.configuration.dump_level == 0
    assert any("all memory is copied" in sentence for sentence in bare.lost)


def test_how_to__ssh__rhel_6_2() -> None:
    assert lines("rhel-6.2", SSH)[1:] == [f"net {LOGIN}", "core_collector makedumpfile -c --message-level 1 -d 31"]
    assert over_ssh("rhel-6.2") == "/srv/crash/192.0.2.7-2026-01-31-23:59:59/vmcore.flat"
    assert refused("rhel-6.2", f"ssh {LOGIN}").instead == f"Write 'net {LOGIN}'"
    # There is only one place for the key, and no line that names another.
    with pytest.raises(Refusal, match="sshkey came with"):
        rendered(configuration({**SSH, "identity": "/root/.ssh/other"}), platform_named("rhel-6.2"))


def test_how_to__ssh__rhel_6_3() -> None:
    declared = {**SSH, "identity": "/root/.ssh/other"}
    assert lines("rhel-6.3", declared)[1:3] == ["sshkey /root/.ssh/other", f"ssh {LOGIN}"]
    assert over_ssh("rhel-6.3") == "/srv/crash/192.0.2.7-2026-01-31-23:59:59/vmcore.flat"
    assert warned("rhel-6.3", f"net {LOGIN}").instead == f"Write 'ssh {LOGIN}'"


def test_how_to__ssh__rhel_7() -> None:
    assert lines("rhel-7", SSH, compression="lzo")[2:] == [
        f"ssh {LOGIN}",
        "core_collector makedumpfile -l --message-level 1 -d 31 -F",
    ]
    assert over_ssh("rhel-7") == "/srv/crash/192.0.2.7-2026-01-31-23:59:59/vmcore.flat"
    assert refused("rhel-7", f"net {LOGIN}").instead == f"Write 'ssh {LOGIN}'"
    assert "-F" in refused("rhel-7", f"ssh {LOGIN}", "core_collector makedumpfile -l -d 31").instead
    assert accepted("rhel-7", f"ssh {LOGIN}", "core_collector scp")


# What is tried on an SSH collector


def test_how_to__ssh_preflight__rhel_5() -> None:
    tried = preflight("rhel-5")
    assert tried.commands == (
        ("mkdir", "-p", "/srv/crash"),
        ("mktemp", "-dqp", "/srv/crash"),
        ("df", "-P", TEMPORARY),
        ("rmdir", TEMPORARY),
    )
    assert tried.any_host_key


def test_how_to__ssh_preflight__rhel_6() -> None:
    assert preflight("rhel-6").programs == ("mkdir", "mktemp", "df", "rmdir")
    assert preflight("rhel-6").commands == preflight("rhel-6.2").commands == preflight("rhel-5").commands
    assert preflight("rhel-6.2").any_host_key
    assert not preflight("rhel-6.3").any_host_key


def test_how_to__ssh_preflight__rhel_7() -> None:
    tried = preflight("rhel-7")
    assert set(tried.programs) == {"mkdir", "mktemp", "df", "rmdir"}
    assert tried.commands[:2] == (("mkdir", "-p", "/srv/crash"), ("df", "-P", "/srv/crash"))
    assert (tried.any_host_key, tried.patience_seconds) == (False, 0)


def test_how_to__ssh_preflight__rhel_8() -> None:
    assert (preflight("rhel-8").patience_seconds, preflight("rhel-8.1").patience_seconds) == (180, 0)
    assert set(preflight("rhel-8").commands) == set(preflight("rhel-7").commands)


def test_how_to__ssh_preflight__rhel_9() -> None:
    sizes = {command for command in preflight("rhel-9").commands if command[0] == "df"}
    assert sizes == {("df", "--output=avail", "/srv/crash")}
    assert preflight("rhel-10").commands == preflight("rhel-9").commands
