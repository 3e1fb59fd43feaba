"""SAN disks as dump targets: the recipe of each release, and that nothing is erased by accident."""

import itertools

import pytest
from pydantic import ValidationError

from kdump.dialects import multipath_conf, udev_rules
from kdump.errors import Refusal, refusals_in
from kdump.platforms import platform_named
from kdump.units import GIB
from kdump.volumes import Recipe, SanVolume, Step, made_uuid, recipe, size_problem, wwid_command
from kdump.volumes.edits import BlacklistDisk, ForgetDisk, MountDisk, NameDisk

WWID = "3600508b400105e210000900000490000"
UUID = "0a1b2c3d-0000-4000-8000-00000000abcd"


def volume(**change: object) -> SanVolume:
    base = {"wwid": WWID, "multipath": "mapped", "erase": True, "erase_confirmed_wwid": WWID}
    return SanVolume.model_validate({**base, **change})


def on(release: str, **change: object) -> Recipe:
    return recipe(platform_named(release), volume(**change))


def programs(found: Recipe) -> list[str]:
    """What each step runs or edits, in order."""
    return [step.edit.kind if step.edit is not None else step.run[0].rpartition("/")[2] for step in found.steps]


def position(found: Recipe, what: str) -> int:
    return programs(found).index(what)


def test_release_5_takes_the_disk_out_of_multipath_and_names_it() -> None:
    found = on("rhel-5.11", multipath="blacklisted")
    assert (found.target, found.path, found.supported) == ("ext3 /dev/crashsan1", "/var/crash", True)
    order = (
        "blacklist disk",
        "service",
        "parted",
        "partprobe",
        "name disk",
        "udevcontrol",
        "mkfs.ext3",
        "mount disk",
        "mount",
    )
    places = [position(found, what) for what in order]
    assert places == sorted(places)
    mount = next(step.edit for step in found.steps if isinstance(step.edit, MountDisk))
    assert (mount.entry.device, mount.entry.mount_point, mount.entry.fstype) == (
        "/dev/crashsan1",
        "/var/crashsan",
        "ext3",
    )


def test_release_5_marks_what_is_reconstructed() -> None:
    found = on("rhel-5.11", multipath="blacklisted")
    assert all(step.reconstructed for step in found.steps if isinstance(step.edit, NameDisk))
    assert any("e4fsprogs" in advice for advice in on("rhel-5.11", multipath="blacklisted", fstype="ext4").advice)


def test_release_5_cannot_dump_on_the_multipath_device() -> None:
    with pytest.raises(Refusal, match="cannot dump on a multipath device"):
        on("rhel-5.11")


def test_release_6_with_multipath_blacklisted_is_an_unsupported_workaround() -> None:
    found = on("rhel-6.2", multipath="blacklisted", uuid=UUID)
    assert not found.supported
    assert "unsupported workaround" in found.why
    assert found.target == f"ext4 UUID={UUID}"
    assert isinstance(found.steps[position(found, "forget disk")].edit, ForgetDisk)
    rebuild = found.steps[position(found, "dracut")]
    assert rebuild.reconstructed
    assert rebuild.run[1:4] == ("-f", "--add", "multipath")
    assert any("one path" in advice for advice in found.advice)


def test_release_6_dumps_on_the_multipath_device_from_6_3_on() -> None:
    found = on("rhel-6.10", uuid=UUID)
    assert found.supported
    assert "2.0.0-211" in found.why
    assert found.target == f"ext4 UUID={UUID}"
    assert {"multipath", "parted", "kpartx", "mkfs.ext4", "blkid", "mount disk"} <= set(programs(found))
    assert not {"blacklist disk", "forget disk", "dracut", "systemctl"} & set(programs(found))
    assert any("chkconfig kdump on" in sentence for sentence in found.afterwards)
    with pytest.raises(Refusal, match=r"2\.0\.0-211"):
        on("rhel-6.2")


@pytest.mark.parametrize("release", ["rhel-7.9", "rocky-8.6", "rhel-9.4", "rhel-10.0", "fedora-42"])
def test_from_release_7_on_dracut_does_it_by_itself(release: str) -> None:
    found = on(release)
    assert found.supported
    assert "dracut" in found.why
    assert any("run out of memory" in advice for advice in found.advice)
    assert "systemctl" in programs(found)
    assert "dracut" not in programs(found)
    with pytest.raises(Refusal, match="by itself"):
        on(release, multipath="blacklisted")


@pytest.mark.parametrize("release", ["rhel-4.8", "ubuntu-24.04", "debian-12"])
def test_other_platforms_have_no_recipe(release: str) -> None:
    with pytest.raises(Refusal, match="No recipe for a SAN disk"):
        on(release)


