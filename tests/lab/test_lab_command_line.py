"""What the command line takes, refuses and where it puts things."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import commands, machine_packages, qemu
from lab.__main__ import main, parser
from lab.fleet import FLEET, guests_named
from lab.folder import LabFolder
from lab.image.mirror import apt_options, apt_sources
from lab.paths import CHECKOUT, cache_folder, lab_folder
from lab.problem import LabProblem


def test_the_lab_lies_in_the_checkout_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert lab_folder({}) == CHECKOUT / ".lab"
    assert lab_folder({"LAB_DIR": "other lab"}) == tmp_path / "other lab"


def test_the_cache_follows_xdg_and_passes_over_relative_values() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/some/cache"}) == Path("/some/cache/pulumi-kdump")
    assert cache_folder({"XDG_CACHE_HOME": "cache"}) == Path.home() / ".cache" / "pulumi-kdump"


def test_no_name_means_all_and_an_unknown_one_is_told_the_known() -> None:
    assert guests_named([]) == list(FLEET)
    assert [guest.name for guest in guests_named(["nfs-host", "vault"])] == ["vault", "nfs-host"]
    with pytest.raises(LabProblem, match=r"colector.*nfs-host, ssh-host, vault"):
        guests_named(["colector"])


def test_a_problem_is_one_line_and_an_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_DIR", str(tmp_path / "lab"))
    assert main(["console", "vault"]) == 1
    assert capsys.readouterr().err == f"lab: vault has never run in {tmp_path / 'lab'}\n"


def test_a_guests_command_keeps_its_own_options() -> None:
    asked = parser().parse_args(["ssh", "vault", "ls", "-l", "--all"])
    assert asked.command == ["ls", "-l", "--all"]


def test_status_down_and_destroy_work_where_there_is_no_lab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = LabFolder(tmp_path / "lab")
    commands.status(folder)
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        [guest.name, "down"] for guest in FLEET
    ]
    commands.down(folder, list(FLEET))
    commands.destroy(folder, with_cache=False)
    assert not folder.root.exists()


def test_destroying_the_cache_takes_the_images_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "pulumi-kdump"
    (cache / "lab-bookworm-0").mkdir(parents=True)
    (cache / "engine").mkdir()
    commands.destroy(LabFolder(tmp_path / "lab"), with_cache=True)
    assert [path.name for path in cache.iterdir()] == ["engine"]


def test_disks_whose_image_is_gone_are_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = LabFolder(tmp_path / "lab")
    folder.guest("vault").mkdir(parents=True)
    folder.disk("vault").touch()
    folder.image_note.write_text(f"{tmp_path}/lab-bookworm-old/disk.raw\n")
    with pytest.raises(LabProblem, match="python -m lab reset"):
        commands._image_for(folder)


def test_every_guest_is_emulated_with_no_display_and_no_default_devices(tmp_path: Path) -> None:
    command = qemu.guest_command(
        "x", 640, tmp_path / "a,b", tmp_path / "s", tmp_path / "c", "user,id=net0", "52:54:00:00:00:01"
    )
    assert command[command.index("-accel") + 1] == "tcg,thread=multi"
    assert "-nodefaults" in command
    assert any(part.endswith(f"file={tmp_path}/a,,b") for part in command)


def test_missing_programs_are_named_by_package_and_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_packages, "find_program", lambda name: None if "qemu" in name else f"/bin/{name}")
    assert set(machine_packages.missing_packages()) == {"qemu-system-x86", "qemu-utils"}


def test_the_mirror_is_this_machines_when_it_runs_the_same_release() -> None:
    listing = (
        "Debian|bookworm|http://mirror/debian/|main\n"
        "Debian|bookworm-security|http://mirror/security/|main\n"
        "Some Vendor|bookworm|http://vendor/|main\n"
    )
    assert apt_sources(listing) == [
        "deb http://mirror/debian/ bookworm main",
        "deb http://mirror/security/ bookworm-security main",
    ]


def test_another_releases_mirror_is_not_used() -> None:
    assert apt_sources("Debian|trixie|http://mirror/debian/|main\n") == []
    assert apt_sources("Ubuntu|noble|http://mirror/ubuntu/|main\n") == []


def test_a_proxy_is_passed_on_to_the_images_apt() -> None:
    dump = 'Acquire "";\nAcquire::http "";\nAcquire::http::Proxy "http://proxy:3128";\nAPT::Foo "1";\n'
    assert apt_options(dump) == ['Acquire::http::Proxy "http://proxy:3128"']
