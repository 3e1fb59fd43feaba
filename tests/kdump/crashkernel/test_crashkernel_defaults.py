"""Every default is understood where it is the default; hardware adds what it adds."""

import itertools

import pytest

from kdump.crashkernel import Hardware, check, default_value, parse, reserved_on
from kdump.crashkernel.auto import TABLE as AUTO_TABLE
from kdump.crashkernel.defaults import TABLE, default_source, increased
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import platform_named
from kdump.units import GIB, MIB

TIB = 1024 * GIB
EVERYWHERE = [
    *("rhel-5.11", "rhel-6.0", "rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.6", "rhel-8.10", "rhel-9.0", "rhel-9.4"),
    *("rhel-9.7", "rhel-10.1", "fedora-43", "sles-12.5", "sles-15.4", "sles-15.7", "sles-16.0"),
    *("opensuse-tumbleweed", "debian-11", "debian", "ubuntu-20.04", "ubuntu-24.10"),
]
MACHINES = ["x86_64", "i686", "aarch64", "ppc64", "ppc64le", "s390x", "ia64"]


def known(name: str, machine: str, hardware: Hardware) -> bool:
    try:
        default_value(platform_named(name, machine), 8 * GIB, hardware)
    except Refusal:
        return False
    return True


CASES = [
    (name, machine, hardware)
    for name, machine, hardware in itertools.product(EVERYWHERE, MACHINES, [Hardware(), Hardware(fadump=True)])
    if known(name, machine, hardware)
]


@pytest.mark.parametrize(("name", "machine", "hardware"), CASES)
def test_every_default_is_understood_on_its_own_platform(name: str, machine: str, hardware: Hardware) -> None:
    host = platform_named(name, machine)
    for memory in (None, GIB, 2 * GIB, 4 * GIB, 8 * GIB, 64 * GIB, 4 * TIB):
        value = default_value(host, memory, hardware)
        assert check(value, host) == []
        assert parse(value).text == value
    assert reserved_on(default_value(host, 8 * GIB, hardware), host, 8 * GIB) > 0


def test_every_generation_with_kdump_and_every_row_is_tried_by_these_tests() -> None:
    tried = {generation_of(platform_named(name)) for name in EVERYWHERE}
    assert tried == set(Generation) - {Generation.NETDUMP}
    assert all(row.source for row in AUTO_TABLE)
    assert all(row.source or row.auto for row in TABLE)
    for row in TABLE:
        assert any(
            generation_of(platform_named(name, machine)) in row.generations
            for name, machine, hardware in CASES
            if hardware.fadump == row.fadump
        )


@pytest.mark.parametrize(
    ("name", "machine", "memory", "expected"),
    [
        ("rhel-5.11", "x86_64", None, "128M@16M"),
        ("rhel-5.11", "x86_64", 2 * GIB, "128M@16M"),
        ("rhel-5.11", "x86_64", 6 * GIB, "256M@24M"),
        ("rhel-5.11", "x86_64", 8 * GIB, "512M@16M"),
        ("rhel-5.11", "i686", 16 * GIB, "768M@32M"),
        ("rhel-5.11", "ppc64", 16 * GIB, "256M@32M"),
        ("rhel-5.11", "ia64", 16 * GIB, "512M@256M"),
        ("rhel-6.0", "x86_64", 2 * GIB, "128M"),
        ("rhel-6.10", "x86_64", 7 * GIB, "512M"),
        ("rhel-6.10", "ppc64", 7 * GIB, "256M"),
        ("rhel-7.9", "x86_64", GIB, "160M"),
        ("rhel-7.9", "x86_64", TIB, "225M"),
        ("rhel-7.9", "aarch64", 8 * GIB, "512M"),
        ("rhel-8.6", "x86_64", 8 * GIB, "1G-4G:160M,4G-64G:192M,64G-1T:256M,1T-:512M"),
        ("rhel-8.10", "x86_64", 8 * GIB, "1G-4G:192M,4G-64G:256M,64G-:512M"),
        ("rhel-8.6", "aarch64", 8 * GIB, "2G-:448M"),
        ("rhel-9.6", "x86_64", 8 * GIB, "1G-4G:192M,4G-64G:256M,64G-:512M"),
        ("rhel-9.6", "aarch64", 8 * GIB, "1G-4G:256M,4G-64G:320M,64G-:576M"),
        ("rhel-9.7", "s390x", 8 * GIB, "2G-64G:256M,64G-:512M"),
        ("alma-10.0", "x86_64", 8 * GIB, "2G-64G:256M,64G-:512M"),
        ("rhel-9.4", "ppc64le", 8 * GIB, "2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G"),
        ("sles-15.7", "x86_64", 8 * GIB, "300M,high 72M,low"),
        ("sles-15.7", "x86_64", 2 * GIB, "300M"),
        ("debian-12", "x86_64", 8 * GIB, "384M-:128M"),
        ("ubuntu-24.04", "x86_64", 8 * GIB, "512M-:192M"),
        ("ubuntu-24.10", "x86_64", 8 * GIB, "2G-4G:320M,4G-32G:512M,32G-64G:1024M,64G-128G:2048M,128G-:4096M"),
    ],
)
def test_the_default_of(name: str, machine: str, memory: int | None, expected: str) -> None:
    assert default_value(platform_named(name, machine), memory) == expected