@pytest.mark.parametrize("release", ["sles-12.5", "sles-15.7", "sles-16.0"])
def test_suse_dumps_into_the_file_system_that_the_host_mounts(release: str) -> None:
    found = on(release, mount_point="/var/crash-san")
    assert found.supported
    assert (found.target, found.path) == ("file:///var/crash-san/var/crash", "/var/crash-san/var/crash")
    assert "systemctl" in programs(found)
    with pytest.raises(Refusal, match="by itself"):
        on(release, multipath="blacklisted")


@pytest.mark.parametrize(
    ("release", "device"),
    [("rhel-5.11", "/dev/crashsan1"), ("rhel-6.2", f"/dev/disk/by-id/scsi-{WWID}-part1"), ("rhel-6.10", "part1-mpath")],
)
def test_left_open_the_way_is_what_the_release_can_do(release: str, device: str) -> None:
    made = next(step for step in on(release, multipath=None).steps if step.run and "mkfs" in step.run[0])
    assert device in made.run[-1]


def test_release_5_gives_the_new_file_system_a_uuid_that_it_is_known_by() -> None:
    found = on("rhel-5.11", multipath="blacklisted")
    assert found.steps[position(found, "tune2fs")].run == ("/sbin/tune2fs", "-U", made_uuid(WWID), "/dev/crashsan1")
    assert found.steps[position(found, "blkid")].shows == made_uuid(WWID)


@pytest.mark.parametrize("name", ["/dev/sdb", "sdaa", "dm-12", "mpatha", "/dev/mapper/mpathb", "nvme0n1"])
def test_a_name_that_the_next_boot_may_give_to_another_disk_is_no_identity(name: str) -> None:
    with pytest.raises(ValidationError) as error:
        volume(wwid=name, erase_confirmed_wwid=name)
    assert "another disk" in str(refusals_in(error.value)[0])


def test_nothing_is_erased_without_the_wwid_written_twice() -> None:
    for confirmed in ("", WWID[:-1], WWID.upper(), "yes"):
        with pytest.raises(ValidationError) as error:
            volume(erase_confirmed_wwid=confirmed)
        refusals = refusals_in(error.value, "target")
        assert [refusal.setting for refusal in refusals] == ["target.eraseConfirmedWwid"]
        assert WWID in refusals[0].instead


@pytest.mark.parametrize(
    ("release", "multipath"), [("rhel-5.11", "blacklisted"), ("rhel-6.2", "blacklisted"), ("rhel-9.4", "mapped")]
)
def test_steps_that_erase_come_after_the_disk_is_identified(release: str, multipath: str) -> None:
    found = on(release, multipath=multipath)
    erasing = [index for index, step in enumerate(found.steps) if step.erases]
    assert erasing
    assert WWID in found.steps[0].shows
    assert erasing[0] > 0
    # Until multipath has let go of the disk, its paths must not be written to one by one.
    released = [index for index, step in enumerate(found.steps) if step.hides == WWID]
    assert all(index < erasing[0] for index in released)
    assert bool(released) == (multipath == "blacklisted")


@pytest.mark.parametrize(
    ("release", "multipath"), [("rhel-5.11", "blacklisted"), ("rhel-6.2", "blacklisted"), ("rhel-9.4", "mapped")]
)
def test_a_disk_that_is_kept_is_not_written_to(release: str, multipath: str) -> None:
    kept = on(release, multipath=multipath, erase=False, erase_confirmed_wwid="", uuid=UUID)
    assert not any(step.erases for step in kept.steps)
    assert not any(name.startswith(("mkfs", "parted")) for name in programs(kept))
    assert "mount disk" in programs(kept)


def test_a_file_system_that_is_kept_is_known_by_its_uuid() -> None:
    with pytest.raises(Refusal, match="blkid") as refused:
        on("rhel-9.4", erase=False, erase_confirmed_wwid="")
    assert refused.value.setting == "uuid"
    on("rhel-5.11", multipath="blacklisted", erase=False, erase_confirmed_wwid="")


def test_a_new_file_system_gets_the_uuid_that_is_mounted() -> None:
    for fstype in ("ext4", "xfs"):
        found = on("rhel-9.4", fstype=fstype)
        uuid = found.target.partition("UUID=")[2]
        assert found == on("rhel-9.4", fstype=fstype)
        assert any(uuid in argument for argument in found.steps[position(found, f"mkfs.{fstype}")].run)
        assert found.steps[position(found, "blkid")].shows == uuid
    assert on("rhel-9.4").target != on("rhel-9.4", wwid=WWID[::-1], erase_confirmed_wwid=WWID[::-1]).target


