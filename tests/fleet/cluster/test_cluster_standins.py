"""Cluster and SAN tools of the fleet: what the rules in kdump/ would run does what it should, the rest is refused."""

from __future__ import annotations

import re
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from kdump.dialects.cluster_conf import parse, with_fence_kdump, with_post_fail_delay
from kdump.fencing.devices import FencePlan, fence_plan
from kdump.fencing.support import Stack
from kdump.platforms import platform_named
from kdump.volumes import Recipe, SanVolume, recipe, wwid_command
from tests.fleet.host import ReleaseHost, template_of
from tests.fleet.layers import layers_of
from tests.fleet.releases import Release, release_named
from tests.fleet.tree import Tree
from tests.provider.fixture.template import Template

pytestmark = pytest.mark.fixture

WWID = "3600508b400105e210000900000490000"
OTHER = "3600508b400105e210000900000490001"
SAN = f"{WWID} sdb 4096 active\n{WWID} sdc 4096 active\n{OTHER} sdd 4096 active\n"
FOLDERS = {"rhel-5.11": "rhel5", "rhel-6.10": "rhel6", "sles-15.7": "suse"}
StartNode = Callable[..., ReleaseHost]


def with_cluster(release: Release) -> Release:
    """The release with this folder's stand-ins and packages, if it does not have them by itself."""
    own = FOLDERS.get(release.name, "redhat")
    if {"cluster/standins/common", f"cluster/standins/{own}"} <= set(release.standins):
        return release
    others = tuple(name for name in release.standins if not name.startswith("cluster/"))
    packages = tuple(name for name in release.packages if not name.startswith("cluster/"))
    return release.model_copy(
        update={
            "name": f"{release.name}-cluster",
            "standins": (*others, "cluster/standins/common", f"cluster/standins/{own}"),
            "packages": (*packages, f"cluster/packages/{own}"),
        }
    )


@pytest.fixture(scope="module")
def start_node(fleet_tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartNode]:
    """Starts a host of a release that lasts for all tests here."""
    folder = tmp_path_factory.mktemp("cluster")
    templates: dict[str, Template] = {}
    running: dict[tuple[str, str], ReleaseHost] = {}
    with ExitStack() as stack:

        def start(release: str, name: str = "n1") -> ReleaseHost:
            if (release, name) not in running:
                layers = layers_of(with_cluster(release_named(release)), fleet_tree)
                stack.callback(layers.use.end)
                template = templates.setdefault(release, template_of(layers, folder))
                running[release, name] = stack.enter_context(ReleaseHost(layers, template, name=name, complete=False))
            return running[release, name]

        yield start


def tried(host: ReleaseHost, *words: str) -> tuple[int, str]:
    """The exit code and the output of a command."""
    said = host.run(f"{shlex.join(words)}; printf '\\n%s' $?", check=False)
    output, _, code = said.rpartition("\n")
    return int(code), output


def refused(host: ReleaseHost, *words: str) -> str:
    code, output = tried(host, *words)
    assert code != 0, f"{words} was accepted: {output}"
    return output


def done(host: ReleaseHost, *words: str) -> str:
    code, output = tried(host, *words)
    assert code == 0, f"{words}: {output}"
    return output


def plan_for(platform: str, stack: Stack, nodes: tuple[str, ...] = ("n1", "n2")) -> FencePlan:
    return fence_plan(platform_named(platform), stack, {node: [f"power-{node}"] for node in nodes}, 300)


def in_cib(text: str) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, str]]]:
    """The devices with their options, and the levels, of a cluster's configuration."""
    root = ET.fromstring(text)
    devices = {
        device.get("id", ""): {pair.get("name", ""): pair.get("value", "") for pair in device.iter("nvpair")}
        for device in root.iter("primitive")
    }
    levels = [
        (level.get("target", ""), level.get("index", ""), level.get("devices", ""))
        for level in root.iter("fencing-level")
    ]
    return devices, levels


