"""What a host gets from the fleet's defaults, from its groups, and from itself."""

from typing import Any

import yaml

from components.settings import ResolvedFleet, read_fleet
from kdump.targets import LocalTarget, NfsTarget, SshTarget


def fleet(text: str) -> ResolvedFleet:
    return read_fleet(yaml.safe_load(text))


LAYERS = """
defaults:
  connection: {user: ops, sudo: true}
  crashkernel: 128M
  bootArguments: {panic: 10, nmi_watchdog: 1}
  options: {KDUMP_NUM_DUMPS: 3, KDUMP_FAIL_CMD: reboot -f}
  target: {local: {}}
groups:
  big: {crashkernel: 512M, dumpLevel: 17}
  quiet: {dumpLevel: 31, bootArguments: {nmi_watchdog: 0}}
hosts:
  plain: {connection: {host: plain}}
  both: {connection: {host: both}, groups: [big, quiet]}
  other: {connection: {host: other}, groups: [quiet, big]}
  own:
    connection: {host: own, user: root, sudo: false}
    groups: [big]
    crashkernel: 1G
    bootArguments: {nmi_watchdog: , quiet: ""}
    options: {KDUMP_FAIL_CMD: }
    compression: zstd
"""


def test_a_host_gets_what_the_fleet_says_where_nothing_nearer_says_otherwise() -> None:
    host = fleet(LAYERS).hosts["plain"]
    assert host.crashkernel == "128M"
    assert host.configuration.dump_level == 31
    assert host.configuration.compression == "zlib"
    assert host.configuration.target == LocalTarget(path="/var/crash")
    assert (host.connection.user, host.connection.sudo) == ("ops", True)


def test_of_two_groups_the_later_one_wins() -> None:
    hosts = fleet(LAYERS).hosts
    assert hosts["both"].configuration.dump_level == 31
    assert hosts["other"].configuration.dump_level == 17
    assert hosts["both"].crashkernel == hosts["other"].crashkernel == "512M"


def test_what_a_host_says_itself_wins() -> None:
    host = fleet(LAYERS).hosts["own"]
    assert host.crashkernel == "1G"
    assert host.configuration.compression == "zstd"
    assert (host.connection.host, host.connection.user, host.connection.sudo) == ("own", "root", False)


def test_boot_arguments_and_options_are_put_together_key_by_key() -> None:
    hosts = fleet(LAYERS).hosts
    assert hosts["both"].boot_arguments == {"panic": "10", "nmi_watchdog": "0"}
    assert hosts["plain"].configuration.options == {"KDUMP_NUM_DUMPS": "3", "KDUMP_FAIL_CMD": "reboot -f"}


def test_a_key_without_a_value_takes_back_what_a_wider_layer_said() -> None:
    host = fleet(LAYERS).hosts["own"]
    assert host.boot_arguments == {"panic": "10", "quiet": ""}
    assert host.configuration.options == {"KDUMP_NUM_DUMPS": "3"}


def test_a_target_is_taken_whole_and_never_mixed_from_two_layers() -> None:
    text = """
    defaults: {crashkernel: 256M, target: {nfs: {collector: vault, directory: /srv/other}}}
    hosts:
      a: {connection: {host: a}, target: {ssh: {collector: vault}}}
      b: {connection: {host: b}, target: {nfs: {collector: vault}}, address: 10.0.0.2}
      c: {connection: {host: c}, address: 10.0.0.3}
    collectors: {vault: {connection: {host: vault}, address: 10.0.0.9}}
    """
    targets = {name: host.configuration.target for name, host in fleet(text).hosts.items()}
    assert targets["a"] == SshTarget(server="10.0.0.9", user="kdump", path="/srv/kdump/a")
    assert targets["b"] == NfsTarget(server="10.0.0.9", export="/srv/kdump/b")
    assert targets["c"] == NfsTarget(server="10.0.0.9", export="/srv/other")


def test_an_export_is_for_the_host_alone_unless_the_collector_names_its_clients() -> None:
    text = """
    defaults: {crashkernel: 256M}
    hosts:
      a: {connection: {host: a}, target: {nfs: {collector: narrow}}, address: 10.0.0.2}
      b: {connection: {host: b}, target: {nfs: {collector: wide}}}
    collectors:
      narrow: {connection: {host: n}, address: 10.0.0.9}
      wide: {connection: {host: w}, address: 10.0.0.8, nfs: {clients: 10.1.0.0/16}}
    """
    hosts = fleet(text).hosts
    assert [hosts[name].destination.client for name in ("a", "b")] == ["10.0.0.2", "10.1.0.0/16"]


def test_the_key_is_named_after_its_type_unless_a_path_is_given() -> None:
    def identity(written: dict[str, Any]) -> tuple[str, str]:
        host = {"connection": {"host": "a"}, "target": {"local": {}}, "dumpIdentity": written}
        found = read_fleet({"defaults": {"crashkernel": "256M"}, "hosts": {"a": host}}).hosts["a"].identity
        return found.path, found.key_type

    assert identity({}) == ("/root/.ssh/kdump_id_rsa", "rsa")
    assert identity({"keyType": "ed25519"}) == ("/root/.ssh/kdump_id_ed25519", "ed25519")
    assert identity({"path": "/etc/kdump/key"}) == ("/etc/kdump/key", "rsa")


def test_a_disabled_host_needs_no_crashkernel() -> None:
    text = "{hosts: {a: {connection: {host: a}, target: {local: {}}, enabled: false}}}"
    assert fleet(text).hosts["a"].crashkernel == ""


def test_nobody_reboots_and_one_at_a_time_unless_said_otherwise() -> None:
    reboot = fleet("{}").reboot
    assert (reboot.when, reboot.batch_size) == ("never", 1)
