"""What makes a kernel panic, and so leave a dump: declared once, said in each release's own settings."""

from kdump.triggers.model import Advice, Triggers, TriggerSettings
from kdump.triggers.settings import settings_for

__all__ = ["Advice", "TriggerSettings", "Triggers", "settings_for"]
