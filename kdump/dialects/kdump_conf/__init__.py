"""/etc/kdump.conf of the Red Hat family: its directives, and writing and reading it."""

from kdump.dialects.kdump_conf.parse import Parsed, parse
from kdump.dialects.kdump_conf.render import PATH, render

__all__ = ["PATH", "Parsed", "parse", "render"]
