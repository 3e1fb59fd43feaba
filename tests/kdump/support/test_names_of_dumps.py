"""Where a dump is found: the directory and the file that each release writes, and the options of its bond."""

from datetime import datetime

import pytest

from kdump.configuration import DumpConfiguration, configuration_from
from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.support.bonding import bonding_options
from kdump.support.dump_names import dump_path

TAKEN = datetime(2026, 3, 4, 5, 6, 7)
LOCAL = {"kind": "local", "path": "/data"}
FILESYSTEM = {"kind": "filesystem", "filesystem": "ext3", "device": "/dev/sda3", "path": "/data"}
NFS = {"kind": "nfs", "server": "nfs.example.org", "export": "/export"}
SSH = {"kind": "ssh", "server": "kd.example.org", "user": "kdump", "path": "/data"}


def declared(target: dict[str, str], collector: str | None = None) -> DumpConfiguration:
    options = {} if collector is None else {"core_collector": collector}
    return configuration_from({"target": target, "options": options})


def path(release: str, target: dict[str, str], collector: str | None = None) -> str | None:
    return dump_path(declared(target, collector), platform_named(release), TAKEN, "192.0.2.7")


@pytest.mark.parametrize("release", ["rhel-6.2", "rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-9.4", "fedora-42"])
def test_from_release_6_on_every_file_system_has_the_same_names(release: str) -> None:
    assert path(release, LOCAL) == path(release, FILESYSTEM) == "/data/127.0.0.1-2026-03-04-05:06:07/vmcore"


def test_release_5_dumps_to_its_root_file_system_by_the_minute_and_reads_no_path() -> None:
    assert path("rhel-5.11", LOCAL) == "/var/crash/2026-03-04-05:06/vmcore"
    assert path("rhel-5.11", FILESYSTEM) == "/data/127.0.0.1-2026-03-04-05:06:07/vmcore"


@pytest.mark.parametrize("release", ["rhel-5.11", "rhel-6.10", "rhel-9.4"])
def test_a_collector_gets_the_hosts_own_address(release: str) -> None:
    assert path(release, NFS) == "/192.0.2.7-2026-03-04-05:06:07/vmcore"
    assert path(release, SSH) == "/data/192.0.2.7-2026-03-04-05:06:07/vmcore.flat"


def test_what_is_copied_by_scp_is_not_flattened() -> None:
    assert path("rhel-6.10", SSH, "scp") == path("rhel-9.4", SSH, "scp") == "/data/192.0.2.7-2026-03-04-05:06:07/vmcore"
    # mkdumprd of 6.0 calls it so whatever has written it.
    assert path("rhel-6.0", SSH, "scp") == "/data/192.0.2.7-2026-03-04-05:06:07/vmcore.flat"
    assert path("rhel-9.4", SSH, "cat") == "/data/192.0.2.7-2026-03-04-05:06:07/vmcore.flat"


def test_a_raw_device_has_no_files() -> None:
    assert path("rhel-9.4", {"kind": "raw", "device": "/dev/sda5"}) is None


@pytest.mark.parametrize("release", ["debian-12", "sles-15.7"])
def test_other_families_are_told_where_to_look(release: str) -> None:
    with pytest.raises(Refusal, match="Look for the newest directory"):
        path(release, LOCAL)


def test_a_bond_gets_its_mode_by_kdump_conf_up_to_release_6() -> None:
    for release in ("rhel-5.11", "rhel-6.0", "rhel-6.10"):
        assert bonding_options(platform_named(release), "mode=4 miimon=100") == {"options": "bonding mode=4 miimon=100"}
    for release in ("rhel-7.0", "rhel-10.0", "sles-15.7", "debian-12"):
        assert bonding_options(platform_named(release), "mode=4 miimon=100") == {}


@pytest.mark.parametrize("opts", ["", "mode=4;reboot", '"mode=4"', "mode=4\nmiimon=1"])
def test_options_of_a_bond_that_cannot_be_carried_are_refused(opts: str) -> None:
    with pytest.raises(Refusal, match="a module and its options"):
        bonding_options(platform_named("rhel-6.10"), opts)
