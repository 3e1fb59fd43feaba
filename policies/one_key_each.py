"""No two hosts dump with the same key: a stack rule, since it takes all of them to tell.

A key that is yet to be made is not known in a preview. It is passed over there: each is made on its own host, at a path
of its own, so that two can only be the same where somebody copied one, which the next run then sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.inputs import Inputs
from policies.rule import Broken

AUTHORIZED_KEY = "kdump:collector:AuthorizedKey"
NAME = "one-key-each"


def shared_keys(keys: Sequence[Inputs]) -> Iterator[Broken]:
    """Each key that several hosts dump with, from the AuthorizedKeys of a stack."""
    hosts: dict[str, list[str]] = {}
    for key in keys:
        public, host = key.text("publicKey"), key.text("label")
        if public and host:
            # What stands behind the key itself is a comment.
            hosts.setdefault(" ".join(public.split()[:2]), []).append(host)
    for names in hosts.values():
        distinct = sorted(set(names))
        if len(distinct) > 1:
            yield Broken(
                f"hosts {' and '.join(distinct)}",
                "the same key for their dumps",
                "one for each",
                f"Remove it from {distinct[-1]} (dumpIdentity.path there), then run pulumi up --refresh, for another",
                "Whoever breaks into one of them can write the other's dumps",
            )


def _validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
    found: list[PolicyResource] = [each for each in args.resources if each.resource_type == AUTHORIZED_KEY]
    for broken in shared_keys([Inputs(each.props) for each in found]):
        report_violation(str(broken))


ONE_KEY_EACH = StackValidationPolicy(
    name=NAME,
    description="No two hosts dump with the same key.",
    validate=_validate,
    enforcement_level=EnforcementLevel.MANDATORY,
    severity=Severity.HIGH,
)
