"""What each platform's own tools write for ``crashkernel=`` by default, or what its makers' tables say.

``auto`` is never given back: it hides how much it sets aside, and later releases do not know it.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.crashkernel.auto import POWER, Auto, auto_bytes, auto_row
from kdump.crashkernel.grammar import Crashkernel, parse, size_text, written
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.kernels import machine_of
from kdump.platforms import Platform
from kdump.units import GIB, MIB


class Hardware(BaseModel):
    """What of a host's hardware and ways of dumping changes the default; the defaults are the usual machine.

    ``page_size`` in bytes (64-bit Arm: 4096 or 65536); ``mlx5`` and ``smmu``: that network driver and an Arm
    SMMU are present; ``memory_encryption``: AMD's SME or SEV is active; ``capture_cpus``: processors of the
    capture kernel (POWER); ``fadump``: POWER's firmware-assisted dump instead of kdump.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_size: int = 4096
    mlx5: bool = False
    smmu: bool = False
    memory_encryption: bool = False
    capture_cpus: int = 16
    fadump: bool = False


USUAL = Hardware()


class Default(NamedTuple):
    """One default. Either *text*, or *steps* of (memory up to and including, value), the last without an end."""

    generations: tuple[Generation, ...]
    machines: tuple[str, ...]
    source: str = ""
    text: str = ""
    steps: tuple[tuple[int | None, str], ...] = ()
    auto: bool = False
    """What ``auto`` stands for (:data:`kdump.crashkernel.auto.TABLE`, and its source), as ranges where those are
    known; *text*, from *source*, where ``auto`` sets nothing aside."""
    base: str = ""
    since: tuple[int, int] = (0, 0)
    fadump: bool = False


_EL6 = (Generation.EL6_0, Generation.EL6_3)
_EL7 = (Generation.EL7,)
_EL8 = (Generation.EL8_0, Generation.EL8_1)
_EL9_TO_6 = (Generation.EL9_0, Generation.EL9_2)
_NEWEST = (Generation.EL9_7, Generation.KDUMP_UTILS)
_FROM_8 = (*_EL8, *_EL9_TO_6, *_NEWEST)
_SUSE = (Generation.SUSE_CALIBRATE, Generation.SUSE_2)
_DEBIAN = (Generation.KDUMP_TOOLS,)
_X86 = ("x86_64", "i386")
_64_BIT = ("x86_64", "aarch64", "ppc64le", "s390x")

_FADUMP = (
    "4G-16G:768M,16G-64G:1G,64G-128G:2G,128G-1T:4G,1T-2T:6G,2T-4T:12G,4T-8T:20G,8T-16T:36G,"
    "16T-32T:64G,32T-64T:128G,64T-:180G"
)
_UBUNTU = "2G-4G:320M,4G-32G:512M,32G-64G:1024M,64G-128G:2048M,128G-:4096M"

_EL5_STEPS = ((2 * GIB, "128M@16M"), (6 * GIB, "256M@24M"), (8 * GIB, "512M@16M"), (None, "768M@32M"))
_EL6_STEPS = ((2 * GIB, "128M"), (6 * GIB, "256M"), (8 * GIB, "512M"), (None, "768M"))
# What is below 4 GiB all lies below 4 GiB: there a pair would be no more than its ",high".
_SUSE_STEPS = ((4 * GIB - 1, "300M"), (None, "300M,high 72M,low"))

# The first row that holds decides.
TABLE = (
    Default((Generation.EL5,), _X86, "Red Hat's Kdump Helper, kdumpconfig.sh", steps=_EL5_STEPS),
    Default((Generation.EL5,), ("ppc64",), "Red Hat's Kdump Helper and kdump tests", "256M@32M"),
    Default((Generation.EL5,), ("ia64",), "Red Hat's Kdump Helper and kdump tests", "512M@256M"),
    Default(_EL6, _X86, "Red Hat solution 59432 (6.0 and 6.1; later ones need no less)", steps=_EL6_STEPS),
    Default(_EL6, ("ppc64",), "Red Hat's kdump tests for 6", "256M"),
    Default(_EL6, ("s390x",), "Red Hat's kdump tests for 6", "128M"),
    Default(_EL7, ("x86_64", "s390x"), "Red Hat's kdump tests for 7", "160M", auto=True),
    Default(_EL7, ("aarch64",), "the same size", "512M", auto=True),
    Default(_EL7, ("ppc64", "ppc64le"), auto=True),
    Default(_EL8, _64_BIT, auto=True),
    Default(
        _EL9_TO_6,
        ("x86_64", "s390x"),
        "kdump-lib.sh of kexec-tools 2.0.26-8.el9",
        "1G-4G:192M,4G-64G:256M,64G-:512M",
    ),
    Default(_EL9_TO_6, ("aarch64",), "kdump-lib.sh of kexec-tools 2.0.26-8.el9", "1G-4G:256M,4G-64G:320M,64G-:576M"),
    Default(_NEWEST, ("x86_64", "s390x"), "kdump-lib.sh of kdump-utils 1.0.61", "2G-64G:256M,64G-:512M"),
    Default(_NEWEST, ("aarch64",), "kdump-lib.sh of kdump-utils 1.0.61", "2G-4G:256M,4G-64G:320M,64G-:576M"),
    Default((*_EL9_TO_6, *_NEWEST), ("ppc64le",), "kdump-lib.sh of kexec-tools 2.0.26-8.el9 and newer", POWER),
    Default(_FROM_8, ("ppc64le",), "kdump-lib.sh of kexec-tools 2.0.26-8.el8 and newer", _FADUMP, fadump=True),
    # Only kdumptool calibrate on the host knows better: these are openSUSE kdump's own example and fallbacks.
    Default(_SUSE, ("x86_64",), "sysconfig.kdump of openSUSE kdump 2.1.9: 300M,high and 72M,low", steps=_SUSE_STEPS),
    Default(_SUSE, ("i386", "aarch64", "s390x"), "kdumptool calibrate, where it cannot count", "192M"),
    Default(_SUSE, ("ppc64le",), "kdumptool calibrate, where it cannot count", "384M"),
    Default(_DEBIAN, _64_BIT, "Ubuntu server documentation, crash dumps", _UBUNTU, base="ubuntu", since=(24, 10)),
    Default(_DEBIAN, ("x86_64",), "kdump-tools of Ubuntu 20.04 to 24.04, grub.d", "512M-:192M", base="ubuntu"),
    Default(_DEBIAN, _64_BIT, "kdump-tools of Ubuntu 20.04 to 24.04; UNCONFIRMED", _UBUNTU, base="ubuntu"),
    Default(_DEBIAN, (*_64_BIT, "i386"), "kdump-tools of Debian, grub.d", "384M-:128M", base="debian"),
)


