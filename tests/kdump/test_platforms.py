import pytest

from kdump.errors import Refusal
from kdump.platforms import Platform, platform_from_os_release, require_supported

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


@pytest.mark.parametrize("text", [DEBIAN_12, UBUNTU_22, SID, "ID=ubuntu\nVERSION_ID=20.04", "ID=debian\nVERSION_ID=11"])
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
        (ROCKY_9, "x86_64", "comes later"),
        (LEAP, "x86_64", "comes later"),
        ("ID=linuxmint\nID_LIKE=debian\nVERSION_ID=21", "x86_64", "comes later"),
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
