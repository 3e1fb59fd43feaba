"""A raw target is written over by every dump, and a LUN that is made ready loses what it holds: neither may be in use.

Source: kdump.conf(5) of Red Hat, `raw`; the provider's CrashVolume, which looks once more before it erases.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from policies.free_space import DUMP_TARGET
from policies.inputs import Inputs
from policies.machine import target_kind, unknown_target, with_target
from policies.rule import Broken, Rule, Settings, about

CRASH_VOLUME = "kdump:fleet:CrashVolume"

_NEEDED = "a device that nobody uses and that holds nothing"
_EXEMPTION = "write an exemption from erases with the reason why it may be lost"


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    # Both types are known by an input that the component of that type always has.
    found = _volume(inputs) if "mayBeErased" in set(inputs.names()) else _raw(inputs)
    if found is not None:
        yield found


def _raw(inputs: Inputs) -> Broken | None:
    if inputs.flag("enabled") is False:
        return None
    kind, space = target_kind(inputs), inputs.group("space")
    if kind is None:
        return unknown_target(inputs, "one that overwrites nothing that is needed")
    use = space.text("use")
    if kind != "raw" or use == "":
        return None
    if use is None:
        return _nobody_looked(with_target(inputs), space.text("problem"))
    return Broken(
        with_target(inputs),
        f"it not free ({use})",
        _NEEDED,
        "Name another device; or see to it that nothing on this one is needed, unmount it and clear it with "
        f"`wipefs --all`; or {_EXEMPTION}",
        "Every dump is written over what the device holds",
    )


def _volume(inputs: Inputs) -> Broken | None:
    erased, use = inputs.flag("mayBeErased"), inputs.text("use")
    what = f"{about(inputs)}, SAN LUN {inputs.text('wwid') or '(unknown)'}"
    if erased is False or use == "":
        return None
    if erased is None:
        return Broken(
            what,
            "nothing known of whether it may be erased",
            "to know it before it is too late",
            "Write target.san.eraseWwid as a plain value, or leave it out",
        )
    if use is None:
        return _nobody_looked(what, None)
    place = inputs.text("mountPoint") or "(unknown)"
    if f"mounted on {place}" in use.split(", "):
        # Ready, or of another UUID: the provider keeps the first and refuses the second, and erases neither.
        return None
    return Broken(
        what,
        f"it not free ({use})",
        _NEEDED,
        f"Name the WWID of another LUN; or, where that is the file system for dumps already, mount it on {place}; or "
        f"{_EXEMPTION}",
        "A LUN with target.san.eraseWwid is partitioned and formatted, and may be another host's",
    )


def _nobody_looked(what: str, problem: str | None) -> Broken:
    return Broken(
        what,
        f"nothing known of what is on it now{f' ({problem})' if problem else ''}",
        _NEEDED,
        f"Let the preview look (facts: measured), or {_EXEMPTION}",
        "What it holds is lost",
    )


ERASES = Rule(
    name="erases",
    description="Neither a raw target nor a LUN that may be erased is in use or holds anything.",
    on=(DUMP_TARGET, CRASH_VOLUME),
    judge=_judge,
    severity=Severity.CRITICAL,
)