@pytest.mark.parametrize(
    ("name", "machine", "hardware", "expected"),
    [
        ("rhel-9.7", "x86_64", {"memory_encryption": True}, "2G-64G:320M,64G-:576M"),
        ("rhel-9.7", "aarch64", {"page_size": 65536}, "2G-4G:356M,4G-64G:420M,64G-:676M"),
        ("rhel-9.7", "aarch64", {"page_size": 65536, "smmu": True, "mlx5": True}, "2G-4G:940M,4G-64G:1004M,64G-:1260M"),
        ("rhel-9.7", "aarch64", {"mlx5": True, "smmu": True}, "2G-4G:406M,4G-64G:470M,64G-:726M"),
        ("rhel-8.6", "aarch64", {"page_size": 65536, "mlx5": True}, "2G-:448M"),
        ("rhel-10.1", "ppc64le", {}, "2G-4G:400M,4G-16G:528M,16G-64G:1040M,64G-128G:2064M,128G-:4112M"),
        (
            "rhel-10.1",
            "ppc64le",
            {"capture_cpus": 0},
            "2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G",
        ),
    ],
)
def test_hardware_that_needs_more(name: str, machine: str, hardware: dict[str, int], expected: str) -> None:
    assert default_value(platform_named(name, machine), 8 * GIB, Hardware.model_validate(hardware)) == expected


@pytest.mark.parametrize(
    ("name", "memory", "expected_mib"),
    [
        ("rhel-8.6", 4 * GIB, 768),
        ("rhel-9.4", 128 * GIB, 4096),
        ("rhel-9.4", 64 * TIB, 180 * 1024),
        ("rhel-10.1", 4 * GIB, 768 + 16),
        ("sles-15.7", 100 * GIB, 5 * 1024),
        ("sles-16.0", GIB, 64),
    ],
)
def test_firmware_assisted_dumps_reserve_far_more(name: str, memory: int, expected_mib: int) -> None:
    host = platform_named(name, "ppc64le")
    value = default_value(host, memory, Hardware(fadump=True))
    assert reserved_on(value, host, memory) == expected_mib * MIB


@pytest.mark.parametrize("machine", ["x86_64", "s390x", "aarch64", "ppc64le"])
@pytest.mark.parametrize("name", ["rhel-7.9", "rhel-8.0", "rhel-8.6", "rhel-8.9", "rhel-8.10"])
def test_the_default_of_7_and_8_is_what_auto_sets_aside_there(name: str, machine: str) -> None:
    host = platform_named(name, machine)
    for memory in (4 * GIB, 8 * GIB, 64 * GIB, 2 * TIB):
        aside = reserved_on(default_value(host, memory), host, memory)
        assert 0 <= aside - reserved_on("auto", host, memory) < MIB
    assert default_source(host).startswith(("what auto sets aside: kernel ", "what auto sets aside: kdump-lib.sh "))
    # Where the hypervisor reads the argument the word does not count, but the size does.
    assert default_value(platform_named(name, machine, "xen-dom0"), 8 * GIB) != "auto"


def test_a_firmware_assisted_dump_is_only_for_power() -> None:
    with pytest.raises(Refusal) as caught:
        default_value(platform_named("rhel-9.4"), 8 * GIB, Hardware(fadump=True))
    assert caught.value.setting == "fadump"


@pytest.mark.parametrize(("name", "machine"), [("rhel-9.4", "ia64"), ("rhel-5.11", "s390x"), ("rhel-4.8", "x86_64")])
def test_an_architecture_without_a_default_is_refused(name: str, machine: str) -> None:
    with pytest.raises(Refusal, match="No default reservation is known"):
        default_value(platform_named(name, machine), 8 * GIB)


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        ("2G-4G:256M,4G-64G:320M,64G-:576M", 100 * MIB, "2G-4G:356M,4G-64G:420M,64G-:676M"),
        ("2G-4G:1G,4G-:3G@4G", 100 * MIB, "2G-4G:1124M,4G-:3172M@4G"),
        ("500M@1G", 12 * MIB, "512M@1G"),
        ("512M,high 72M,low", 64 * MIB, "576M,high 72M,low"),
        ("128G-:4096M", 0, "128G-:4096M"),
    ],
)
def test_add_ons_go_to_every_size(value: str, more: int, expected: str) -> None:
    assert increased(value, more) == expected