def as_release(host: ReleaseHost, version: str) -> None:
    host.write("/usr/lib/os-release", f'ID="rhel"\nVERSION_ID="{version}"\n')


@pytest.mark.parametrize("version", ["7.9", "8.10", "9.4", "10.0"])
def test_the_commands_for_pcs_are_taken_in_the_syntax_of_each_release(start_node: StartNode, version: str) -> None:
    host = start_node("rhel-9.4")
    as_release(host, version)
    cluster = f"pcs-{version}"
    done(host, "/fixture/make-cluster", "pcs", cluster, "n1", "n2")
    done(host, "dnf", "-y", "-q", "install", "fence-agents-kdump", "fence-agents-ipmilan")
    plan = plan_for(f"rhel-{version}", "pcs")
    assert "Agent 'stonith:fence_apc'" in refused(host, "pcs", "stonith", "create", "p", "fence_apc")
    assert "does not exist" not in refused(host, "pcs", "stonith", "create", "p", "fence_ipmilan", "lanplus=1")
    for node in ("n1", "n2"):
        done(host, "pcs", "stonith", "create", f"power-{node}", "fence_ipmilan", f"ip={node}-bmc")
    for command in plan.commands:
        done(host, *command)
    devices, levels = in_cib(done(host, "pcs", "cluster", "cib"))
    assert devices["kdump"] == dict(plan.devices[0].options)
    assert levels == [("n1", "1", "kdump"), ("n1", "2", "power-n1"), ("n2", "1", "kdump"), ("n2", "2", "power-n2")]
    words = ["target"] if version not in ("7.9", "8.10") else []
    done(host, "pcs", "stonith", "level", "remove", "2", *words, "n2")
    assert in_cib(done(host, "pcs", "cluster", "cib"))[1] == levels[:3]
    refused(host, "pcs", "stonith", "level", "remove", "2", *words, "n2")
    done(host, *plan.commands[-1])
    before = host.read("/var/lib/pacemaker/cib/cib.xml")
    for command in plan.commands:
        assert "already exist" in refused(host, *command)
    assert host.read("/var/lib/pacemaker/cib/cib.xml") == before
    shown = "config" if version != "7.9" else "show"
    assert "timeout=300" in done(host, "pcs", "stonith", shown, "kdump")
    refused(host, "pcs", "stonith", "show" if shown == "config" else "config", "kdump")
    as_release(host, "9.4")


def test_pcs_refuses_unknown_options_nodes_and_devices(start_node: StartNode) -> None:
    host = start_node("rhel-9.4")
    done(host, "/fixture/make-cluster", "pcs", "refusals", "n1", "n2")
    done(host, "dnf", "-y", "-q", "install", "fence-agents-kdump", "fence-agents-ipmilan")
    done(host, "pcs", "stonith", "create", "kdump", "fence_kdump", "timeout=30")
    assert "invalid stonith option 'tiemout'" in refused(host, "pcs", "stonith", "update", "kdump", "tiemout=3")
    assert "node 'n9'" in refused(host, "pcs", "stonith", "level", "add", "1", "n9", "kdump")
    assert "'power'" in refused(host, "pcs", "stonith", "level", "add", "1", "n1", "power")
    assert "invalid level" in refused(host, "pcs", "stonith", "level", "add", "first", "n1", "kdump")
    refused(host, "pcs", "stonith", "delete", "other")
    refused(host, "pcs", "property", "set", "stonith-enabeld=true")
    refused(host, "pcs", "explode")
    host.write("/fixture/cluster-stopped", "")
    assert "not currently running" in refused(host, "pcs", "status")
    refused(host, "cibadmin", "--query")
    host.path("/fixture/cluster-stopped").unlink()


