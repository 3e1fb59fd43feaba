"""Which operating system a host runs, and whether this project can make it dump."""

from __future__ import annotations

import re
import shlex
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal

Family = Literal["debian", "redhat", "suse", "unknown"]

Virtualisation = Literal["none", "kvm", "vmware", "hyper-v", "xen-dom0", "xen-pv", "xen-hvm"]
"""What the kernel runs on: "none" is the bare machine; "xen-dom0" is the host's own kernel under Xen."""

# Distributions that are built from another one's sources, by os-release's ID (and the names people use):
# whatever is true of the base's release is true of theirs. Source: os-release of each.
_BASES: dict[str, str] = {
    "rhel": "rhel",
    "redhat": "rhel",
    "centos": "rhel",
    "centos-stream": "rhel",
    "rocky": "rhel",
    "almalinux": "rhel",
    "alma": "rhel",
    "ol": "rhel",
    "oracle": "rhel",
    "scientific": "rhel",
    "eurolinux": "rhel",
    "fedora": "fedora",
    "sles": "sles",
    "sles_sap": "sles",
    "sled": "sles",
    "opensuse-leap": "sles",
    "opensuse-tumbleweed": "opensuse-tumbleweed",
    "debian": "debian",
    "ubuntu": "ubuntu",
}

# A release without its minor number means the newest of that major: what an update would bring.
_NEWEST_MINOR = 99
# Majors that are complete, with their last minor. Source: Red Hat's list of release dates.
_LAST_MINORS = {
    ("rhel", "3"): 9,
    ("rhel", "4"): 9,
    ("rhel", "5"): 11,
    ("rhel", "6"): 10,
    ("rhel", "7"): 9,
    ("rhel", "8"): 10,
}
# Longer ones are no release, and too long ones no number to Python.
_LONGEST_NUMBER = 9

# What `uname -m` prints on the machines that some distribution here was or is built for, and what others call them.
_ARCHITECTURES = ("x86_64", "aarch64", "ppc64le", "s390x", "i386", "i586", "i686", "ppc64", "ia64", "s390")
_OTHER_NAMES = {"amd64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64", "ppc64el": "ppc64le"}

# os-release's ID and ID_LIKE words that give a family away. Source: os-release(5) and the files of each.
_FAMILY_WORDS: dict[str, Family] = {
    "debian": "debian",
    "ubuntu": "debian",
    "rhel": "redhat",
    "fedora": "redhat",
    "centos": "redhat",
    "suse": "suse",
    "sles": "suse",
    "opensuse": "suse",
}

# The oldest supported release of each base; a further distribution is a further row.
SUPPORTED_FROM: dict[str, str] = {
    "debian": "11",
    "ubuntu": "20.04",
    "rhel": "5",
    "fedora": "41",
    "sles": "12",
    "opensuse-tumbleweed": "",
}

_X86 = ("x86_64", "i686", "i586", "i386")
# Where the dump tools exist *and* the boot loader is one whose entries are read back.
_SUPPORTED_ARCHITECTURES: dict[Family, tuple[str, ...]] = {
    "debian": (*_X86, "aarch64", "ppc64le"),
    "redhat": (*_X86, "aarch64", "ppc64le", "s390x"),
    "suse": (*_X86, "aarch64", "ppc64le"),
}
# Red Hat's yaboot (ppc64), elilo (ia64) and zipl of these are not read.
_LEGACY_GRUB_BEFORE = (7, 0)

# /etc/redhat-release, as far back as there was no os-release: name of the product -> distribution.
_PRODUCTS = {
    "Red Hat Enterprise Linux": "rhel",
    "CentOS": "centos",
    "Scientific Linux": "scientific",
    "Oracle Linux": "ol",
    "Enterprise Linux Enterprise Linux": "ol",
}


