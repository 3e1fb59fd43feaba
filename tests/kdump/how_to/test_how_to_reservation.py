"""The how-to's rows about crashkernel: which values each release takes, how little is too little, where it stands."""

import pytest

from kdump.cmdline import crashkernel_of
from kdump.crashkernel import check, default_value, for_host, minimum_bytes, reserved_on
from kdump.dialects import bls, grub_conf, grub_defaults
from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.units import GIB, MIB

LEGACY = """\
default=0
title Red Hat Enterprise Linux Server (2.6.18-400.el5)
\troot (hd0,0)
\tkernel /vmlinuz-2.6.18-400.el5 ro root=LABEL=/ quiet
\tinitrd /initrd-2.6.18-400.el5.img
"""
XEN = """\
title Red Hat Enterprise Linux Server (2.6.18-400.el5xen)
\troot (hd0,0)
\tkernel /xen.gz-2.6.18-400.el5
\tmodule /vmlinuz-2.6.18-400.el5xen ro root=LABEL=/
\tmodule /initrd-2.6.18-400.el5xen.img
"""
DEFAULTS = """\
GRUB_TIMEOUT=5
GRUB_CMDLINE_LINUX="crashkernel=auto rhgb quiet"
GRUB_DISABLE_RECOVERY="true"
"""
ENTRY = """\
title Red Hat Enterprise Linux (4.18.0-553.el8_10.x86_64) 8.10 (Ootpa)
linux /vmlinuz-4.18.0-553.el8_10.x86_64
initrd /initramfs-4.18.0-553.el8_10.x86_64.img
options $kernelopts $tuned_params
"""


def refusals(release: str, value: str, memory_bytes: int = 2 * GIB) -> list[Refusal]:
    return check(value, platform_named(release), memory_bytes)


def grubenv(variable: str) -> str:
    return f"# GRUB Environment Block\n{variable}\n".ljust(bls.GRUBENV_SIZE, "#")


# Boot argument


def test_how_to__boot_argument__rhel_5() -> None:
    assert refusals("rhel-5", "128M@16M") == []
    for value in ("128M", "auto", "1G-:128M"):
        (refusal,) = refusals("rhel-5", value)
        assert refusal.instead == "Write '128M@16M'"
        assert "does not start kdump" in refusal.why
    assert for_host(platform_named("rhel-5"), 2 * GIB).value == "128M@16M"


def test_how_to__boot_argument__rhel_6() -> None:
    assert refusals("rhel-6", "128M") == refusals("rhel-6", "auto") == []
    assert for_host(platform_named("rhel-6"), 2 * GIB).value == "128M"
    # below its threshold, auto sets nothing aside
    assert "sets nothing aside" in refusals("rhel-6", "auto", GIB)[0].why
    assert reserved_on("auto", platform_named("rhel-6"), 2 * GIB) == 128 * MIB


def test_how_to__boot_argument__rhel_7() -> None:
    for value in ("auto", "256M", "1G-4G:160M,4G-:256M"):
        assert refusals("rhel-7", value) == []
    platform = platform_named("rhel-7")
    assert reserved_on("1G-4G:160M,4G-:256M", platform, 2 * GIB) == 160 * MIB
    assert reserved_on("1G-4G:160M,4G-:256M", platform, 8 * GIB) == 256 * MIB


def test_how_to__boot_argument__rhel_9() -> None:
    (refusal,) = refusals("rhel-9", "auto")
    assert "others silently set nothing aside" in refusal.why
    assert refusal.instead == f"Write '{default_value(platform_named('rhel-9'), 2 * GIB)}'"
    assert refusals("rhel-9", default_value(platform_named("rhel-9")), 4 * GIB) == []


# How little is too little


def test_how_to__minimum__rhel_5() -> None:
    assert minimum_bytes(platform_named("rhel-5"), 2 * GIB) == 64 * MIB
    assert refusals("rhel-5", "64M@16M") == []
    assert "runs out of memory" in refusals("rhel-5", "63M@16M")[0].why