def test_what_one_node_sets_the_other_reads_and_takes_away(start_node: StartNode) -> None:
    one, two = start_node("rhel-9.4"), start_node("rhel-9.4", "n2")
    for host in (one, two):
        done(host, "/fixture/make-cluster", "pcs", "shared", "n1", "n2")
    done(one, "dnf", "-y", "-q", "install", "fence-agents-kdump")
    done(one, "pcs", "stonith", "create", "kdump", "fence_kdump", "pcmk_host_list=n1 n2", "timeout=30")
    done(one, "pcs", "stonith", "level", "add", "1", "n2", "kdump")
    done(one, "pcs", "stonith", "update", "kdump", "timeout=300")
    devices, levels = in_cib(done(two, "cibadmin", "--query"))
    assert devices["kdump"] == {"pcmk_host_list": "n1 n2", "timeout": "300"}
    assert levels == [("n2", "1", "kdump")]
    assert done(two, "crm_node", "-n").strip() == "n2"
    done(two, "pcs", "stonith", "delete", "kdump")
    assert in_cib(done(one, "pcs", "cluster", "cib")) == ({}, [])


def test_the_commands_for_crm_are_taken_and_shown(start_node: StartNode) -> None:
    host = start_node("sles-15.7")
    done(host, "/fixture/make-cluster", "crm", "hana", "n1", "n2")
    done(host, "zypper", "-n", "install", "fence-agents")
    plan = plan_for("sles-15.7", "crm")
    assert "power-n1 does not exist" in refused(host, "crm", "configure", "fencing_topology", "n1:", "power-n1")
    for node in ("n1", "n2"):
        done(host, "crm", "configure", "primitive", f"power-{node}", "stonith:fence_ipmilan", "params", "ip=bmc")
    for command in plan.commands:
        done(host, *command)
    devices, levels = in_cib(done(host, "cibadmin", "-Q"))
    assert devices["kdump-n1"]["nodename"] == "n1"
    assert levels[:2] == [("n1", "1", "kdump-n1"), ("n1", "2", "power-n1")]
    shown = done(host, "crm", "configure", "show")
    assert re.search(r"fencing_topology \\\n\tn1: kdump-n1 power-n1 \\\n\tn2: kdump-n2 power-n2\n", shown)
    assert "already exists" in refused(host, *plan.commands[0])
    assert "already exists" in refused(host, *plan.commands[-1])
    replace = ("cibadmin", "--replace", "--scope", "fencing-topology", "--xml-text")
    level = '<fencing-level id="a" target="n2" index="1" devices="power-n2"/>'
    done(host, *replace, f"<fencing-topology>{level}</fencing-topology>")
    assert in_cib(done(host, "cibadmin", "-Q"))[1] == [("n2", "1", "power-n2")]
    assert "conform" in refused(host, *replace, f"<fencing-topology>{level}{level}</fencing-topology>")
    done(host, "crm", "configure", "delete", "fencing_topology")
    done(host, *plan.commands[-1])
    done(host, "crm", "resource", "param", "kdump-n1", "set", "timeout", "500")
    done(host, "crm", "resource", "param", "kdump-n1", "delete", "pcmk_reboot_retries")
    refused(host, "crm", "resource", "param", "kdump-n1", "set", "tiemout", "500")
    changed = in_cib(done(host, "cibadmin", "--query"))[0]["kdump-n1"]
    assert changed["timeout"] == "500"
    assert "pcmk_reboot_retries" not in changed
    assert "running" in refused(host, "crm", "configure", "delete", "kdump-n1")
    done(host, "crm", "--force", "configure", "delete", "kdump-n1")
    assert ("n1", "1", "power-n1") not in in_cib(done(host, "cibadmin", "-Q"))[1]
    assert "kdump-n1" not in done(host, "crm", "configure", "show")
    refused(host, "crm", "configure", "fencing_topology", "n9:", "kdump-n2")
    refused(host, "crm", "configure", "primitive", "x", "stonith:fence_none")
    assert "totem.cluster_name (str) = hana" in done(host, "corosync-cmapctl")


