"""The settings of the stack file: models, inheritance, and messages for whoever writes it."""

from components.settings.problems import SettingsRefused
from components.settings.read import read_fleet
from components.settings.resolved import ResolvedCluster, ResolvedCollector, ResolvedFleet, ResolvedHost

__all__ = ["ResolvedCluster", "ResolvedCollector", "ResolvedFleet", "ResolvedHost", "SettingsRefused", "read_fleet"]
