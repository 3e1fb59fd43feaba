import pytest

from kdump.errors import Refusal
from kdump.platforms import (
    Platform,
    platform_from_os_release,
    platform_from_release_files,
    platform_named,
    require_supported,
)

DEBIAN_12 = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
ID=debian
HOME_URL="https://www.debian.org/"
"""
UBUNTU_22 = 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\n'
ROCKY_9 = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n'
LEAP = 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n'
SID = 'PRETTY_NAME="Debian GNU/Linux trixie/sid"\nID=debian\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DEBIAN_12, ("debian", "debian", "12")),
        (UBUNTU_22, ("debian", "ubuntu", "22.04")),
        (ROCKY_9, ("redhat", "rocky", "9.3")),
        (LEAP, ("suse", "opensuse-leap", "15.6")),
        ("ID=sles_sap\nVERSION_ID=15.5", ("suse", "sles_sap", "15.5")),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\nVERSION_ID=21", ("debian", "linuxmint", "21")),
        (SID, ("debian", "debian", "")),
        ("", ("unknown", "unknown", "")),
        ("ID=debian\nVERSION_ID='12\nnot an assignment\n# ID=ubuntu\n", ("debian", "debian", "")),
    ],
)
def test_os_release_tells_the_platform(text: str, expected: tuple[str, str, str]) -> None:
    platform = platform_from_os_release(text, "x86_64\n")
    assert (platform.family, platform.distribution, platform.release) == expected
    assert platform.architecture == "x86_64"


@pytest.mark.parametrize(
    ("redhat_release", "os_release", "expected"),
    [
        ("Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n", "", ("rhel", "5.11")),
        ("CentOS release 6.10 (Final)\n", "", ("centos", "6.10")),
        (
            "CentOS Linux release 7.9.2009 (Core)\n",
            'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
            ("centos", "7.9"),
        ),
        ("Rocky Linux release 9.3 (Blue Onyx)\n", ROCKY_9, ("rocky", "9.3")),
        ("", ROCKY_9, ("rocky", "9.3")),
        ("", "", ("unknown", "")),
    ],
)
def test_old_red_hat_releases_are_told_by_a_file_of_their_own(
    redhat_release: str, os_release: str, expected: tuple[str, str]
) -> None:
    found = platform_from_release_files(os_release, redhat_release, architecture="x86_64\n")
    assert (found.distribution, found.release, found.architecture) == (*expected, "x86_64")
    assert found.family == ("redhat" if found.release else "unknown")


@pytest.mark.parametrize(
    "text",
    [
        DEBIAN_12,
        UBUNTU_22,
        SID,
        "ID=ubuntu\nVERSION_ID=20.04",
        "ID=debian\nVERSION_ID=11",
        ROCKY_9,
        LEAP,
        "ID=fedora\nVERSION_ID=42",
    ],
)
def test_supported_platforms_pass(text: str) -> None:
    require_supported(platform_from_os_release(text, "x86_64"))
    require_supported(platform_from_os_release(text, "aarch64"))


@pytest.mark.parametrize(
    ("text", "architecture", "said"),
    [
        ("ID=debian\nVERSION_ID=10", "x86_64", "debian 11 or newer"),
        ("ID=ubuntu\nVERSION_ID=18.04", "x86_64", "ubuntu 20.04 or newer"),
        ("ID=rhel\nVERSION_ID=4.8", "x86_64", "netdump"),
        ("ID=rhel\nVERSION_ID=3", "i686", "netdump"),
        ("ID=fedora\nVERSION_ID=40", "x86_64", "fedora 41 or newer"),
        ("ID=sles\nVERSION_ID=11.4", "x86_64", "sles 12 or newer"),
        (LEAP, "s390x", "zipl"),
        ("ID=rhel\nVERSION_ID=6.10", "s390x", "zipl"),
        ("ID=linuxmint\nID_LIKE=debian\nVERSION_ID=21", "x86_64", "Nothing is known"),
        ("ID=alpine\nVERSION_ID=3.20", "x86_64", "Nothing is known"),
        (DEBIAN_12, "s390x", "zipl"),
    ],
)
def test_other_platforms_are_told_what_they_should_know(text: str, architecture: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as caught:
        require_supported(platform_from_os_release(text, architecture))
    assert caught.value.setting == "platform"


def test_releases_compare_as_numbers() -> None:
    """As text, '9' would be newer than '11', and '20.10' older than '20.9'."""
    with pytest.raises(Refusal):
        require_supported(Platform(family="debian", distribution="debian", release="9", architecture="x86_64"))
    require_supported(Platform(family="debian", distribution="debian", release="100", architecture="x86_64"))


@pytest.mark.parametrize(
    ("name", "family", "distribution", "release", "base", "version"),
    [
        ("rhel-8.6", "redhat", "rhel", "8.6", "rhel", (8, 6)),
        ("RHEL 8.6", "redhat", "rhel", "8.6", "rhel", (8, 6)),
        ("rhel8.10", "redhat", "rhel", "8.10", "rhel", (8, 10)),
        ("redhat-9.4", "redhat", "redhat", "9.4", "rhel", (9, 4)),
        ("centos-6.10", "redhat", "centos", "6.10", "rhel", (6, 10)),
        ("centos-stream-9", "redhat", "centos-stream", "9", "rhel", (9, 99)),
        ("rocky-9.4", "redhat", "rocky", "9.4", "rhel", (9, 4)),
        ("almalinux-8.10", "redhat", "almalinux", "8.10", "rhel", (8, 10)),
        ("alma-8.10", "redhat", "alma", "8.10", "rhel", (8, 10)),
        ("ol-7.9", "redhat", "ol", "7.9", "rhel", (7, 9)),
        ("oracle-7.9", "redhat", "oracle", "7.9", "rhel", (7, 9)),
        ("scientific-6.4", "redhat", "scientific", "6.4", "rhel", (6, 4)),
        ("eurolinux-9.2", "redhat", "eurolinux", "9.2", "rhel", (9, 2)),
        ("fedora-42", "redhat", "fedora", "42", "fedora", (42, 99)),
        ("sles-15-sp7", "suse", "sles", "15.7", "sles", (15, 7)),
        ("sles-15sp7", "suse", "sles", "15.7", "sles", (15, 7)),
        ("sles-15.7", "suse", "sles", "15.7", "sles", (15, 7)),
        ("sles_sap-15-SP5", "suse", "sles_sap", "15.5", "sles", (15, 5)),
        ("sled-15.4", "suse", "sled", "15.4", "sles", (15, 4)),
        ("opensuse-leap-15.6", "suse", "opensuse-leap", "15.6", "sles", (15, 6)),
        ("opensuse-tumbleweed", "suse", "opensuse-tumbleweed", "", "opensuse-tumbleweed", (0, 0)),
        ("debian-12", "debian", "debian", "12", "debian", (12, 99)),
        ("debian", "debian", "debian", "", "debian", (0, 0)),
        ("ubuntu-24.04", "debian", "ubuntu", "24.04", "ubuntu", (24, 4)),
    ],
)
def test_a_platform_has_a_name_that_people_write(
    name: str, family: str, distribution: str, release: str, base: str, version: tuple[int, int]
) -> None:
    platform = platform_named(name)
    assert (platform.family, platform.distribution, platform.release) == (family, distribution, release)
    assert (platform.base, platform.version) == (base, version)


@pytest.mark.parametrize(
    "name",
    ["", "rhel", "ubuntu", "sles", "fedora-rawhide", "debian-sid", "slackware-15", "8.6", "rhel-", "rhel-8.",
     "rhel-8.x", "rhel-8-6-1-x", "rhel 8.6\n", "-rhel-8", "rhel--8.6 x"],
)  # fmt: skip
def test_a_name_that_leaves_the_release_open_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        platform_named(name)
    assert (caught.value.setting, caught.value.found) == ("platform", name)
    assert "rhel-8.6" in caught.value.needed
    assert "rocky" in caught.value.instead


def test_a_named_platform_is_the_one_that_the_host_itself_shows() -> None:
    named = platform_named("rocky-9.3", architecture="aarch64")
    assert named == platform_from_os_release(ROCKY_9, "aarch64")
    assert named.virtualisation == "none"
    assert platform_named("rocky-9.3", virtualisation="kvm").virtualisation == "kvm"


def test_a_platform_says_what_it_is() -> None:
    assert str(platform_named("rhel-8.6")) == "rhel 8.6 on x86_64"
    assert str(platform_named("debian", "aarch64")) == "debian without a release number on aarch64"


@pytest.mark.parametrize(
    ("release", "version"),
    [("8.6", (8, 6)), ("8", (8, 99)), ("8.6.1", (8, 6)), ("", (0, 0)), ("rawhide", (0, 0)), ("8.x", (8, 99))],
)
def test_a_release_without_its_minor_number_is_the_newest(release: str, version: tuple[int, int]) -> None:
    platform = Platform(family="redhat", distribution="rhel", release=release, architecture="x86_64")
    assert platform.version == version


@pytest.mark.parametrize(("version", "release"), [("15", "15.0"), ("15.7", "15.7"), ("12.5", "12.5")])
def test_suse_without_a_service_pack_is_the_first_release_not_the_newest(version: str, release: str) -> None:
    found = platform_from_os_release(f'ID="sles"\nVERSION_ID="{version}"\n', "x86_64")
    assert found.release == release
