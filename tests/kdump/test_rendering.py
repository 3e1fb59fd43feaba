"""What is written on each platform, and what is refused before it is, by the name of the setting."""

import pytest

from kdump.configuration import configuration_from
from kdump.errors import Refusal
from kdump.platforms import Virtualisation, platform_named
from kdump.rendering import RenderedFile, rendered
from kdump.verdicts.node import NOBODY, Node

LOCAL = {"kind": "local", "path": "/var/crash"}
NFS = {"kind": "nfs", "server": "nas", "export": "/srv"}
SSH = {"kind": "ssh", "server": "nas", "user": "kdump", "path": "/srv/web1"}
# Release 5 is left out: it has a local dump of one kind only, which no settings have by themselves.
RED_HAT = ["rhel-6.2", "rhel-6.9", "rhel-7.9", "rhel-8.0", "rhel-8.6", "rhel-9.4", "rhel-10.0"]


def files(
    platform: str,
    target: dict[str, str] = LOCAL,
    virtualisation: Virtualisation = "none",
    node: Node = NOBODY,
    **more: object,
) -> tuple[RenderedFile, ...]:
    configuration = configuration_from({"target": target, **more})
    return rendered(configuration, platform_named(platform, virtualisation=virtualisation), node)


def refused(
    platform: str,
    target: dict[str, str] = LOCAL,
    virtualisation: Virtualisation = "none",
    node: Node = NOBODY,
    **more: object,
) -> Refusal:
    with pytest.raises(Refusal) as caught:
        files(platform, target, virtualisation, node, **more)
    return caught.value


@pytest.mark.parametrize("platform", [*RED_HAT, "rocky-9.4", "almalinux-8.10", "ol-7.9", "centos-6", "fedora-42"])
def test_red_hat_gets_the_whole_of_kdump_conf(platform: str) -> None:
    (file,) = files(platform)
    assert (file.path, file.whole) == ("/etc/kdump.conf", True)
    assert "\npath /var/crash\n" in file.text
    assert file.text.endswith("\n")


@pytest.mark.parametrize("platform", ["debian-11", "debian", "ubuntu-20.04", "ubuntu-24.04"])
def test_debian_gets_the_whole_of_kdump_tools(platform: str) -> None:
    (file,) = files(platform)
    assert (file.path, file.whole) == ("/etc/default/kdump-tools", True)
    assert 'KDUMP_COREDIR="/var/crash"\n' in file.text


@pytest.mark.parametrize("platform", ["sles-12.5", "sles-15-sp7", "sles-16.0", "opensuse-leap-15.6"])
def test_suse_gets_the_whole_of_its_sysconfig_file(platform: str) -> None:
    (file,) = files(platform, SSH)
    assert (file.path, file.whole) == ("/etc/sysconfig/kdump", True)
    assert "KDUMP_SAVEDIR=" in file.text


def test_options_in_capital_letters_are_set_in_the_sysconfig_file_and_the_rest_of_it_stays() -> None:
    options = {"KDUMP_COMMANDLINE_APPEND": "irqpoll nr_cpus=1", "force_rebuild": "1", "KDUMP_BOOTDIR": "/boot"}
    conf, sysconfig = files("rhel-9.4", options=options)
    assert "KDUMP" not in conf.text.split("\n", 2)[2]
    assert "force_rebuild 1\n" in conf.text
    assert sysconfig == RenderedFile(
        path="/etc/sysconfig/kdump",
        text='KDUMP_COMMANDLINE_APPEND="irqpoll nr_cpus=1"\nKDUMP_BOOTDIR="/boot"\n',
        whole=False,
    )


