"""Who may mount a collector's directory, and how: checked as the collector's own file of exports will be."""

from typing import Annotated

from pydantic import AfterValidator, ValidationError

from kdump.dialects.exports import Export, render
from kdump.errors import refusals_in


def _checked(client: str, options: tuple[str, ...]) -> None:
    try:
        render(Export(directory="/srv/kdump", client=client, options=options), "any")
    except ValidationError as error:
        raise refusals_in(error)[0] from None


def _client(client: str) -> str:
    _checked(client, ())
    return client


def _options(options: tuple[str, ...]) -> tuple[str, ...]:
    _checked("127.0.0.1", options)
    return options


ExportClient = Annotated[str, AfterValidator(_client)]
"""A host, an address or a network; never everyone."""

ExportOptions = Annotated[tuple[str, ...], AfterValidator(_options)]
"""Options of exports(5) that do not contradict each other."""
