"""What each release tries before kdump starts, and that a collector's receiver lets all of it happen."""

import os
import subprocess
from pathlib import Path

import pytest

from kdump import receiver
from kdump.dialects.fstab import Entry
from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.support.preflight import TEMPORARY, filter_packages, mount_check, mount_problem, ssh_preflight
from kdump.targets import FilesystemTarget, NfsTarget, VirtiofsTarget

RED_HAT = (
    *("rhel-5.11", "rhel-6.2", "rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.2", "rhel-8.10"),
    *("rhel-9.0", "rhel-9.4", "rhel-9.8", "rhel-10.0", "fedora-42"),
)
SAN = FilesystemTarget(device="LABEL=dumps", filesystem="xfs")
EXPORT = NfsTarget(server="2001:db8::7", export="/export")


def line(*options: str) -> Entry:
    return Entry(device="LABEL=dumps", mount_point="/dumps", fstype="xfs", options=options)


@pytest.mark.parametrize("release", RED_HAT)
def test_the_receiver_runs_all_that_a_release_tries(release: str, tmp_path: Path) -> None:
    script, directory = tmp_path / "receive", tmp_path / "web1"
    script.write_text(receiver.script())
    directory.mkdir()
    printed = ""
    for command in ssh_preflight(platform_named(release), str(directory)).commands:
        wish = " ".join(command).replace(TEMPORARY, printed)
        ran = subprocess.run(
            ["/bin/sh", str(script), str(directory)],
            env={"PATH": os.environ["PATH"], "SSH_ORIGINAL_COMMAND": wish},
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert (ran.returncode, ran.stderr) == (0, ""), wish
        printed = ran.stdout.strip() if command[0] == "mktemp" else printed
    assert Path(printed).parent == directory
    assert list(directory.iterdir()) == [], "what was tried is gone again"


@pytest.mark.parametrize(
    ("release", "any_host_key", "patience_seconds"),
    [
        ("rhel-5.11", True, 0),
        ("rhel-6.0", True, 0),
        ("rhel-6.3", False, 0),
        ("centos-7.9", False, 0),
        ("rhel-8.1", False, 0),
        ("rhel-8.2", False, 180),
        ("rocky-9.4", False, 180),
        ("fedora-42", False, 180),
    ],
)
def test_host_keys_and_patience_came_with_releases(release: str, any_host_key: bool, patience_seconds: int) -> None:
    tried = ssh_preflight(platform_named(release))
    assert (tried.any_host_key, tried.patience_seconds) == (any_host_key, patience_seconds)


@pytest.mark.parametrize("release", RED_HAT)
def test_a_collector_needs_these_programs_whatever_the_release(release: str) -> None:
    assert sorted(ssh_preflight(platform_named(release)).programs) == ["df", "mkdir", "mktemp", "rmdir"]


@pytest.mark.parametrize(
    ("release", "size"),
    [
        ("rhel-6.10", ("df", "-P", TEMPORARY)),
        ("rhel-7.9", ("df", "-P", "/srv/dumps")),
        ("rhel-8.10", ("df", "-P", "/srv/dumps")),
        ("rhel-9.0", ("df", "--output=avail", "/srv/dumps")),
        ("rhel-10.0", ("df", "--output=avail", "/srv/dumps")),
    ],
)
def test_how_the_space_is_asked_for(release: str, size: tuple[str, ...]) -> None:
    assert size in ssh_preflight(platform_named(release), "/srv/dumps").commands


def test_the_path_is_one_that_can_be_carried_to_a_collector() -> None:
    with pytest.raises(Refusal, match="letters, digits"):
        ssh_preflight(platform_named("rhel-9"), "/srv/$(reboot)")


@pytest.mark.parametrize("release", ["debian-12", "sles-15.7", "rhel-4.9"])
def test_only_platforms_with_kdump_conf_are_known(release: str) -> None:
    platform = platform_named(release)
    for ask in (ssh_preflight, mount_check, filter_packages):
        with pytest.raises(Refusal, match="not known"):
            ask(platform)


@pytest.mark.parametrize("release", RED_HAT)
@pytest.mark.parametrize("fstab", [None, line("defaults"), line("noauto"), line("defaults", "noauto")])
def test_a_mounted_target_is_fine_everywhere(release: str, fstab: Entry | None) -> None:
    assert mount_problem(platform_named(release), SAN, is_mounted=True, fstab=fstab) is None


@pytest.mark.parametrize(
    ("release", "without_line", "mounted_at_boot", "noauto"),
    [
        ("rhel-5.11", True, True, True),
        ("rhel-6.10", True, True, True),
        ("rhel-7.9", False, False, False),
        ("rhel-8.2", False, False, False),
        ("rhel-8.3", True, False, True),
        ("rhel-9.4", True, False, True),
        ("rhel-10.0", True, False, True),
    ],
)
def test_what_is_not_mounted(release: str, without_line: bool, mounted_at_boot: bool, noauto: bool) -> None:
    lines = ((None, without_line), (line("defaults"), mounted_at_boot), (line("defaults", "noauto"), noauto))
    for fstab, accepted in lines:
        problem = mount_problem(platform_named(release), SAN, is_mounted=False, fstab=fstab)
        assert (problem is None) == accepted, fstab


def test_noauto_in_front_is_not_found() -> None:
    problem = mount_problem(platform_named("rhel-9.4"), SAN, is_mounted=False, fstab=line("noauto", "nofail"))
    assert problem is not None
    assert (problem.setting, problem.found) == ("target", "LABEL=dumps")
    assert problem.instead == "Write 'defaults,noauto,nofail' in its line of /etc/fstab"


def test_an_export_with_a_version_is_given_to_dracut_and_not_tried() -> None:
    platform = platform_named("rhel-7.9")
    problem = mount_problem(platform, EXPORT, is_mounted=False, fstab=None)
    assert problem is not None
    assert problem.found == "[2001:db8::7]:/export"
    versioned = EXPORT.model_copy(update={"version": "4.2"})
    assert mount_problem(platform, versioned, is_mounted=False, fstab=None) is None


def test_a_virtiofs_target_is_named_by_its_tag() -> None:
    problem = mount_problem(
        platform_named("rhel-9.4"), VirtiofsTarget(tag="dumps"), is_mounted=False, fstab=line("defaults")
    )
    assert problem is not None
    assert problem.found == "dumps"


def test_only_release_5_needs_debugging_information_to_filter() -> None:
    needed = {release: filter_packages(platform_named(release)) for release in RED_HAT}
    assert needed == {release: ("kernel-debuginfo",) if release == "rhel-5.11" else () for release in RED_HAT}
