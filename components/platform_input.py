"""A declared platform on its way into resources."""

from collections.abc import Mapping

from kdump.platforms import Platform


def platform_input(platform: Platform | None) -> Mapping[str, str] | None:
    """A declared platform as an input of resources; None where it is measured."""
    return platform.model_dump(mode="json") if platform else None
