"""What several rules ask of a resource: its machine, what that runs, and where to declare what is missing."""

from __future__ import annotations

from pydantic import ValidationError

from kdump.errors import Refusal, shown
from kdump.platforms import Platform
from policies.inputs import Inputs
from policies.rule import Broken, about

_NOT_KNOWN = "(unknown)"


def platform_of(inputs: Inputs) -> Platform | None:
    """What a host runs, by its input `runs`; None where that does not say all of it."""
    runs = inputs.mapping("runs")
    try:
        return Platform.model_validate(runs) if runs else None
    except ValidationError:
        return None


def setting_of(inputs: Inputs, name: str) -> str:
    """A setting of the host as the stack file has it: hosts.web1.memory."""
    return f"hosts.{inputs.text('host') or '<host>'}.{name}"


def with_target(inputs: Inputs) -> str:
    """A host and its target, for messages: "host web1, target local /var/crash"."""
    return f"{about(inputs)}, target {inputs.text('target') or _NOT_KNOWN}"


def target_kind(inputs: Inputs) -> str | None:
    """The kind of target that a dump goes to: local, filesystem, raw, virtiofs, nfs or ssh; None where unknown."""
    return inputs.group("destination").text("kind")


def unknown_target(inputs: Inputs, needed: str) -> Broken:
    """What is said where nobody knows where a dump goes."""
    return Broken(
        about(inputs),
        "a target that is not known",
        needed,
        f"Write {setting_of(inputs, 'target')}, at the host, in a group or in defaults",
    )


def unknown_platform(inputs: Inputs, needed: str) -> Broken:
    """What is said where nobody knows what a host runs."""
    return Broken(
        about(inputs),
        "a platform that is not known",
        needed,
        f"Declare {setting_of(inputs, 'platform')}, rhel-9.4 say, or let the preview measure (facts: measured)",
    )


def broken_by(inputs: Inputs, refusal: Refusal) -> Broken:
    """What the rules of `kdump` refuse, as a resource breaks a rule."""
    return Broken(
        f"{about(inputs)}, {_as_written(inputs, refusal.setting)}",
        shown(refusal.found),
        refusal.needed,
        refusal.instead.removesuffix("."),
        refusal.why.removesuffix("."),
    )


def _as_written(inputs: Inputs, setting: str) -> str:
    """A setting as the stack file has it, where what belongs to a target lies below its kind: target.nfs.version."""
    first, _, rest = setting.partition(".")
    kind = target_kind(inputs)
    if first != "target" or kind is None:
        return setting
    if rest == "identity":
        return "dumpIdentity.path"
    return f"target.{kind}" + (f".{rest}" if rest and rest != "kind" else "")