def test_how_to__minimum__rhel_6() -> None:
    assert minimum_bytes(platform_named("rhel-6"), 2 * GIB) == 64 * MIB
    assert refusals("rhel-6", "64M") == []
    assert "runs out of memory" in refusals("rhel-6", "63M")[0].why
    advice = for_host(platform_named("rhel-6"), 16 * GIB)
    assert (advice.value, advice.recommended_bytes) == ("768M", 768 * MIB)


def test_how_to__minimum__rhel_7() -> None:
    platform = platform_named("rhel-7")
    assert [reserved_on("auto", platform, tib * 1024 * GIB) for tib in (1, 2, 3)] == [
        (161 + 64 * tib) * MIB for tib in (1, 2, 3)
    ]
    assert reserved_on("auto", platform, 2 * GIB) // MIB == 161
    assert refusals("rhel-7", "161M") == []
    (refusal,) = refusals("rhel-7", "100M")
    assert "runs out of memory" in refusal.why
    assert refusal.instead == "Write '162M'"


# Where it stands


def test_how_to__boot_argument_place__rhel_5() -> None:
    plain = grub_conf.with_arguments(LEGACY, "128M@16M", {})
    assert plain == LEGACY.replace("=/ quiet", "=/ quiet crashkernel=128M@16M")
    xen = grub_conf.with_arguments(XEN, "128M@16M", {})
    assert xen == XEN.replace("/xen.gz-2.6.18-400.el5", "/xen.gz-2.6.18-400.el5 crashkernel=128M@16M")
    (hypervisor,), (linux,) = grub_conf.entries(xen), grub_conf.linux_entries(xen)
    assert (crashkernel_of(hypervisor.cmdline), crashkernel_of(linux.cmdline)) == ("128M@16M", "")
    # and on a module line, where nothing reads it, it does not stay
    misplaced = XEN.replace("root=LABEL=/", "root=LABEL=/ crashkernel=128M@16M")
    assert grub_conf.with_arguments(misplaced, "128M@16M", {}) == xen


def test_how_to__boot_argument_place__rhel_6() -> None:
    two = LEGACY + LEGACY.partition("\n")[2].replace("400", "398")
    changed = grub_conf.with_arguments(two, "128M", {})
    assert grub_conf.PATH == "/boot/grub/grub.conf"
    assert [crashkernel_of(entry.cmdline) for entry in grub_conf.entries(changed)] == ["128M", "128M"]


def test_how_to__boot_argument_place__rhel_7() -> None:
    changed = grub_defaults.with_arguments(DEFAULTS, "GRUB_CMDLINE_LINUX", "256M", {})
    assert grub_defaults.PATH == "/etc/default/grub"
    assert changed == DEFAULTS.replace("crashkernel=auto rhgb quiet", "rhgb quiet crashkernel=256M")


def test_how_to__boot_argument_place__rhel_8() -> None:
    before = grubenv("kernelopts=root=/dev/mapper/rhel-root ro crashkernel=auto")
    after = bls.with_kernelopts(before, "256M", {})
    assert len(after) == bls.GRUBENV_SIZE
    # the entry itself stays as it is, and takes the argument from there
    assert bls.uses_kernelopts(ENTRY)
    assert bls.with_arguments(ENTRY, "256M", {}) == ENTRY
    (entry,) = bls.entries(ENTRY, after)
    assert crashkernel_of(entry.cmdline) == "256M"


def test_how_to__boot_argument_place__rhel_9() -> None:
    own = ENTRY.replace("$kernelopts $tuned_params", "root=/dev/mapper/rhel-root ro")
    (entry,) = bls.entries(bls.with_arguments(own, "256M", {}))
    assert crashkernel_of(entry.cmdline) == "256M"
    seed = bls.with_cmdline("root=/dev/mapper/rhel-root ro crashkernel=1G-:512M\n", "256M", {})
    assert crashkernel_of(seed) == "256M"
    # grubenv of release 9 has no kernelopts to put it into
    with pytest.raises(Refusal, match="one variable kernelopts"):
        bls.with_kernelopts(grubenv("saved_entry=0"), "256M", {})
