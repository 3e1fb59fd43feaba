"""One failing host must not stop the others: resources whose failure the program outlives."""

from collections.abc import Callable
from typing import Any, TypeVar

import pulumi
from pulumi.output import Unknown, _OutputData

R = TypeVar("R", bound=pulumi.CustomResource)


def outliving(resource: R, parent: pulumi.Resource, **stand_ins: Any) -> R:
    """Let the program go on when this resource fails; returns it, to be called around its construction.

    With PULUMI_CONTINUE_ON_ERROR the engine passes over what depends on a failed resource, and keeps it in
    state, but only if the program still registers it. The SDK raises instead, in each dependent resource, ends
    the program in the middle of the other hosts' work, and dependents that were not registered any more look as
    if they had been taken out. So here a failed resource keeps its URN (made from `parent`, the one it was given),
    and its outputs become unknown.

    In an update the engine leaves unknown inputs out when it has the provider check a resource, before it passes
    over it. Where the provider would miss such an input and complain, `stand_ins` gives it something to check.
    (A language host that tells the SDK of failures as unknown outputs, as engine/ does, comes to the same.)
    """
    urn = pulumi.create_urn(resource.pulumi_resource_name, resource.pulumi_resource_type, parent)
    outputs = {name: value for name, value in vars(resource).items() if isinstance(value, pulumi.Output)}
    for name, value in outputs.items():
        vars(resource)[name] = value.recover(lambda _: _unknown_of(resource))
    vars(resource)["urn"] = outputs["urn"].recover(lambda _: urn)
    if not pulumi.runtime.is_dry_run():
        for name, stand_in in stand_ins.items():
            vars(resource)[name] = vars(resource)[name].apply(_or_if_unknown(stand_in), True)
    return resource


def succeeded(resource: pulumi.CustomResource) -> pulumi.Output[bool]:
    """Whether a resource that is outlived did not fail; waits for it. True in a preview of what would be made.

    Depending on the answer is not depending on the resource: else dependents were passed over with it after all.
    """

    async def data() -> _OutputData[bool]:
        known = pulumi.runtime.is_dry_run() or await resource.id.is_known()
        return _OutputData(resources=set(), value=known, is_known=True, is_secret=False)

    return pulumi.Output._from_data(data())


def _unknown_of(resource: pulumi.Resource) -> pulumi.Output[Any]:
    """A value that is not known and depends on the resource, so that dependents are passed over with it."""

    async def data() -> _OutputData[Any]:
        return _OutputData(resources={resource}, value=None, is_known=False, is_secret=False)

    return pulumi.Output._from_data(data())


def _or_if_unknown(stand_in: Any) -> Callable[[Any], Any]:
    return lambda value: stand_in if isinstance(value, Unknown) else value
