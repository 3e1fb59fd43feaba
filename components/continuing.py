"""One failing host must not stop the others: resources whose failure the program outlives."""

from typing import Any, TypeVar

import pulumi
from pulumi.output import _OutputData

R = TypeVar("R", bound=pulumi.CustomResource)


def outliving(resource: R, parent: pulumi.Resource) -> R:
    """Let the program go on when this resource fails; returns it, to be called around its construction.

    With PULUMI_CONTINUE_ON_ERROR the engine passes over what depends on a failed resource, and keeps it in
    state, but only if the program still registers it. The SDK raises instead, in each dependent resource, ends
    the program in the middle of the other hosts' work, and dependents that were not registered any more look as
    if they had been taken out. So here a failed resource keeps its URN, and its outputs become unknown.
    `parent` is the one it was given: the URN is made from it.
    """
    urn = pulumi.create_urn(resource.pulumi_resource_name, resource.pulumi_resource_type, parent)
    outputs = {name: value for name, value in vars(resource).items() if isinstance(value, pulumi.Output)}
    for name, value in outputs.items():
        vars(resource)[name] = value.recover(lambda _: _unknown(resource))
    vars(resource)["urn"] = outputs["urn"].recover(lambda _: urn)
    return resource


def succeeded(resource: pulumi.CustomResource) -> pulumi.Output[bool]:
    """Whether a resource that is outlived did not fail; waits for it. True in a preview of what would be made.

    Depending on the answer is not depending on the resource: else dependents were passed over with it after all.
    """

    async def data() -> _OutputData[bool]:
        known = pulumi.runtime.is_dry_run() or await resource.id.is_known()
        return _OutputData(resources=set(), value=known, is_known=True, is_secret=False)

    return pulumi.Output._from_data(data())


def _unknown(resource: pulumi.Resource) -> pulumi.Output[Any]:
    """A value that is not known and depends on the resource, so that dependents are passed over with it."""

    async def data() -> _OutputData[Any]:
        return _OutputData(resources={resource}, value=None, is_known=False, is_secret=False)

    return pulumi.Output._from_data(data())
