"""The ``crashkernel`` value to write on a platform with a given memory, what it sets aside, and why.

The value is the platform's default wherever that sets enough aside; else a fixed size.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kdump.crashkernel.calibrate import Calibrated
from kdump.crashkernel.defaults import USUAL, Hardware, default_source, default_value
from kdump.crashkernel.grammar import read
from kdump.crashkernel.knowledge import Form, ceiling_of, rounding_of, understands
from kdump.crashkernel.minimum import minimum_bytes
from kdump.crashkernel.reservation import range_covers, reserved_on
from kdump.generations import Generation, generation_of
from kdump.kernels import machine_of
from kdump.platforms import Platform
from kdump.units import GIB, MIB, human

_SUSE = (Generation.SUSE_CALIBRATE, Generation.SUSE_2)
# Where RHEL 5 loads the capture kernel (Red Hat's Kdump Helper; the larger sizes of x86 from 32M on).
_OFFSETS = {"x86_64": 16, "i386": 16, "ppc64": 32, "ia64": 256}
_SUSE_LOW_MIB = 72


class Advice(BaseModel):
    """What to write as ``crashkernel`` ("" where the host has too little memory), all sizes in bytes.

    ``reserved_bytes``: what ``value`` sets aside; ``minimum_bytes``: the least that may do;
    ``recommended_bytes``: the larger of the platform's default for this memory (or for the smallest hosts, where
    it has none for this) and the estimate.
    ``explanation``: whole sentences, one a line, for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    reserved_bytes: int
    minimum_bytes: int
    recommended_bytes: int
    explanation: tuple[str, ...]


def for_host(
    platform: Platform,
    memory_bytes: int,
    hardware: Hardware = USUAL,
    estimate_bytes: int = 0,
    calibrated: Calibrated | None = None,
) -> Advice:
    """The value to write on *platform* for a host whose kernel sees *memory_bytes* (/proc/iomem's "System RAM").

    *estimate_bytes* is what the capture kernel was estimated to need (:mod:`kdump.crashkernel.estimate`), 0
    where unknown; *calibrated* is what ``kdumptool calibrate`` said on the host (SUSE). No more than half of
    the memory is ever set aside: rather nothing, and the reason. Raises :class:`kdump.errors.Refusal` where
    ``generation_of`` and ``default_value`` do.
    """
    default = default_value(platform, memory_bytes, hardware)
    least, memory = minimum_bytes(platform, memory_bytes, hardware), human(memory_bytes)
    if calibrated is not None and generation_of(platform) in _SUSE and not hardware.fadump:
        default = _calibrated(calibrated)
        lines = [f"kdumptool calibrate on the host leads to '{default}'."]
    else:
        lines = [f"The default of this platform is '{default}' ({default_source(platform, hardware)})."]
    value = _fitting_domain_0(default, platform)
    by_default = reserved_on(value, platform, memory_bytes)
    wanted = max(least, estimate_bytes)
    usual = by_default or _smallest(value)
    if not by_default:
        wanted = max(wanted, usual) if usual <= memory_bytes // 2 else wanted
        lines.append(
            f"No range of it includes {memory}, so it would set nothing aside: firmware keeps some of the memory "
            "that a host was sold with."
            if read(value).ranges
            else f"It is not smaller than {memory}, so it would set nothing aside."
        )
    if by_default > memory_bytes // 2:
        lines.append(f"It would set {human(by_default)} aside, more than half of the host's memory.")
    if not by_default or by_default > memory_bytes // 2 or _main(value, by_default) < wanted:
        value = _sized(platform, wanted, memory_bytes)
        lines.append(f"So a fixed size is written: {_reason(wanted, least, estimate_bytes)}.")
    lines += _notes(value, platform, memory_bytes, calibrated is not None)
    reserved, recommended = reserved_on(value, platform, memory_bytes), max(usual, estimate_bytes, least)
    problem = _too_much(platform, value, reserved, memory_bytes)
    if problem:
        value, reserved = "", 0
        lines.append(problem)
    else:
        lines.append(f"It sets aside {human(reserved)} of {memory}.")
        if reserved < recommended:
            lines.append(
                f"That is {'far ' if 2 * reserved < recommended else ''}below the {human(recommended)} that such "
                "hardware needs by the platform's default: prove it with a drill before you rely on it, or give the "
                "host more memory."
            )
    lines.append(f"At least {human(least)} are needed to start at all, {human(recommended)} are recommended.")
    return Advice(
        value=value,
        reserved_bytes=reserved,
        minimum_bytes=least,
        recommended_bytes=recommended,
        explanation=tuple(lines),
    )