class Platform(BaseModel):
    """Distribution family, distribution, release and architecture: they decide syntax and what is refused.

    ``release`` is os-release's VERSION_ID, "" where the file has none (Debian testing and unstable).
    ``architecture`` is what ``uname -m`` prints. ``virtualisation`` is what the kernel runs on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Family
    distribution: str
    release: str
    architecture: str
    virtualisation: Virtualisation = "none"

    @property
    def base(self) -> str:
        """The distribution whose releases this one follows ("rhel" for Rocky); its own name where none is known."""
        return _BASES.get(self.distribution, self.distribution)

    @property
    def version(self) -> tuple[int, int]:
        """The release as (major, minor) to compare: "8.6" is (8, 6); (0, 0) where there is no number.

        Where the minor is left out, the newest is meant: rules that changed in the course of 8 are the new ones.
        """
        numbers = (*_number(self.release), _NEWEST_MINOR)
        return (0, 0) if len(numbers) == 1 else (numbers[0], numbers[1])

    def __str__(self) -> str:
        return f"{self.distribution} {self.release or 'without a release number'} on {self.architecture}"


def platform_named(name: str, architecture: str = "x86_64", virtualisation: Virtualisation = "none") -> Platform:
    """The platform that *name* stands for, as people declare it: "rhel-8.6", "sles-15-sp7", "debian-12".

    A derivative ("rocky-9.4") keeps its name and follows the rules of its base. "rhel-8" is the newest 8.
    Raises :class:`Refusal` for a distribution nothing is known of, or one without its release number.
    """
    found = re.fullmatch(
        r"([a-z][a-z_-]*?)-?(\d{1,8}(?:\.\d{1,4})*)?(?:-?sp(\d{1,2}))?", name.lower().replace(" ", "-"), re.ASCII
    )
    base = _BASES.get(found[1]) if found else None
    rolling = base in ("opensuse-tumbleweed", "debian")
    if found is None or base is None or not (found[2] or rolling):
        raise Refusal(
            "platform",
            name,
            "a distribution and its release, such as 'rhel-8.6', 'sles-15.7', 'debian-12' or 'ubuntu-24.04'",
            "Write one of " + ", ".join(sorted(_BASES)) + ", a hyphen and the release",
            "The release decides what its dump tools accept, so it cannot be left open",
        )
    release = (found[2] or "") + (f".{found[3]}" if found[3] else "")
    _refuse_beyond_the_last(name, base, release)
    family = next((f for word in (found[1], base) if (f := _family_of(word)) != "unknown"), "unknown")
    return Platform(
        family=family,
        distribution=found[1],
        release=release,
        architecture=_checked_architecture(architecture),
        virtualisation=virtualisation,
    )


def _refuse_beyond_the_last(name: str, base: str, release: str) -> None:
    """Raise :class:`Refusal` for a minor release that there will never be."""
    major, dot, minor = release.partition(".")
    last = _LAST_MINORS.get((base, major))
    if last is not None and dot and _number(minor) > (last,):
        raise Refusal(
            "platform",
            name,
            f"a release up to {major}.{last}",
            f"Write '{base}-{major}.{last}', if that is what the host runs",
            f"{major}.{last} is the last of its kind",
        )


def _checked_architecture(value: str) -> str:
    if value in _ARCHITECTURES:
        return value
    known = _OTHER_NAMES.get(value.lower())
    raise Refusal(
        "architecture",
        value,
        "one of " + ", ".join(_ARCHITECTURES),
        f"Write {known!r}" if known else "Write what `uname -m` prints on the host",
        "The architecture decides how much memory is set aside, and how it is written",
    )


def platform_from_os_release(text: str, architecture: str) -> Platform:
    """The platform that */etc/os-release* (its whole text) and ``uname -m`` describe.

    Lines that are no assignment are passed over, as os-release(5) asks of readers. Never raises: a file that
    says nothing gives family "unknown". Source: os-release(5), freedesktop.org.
    """
    fields = _os_release_fields(text)
    distribution = fields.get("ID", "").lower() or "unknown"
    likenesses = [distribution, *fields.get("ID_LIKE", "").lower().split()]
    family: Family = next((f for word in likenesses if (f := _family_of(word)) != "unknown"), "unknown")
    release = fields.get("VERSION_ID", "")
    if _BASES.get(distribution) == "sles" and release.isdecimal():
        # "15" is SUSE's 15 before its first service pack, not the newest one.
        release = f"{release}.0"
    return Platform(family=family, distribution=distribution, release=release, architecture=architecture.strip())


def platform_from_release_files(os_release: str, redhat_release: str, *, architecture: str) -> Platform:
    """The platform that the texts of a host's release files describe; "" for a file that is not there.

    Red Hat's releases up to 6 have no os-release, and those of 7 to 8 of some rebuilds name only the major release
    in it ("7" of CentOS 7.9): redhat-release knows the minor one. Never raises. Source: the files of each release.
    """
    found = platform_from_os_release(os_release, architecture)
    told = _redhat_release(redhat_release)
    if told is None or (os_release and found.family != "redhat"):
        return found
    distribution, release = told
    if not os_release:
        return Platform(family="redhat", distribution=distribution, release=release, architecture=architecture.strip())
    if "." not in found.release and release.startswith(f"{found.release}."):
        return found.model_copy(update={"release": release})
    return found


def _redhat_release(text: str) -> tuple[str, str] | None:
    """Distribution and release, as /etc/redhat-release says them: "CentOS release 6.10 (Final)"."""
    numbers = re.search(r"release (\d{1,4}(?:\.\d{1,4})?)", text, re.ASCII)
    product = next((name for start, name in _PRODUCTS.items() if text.startswith(start)), None)
    return (product, numbers[1]) if numbers and product else None


def require_supported(platform: Platform) -> None:
    """Raise :class:`Refusal` unless kdump can be managed on *platform*.

    Supported is what :data:`SUPPORTED_FROM` names, and what is built from it, on the architectures whose boot entries
    can be read back. Everything else is told what it should know.
    """
    if platform.family == "redhat" and _number(platform.release) and _number(platform.release) < (5,):
        raise _refused(
            platform,
            "a release with kdump",
            "Use netdump (on release 4 also diskdump) on this host, and leave it out of the fleet",
            "Red Hat Enterprise Linux has kdump from release 5 on",
        )
    oldest = SUPPORTED_FROM.get(platform.base)
    if oldest is None:
        raise _refused_as_unknown(platform)
    if platform.release and _number(platform.release) < _number(oldest):
        raise _refused(
            platform,
            f"{platform.base} {oldest} or newer",
            "Upgrade the host, or leave it out of the fleet",
            "The dump tools of older releases treat their settings differently, and are not tested",
        )
    if platform.family == "unknown":
        raise _refused_as_unknown(platform)
    architectures = _SUPPORTED_ARCHITECTURES[platform.family]
    if platform.base == "rhel" and platform.version < _LEGACY_GRUB_BEFORE:
        architectures = _X86
    if platform.architecture not in architectures:
        raise _refused(
            platform,
            "one of the architectures " + ", ".join(architectures),
            "Leave the host out of the fleet for now",
            "Boot entries of this architecture are not read back (zipl of s390x, yaboot and elilo of old releases)",
        )


def _refused_as_unknown(platform: Platform) -> Refusal:
    known = ", ".join(f"{name} {release}".strip() for name, release in SUPPORTED_FROM.items())
    return _refused(
        platform,
        f"one of {known}, or newer, or a distribution that is built from it",
        "Leave the host out of the fleet",
        "Nothing is known of how this distribution does kdump",
    )


def _refused(platform: Platform, needed: str, instead: str, why: str) -> Refusal:
    return Refusal("platform", str(platform), needed, instead, why)


def _family_of(word: str) -> Family:
    # "opensuse-leap", "opensuse-tumbleweed", "sles_sap": the family is the word in front.
    return _FAMILY_WORDS.get(word.replace("_", "-").partition("-")[0], "unknown")


def _number(release: str) -> tuple[int, ...]:
    """A release as numbers to compare, () where it does not begin with one."""
    numbers: list[int] = []
    for part in release.split("."):
        if not part.isdecimal() or len(part) > _LONGEST_NUMBER:
            break
        numbers.append(int(part))
    return tuple(numbers)


def _os_release_fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if not equals or not name.replace("_", "").isalnum():
            continue
        try:
            words = shlex.split(value, comments=False)
        except ValueError:  # a quote that never closes
            continue
        fields[name] = words[0] if words else ""
    return fields
