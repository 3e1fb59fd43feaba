"""How a release stands to a feature of its hosts' network or storage, as rows of a table and as what a user is told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

ALL = frozenset(Generation)
EL5 = frozenset({Generation.EL5})
EL6_0 = frozenset({Generation.EL6_0})
EL6_3 = frozenset({Generation.EL6_3})
EL6 = EL6_0 | EL6_3
EL7 = frozenset({Generation.EL7})
EL8_1 = frozenset({Generation.EL8_1})
EL8 = EL8_1 | {Generation.EL8_0}
EL9_2 = frozenset({Generation.EL9_2})
EL9 = EL9_2 | {Generation.EL9_0, Generation.EL9_7}
KDUMP_UTILS = frozenset({Generation.KDUMP_UTILS})
SUSE = frozenset({Generation.SUSE_CALIBRATE, Generation.SUSE_2})
KDUMP_TOOLS = frozenset({Generation.KDUMP_TOOLS})

_ANY_VERSION_AFTER = (1 << 16, 0)


class Standing(Enum):
    """The value is how messages say it. UNKNOWN: neither the vendor's list nor the tools say anything of it."""

    SUPPORTED = "supported"
    UNKNOWN = "of unknown support"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused by the dump tools"


class Row(NamedTuple):
    """How ``generations`` stand to ``feature``.

    ``why`` and ``instead`` are sentences without their full stop. Where the step lies between two releases of a
    generation, the row holds from release ``since`` up to, but without, ``before``, as (major, minor); where it
    depends on the processor, for ``architectures`` only, as ``uname -m`` prints them (empty: for all).
    """

    feature: str
    generations: frozenset[Generation]
    standing: Standing
    why: str
    source: str
    instead: str = ""
    since: tuple[int, int] = (0, 0)
    before: tuple[int, int] = _ANY_VERSION_AFTER
    architectures: tuple[str, ...] = ()
    but_not_architectures: tuple[str, ...] = ()

    def holds_for(self, platform: Platform) -> bool:
        """Whether the row is about *platform*; raises :class:`Refusal` where no rules are known of it."""
        return (
            generation_of(platform) in self.generations
            and self.since <= platform.version < self.before
            and (not self.architectures or platform.architecture in self.architectures)
            and platform.architecture not in self.but_not_architectures
        )


class Support(BaseModel):
    """How one platform stands to a ``feature``; ``why`` and ``instead`` (may be "") are without their full stop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    standing: Standing
    why: str
    instead: str
    source: str

    @property
    def is_problem(self) -> bool:
        """Whether it must not be relied on: the vendor says no, or the tools end with an error."""
        return self.standing in (Standing.UNSUPPORTED, Standing.REFUSED)

    def refusal(self, setting: str, found: str, platform: Platform) -> Refusal:
        """The same as the refusal of *setting*, where *found* (which has the feature) was found."""
        return Refusal(
            setting,
            found,
            f"something other than {self.feature}, which is {self.standing.value} on {generation_of(platform)}",
            self.instead,
            f"{self.why} ({self.source})",
        )


def support_of(rows: Sequence[Row], feature: str, platform: Platform) -> Support | None:
    """What *rows* say of *feature* on *platform*, None for nothing; raises :class:`Refusal` for unknown platforms."""
    row = next((row for row in rows if row.feature == feature and row.holds_for(platform)), None)
    if row is None:
        return None
    return Support(feature=feature, standing=row.standing, why=row.why, instead=row.instead, source=row.source)


def unknown(feature: str, platform: Platform) -> Support:
    """What is said where no row says anything of *feature*; raises :class:`Refusal` where *platform* is unknown too."""
    return Support(
        feature=feature,
        standing=Standing.UNKNOWN,
        why=f"Neither a list of supported targets nor the dump tools of {generation_of(platform)} say anything of it",
        instead="Prove it with a drill before you rely on it",
        source="no source says anything",
    )
