"""A LUN as the target in the stack file: what a host gets of it, what is refused and where, and what policies see."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from components.settings import ResolvedHost, SettingsRefused, read_fleet
from components.space import space
from kdump.targets import FilesystemTarget, LocalTarget
from kdump.volumes import made_uuid
from policies.free_space import FREE_SPACE
from policies.inputs import Inputs
from tests.components.conftest import GIB, Run

WWID = "3600508b400105e210000900000490000"
OTHER = "3600508b400105e210000900000490001"
UUID = "0a1b2c3d-0000-4000-8000-00000000abcd"
PLACE = "/var/crash-san"


def settings(**san: Any) -> dict[str, Any]:
    return {
        "connection": {"host": "web1"},
        "crashkernel": "256M",
        "target": {"san": {"wwid": WWID, "mountPoint": PLACE, **san}},
    }


def host(more: Mapping[str, Any] | None = None, **san: Any) -> ResolvedHost:
    return read_fleet({"hosts": {"web1": {**settings(**san), **(more or {})}}}).hosts["web1"]


def problems(fleet: Mapping[str, Any]) -> tuple[str, ...]:
    with pytest.raises(SettingsRefused) as refusal:
        read_fleet(fleet)
    return refusal.value.problems


def text(**san: Any) -> str:
    return yaml.safe_dump({"hosts": {"web1": settings(**san)}})


def test_the_dump_goes_to_the_file_system_by_its_uuid() -> None:
    found = host(filesystem="xfs", path="/dumps").destination
    assert found.target == FilesystemTarget(device=f"UUID={made_uuid(WWID)}", filesystem="xfs", path="/dumps")
    assert found.directory == f"{PLACE}/dumps"
    assert host(uuid=UUID).destination.target == FilesystemTarget(device=f"UUID={UUID}", filesystem="ext4")


def test_the_uuid_is_the_same_once_the_wwid_is_no_longer_said_twice() -> None:
    assert host(eraseWwid=WWID).destination.target == host().destination.target


def test_suse_dumps_into_the_mounted_directory() -> None:
    found = host({"platform": "sles-15.7"}).destination
    assert found.target == LocalTarget(path=f"{PLACE}/var/crash")
    assert found.volume is not None


@pytest.mark.parametrize(
    ("platform", "filesystem"), [("rhel-6.10", "ext4"), ("rhel-9.4", "ext4"), ("rhel-10.0", "ext4")]
)
def test_a_declared_platform_says_which_file_system(platform: str, filesystem: str) -> None:
    found = host({"platform": platform}).destination
    assert found.volume is not None
    assert found.volume.fstype == filesystem
    assert found.target == FilesystemTarget(device=f"UUID={made_uuid(WWID)}", filesystem="ext4")


@pytest.mark.parametrize("name", ["/dev/sdb", "sdab", "dm-3", "/dev/mapper/mpatha"])
def test_a_name_of_the_kernels_is_no_lun(name: str) -> None:
    (problem,) = problems({"hosts": {"web1": settings(wwid=name)}})
    assert problem.startswith("hosts.web1.target.san.wwid: found ")
    assert "another disk" in problem or "a WWID" in problem


def test_all_that_is_wrong_is_told_at_once_with_its_place() -> None:
    told = problems(
        {
            "hosts": {
                "web1": settings(wwid="/dev/sdb", mountPoint="crash", uuid="1234", nonsense=1),
                "web2": {**settings(eraseWwid=OTHER), "connection": {"host": "web2"}},
            }
        }
    )
    places = {problem.partition(":")[0] for problem in told}
    assert places == {
        "hosts.web1.target.san.wwid",
        "hosts.web1.target.san.mountPoint",
        "hosts.web1.target.san.uuid",
        "hosts.web1.target.san.nonsense",
        "hosts.web2.target.san.eraseWwid",
    }
    (twice,) = [problem for problem in told if "eraseWwid" in problem.partition(":")[0]]
    assert WWID in twice
    assert "All data on the disk is lost" in twice


@pytest.mark.parametrize(
    ("platform", "san", "place", "said"),
    [
        ("rhel-9.4", {"multipath": "blacklisted"}, "san.multipath", "'mapped'"),
        ("rhel-5.11", {"multipath": "mapped"}, "san.multipath", "'blacklisted'"),
        ("rhel-6.10", {"filesystem": "xfs"}, "san.filesystem", "ext3, ext4"),
        ("debian-12", {}, "san", "Use a file system that the host mounts"),
    ],
)
def test_what_a_platform_cannot_is_told_where_it_is_written(
    platform: str, san: dict[str, Any], place: str, said: str
) -> None:
    # What release 5 takes, all of them take.
    declared = {"platform": platform, "crashkernel": "128M@16M"}
    (problem,) = problems({"hosts": {"web1": {**settings(**san), **declared}}})
    assert problem.startswith(f"hosts.web1.target.{place}: ")
    assert said in problem


def test_two_hosts_never_share_a_lun() -> None:
    hosts = {name: {"connection": {"host": name}} for name in ("web1", "web2")}
    defaults = {"crashkernel": "256M", "target": settings()["target"]}
    (problem,) = problems({"defaults": defaults, "hosts": hosts})
    assert problem.startswith("hosts.web2.target.san.wwid: ")
    assert "LUN of web1" in problem


def test_an_unsupported_way_is_said() -> None:
    told = host({"platform": "rhel-6.10", "crashkernel": "128M"}, multipath="blacklisted").advice
    assert any("unsupported" in sentence for sentence in told)


def test_the_configuration_waits_for_the_lun(run: Run) -> None:
    seen = run(text(eraseWwid=WWID))
    component = seen.one("CrashVolume", "web1-crash-volume")
    assert component.type == "kdump:fleet:CrashVolume"
    assert component.parent == "web1-dump-target"
    assert (component.inputs["wwid"], component.inputs["mayBeErased"]) == (WWID, True)
    made = seen.one("CrashVolume", "web1-volume")
    assert made.type == "kdump:host:CrashVolume"
    assert made.inputs["eraseWwid"] == WWID
    assert made.adopts_imported
    assert seen.waits("web1-configuration", "web1-volume")
    target = seen.one("DumpConfiguration", "web1-configuration").inputs["target"]
    assert target["device"] == f"UUID={made_uuid(WWID)}"


def test_without_the_wwid_twice_nothing_may_be_erased(run: Run) -> None:
    seen = run(text())
    assert seen.one("CrashVolume", "web1-crash-volume").inputs["mayBeErased"] is False
    assert seen.one("CrashVolume", "web1-volume").inputs["eraseWwid"] == ""


def test_other_targets_have_no_lun(run: Run) -> None:
    local = {"connection": {"host": "web1"}, "crashkernel": "256M", "target": {"local": {}}}
    assert run(yaml.safe_dump({"hosts": {"web1": local}})).all("CrashVolume") == []


def test_a_lun_that_fails_leaves_its_host_alone_unarmed(run: Run) -> None:
    hosts = {
        "web1": settings(),
        "web2": {"connection": {"host": "web2"}, "crashkernel": "256M", "target": {"local": {}}},
    }
    seen = run(yaml.safe_dump({"hosts": hosts}), failing=["web1-volume"])
    assert "web1-configuration" in seen.failed
    assert "web2-configuration" not in seen.failed


def test_policies_judge_the_lun_once_it_is_mounted() -> None:
    directory = f"{PLACE}/var/crash"
    facts = {"memoryBytes": 8 * GIB}
    lun = {"wwid:3600": {"found": True, "sizeBytes": 100 * GIB, "freeBytes": -1, "use": ""}}
    here = {"space": {directory: {"freeBytes": 4 * GIB, "mountPoint": "/"}}, "devices": lun}
    before = space(facts, here, directory, PLACE, "wwid:3600")
    assert before == {"memoryBytes": 8 * GIB, "notYetMounted": PLACE, "deviceBytes": 100 * GIB, "use": ""}
    today = datetime.date(2026, 11, 25)
    assert FREE_SPACE.violations(Inputs({"host": "web1", "space": before}), {"margin": 1.0}, today) == []
    mounted = {"space": {directory: {"freeBytes": 4 * GIB, "mountPoint": PLACE}}}
    after = {"host": "web1", "space": space(facts, mounted, directory, PLACE)}
    (text,) = FREE_SPACE.violations(Inputs(after), {"margin": 1.0}, today)
    assert "4 GiB free" in text
