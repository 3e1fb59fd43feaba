"""The image's name follows its recipe, and an interrupted build leaves nothing half-made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lab.image import build, recipe
from lab.paths import CHECKOUT
from lab.problem import LabProblem


@pytest.fixture
def made_up_recipe(tmp_path: Path) -> Path:
    folder = tmp_path / "recipe"
    (folder / "tree").mkdir(parents=True)
    (folder / "customize.sh").write_text("true\n")
    (folder / "tree" / "a").write_text("one")
    return folder


def test_the_name_stays_while_the_recipe_does(made_up_recipe: Path) -> None:
    before = recipe.image_name(made_up_recipe)
    (made_up_recipe / "__pycache__").mkdir()
    (made_up_recipe / "__pycache__" / "recipe.pyc").write_text("changes at every run")
    os.utime(made_up_recipe / "customize.sh", (1, 1))
    assert recipe.image_name(made_up_recipe) == before
    assert before.startswith(f"lab-{recipe.SUITE}-")


@pytest.mark.parametrize("change", ["contents", "name", "bit", "boundary"])
def test_every_change_of_the_recipe_changes_the_name(made_up_recipe: Path, change: str) -> None:
    before = recipe.image_name(made_up_recipe)
    match change:
        case "contents":
            (made_up_recipe / "tree" / "a").write_text("two")
        case "name":
            (made_up_recipe / "tree" / "a").rename(made_up_recipe / "tree" / "b")
        case "bit":
            (made_up_recipe / "customize.sh").chmod(0o755)
        case "boundary":
            (made_up_recipe / "customize.sh").write_text("tru")
            (made_up_recipe / "tree" / "a").write_text("e\none")
    assert recipe.image_name(made_up_recipe) != before


def _made(work: Path) -> None:
    (work / build.DISK).write_text("disk")
    (work / "build.log").write_text("")


def test_a_finished_build_is_kept_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "_build", _made)
    image = build.ensure_image(tmp_path)
    assert image.read_text() == "disk"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["image.lock", image.parent.name])


def test_a_failed_build_leaves_no_image_and_says_where_the_log_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(work: Path) -> None:
        (work / build.DISK).write_text("half")
        (work / "build.log").write_text("first\nE: no such package\n")
        raise subprocess.CalledProcessError(1, ["mmdebstrap"])

    monkeypatch.setattr(build, "_build", fail)
    with pytest.raises(LabProblem, match=r"build-failed\.log.*E: no such package"):
        build.ensure_image(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["build-failed.log", "image.lock"]


_KILLED_BUILD = """
import sys, time
from pathlib import Path
from lab.image import build
def slow(work):
    (work / build.DISK).write_text("half")
    time.sleep(120)
build._build = slow
build.ensure_image(Path(sys.argv[1]))
"""


def test_what_a_killed_build_left_is_neither_used_nor_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    building = subprocess.Popen([sys.executable, "-c", _KILLED_BUILD, str(tmp_path)], cwd=CHECKOUT)
    until = time.monotonic() + 60
    while not list(tmp_path.glob(f"building-*/{build.DISK}")) and time.monotonic() < until:
        time.sleep(0.05)
    building.send_signal(signal.SIGKILL)
    building.wait()
    assert list(tmp_path.glob("building-*"))
    assert not build.image_path(tmp_path).exists()
    monkeypatch.setattr(build, "_build", _made)
    assert build.ensure_image(tmp_path).read_text() == "disk"
    assert not list(tmp_path.glob("building-*"))


def test_the_lock_lasts_until_the_programs_of_a_killed_build_have_ended(tmp_path: Path) -> None:
    with build._locked(tmp_path / "image.lock"):
        orphan = subprocess.Popen(["sleep", "120"], close_fds=False)
    free = threading.Event()

    def take() -> None:
        with build._locked(tmp_path / "image.lock"):
            free.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not free.wait(0.5)
    orphan.kill()
    orphan.wait()
    assert free.wait(60)
    waiting.join()


def test_two_at_once_build_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    built: list[Path] = []

    def slowly(work: Path) -> None:
        built.append(work)
        time.sleep(0.3)
        _made(work)

    monkeypatch.setattr(build, "_build", slowly)
    both = [threading.Thread(target=build.ensure_image, args=(tmp_path,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(built) == 1


@pytest.mark.parametrize(
    "script",
    [
        "customize.sh",
        "tree/usr/local/sbin/lab-settle",
        "tree/etc/initramfs-tools/scripts/local-bottom/lab-seed",
    ],
)
def test_the_images_scripts_can_be_run_and_are_sound_shell(script: str) -> None:
    path = build.RECIPE_FOLDER / script
    assert os.access(path, os.X_OK)
    subprocess.run(["sh", "-n", str(path)], check=True)
