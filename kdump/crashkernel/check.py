"""What of a ``crashkernel`` value a platform would not understand, or silently ignore, and what to write instead."""

from __future__ import annotations

from kdump.crashkernel.advice import for_host
from kdump.crashkernel.defaults import USUAL, Hardware, default_value
from kdump.crashkernel.grammar import Crashkernel, read, refused
from kdump.crashkernel.knowledge import Form, ceiling_of, forms_of, rounding_of, rule_for
from kdump.crashkernel.minimum import minimum_bytes, shortage
from kdump.crashkernel.reservation import range_covers, reserved_on
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.units import human


def check(value: str, platform: Platform, memory_bytes: int | None = None, hardware: Hardware = USUAL) -> list[Refusal]:
    """Why *value* would not do on *platform*; empty if it does. Every refusal names the exact value to write.

    Without *memory_bytes* (/proc/iomem's "System RAM") only the form is judged; with it also whether anything
    is set aside, and enough to start with *hardware*, which also shapes what is proposed instead. Raises
    :class:`Refusal` where :func:`kdump.generations.generation_of` does: a platform nobody knows.
    """
    if generation_of(platform) is Generation.NETDUMP:
        return [
            refused(
                value,
                "no crashkernel at all",
                "Leave crashkernel out, and use netdump (on release 4 also diskdump)",
                "Red Hat Enterprise Linux has kdump from release 5 on",
            )
        ]
    instead = _proposed(platform, memory_bytes, hardware)
    try:
        understood = read(value)
    except Refusal as refusal:
        return [refused(value, refusal.needed, instead, refusal.why)]
    rules = [(form, rule_for(form, platform)) for form in forms_of(understood)]
    objections = [
        refused(
            value,
            f"a form that {platform} understands, not {form.value}",
            "Leave crashkernel out where nothing shall be set aside" if form is Form.NO else instead,
            rule.why,
        )
        for form, rule in rules
        if not rule.understood
    ]
    if objections or understood.word == "no":
        return objections
    too_high = _above_ceiling(understood, platform, instead)
    if too_high:
        return [too_high]
    if memory_bytes is None:
        return []
    problem = shortage(
        understood,
        memory_bytes,
        reserved_on(value, platform, memory_bytes),
        minimum_bytes(platform, memory_bytes, hardware),
        range_covers(understood, memory_bytes, rounding_of(platform)),
        instead,
    )
    return [problem] if problem else []


def _above_ceiling(understood: Crashkernel, platform: Platform, instead: str) -> Refusal | None:
    ceiling = ceiling_of(platform)
    sizes = [understood.size or 0, *(r.size for r in understood.ranges)]
    if ceiling is None or (understood.offset or 0) + max(sizes) <= ceiling:
        return None
    return refused(
        understood.text,
        f"a reservation that ends below {human(ceiling)}",
        instead,
        f"This kernel places the reservation below {human(ceiling)}, and would not find room for it",
    )


def _proposed(platform: Platform, memory_bytes: int | None, hardware: Hardware) -> str:
    """What to write instead, as a sentence without its full stop."""
    try:
        if memory_bytes is None:
            return f"Write '{default_value(platform, None, hardware)}'"
        value = for_host(platform, memory_bytes, hardware).value
    except Refusal:
        return "Write a size that a drill has proved to be enough"
    return f"Write '{value}'" if value else "Give the host more memory, or leave crashkernel out"
