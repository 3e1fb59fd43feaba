"""Moving a file between two platforms, for the tests of what comes of it."""

from __future__ import annotations

from kdump.migration import Migration, migrate
from kdump.platforms import platform_named


def moved(text: str, old: str, new: str) -> Migration:
    return migrate(text, platform_named(old), platform_named(new))


def settings_lines(migration: Migration) -> list[str]:
    """The lines of the one new file, without comments."""
    (file,) = migration.files
    return [line for line in file.text.splitlines() if not line.startswith("#")]