def default_value(platform: Platform, memory_bytes: int | None = None, hardware: Hardware = USUAL) -> str:
    """The default ``crashkernel`` value on *platform* for a host with *memory_bytes* of System RAM.

    Where the default depends on memory and none is known, the value for the smallest host. It may set nothing
    aside for the memory at hand: :func:`kdump.crashkernel.for_host` sees to that. Raises :class:`Refusal`
    where no default is known for the architecture, or for firmware-assisted dumps, and where
    :func:`kdump.generations.generation_of` does.
    """
    if hardware.fadump and generation_of(platform) in _SUSE and machine_of(platform) == "ppc64le":
        return _suse_fadump(memory_bytes)
    row = _row_for(platform, hardware)
    if row.auto:
        size = auto_bytes(platform, memory_bytes or 0)
        return _auto_of(platform).ranges or (f"{-(-size // MIB)}M" if size else row.text)
    if row.steps:
        memory = memory_bytes or 0
        return next(value for up_to, value in row.steps if up_to is None or memory <= up_to)
    return increased(row.text, _additional(platform, hardware))


def default_source(platform: Platform, hardware: Hardware = USUAL) -> str:
    """Where :func:`default_value` has its value from. Raises as it does."""
    if hardware.fadump and generation_of(platform) in _SUSE and machine_of(platform) == "ppc64le":
        return "kdumptool calibrate: 5 % of memory"
    row = _row_for(platform, hardware)
    if not row.auto:
        return row.source
    below = f"; below its threshold {row.source}" if row.source else ""
    return f"what auto sets aside: {_auto_of(platform).source}{below}"


def increased(value: str, additional_bytes: int) -> str:
    """*value* with *additional_bytes* added to every size of it (of a pair, to the ``,high`` one).

    Source: ``_crashkernel_add`` of kdump-utils 1.0.61. Raises :class:`Refusal` where :func:`parse` does.
    """
    understood = parse(value)
    if not additional_bytes:
        return value
    more = Crashkernel(
        text=value,
        size=None if understood.size is None else understood.size + additional_bytes,
        ranges=tuple(r.model_copy(update={"size": r.size + additional_bytes}) for r in understood.ranges),
        offset=understood.offset,
        high=None if understood.high is None else understood.high + additional_bytes,
        low=understood.low,
    )
    return written(more)


def _additional(platform: Platform, hardware: Hardware) -> int:
    """The add-ons of kdump-lib.sh (kdump-utils 1.0.61), counted from 9 on; 2.0.26-8.el9 has those of Arm only."""
    generation, machine = generation_of(platform), machine_of(platform)
    if generation not in (*_EL9_TO_6, *_NEWEST):
        return 0
    mib = 0
    if machine == "x86_64" and hardware.memory_encryption:
        mib += 64
    if machine == "aarch64" and hardware.page_size == 65536:
        mib += 100 + 384 * hardware.smmu + 200 * hardware.mlx5
    elif machine == "aarch64":
        mib += 150 * hardware.mlx5
    if machine == "ppc64le" and generation is Generation.KDUMP_UTILS:
        mib += hardware.capture_cpus
    return mib * MIB


def _auto_of(platform: Platform) -> Auto:
    row = auto_row(platform)
    if row is None:
        raise LookupError(f"no row says what auto sets aside on {platform}")
    return row


def _row_for(platform: Platform, hardware: Hardware) -> Default:
    generation, machine = generation_of(platform), machine_of(platform)
    rows = [row for row in TABLE if generation in row.generations and row.fadump == hardware.fadump]
    for row in rows:
        if machine in row.machines and row.base in ("", platform.base) and platform.version >= row.since:
            return row
    machines = sorted({name for row in rows for name in row.machines})
    if hardware.fadump:
        raise Refusal(
            "fadump",
            str(platform),
            "Red Hat Enterprise Linux 8 or newer, or SUSE, on ppc64le",
            "Use kdump on this host",
            "How much a firmware-assisted dump needs elsewhere is not known",
        )
    raise Refusal(
        "platform",
        str(platform),
        "one of the architectures " + ", ".join(machines) if machines else "a release with kdump",
        "Leave the host out of the fleet",
        "No default reservation is known for this platform",
    )


def _suse_fadump(memory_bytes: int | None) -> str:
    # 5 % of memory, 64 MiB at least, rounded up to MiB (calibrate.cc of openSUSE kdump 2.1.9).
    return size_text(max(64, -(-(memory_bytes or 0) // (20 * MIB))) * MIB)
