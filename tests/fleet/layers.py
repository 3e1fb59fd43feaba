"""What makes the shared tree one release: two layers over it, without and with what kdump needs, made once each."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fleet.cache import HERE, Use, built, say
from tests.fleet.releases import OFFERED, Release
from tests.fleet.tree import MACHINE, Tree

RECIPE = (
    "build.sh", "layer-bare.sh", "layer-complete.sh", "install.sh", "init-sysv", "init-systemd", "reboot-sysv",
    "reboot-systemd", "uname",
)  # fmt: skip
MEMORY_MEGABYTES = 8192
YUM_REPOSITORY = "[fleet]\nname=fleet\nbaseurl=file:///fixture/repo\nenabled=1\ngpgcheck=0\n"
ZYPP_REPOSITORY = YUM_REPOSITORY + "autorefresh=0\ntype=rpm-md\n"


@dataclass(frozen=True)
class Layers:
    """A release over the shared tree."""

    release: Release
    tree: Tree
    use: Use

    def lower(self, complete: bool) -> str:
        """The lowerdir option of overlayfs for hosts of this release."""
        names = ("complete", "bare") if complete else ("bare",)
        return ":".join([*(str(self.use.folder / name) for name in names), str(self.tree.root)])


def layers_of(release: Release, tree: Tree) -> Layers:
    """The layers of a release, made if they are not there or what makes them has changed."""
    folders = [HERE / name for name in (*release.standins, *release.packages) if (HERE / name).is_dir()]
    parts: list[Path | str] = [
        tree.use.folder.name, release.model_dump_json(), str(release.base()), str(release.kernel_settings()), OFFERED,
        YUM_REPOSITORY, str(MEMORY_MEGABYTES), HERE / "boot.sh",
        *(MACHINE / name for name in RECIPE), *folders,
    ]  # fmt: skip
    return Layers(release, tree, built(f"fleet-{release.name}", parts, lambda folder: _build(folder, release, tree)))


def _build(folder: Path, release: Release, tree: Tree) -> None:
    say(f"making {release.name} of it (5-20 seconds, once) ...")
    begun = time.monotonic()
    bare, complete = folder / "bare", folder / "complete"
    _seed(bare / "fixture/seed", release)
    environment = {
        "FLEET_INIT": release.init,
        "FLEET_INSTALLERS": " ".join(release.installers),
        "FLEET_STANDINS": " ".join(release.standins),
        "FLEET_PACKAGES": " ".join(release.packages),
        "FLEET_SEED": "/fixture/seed",
        "FLEET_RELEASE_PACKAGE": " ".join(release.release_package),
        "FLEET_KERNEL_PACKAGE": release.kernel_package,
        "FLEET_BASE": "".join(f"{name} {provides}\n" for name, provides in release.base().items()),
        "FLEET_OFFERED": OFFERED,
        "FLEET_INSTALL": " ".join(release.bare),
    }
    _run(folder, str(tree.root), bare, "layer-bare.sh", environment)
    shutil.rmtree(bare / "fixture/seed")
    complete.mkdir()
    environment["FLEET_INSTALL"] = " ".join(release.complete)
    _run(folder, f"{bare}:{tree.root}", complete, "layer-complete.sh", environment)
    say(f"{release.name} made in {time.monotonic() - begun:.0f} s")


def _run(folder: Path, lower: str, upper: Path, script: str, environment: dict[str, str]) -> None:
    work = folder / "work"
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--uts", "--propagation", "private",
         "sh", str(MACHINE / "build.sh"), lower, str(upper), str(work), str(HERE), script],
        env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
             "LC_ALL": "C.UTF-8", **environment},
        capture_output=True, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{script}: {upper.parent.name} cannot be made: {(done.stdout + done.stderr)[-4000:]}")
    shutil.rmtree(work)


def _seed(seed: Path, release: Release) -> None:
    repository = "/etc/zypp/repos.d/fleet.repo" if release.family == "suse" else "/etc/yum.repos.d/fleet.repo"
    texts = {
        **release.texts,
        repository: ZYPP_REPOSITORY if release.family == "suse" else YUM_REPOSITORY,
        "/fixture/kernels": "".join(f"{kernel}\n" for kernel in release.kernels),
        "/fixture/release": f"{release.name}\n",
        "/fixture/boot-layout": f"{release.boot_layout}\n",
        "/fixture/memory-megabytes": f"{MEMORY_MEGABYTES}\n",
        "/fixture/crashkernel-auto": f"{release.crashkernel_auto}\n",
        **{f"/fixture/sysctl-defaults/{name}": f"{value}\n" for name, value in release.kernel_settings().items()},
    }
    for name in release.unknown_sysctls:
        # Read by one-boot.sh: this machine's kernel may know more than the release's.
        texts["/fixture/sysctl-unknown"] = texts.get("/fixture/sysctl-unknown", "") + f"{name}\n"
    for name, text in texts.items():
        place = seed / name.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    for name, target in release.links.items():
        place = seed / name.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    for parent in seed.rglob("*"):
        if parent.is_dir():
            parent.chmod(0o755)
