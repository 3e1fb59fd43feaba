"""What all resources of the provider have in common, as a Pulumi program sees them."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pydantic.alias_generators import to_camel, to_snake

VERSION = "0.1.0"


class HostResource(pulumi.CustomResource):
    """A state kept on one host. Attributes named in `outputs` are filled by the provider."""

    token: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]] = ()

    machine_id: pulumi.Output[str]
    """/etc/machine-id of the host as first seen; another machine behind the same name is refused."""

    def __init__(
        self,
        resource_name: str,
        connection: pulumi.Input[Mapping[str, Any]],
        properties: Mapping[str, pulumi.Input[Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        wanted = {"connection": connection, **properties}
        found = dict.fromkeys(("machine_id", *self.outputs))
        options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=VERSION), opts)
        super().__init__(self.token, resource_name, {**wanted, **found}, options)

    @classmethod
    def _properties(cls) -> set[str]:
        return {*HostResource.__annotations__, *cls.__annotations__}

    # Only names of properties are translated: keys of maps (options, host names) stay as they were written.

    def translate_output_property(self, prop: str) -> str:
        """From the wire's camelCase to Python's names."""
        name = to_snake(prop)
        return name if name in self._properties() else prop

    def translate_input_property(self, prop: str) -> str:
        """From Python's names to the wire's camelCase."""
        return to_camel(prop) if prop in self._properties() else prop
