"""The how-to's rows about SAN disks: the way of each release, and which of them its vendor supports."""

import pytest

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.volumes import Recipe, SanVolume, recipe
from kdump.volumes.edits import BlacklistDisk, ForgetDisk, MountDisk, NameDisk

WWID = "3600508b400105e210000900000490000"
UUID = "03138356-5e61-4ab3-b58e-27507ac41937"


def on(release: str, **more: object) -> Recipe:
    return recipe(platform_named(release), SanVolume.model_validate({"wwid": WWID, "uuid": UUID, **more}))


def edited(found: Recipe) -> list[object]:
    return [step.edit for step in found.steps if step.edit is not None]


def run(found: Recipe) -> list[str]:
    return [" ".join(step.run) for step in found.steps if step.run]


def test_how_to__san_rhel5__rhel_5() -> None:
    found = on("rhel-5", multipath="blacklisted")
    assert found.supported
    blacklist, naming, mount = edited(found)
    assert isinstance(blacklist, BlacklistDisk)
    assert f"wwid {WWID}" in blacklist.applied_to("")
    assert isinstance(naming, NameDisk)
    assert all(part in naming.applied_to("") for part in (WWID, "crashsan"))
    assert isinstance(mount, MountDisk)
    assert "/dev/crashsan1 /var/crashsan ext3" in mount.applied_to("")
    assert (found.target, found.path) == ("ext3 /dev/crashsan1", "/var/crash")
    with pytest.raises(Refusal, match="cannot dump on a multipath device"):
        on("rhel-5", multipath="mapped")


def test_how_to__san_rhel6_blacklisted__rhel_6() -> None:
    found = on("rhel-6", multipath="blacklisted")
    assert not found.supported
    assert found.why.startswith("An unsupported workaround")
    blacklist, forgetting, mount = edited(found)
    assert isinstance(blacklist, BlacklistDisk)
    assert isinstance(forgetting, ForgetDisk)
    (line,) = forgetting.applied_to(f"/{WWID}/\n").splitlines()
    assert line.startswith("#")
    assert line.endswith(f"/{WWID}/")
    assert isinstance(mount, MountDisk)
    assert "/sbin/dracut -f --add multipath --include /etc/multipath /etc/multipath" in run(found)
    assert found.target == f"ext4 UUID={UUID}"


def test_how_to__san_rhel6_multipath__rhel_6() -> None:
    found = on("rhel-6", multipath="mapped")
    assert found.supported
    (mount,) = edited(found)
    assert isinstance(mount, MountDisk)
    assert f"UUID={UUID} /var/crashsan ext4" in mount.applied_to("")
    assert run(found)[0] == f"/sbin/multipath -ll {WWID}"
    assert found.target == f"ext4 UUID={UUID}"
    assert any("chkconfig kdump on" in sentence for sentence in found.afterwards)
    with pytest.raises(Refusal, match="cannot dump on a multipath device"):
        on("rhel-6.1", multipath="mapped")


def test_how_to__san_rhel6_multipath__rhel_7() -> None:
    found = on("rhel-7", multipath="mapped")
    assert (found.supported, found.target) == (True, f"ext4 UUID={UUID}")
    assert "by itself" in found.why
    assert not [line for line in run(found) if "dracut" in line]
    (advice,) = found.advice
    assert "Reserve more with crashkernel" in advice
    with pytest.raises(Refusal, match="Write 'mapped'"):
        on("rhel-7", multipath="blacklisted")
