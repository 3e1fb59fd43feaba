"""A server that receives dumps."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.adoption import child_of
from components.continuing import outliving
from components.facts import Facts, declared_collector
from components.settings import ResolvedCollector
from provider.resources import Account


class Collector(pulumi.ComponentResource):
    """The account that owns the dumps, and what the collector says of its space."""

    account: Account
    facts: pulumi.Output[Mapping[str, Any]]
    """As of before this run; a collector that can't be reached says so in `reachable` and `problem`."""

    def __init__(
        self,
        name: str,
        settings: ResolvedCollector,
        directories: Sequence[str],
        facts: Facts,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`directories`: all that hosts dump into here; their free space is asked for in one go."""
        props = {
            "address": settings.address,
            "directory": settings.directory,
            "user": settings.user,
        }
        super().__init__("kdump:fleet:Collector", name, props, opts)
        self.settings = settings
        self.connection = facts.connection(settings.connection.wire())
        self.facts = facts.of(
            name,
            self.connection,
            [settings.directory, *directories],
            [],
            declared_collector(settings, directories),
            self,
        )
        self.account = outliving(
            Account(
                f"{name}-account",
                self.connection,
                user=settings.user,
                directory=settings.directory,
                opts=child_of(self),
            ),
            self,
        )
        self.register_outputs({})
