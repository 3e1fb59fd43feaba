"""Reading `pulumi-kdump:fleet`, from what Pulumi found in the stack file to the resolved fleet."""

from pydantic import ValidationError

from components.settings.fleet import FleetSettings
from components.settings.problems import Problems
from components.settings.resolve import resolve
from components.settings.resolved import ResolvedFleet


def read_fleet(written: object) -> ResolvedFleet:
    """The fleet that a stack file declares.

    Raises SettingsRefused, whose problems say for each thing that is wrong: where it stands, what was found,
    what is needed, and what to write instead.
    """
    problems = Problems()
    if written is None:
        problems.add("fleet", "is missing, needed hosts and collectors; docs/settings.md shows how to write them")
        problems.refuse_if_any()
    try:
        settings = FleetSettings.model_validate(written)
    except ValidationError as error:
        problems.invalid(error, FleetSettings)
        problems.refuse_if_any()
        raise
    return resolve(settings)
