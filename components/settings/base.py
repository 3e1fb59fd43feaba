"""What all settings have in common: written in camelCase, read once, never changed afterwards."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from kdump.errors import Refusal


class Settings(BaseModel):
    """A part of the stack file. A key that no field knows is refused: a misspelt setting must not be ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        # YAML reads `nmi_watchdog: 1` as a number; where a text is wanted it is meant as one.
        coerce_numbers_to_str=True,
    )

    def given(self) -> dict[str, Any]:
        """What was written in the stack file, as it was written (camelCase); what was left out is not in it."""
        written = self.model_dump(by_alias=True, exclude_unset=True)
        return {name: value for name, value in written.items() if value is not None}


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def _plain_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Refusal(
            "name",
            name,
            "a name of at most 63 small letters, digits and inner hyphens",
            "Write a name like web1",
            "It becomes the name of a directory and of resources",
        )
    return name


Name = Annotated[str, AfterValidator(_plain_name)]
"""Name of a host, a collector or a group; one that is no safe directory name is refused."""
