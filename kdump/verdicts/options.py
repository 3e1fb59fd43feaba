"""Checks of single directives that kdumpctl of every release from 7 on makes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from kdump.configuration import FAILURE_ACTIONS, FINAL_ACTIONS
from kdump.errors import shown
from kdump.generations import Generation
from kdump.verdicts.collecting import Findings
from kdump.verdicts.directives import ACTIONS_SINCE_7, DEPRECATED, known, replacement, targets
from kdump.verdicts.lines import Line


def is_known(line: Line, generation: Generation, findings: Findings) -> bool:
    """Whether kdumpctl knows the option of *line*; what it says where it does not."""
    if line.name in known(generation):
        return True
    instead = replacement(line.name, line.value, generation)
    if line.name in DEPRECATED:
        findings.refuse(line, f"{findings.tool} calls the option deprecated, and refuses the file", instead)
    else:
        instead = instead or _nearest(line, generation)
        findings.refuse(line, f"{findings.tool} does not know the option {shown(line.name)}", instead)
    return False


def has_value(line: Line, findings: Findings) -> bool:
    """Whether *line* has a value, as every option must; what kdumpctl says where it has none."""
    if not line.value:
        findings.refuse(
            line,
            f"{findings.tool} refuses an option without a value",
            f"Write a value behind {shown(line.name)}, or remove the line",
        )
    return bool(line.value)


def only_once(lines: Sequence[tuple[str, Line]], findings: Findings) -> None:
    """What kdumpctl says of *lines* (each with the name it files it under, "_target" for targets) given twice."""
    first: dict[str, Line] = {}
    for key, line in lines:
        if key not in first:
            first[key] = line
            continue
        if key == "_target":
            findings.refuse(
                line,
                f"{findings.tool} allows one target, and line {first[key].number} names one already",
                "Keep one of the two lines; a '--mount' in dracut_args counts as a target",
            )
        else:
            findings.refuse(
                line,
                f"{findings.tool} allows each option once, and line {first[key].number} has {line.name} already",
                "Put both values on one line" if line.name.startswith("extra_") else "Keep one of the two lines",
            )


def filed_under(line: Line, generation: Generation) -> str:
    """The name under which kdumpctl (8 and newer) counts *line*."""
    mounts = line.name == "dracut_args" and "--mount" in line.value
    return "_target" if mounts or line.name in targets(generation) else line.name


def one_mount(line: Line, count: int, findings: Findings) -> None:
    """What kdumpctl says of a dracut_args *line* with *count* times ``--mount`` where it is not one."""
    if count != 1:
        findings.refuse(
            line,
            f"{findings.tool} allows one '--mount' in dracut_args, and finds {count}",
            "Keep the mount of the dump target, and leave the others to the initial ramdisk of the system",
        )


def action(line: Line, value: str, generation: Generation, findings: Findings) -> None:
    """What kdumpctl says of *value*, which it takes for what *line* (default, failure_action, final_action) wants."""
    allowed: tuple[str, ...] = FINAL_ACTIONS if line.name == "final_action" else FAILURE_ACTIONS
    if value not in allowed:
        findings.refuse(
            line,
            f"{findings.tool} takes {shown(value)} for the value, and allows {', '.join(allowed)}",
            f"Write '{action_name(line, generation)} {_nearest_of(value, allowed)}', and nothing behind it",
        )


def switch(line: Line, value: str, findings: Findings) -> bool:
    """Whether *value*, which kdumpctl takes for that of force_rebuild or force_no_rebuild, is 0 or 1."""
    if value not in ("0", "1"):
        findings.refuse(
            line,
            f"{findings.tool} takes {shown(value)} for the value, and allows 0 and 1",
            f"Write '{line.name} {1 if value.lower() in ('yes', 'true', 'on') else 0}', one blank between the two, "
            "and nothing behind it",
        )
    return value in ("0", "1")


def not_both(force: Line | None, never: Line | None, findings: Findings) -> None:
    """What kdumpctl says of force_rebuild and force_no_rebuild, where both (given as lines) are 1."""
    if force is not None and never is not None:
        findings.refuse(
            max(force, never),
            f"{findings.tool} refuses force_rebuild and force_no_rebuild together",
            "Keep 'force_no_rebuild 1' only where the image is made by hand, else remove both",
        )


def two_names(lines: Iterable[Line], findings: Findings) -> None:
    """What kdumpctl of 8 and 9 says of ``default`` and ``failure_action`` (given as *lines*) side by side."""
    last = max(lines)
    findings.refuse(
        last,
        f"{findings.tool} refuses 'default' and 'failure_action' together: they are one option by two names",
        "Keep the failure_action line",
    )


def _nearest(line: Line, generation: Generation) -> str:
    spelt, equals, value = line.name.partition("=")
    if spelt.lower() == "crashkernel":
        return "Remove the line: crashkernel belongs on the kernel's command line, in the boot loader"
    near = difflib.get_close_matches(spelt.lower(), sorted(known(generation)), n=1, cutoff=0.7)
    if not near:
        return "Remove the line, or put '#' in front of it"
    # What stood behind a '=' is the value, and a part of the name only to the tool.
    return f"Write '{near[0]} {value}'" if equals and value else f"Write {near[0]!r}"


def action_name(line: Line, generation: Generation) -> str:
    """What *line*'s option is called on *generation*: ``default`` is the old name where there is a newer one."""
    newer = line.name == "default" and "failure_action" in known(generation)
    return "failure_action" if newer else line.name


def _nearest_of(value: str, allowed: Sequence[str]) -> str:
    value = ACTIONS_SINCE_7.get(value.lower(), value.lower())
    near = difflib.get_close_matches(value, allowed, n=1)
    return near[0] if near else allowed[0]