@pytest.mark.parametrize(
    ("platform", "key", "value", "said"),
    [
        ("rhel-9.4", "KDUMP_COMMANDLINE_APEND", "x", "correct its spelling"),
        ("rhel-6.9", "KDUMP_COMMANDLINE_REMOVE", "quiet", "do not read this key"),
        ("rhel-9.4", "KDUMP_COMMANDLINE_APPEND", "$(id)", "A shell reads the value"),
        ("debian-12", "KDUMP_COMMANDLINE_APPEND", "x", "correct its spelling"),
        ("debian-12", "force_rebuild", "1", "correct its spelling"),
        ("sles-15.7", "force_rebuild", "1", "correct its spelling"),
    ],
)
def test_keys_that_a_platform_would_not_read_are_refused_by_name(
    platform: str, key: str, value: str, said: str
) -> None:
    refusal = refused(platform, options={key: value})
    assert (refusal.setting, refusal.found) == (f"options.{key}", value)
    assert said in str(refusal)


@pytest.mark.parametrize("platform", ["rhel-3", "rhel-4.8"])
def test_a_release_before_kdump_is_told_to_use_netdump(platform: str) -> None:
    refusal = refused(platform)
    assert refusal.setting == "platform"
    assert "netdump" in refusal.instead


@pytest.mark.parametrize(
    ("platform", "virtualisation"),
    [("rhel-5.11", "xen-pv"), ("rhel-5.11", "xen-hvm"), ("rhel-6.9", "xen-pv"), ("rhel-6.2", "xen-hvm")],
)
def test_a_xen_guest_without_kdump_is_told_to_use_xendump(platform: str, virtualisation: Virtualisation) -> None:
    refusal = refused(platform, virtualisation=virtualisation)
    assert refusal.setting == "platform.virtualisation"
    assert "xendump" in refusal.instead


@pytest.mark.parametrize(
    ("platform", "virtualisation"),
    [("rhel-5.11", "xen-dom0"), ("rhel-6.9", "xen-hvm"), ("rhel-6.9", "kvm"), ("rhel-9.4", "vmware")],
)
def test_other_virtual_machines_get_their_file(platform: str, virtualisation: Virtualisation) -> None:
    assert files(platform, NFS, virtualisation)


@pytest.mark.parametrize("platform", ["debian-10", "ubuntu-18.04", "sles-11", "fedora-40", "rhel-2"])
def test_a_platform_of_which_nothing_is_known_is_refused(platform: str) -> None:
    assert refused(platform).setting == "platform"


@pytest.mark.parametrize("platform", ["rhel-8.0", "rhel-8.6", "rhel-8.10"])
def test_release_8_refuses_auto_reset_crashkernel(platform: str) -> None:
    refusal = refused(platform, options={"auto_reset_crashkernel": "no"})
    assert refusal.setting == "options.auto_reset_crashkernel"
    assert "this release never changes crashkernel by itself" in refusal.instead
    assert refusal.needed.startswith("an option that Red Hat Enterprise Linux 8")
    assert "kdumpctl of release 8" in refusal.why


def test_release_9_takes_auto_reset_crashkernel() -> None:
    assert "auto_reset_crashkernel no\n" in files("rhel-9.0", options={"auto_reset_crashkernel": "no"})[0].text


@pytest.mark.parametrize("platform", ["rhel-6.9", "rhel-7.9", "rhel-8.10", "rhel-9.0", "rhel-9.1"])
def test_virtiofs_is_refused_before_9_2(platform: str) -> None:
    virtiofs = {"kind": "virtiofs", "tag": "dumps"}
    assert refused(platform, virtiofs).setting == "target"
    assert refused(platform, virtiofs).needed.startswith("a target that Red Hat Enterprise Linux ")
    assert "virtiofs dumps\n" in files("rhel-9.2", virtiofs)[0].text


@pytest.mark.parametrize(
    ("platform", "filesystem"), [("rhel-5.11", "xfs"), ("rhel-5.11", "btrfs"), ("rhel-6.9", "minix")]
)
def test_a_filesystem_that_a_release_cannot_dump_to_is_refused(platform: str, filesystem: str) -> None:
    target = {"kind": "filesystem", "device": "/dev/sda1", "filesystem": filesystem}
    assert refused(platform, target).setting == "target"


