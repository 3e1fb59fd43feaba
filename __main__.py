"""The fleet that the stack file declares: read it, build it, say how ready each host is."""

import pulumi

from components.facts import OUTPUT, READINESS, Facts, read_recorded, source_of
from components.fleet import Fleet
from components.settings import SettingsRefused, read_fleet
from kdump.errors import Refusal


def main() -> None:
    """Build the fleet, or name everything that is wrong with the stack file and change nothing."""
    try:
        settings = read_fleet(pulumi.Config().get_object("fleet"))
        facts = Facts(source_of(settings.facts), read_recorded())
    except Refusal as refusal:
        raise pulumi.RunError(str(refusal)) from None
    except SettingsRefused as refused:
        for problem in refused.problems:
            pulumi.log.error(problem)
        count = len(refused.problems)
        # A RunError ends the program without a traceback.
        raise pulumi.RunError(
            f"{count} problem{'s' if count > 1 else ''} in pulumi-kdump:fleet of stack {pulumi.get_stack()}, named "
            "above; nothing was changed. docs/settings.md lists every setting."
        ) from None
    fleet = Fleet("fleet", settings, facts)
    pulumi.export(READINESS, fleet.readiness)
    pulumi.export("collectors", fleet.collectors)
    pulumi.export("clusters", fleet.clusters)
    pulumi.export("capacity", fleet.capacity)
    pulumi.export(OUTPUT, fleet.facts)


main()
