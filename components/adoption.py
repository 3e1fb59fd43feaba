"""Options that all resources of the provider share."""

from collections.abc import Sequence

import pulumi


def child_of(
    parent: pulumi.Resource, depends_on: pulumi.Input[Sequence[pulumi.Input[pulumi.Resource]]] | None = None
) -> pulumi.ResourceOptions:
    """Options of a resource below a component.

    `pulumi import` brings resources in without a parent; the alias lets the component take such a resource over
    in place, where it would otherwise be taken off the host and put there again.
    """
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=depends_on,
        aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)],
    )