def _calibrated(calibrated: Calibrated) -> str:
    """A plain size where nothing need lie above 4 GiB: a ',high' alone might get 256 MiB more below it."""
    if calibrated.low_mib and calibrated.high_mib:
        return f"{calibrated.total_mib}M,high {calibrated.low_mib}M,low"
    return f"{calibrated.total_mib}M"


def _sized(platform: Platform, size_bytes: int, memory_bytes: int) -> str:
    """A fixed size, rounded up to MiB, as *platform* must have it written."""
    mib = -(-size_bytes // MIB)
    generation, machine = generation_of(platform), machine_of(platform)
    if generation is Generation.EL5:
        offset = 32 if machine in ("x86_64", "i386") and mib >= 768 else _OFFSETS.get(machine, 16)
        return f"{mib}M@{offset}M"
    if generation in _SUSE and machine == "x86_64" and memory_bytes >= 4 * GIB:
        return _fitting_domain_0(f"{mib}M,high {_SUSE_LOW_MIB}M,low", platform)
    return f"{mib}M"


def _fitting_domain_0(value: str, platform: Platform) -> str:
    """*value*, but for the Xen hypervisor a pair of ',high' and ',low' as one size, with a limit where it knows one."""
    understood = read(value)
    if understood.high is None or platform.virtualisation != "xen-dom0":
        return value
    limit = ",below=4G" if understands(Form.XEN, platform) else ""
    return f"{-(-(understood.high + (understood.low or 0)) // MIB)}M{limit}"


def _smallest(value: str) -> int:
    """The size of the range for the smallest machines; of a value without ranges, its size."""
    understood = read(value)
    if understood.ranges:
        return min(understood.ranges, key=lambda r: r.start).size
    return understood.high or understood.size or 0


def _main(value: str, reserved: int) -> int:
    """The part of a reservation that the capture kernel lives in."""
    high = read(value).high
    return reserved if high is None else high


def _reason(wanted: int, least: int, estimate: int) -> str:
    if wanted == estimate:
        return f"this host's capture kernel was estimated to need {human(estimate)}"
    if wanted == least:
        return f"with less than {human(least)} the capture kernel would run out of memory"
    return f"{human(wanted)}, as the default has it for the smallest hosts"


def _too_much(platform: Platform, value: str, reserved: int, memory_bytes: int) -> str:
    """Why *value* cannot be written on a host of this size, "" if it can."""
    ceiling, understood = ceiling_of(platform), read(value)
    if ceiling is not None and (understood.offset or 0) + reserved > ceiling:
        return (
            f"This kernel looks for the reservation below {human(ceiling)}, where '{value}' does not fit: dump to "
            "a target that needs less memory, or leave the host without kdump."
        )
    if not reserved or reserved > memory_bytes // 2:
        return (
            f"'{value}' would take more than half of the host's {human(memory_bytes)}: give the host more memory, "
            "dump to a target that needs less (no encrypted disk), or leave the host without kdump."
        )
    return ""


def _notes(value: str, platform: Platform, memory_bytes: int, is_calibrated: bool) -> list[str]:
    generation, understood = generation_of(platform), read(value)
    notes: list[str] = []
    if generation is Generation.EL5:
        notes.append(
            "The offset is mandatory on this release. Where `dmesg` says that the reservation failed, look in "
            "/proc/iomem for a free hole and write its start as the offset."
        )
    if platform.virtualisation == "xen-dom0":
        notes.append("On a Xen host the argument belongs on the hypervisor's line of the boot entry.")
    rounding = rounding_of(platform)
    if range_covers(understood, memory_bytes, rounding) and not range_covers(understood, memory_bytes, 1):
        notes.append(f"Its range only just holds: the kernel rounds memory up to {human(rounding)} first.")
    if generation in _SUSE and not is_calibrated:
        notes.append("`kdumptool calibrate` on the host knows better: declare its Low and High, and LUN paths.")
    return notes