def test_cman_takes_a_cluster_conf_only_when_its_version_goes_up(start_node: StartNode) -> None:
    one, two = start_node("rhel-6.10"), start_node("rhel-6.10", "n2")
    for host in (one, two):
        done(host, "/fixture/make-cluster", "cman", "old", "n1", "n2")
    done(one, "/etc/init.d/cman", "status")
    conf = "/etc/cluster/cluster.conf"
    same = with_post_fail_delay(one.read(conf), 300).replace('config_version="2"', 'config_version="1"')
    one.write(conf, same, 0o640)
    done(one, "ccs_config_validate")
    assert "must be higher" in refused(one, "cman_tool", "version", "-r")
    one.write(conf, with_fence_kdump(same, 300), 0o640)
    done(one, "ccs_config_validate")
    done(one, "cman_tool", "version", "-r")
    assert "config 2" in done(two, "cman_tool", "version")
    assert parse(two.read(conf)).post_fail_delay_seconds == 300
    assert parse(two.read(conf)).nodes[0].methods[0].devices == ("kdump",)
    good = one.read(conf)
    for bad in (
        good.replace("</cluster>", ""),
        good.replace("fencedevices", "fencedevises"),
        good.replace('="n1"', "=n1"),
    ):
        one.write(conf, bad, 0o640)
        assert "fails to validate" in refused(one, "ccs_config_validate")


def test_on_5_ccs_tool_makes_a_higher_version_known(start_node: StartNode) -> None:
    host = start_node("rhel-5.11")
    done(host, "/fixture/make-cluster", "cman", "oldest", "n1", "n2")
    conf = "/etc/cluster/cluster.conf"
    before = host.read(conf)
    assert "must be higher" in refused(host, "ccs_tool", "update", conf)
    host.write(conf, with_post_fail_delay(before, 600), 0o640)
    refused(host, "cman_tool", "version", "-r", "2")
    done(host, "ccs_tool", "update", conf)
    done(host, "cman_tool", "version", "-r", "2")
    assert "config 2" in done(host, "cman_tool", "version")
    host.write(conf, before.replace("</cluster>", ""), 0o640)
    assert "unable to parse" in refused(host, "ccs_tool", "update", conf)


def run_recipe(host: ReleaseHost, found: Recipe, *, but: str = "") -> None:
    """Every step of a recipe as a machine would do it, without the program `but`."""
    for step in found.steps:
        if but and step.run[:1] == (but,):
            continue
        if step.edit is not None:
            code, text = tried(host, "cat", step.edit.path)
            host.write(step.edit.path, step.edit.applied_to(text if code == 0 else ""))
            continue
        said = done(host, *step.run)
        assert step.shows in said, f"{step.run}: {said}"
        assert not step.hides or step.hides not in said, f"{step.run}: {said}"


def volume(way: str, **more: object) -> SanVolume:
    return SanVolume.model_validate({"wwid": WWID, "multipath": way, **more})


def with_san(host: ReleaseHost) -> None:
    for place in ("disks", "erased", "initramfs-wwids"):
        host.run(f"rm -rf /fixture/{place}")
    host.run("rm -rf /run/partitions /run/multipath-maps /etc/multipath/wwids")
    host.write("/fixture/san", SAN)
    host.write("/etc/fstab", "")
    host.write("/etc/multipath.conf", 'defaults {\n\tuser_friendly_names yes\n}\nblacklist {\n\tdevnode "^hd"\n}\n')
    if (
        release_named(host.release.name.removesuffix("-cluster")).init == "sysv"
        and not host.path("/sbin/service").exists()
    ):
        host.write("/usr/sbin/service", '#!/bin/sh\nname=$1\nshift\nexec "/etc/init.d/$name" "$@"\n', 0o755)
    done(host, "/fixture/storage/boot")


ERASE = {"erase": True, "erase_confirmed_wwid": WWID}