def test_file_systems_are_those_that_the_releases_kdump_knows() -> None:
    with pytest.raises(Refusal, match="ext3, ext4"):
        on("rhel-6.10", fstype="xfs")
    with pytest.raises(Refusal, match=r"before release 7\.3"):
        on("rhel-7.2", fstype="xfs")
    assert on("rhel-7.3", fstype="xfs").target.startswith("xfs UUID=")


@pytest.mark.parametrize(
    ("release", "multipath"),
    [("rhel-5.11", "blacklisted"), ("rhel-6.2", "blacklisted"), ("rhel-6.10", "mapped"), ("rhel-10.0", "mapped")],
)
def test_every_step_says_what_it_is_for_and_needs_no_shell(release: str, multipath: str) -> None:
    for step in on(release, multipath=multipath).steps:
        assert step.purpose[0].isupper()
        assert len(step.purpose) > 15
        assert not step.run or step.run[0].startswith("/")
        assert not any(set(argument) & set(";|&$<>`*?\n") for argument in step.run)


@pytest.mark.parametrize(
    ("release", "multipath"), [("rhel-5.11", "blacklisted"), ("rhel-6.2", "blacklisted"), ("rhel-9.4", "mapped")]
)
def test_the_edits_of_a_recipe_are_applied_and_undone_byte_for_byte(release: str, multipath: str) -> None:
    before = {
        "/etc/multipath.conf": 'blacklist {\n\tdevnode "^hd"\n}\n',
        "/etc/multipath/wwids": f"# c\n/{WWID}/\n",
        "/etc/fstab": "/dev/a / ext3 defaults 1 1",
        udev_rules.FILE: "",
    }
    for step in on(release, multipath=multipath).steps:
        if step.edit is not None:
            text = before[step.edit.path]
            after = step.edit.applied_to(text)
            assert after != text
            assert step.edit.applied_to(after) == after
            assert step.edit.undone_in(after) == text


def test_the_edit_of_the_blacklist_is_the_dialects() -> None:
    assert multipath_conf.wwids_of(BlacklistDisk(wwid=WWID).applied_to("")) == (WWID,)


def test_a_disk_has_to_be_larger_than_memory() -> None:
    assert size_problem(65 * GIB, 64 * GIB) is None
    for size in (64 * GIB, 10 * GIB):
        problem = size_problem(size, 64 * GIB)
        assert problem is not None
        assert "more than 64 GiB" in str(problem)


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("rhel-5.11", ("/sbin/scsi_id", "-g", "-u", "-s", "/block/sdb")),
        ("rhel-6.10", ("/sbin/scsi_id", "--whitelisted", "--device=/dev/sdb")),
        ("rhel-9.4", ("/usr/lib/udev/scsi_id", "--whitelisted", "--device=/dev/sdb")),
    ],
)
def test_the_wwid_of_a_disk_is_asked_for_as_the_release_does(release: str, command: tuple[str, ...]) -> None:
    assert wwid_command(platform_named(release), "sdb") == command


@pytest.mark.parametrize("disk", ["", "/dev/sdb", "sdb1", "sd b", "sdb;reboot", "SDB"])
def test_only_a_disks_kernel_name_is_asked_about(disk: str) -> None:
    with pytest.raises(Refusal, match="'sdb'"):
        wwid_command(platform_named("rhel-9.4"), disk)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"wwid": "3600 *"}, "wwid"),
        ({"mount_point": "relative"}, "mountPoint"),
        ({"mount_point": "/"}, "mountPoint"),
        ({"path": "/a b"}, "path"),
        ({"uuid": "not-one"}, "uuid"),
        ({"name": "sda"}, "name"),
        ({"fstype": "vfat"}, "fstype"),
        ({"multipath": "off"}, "multipath"),
    ],
)
def test_a_volume_that_could_not_work_is_refused(change: dict[str, object], setting: str) -> None:
    with pytest.raises(ValidationError) as error:
        volume(**change)
    assert [refusal.setting for refusal in refusals_in(error.value)] == [setting]


def test_a_step_does_one_thing() -> None:
    edit = BlacklistDisk(wwid=WWID)
    for run, change in itertools.product(((), ("/bin/true",)), (None, edit)):
        if bool(run) == bool(change):
            with pytest.raises(ValidationError):
                Step(purpose="Something", run=run, edit=change)
        else:
            assert Step(purpose="Something", run=run, edit=change).purpose == "Something"