@pytest.mark.parametrize("platform", ["rhel-7.9", "rhel-8.6", "rhel-9.4", "rhel-10.0"])
def test_the_nodes_own_name_or_address_among_fence_nodes_is_refused(platform: str) -> None:
    node = Node(host_name="web1", addresses=("192.0.2.7", "2001:db8::7"))
    for own in ("web1", "192.0.2.7", "2001:db8::7"):
        refusal = refused(platform, node=node, options={"fence_kdump_nodes": f"web2 {own}"})
        assert refusal.setting == "options.fence_kdump_nodes"
        assert own in str(refusal)
    assert files(platform, node=node, options={"fence_kdump_nodes": "web2 192.0.2.8"})
    assert files(platform, options={"fence_kdump_nodes": "web1 192.0.2.7"})


@pytest.mark.parametrize("name", ["link_delay", "disk_timeout", "debug_mem_level", "blacklist", "options"])
@pytest.mark.parametrize("platform", ["rhel-7.9", "rhel-8.6", "rhel-9.4", "rhel-10.0"])
def test_options_of_release_6_are_refused_from_7_on_with_what_to_do_instead(platform: str, name: str) -> None:
    value = {"options": "bonding mode=1", "blacklist": "radeon", "debug_mem_level": "3"}.get(name, "60")
    refusal = refused(platform, options={name: value})
    assert refusal.setting == f"options.{name}"
    assert refusal.instead.startswith("Remove it")


def test_a_collector_without_the_option_for_streams_is_refused_where_its_dump_is_no_file() -> None:
    options = {"core_collector": "makedumpfile -c -d 31"}
    refusal = refused("rhel-8.6", SSH, options=options)
    assert refusal.setting == "options.core_collector"
    assert "-F" in refusal.instead
    assert refusal.needed == "a value that kdumpctl accepts"
    assert files("rhel-8.6", NFS, options=options)
    assert files("rhel-6.9", SSH, options=options)


def test_two_rebuild_switches_that_contradict_each_other_are_refused() -> None:
    options = {"force_rebuild": "1", "force_no_rebuild": "1"}
    assert refused("rhel-9.4", options=options).setting in {"options.force_rebuild", "options.force_no_rebuild"}


def test_an_ssh_server_must_be_named_as_ssh_itself_names_it_on_10() -> None:
    target = {**SSH, "server": "NAS.example.org"}
    refusal = refused("rhel-10.0", target)
    assert refusal.setting == "target"
    assert "kdump@nas.example.org" in refusal.instead
    assert files("rhel-9.4", target)


@pytest.mark.parametrize(
    ("platform", "more", "setting"),
    [
        ("debian-12", {"failure_action": "reboot"}, "failureAction"),
        ("debian-12", {"compression": "zstd"}, "compression"),
        ("sles-15.4", {"compression": "zstd"}, "compression"),
        ("sles-15.7", {"final_action": "poweroff"}, "finalAction"),
        ("rhel-7.9", {"final_action": "reboot"}, "finalAction"),
        ("rhel-7.9", {"compression": "zstd"}, "compression"),
        ("rhel-6.2", {"failure_action": "shell"}, "failureAction"),
    ],
)
def test_what_a_platform_cannot_do_is_refused_by_its_setting(
    platform: str, more: dict[str, object], setting: str
) -> None:
    refusal = refused(platform, LOCAL, "none", NOBODY, **more)
    assert refusal.setting == setting
    assert refusal.instead


@pytest.mark.parametrize("kind", ["raw", "filesystem", "virtiofs"])
@pytest.mark.parametrize("platform", ["debian-12", "sles-15.7"])
def test_targets_that_only_red_hat_has_are_refused_elsewhere(platform: str, kind: str) -> None:
    target = {
        "raw": {"kind": "raw", "device": "/dev/sdb1"},
        "filesystem": {"kind": "filesystem", "device": "/dev/sdb1", "filesystem": "xfs"},
        "virtiofs": {"kind": "virtiofs", "tag": "dumps"},
    }[kind]
    assert refused(platform, target).setting == "target.kind"
