"""What a host boots with, as settings: crashkernel and the other boot arguments that have to do with panics."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kdump import cmdline, crashkernel
from kdump.crashkernel import Advice
from kdump.errors import Refusal
from kdump.kernels import kernel_of
from kdump.platforms import Platform
from provider.adopt.draft import Draft
from provider.adopt.read import PANIC_ARGUMENTS, Reading

# From here on the NMI watchdog is a sysctl: kdump/triggers/settings.py.
_WATCHDOG_AS_SYSCTL = (3, 10, 0)


def put_boot(draft: Draft, reading: Reading, platform: Platform) -> dict[str, str]:
    """Set crashkernel and bootArguments as *platform* takes them.

    Returns sysctls that stand for boot arguments which *platform* has another way for, by name.
    """
    _put_crashkernel(draft, reading, platform)
    return _put_arguments(draft, reading, platform)


def _put_crashkernel(draft: Draft, reading: Reading, platform: Platform) -> None:
    values = [cmdline.crashkernel_of(line) for line in reading.lines]
    value = next(filter(None, values), "")
    memory = reading.memory_bytes or None
    advice, why = _proposal(platform, reading.memory_bytes)
    proposed = advice.value if advice else ""
    if value:
        _note_lines(draft, "crashkernel", f"crashkernel={value}", reading.lines,
                    lambda line: cmdline.crashkernel_of(line) == value)  # fmt: skip
    try:
        refused = crashkernel.check(value, platform, memory) if value else []
    except Refusal as unknown:
        refused = [unknown]
    if not value:
        draft.set("crashkernel", proposed)
        draft.note("crashkernel", f"No boot entry sets memory aside. {why}")
    elif refused and proposed:
        draft.set("crashkernel", proposed)
        draft.note("crashkernel", f"The host has {value} now. {refused[0]}")
    else:
        draft.set("crashkernel", value)
        if refused:
            draft.note("crashkernel", str(refused[0]))
        elif advice and platform != reading.platform and value != proposed:
            _put_larger(draft, value, platform, advice, reading.memory_bytes)


def _put_larger(draft: Draft, value: str, platform: Platform, advice: Advice, memory_bytes: int) -> None:
    """On a newer release the capture kernel needs more: what is proposed, unless the host sets aside as much now."""
    why = " ".join(advice.explanation)
    if crashkernel.reserved_on(value, platform, memory_bytes) < advice.recommended_bytes:
        draft.set("crashkernel", advice.value)
        draft.note("crashkernel", f"The host has {value} now, which is little for {platform}. {why}")
    else:
        draft.note("crashkernel", f"This is what the host has now; proposed for {platform}: {advice.value}. {why}")


def _proposal(platform: Platform, memory_bytes: int) -> tuple[Advice | None, str]:
    """What to set aside, and why; None where nothing can be proposed."""
    if not memory_bytes:
        return None, "How much the host needs cannot be told, since its memory is not known."
    try:
        advice = crashkernel.for_host(platform, memory_bytes)
    except Refusal as refusal:
        return None, str(refusal)
    return advice, " ".join(advice.explanation)


def _put_arguments(draft: Draft, reading: Reading, platform: Platform) -> dict[str, str]:
    arguments: dict[str, str] = {}
    for name, value in cmdline.arguments_of(reading.lines[0], PANIC_ARGUMENTS).items():
        if value is None:
            continue
        try:
            cmdline.check_argument(name, value)
        except Refusal as refusal:
            draft.note("bootArguments", f"Left out, so it stays as it is: {refusal}")
            continue
        arguments[name] = value
        has = partial(_has, name=name, value=value)
        _note_lines(draft, "bootArguments", cmdline.argument(name, value), reading.lines, has)
    sysctls = _watchdog(draft, arguments, reading.platform, platform)
    draft.set("bootArguments", arguments)
    return sysctls


def _has(line: str, *, name: str, value: str) -> bool:
    return cmdline.arguments_of(line, [name])[name] == value


def _note_lines(draft: Draft, setting: str, what: str, lines: tuple[str, ...], has: Callable[[str], bool]) -> None:
    lacking = sum(not has(line) for line in lines)
    if lacking:
        draft.note(
            setting,
            f"{lacking} of {len(lines)} boot entries, those of kernels to come counted, boot without {what} or with "
            "another value; `up` sets it on all.",
        )


def _watchdog(draft: Draft, arguments: dict[str, str], old: Platform, new: Platform) -> dict[str, str]:
    """Takes nmi_watchdog of 5 and 6 out of *arguments* for a release that switches it by a sysctl."""
    if kernel_of(old) >= _WATCHDOG_AS_SYSCTL or kernel_of(new) < _WATCHDOG_AS_SYSCTL or "nmi_watchdog" not in arguments:
        return {}
    value = arguments.pop("nmi_watchdog")
    words = value.split(",")
    draft.note(
        "panicTriggers",
        f"nmi_watchdog={value} is a boot argument on {old}; on {new} the sysctls kernel.nmi_watchdog and "
        "kernel.hardlockup_panic take its place.",
    )
    on = "0" if "0" in words else "1"
    return {"kernel.nmi_watchdog": on, **({"kernel.hardlockup_panic": "1"} if "panic" in words and on == "1" else {})}
