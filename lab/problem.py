"""How the lab tells its user that something cannot be done."""

from __future__ import annotations


class LabProblem(Exception):
    """What went wrong and what to do about it, in words; shown without a traceback."""
