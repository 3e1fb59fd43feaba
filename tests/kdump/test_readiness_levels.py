import pytest

from kdump.readiness import readiness, reboot_required
from kdump.units import GIB, MIB


@pytest.mark.parametrize(
    ("configured", "running", "reserved", "expected"),
    [
        ("256M", "256M", 256 * MIB, False),
        ("256M", "", 0, True),
        ("512M", "256M", 256 * MIB, True),
        ("512M,high 128M,low", "512M,high  128M,low", 640 * MIB, False),
        ("256M", "256M", 0, False),  # booted with it and got nothing: the next boot would give nothing again
        ("", "256M", 256 * MIB, True),  # memory to be freed
        ("", "256M", 0, False),  # nothing to be freed
        ("", "", 0, False),
    ],
)
def test_when_only_a_reboot_helps(configured: str, running: str, reserved: int, expected: bool) -> None:
    assert reboot_required(configured, running, reserved) is expected


@pytest.mark.parametrize(
    ("found", "level", "said"),
    [
        ((False, "256M", "256M", 256 * MIB, True), "unsupported", "not supported"),
        ((True, "", "", 0, False), "unreserved", "No crashkernel is configured"),
        ((True, "256M", "", 0, False), "unreserved", "reboot"),
        ((True, "16G-:256M", "16G-:256M", 0, False), "unreserved", "sets nothing aside for 8 GiB"),
        ((True, "256M", "256M", 0, False), "unreserved", "no free range"),
        ((True, "256M", "256M", 256 * MIB, False), "reserved", "no capture kernel is loaded"),
        ((True, "512M", "256M", 256 * MIB, False), "reserved", "'512M' instead of '256M'"),
        ((True, "256M", "256M", 256 * MIB, True), "armed", "256 MiB are set aside and the capture kernel is loaded."),
        ((True, "512M", "256M", 256 * MIB, True), "armed", "After the next reboot the host has '512M'"),
        ((True, "", "256M", 256 * MIB, True), "armed", "After the next reboot the host has no reservation"),
    ],
)
def test_levels_and_their_reasons(found: tuple[bool, str, str, int, bool], level: str, said: str) -> None:
    result = readiness(*found, memory_bytes=8 * GIB)
    assert result.level == level
    assert said in result.reason
