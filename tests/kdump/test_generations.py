"""Which rules a platform follows: every distribution, and each side of every release at which rules changed."""

import pytest

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform, platform_named

G = Generation


@pytest.mark.parametrize(
    ("name", "generation"),
    [
        ("rhel-3", G.NETDUMP),
        ("rhel-4.9", G.NETDUMP),
        ("rhel-5", G.EL5),
        ("rhel-5.0", G.EL5),
        ("rhel-5.11", G.EL5),
        ("rhel-6.0", G.EL6_0),
        ("rhel-6.2", G.EL6_0),
        ("rhel-6.3", G.EL6_3),
        ("rhel-6.10", G.EL6_3),
        ("rhel-7.0", G.EL7),
        ("rhel-7.9", G.EL7),
        ("rhel-8.0", G.EL8_0),
        ("rhel-8.1", G.EL8_1),
        ("rhel-8.10", G.EL8_1),
        ("rhel-9.0", G.EL9_0),
        ("rhel-9.1", G.EL9_0),
        ("rhel-9.2", G.EL9_2),
        ("rhel-9.6", G.EL9_2),
        ("rhel-9.7", G.EL9_7),
        ("rhel-10.0", G.KDUMP_UTILS),
        ("fedora-41", G.KDUMP_UTILS),
        ("fedora-44", G.KDUMP_UTILS),
        ("sles-12", G.SUSE_CALIBRATE),
        ("sles-12-sp5", G.SUSE_CALIBRATE),
        ("sles-15-sp7", G.SUSE_CALIBRATE),
        ("sles-16.0", G.SUSE_2),
        ("opensuse-tumbleweed", G.SUSE_2),
        ("debian-11", G.KDUMP_TOOLS),
        ("debian-13", G.KDUMP_TOOLS),
        ("debian", G.KDUMP_TOOLS),
        ("ubuntu-20.04", G.KDUMP_TOOLS),
        ("ubuntu-20.10", G.KDUMP_TOOLS),
        ("ubuntu-26.04", G.KDUMP_TOOLS),
    ],
)
def test_every_release_follows_the_rules_of_its_time(name: str, generation: Generation) -> None:
    assert generation_of(platform_named(name)) is generation


@pytest.mark.parametrize(
    ("name", "generation"),
    [
        ("rhel-6", G.EL6_3),
        ("rhel-8", G.EL8_1),
        ("rhel-9", G.EL9_7),
        ("centos-7", G.EL7),
        ("centos-stream-9", G.EL9_7),
        ("centos-stream-10", G.KDUMP_UTILS),
        ("rocky-8", G.EL8_1),
        ("sles-15", G.SUSE_CALIBRATE),
    ],
)
def test_a_release_without_its_minor_is_the_newest_one(name: str, generation: Generation) -> None:
    assert generation_of(platform_named(name)) is generation


@pytest.mark.parametrize(
    "derivative",
    ["redhat", "centos", "centos-stream", "rocky", "almalinux", "alma", "ol", "oracle", "scientific", "eurolinux"],
)
@pytest.mark.parametrize("release", ["5.11", "6.2", "6.9", "7.9", "8.0", "8.6", "9.1", "9.4", "9.7", "10.0"])
def test_a_derivative_follows_red_hat(derivative: str, release: str) -> None:
    own, base = platform_named(f"{derivative}-{release}"), platform_named(f"rhel-{release}")
    assert generation_of(own) is generation_of(base)


@pytest.mark.parametrize("derivative", ["sled", "sles_sap", "opensuse-leap"])
@pytest.mark.parametrize("release", ["12.5", "15.6", "16.0"])
def test_a_derivative_follows_suse(derivative: str, release: str) -> None:
    own, base = platform_named(f"{derivative}-{release}"), platform_named(f"sles-{release}")
    assert generation_of(own) is generation_of(base)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("rhel-2", "rhel 3 or newer"),
        ("centos-2", "rhel 3 or newer"),
        ("fedora-40", "fedora 41 or newer"),
        ("sles-11", "sles 12 or newer"),
        ("debian-10", "debian 11 or newer"),
        ("debian-9.13", "debian 11 or newer"),
        ("ubuntu-18.04", "ubuntu 20.04 or newer"),
        ("ubuntu-19.10", "ubuntu 20.04 or newer"),
    ],
)
def test_a_release_too_old_is_told_the_oldest_that_is_known(name: str, needed: str) -> None:
    with pytest.raises(Refusal) as caught:
        generation_of(platform_named(name))
    assert (caught.value.setting, caught.value.needed) == ("platform", needed)


@pytest.mark.parametrize(
    ("distribution", "release"), [("alpine", "3.20"), ("unknown", ""), ("linuxmint", "22"), ("rhel", ""), ("sles", "")]
)
def test_a_platform_of_which_nothing_is_known_is_refused(distribution: str, release: str) -> None:
    platform = Platform(family="unknown", distribution=distribution, release=release, architecture="x86_64")
    with pytest.raises(Refusal, match="Nothing is known") as caught:
        generation_of(platform)
    assert " 0 or newer" not in caught.value.needed


def test_which_generations_have_kdump_conf_and_kdumpctl() -> None:
    old = {G.EL5, G.EL6_0, G.EL6_3}
    new = {G.EL7, G.EL8_0, G.EL8_1, G.EL9_0, G.EL9_2, G.EL9_7, G.KDUMP_UTILS}
    assert {generation for generation in G if generation.has_kdump_conf} == old | new
    assert {generation for generation in G if generation.has_kdumpctl} == new


def test_a_generation_is_named_by_its_releases() -> None:
    assert str(G.EL6_3) == "Red Hat Enterprise Linux 6.3 and newer 6"
    assert len({str(generation) for generation in G}) == len(G)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("rhel-11.0", "rhel 3 to 10"),
        ("rhel86", "rhel 3 to 10"),
        ("sles-17.1", "sles 12 to 16"),
        ("fedora-30", "fedora 41"),
    ],
)
def test_a_release_that_nobody_wrote_down_is_refused(name: str, needed: str) -> None:
    with pytest.raises(Refusal) as refused:
        generation_of(platform_named(name))
    assert refused.value.needed.startswith(needed)


@pytest.mark.parametrize("name", ["rhel-5.12", "rhel-8.99", "rocky-8.11", "rhel-7.10"])
def test_a_minor_release_that_will_never_be_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="is the last of its kind"):
        platform_named(name)