@pytest.mark.parametrize(
    ("release", "way"),
    [("rhel-5.11", "blacklisted"), ("rhel-6.10", "blacklisted"), ("rhel-6.10", "mapped"), ("rhel-9.4", "mapped")],
)
def test_a_recipe_makes_a_san_disk_a_mounted_file_system(start_node: StartNode, release: str, way: str) -> None:
    host = start_node(release)
    with_san(host)
    wwid = wwid_command(platform_named(release), "sdb")
    assert done(host, *wwid).strip() == WWID
    assert WWID in done(host, "multipath", "-ll")
    made = recipe(platform_named(release), volume(way, **ERASE))
    if release == "rhel-9.4":
        assert not any("/sbin/service" in step.run for step in made.steps)
    run_recipe(host, made)
    erased = host.read("/fixture/erased").splitlines()
    assert [line.split()[0] for line in erased] == ["mklabel", "mkpart", "mkfs"]
    assert all(WWID in line for line in erased)
    assert OTHER in done(host, "multipath", "-ll")
    disk = "/dev/sdb" if way == "blacklisted" else f"/dev/disk/by-id/dm-uuid-mpath-{WWID}"
    assert "mounted" in refused(host, "parted", "-s", disk, "mklabel", "gpt")
    # Once more, now to keep what is there: nothing is erased.
    if release != "rhel-5.11":
        uuid = host.read(f"/fixture/disks/{WWID}/uuid").strip()
        found = done(host, "blkid", "-t", f"UUID={uuid}", "-o", "device").strip()
        assert found.startswith("/dev/mapper/mpath" if way == "mapped" else "/dev/sdb1")
        assert done(host, "blkid", "-o", "value", "-s", "TYPE", found).strip() == "ext4"
        done(host, "umount", "/var/crashsan")
        run_recipe(host, recipe(platform_named(release), volume(way, uuid=uuid)))
        assert host.read("/fixture/erased").splitlines() == erased
    host.reboot()
    mounts = host.run("until grep crashsan /proc/mounts; do sleep 0.1; done")
    assert ("/dev/mapper/" in mounts) == (way == "mapped")
    assert (WWID in done(host, "multipath", "-ll")) == (way == "mapped")
    done(host, "sh", "-c", "umount /var/crashsan; rm /fixture/san")


def test_san_tools_refuse_what_no_recipe_runs_and_paths_of_a_map(start_node: StartNode) -> None:
    host = start_node("rhel-9.4")
    with_san(host)
    assert "does not know" in refused(host, "parted", "-s", "/dev/sdb", "print")
    assert "does not know" in refused(host, "multipath", "-F")
    assert "in use" in refused(host, "parted", "-s", "/dev/sdb", "mklabel", "gpt")
    assert "No such file" in refused(host, "mkfs.ext4", "-q", "/dev/sdz1")
    assert tried(host, "blkid", "-o", "value", "-s", "UUID", "/dev/sdb1")[0] == 2
    assert not host.path("/fixture/erased").exists()


def test_on_6_an_initramfs_that_is_not_built_anew_claims_the_disk_again(start_node: StartNode) -> None:
    host = start_node("rhel-6.10")
    with_san(host)
    run_recipe(host, recipe(platform_named("rhel-6.10"), volume("blacklisted", **ERASE)), but="/sbin/dracut")
    host.reboot()
    assert WWID in done(host, "multipath", "-ll")
    done(host, "sh", "-c", "umount /var/crashsan; rm /fixture/san")


def test_two_nodes_that_change_the_cluster_at_once_lose_nothing(start_node: StartNode) -> None:
    one, two = start_node("rhel-9.4"), start_node("rhel-9.4", "n2")
    for host in (one, two):
        done(host, "/fixture/make-cluster", "pcs", "busy", "n1", "n2")
        done(host, "dnf", "-y", "-q", "install", "fence-agents-kdump")
    script = "for i in 1 2 3 4 5; do pcs stonith create d-$(hostname)-$i fence_kdump timeout=$i; done"
    with ThreadPoolExecutor() as pool:
        for said in pool.map(lambda host: host.run(script), (one, two)):
            assert "Error" not in said
    assert len(in_cib(done(two, "pcs", "cluster", "cib"))[0]) == 10
