"""What the stack file says of machines instead of asking them, for previews without a way there, and for policies."""

import datetime
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from components.settings.base import Settings
from kdump.errors import Refusal
from kdump.targets import Directory
from kdump.units import memory_of

FactsSource = Literal["measured", "recorded", "declared"]
"""Where a preview has its facts from: the hosts themselves, the stack's last `up`, or the stack file."""


def _a_size(value: str) -> str:
    memory_of(value)
    return value


Size = Annotated[str, AfterValidator(_a_size)]
"""A size with its unit: 64G, 1.5T."""


def _a_domain(value: str) -> str:
    if not value or value != value.strip() or len(value) > 80:
        raise Refusal(
            "failureDomains",
            value,
            "a name of at most 80 characters without blanks around it",
            "Write a name like rack-a12",
            "Machines that share a name may fail together",
        )
    return value


FailureDomains = tuple[Annotated[str, AfterValidator(_a_domain)], ...]
FAILURE_DOMAINS = (
    "What it shares with machines that may fail together with it, by any names: a site, a rack, a power feed, a "
    "storage array, a cluster, a wave of updates; [] says that it shares nothing."
)


_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})(?: 00:00:00 \+0000 UTC|T00:00:00Z)")


def _date_of_yaml(value: object) -> object:
    """Pulumi reads a date that stands without quotes as a moment, and passes it on as text."""
    if not isinstance(value, str):
        return value
    moment = _MIDNIGHT.fullmatch(value)
    return moment[1] if moment else value


Day = Annotated[datetime.date, BeforeValidator(_date_of_yaml)]
"""A day, like 2026-11-02, with or without quotes."""


class SpaceSettings(Settings):
    """What is known of the file system (or device) that dumps are written to."""

    free: Annotated[Size | None, Field(description="What is free there, like `200G`.")] = None
    total: Annotated[Size | None, Field(description="How large it is.")] = None
    mount_point: Annotated[
        Directory | Literal["/"] | None, Field(description="Where it is mounted; / for the root file system.")
    ] = None


class DrilledSettings(Settings):
    """What the last deliberate crash of a host showed."""

    day: Annotated[Day, Field(description="The day of it, like 2026-11-02.")]
    kernel: Annotated[str, Field(description="What `uname -r` printed; another kernel has to prove itself anew.")]
    size: Annotated[Size, Field(description="Size of the vmcore, like `3.2G`.")]
    seconds: Annotated[int, Field(ge=0, le=86400, description="Seconds until it was written.")]
