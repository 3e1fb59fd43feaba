"""SAN disks as dump targets: a disk known by its WWID, and what it takes to make a host dump on it."""

from kdump.volumes.model import Recipe, SanVolume, Step, filesystem_uuid, made_uuid
from kdump.volumes.recipes import recipe, size_problem, wwid_command

__all__ = [
    "Recipe",
    "SanVolume",
    "Step",
    "filesystem_uuid",
    "made_uuid",
    "recipe",
    "size_problem",
    "wwid_command",
]
